import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import type { JsonObject } from '../../src-main/core/json.ts';
import { type Simulator, startSimulator } from '../../src-main/simulator/simulator.ts';
import { askCommand } from '../support/ask-command.ts';
import { chat, chatPath } from '../support/chat-client.ts';
import { Headless, headlessEntry, heapCap } from '../support/headless.ts';
import { ask as askMessages, messagesPath } from '../support/messages-client.ts';
import { answerEvents, type ScriptedUpstream, startScriptedUpstream } from '../support/scripted-upstream.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { ask, codexBody, codexHeaders, errorOf, post, textOf, tryUpgrade, WsTurns } from '../support/turn-client.ts';

/** A machine that has little left: new turns are refused early, those that run come to their end. */

const mib = 1024 * 1024;
const code = 'resources_short';

describe('a program that is short of memory', () => {
  let freeBytes = 512 * mib;
  let rig: Rig;
  let upstream: ScriptedUpstream;
  let running: WebSocket | null = null;
  let onBegun: () => void = () => {};
  let answersAtOnce = false;

  beforeAll(async () => {
    upstream = await startScriptedUpstream({
      frame: (socket) => {
        running = socket;
        if (answersAtOnce) for (const event of answerEvents('resp_2')) socket.send(JSON.stringify(event));
        onBegun();
      },
    });
    // Each turn looks anew.
    const resources = { maxOpenFiles: 20, openFiles: () => 0, freeMemoryBytes: () => freeBytes };
    rig = await startRig({ upstreamUrl: upstream.url, resources });
  });

  afterAll(async () => {
    await rig.stop();
    await upstream.stop();
  });

  const requests: readonly (readonly [string, JsonObject, Record<string, string>, string])[] = [
    ['a Responses stream', ask('hi'), {}, '/v1/responses'],
    ['a Responses object', ask('hi', { stream: false }), {}, '/v1/responses'],
    ['a Codex stream', codexBody('hi'), codexHeaders('019a0000-0000-7000-8000-000000000002'), '/v1/responses'],
    ['a Chat stream', chat('hi'), {}, chatPath],
    ['a Chat object', chat('hi', { stream: false }), {}, chatPath],
    ['a Messages stream', askMessages('hi'), {}, messagesPath],
    ['a Messages object', askMessages('hi', { stream: false }), {}, messagesPath],
  ];

  it('refuses new turns in each dialect with the time to try again, and ends the one that runs', async () => {
    const client = await WsTurns.open(rig);
    const begun = new Promise<void>((resolve) => {
      onBegun = resolve;
    });
    const first = post(rig, ask('hello'));
    await begun;
    freeBytes = mib;
    for (const [name, body, headers, path] of requests) {
      const { status, headers: told, json } = await post(rig, body, headers, path);
      expect({ name, status, wait: told['retry-after'] }).toEqual({ name, status: 503, wait: '5' });
      expect({ name, ...errorOf(json) }).toMatchObject({ name, message: expect.stringContaining('memory') });
      if (path !== messagesPath) expect(errorOf(json)).toMatchObject({ code });
    }
    expect(await tryUpgrade(rig)).toMatchObject({ status: 503, json: { error: { code } } });
    expect(await client.turn(ask('hi'))).toMatchObject([
      { type: 'error', status: 503, error: { code }, headers: { 'retry-after': '5' } },
    ]);
    expect((await rig.post('/v1/messages/count_tokens', askMessages('hi'))).status).toBe(200);
    for (const event of answerEvents('resp_1')) running?.send(JSON.stringify(event));
    expect(textOf((await first).events)).toBe('All is well.');
    freeBytes = 512 * mib;
    answersAtOnce = true;
    expect(textOf(await client.turn(ask('hi')))).toBe('All is well.');
    await client.close();
  });
});

/** The program with an account of the simulator. */
async function servedWithAccount(headless: Headless, simulator: Simulator) {
  const place = ['--upstream', simulator.upstreamUrl, '--issuer', simulator.issuerUrl];
  const signIn = join(headless.dir, 'auth.json');
  writeFileSync(signIn, simulator.addAccount().authJson());
  expect((await askCommand(headless.dataDir, ['import', signIn, ...place])).code).toBe(0);
  return headless.serve(...place);
}

describe.skipIf(process.platform === 'win32')('a program with few file descriptors', () => {
  let headless: Headless | null = null;
  afterEach(() => headless?.dispose());

  it('refuses what it cannot carry, breaks nothing, and takes turns again afterwards', async () => {
    const simulator = await startSimulator({ timing: { firstTokenMs: 150, tokensPerSecond: 2_000 } });
    headless = new Headless({
      program: 'bash',
      args: ['-c', 'ulimit -n 72; exec "$0" "$@"', process.execPath, heapCap, headlessEntry],
    });
    try {
      const served = await servedWithAccount(headless, simulator);
      const turn = async () => {
        const { status, events, json } = await post(served, ask('Count to 3'));
        return status === 200 ? textOf(events) : String(errorOf(json).code);
      };
      const ends = await Promise.all(Array.from({ length: 40 }, turn));
      expect(new Set(ends)).toEqual(new Set(['1 2 3', code]));
      expect(await turn()).toBe('1 2 3');
      served.child.kill('SIGTERM');
      expect(await served.finished).toMatchObject({ code: 0 });
    } finally {
      await simulator.stop();
    }
  });
});

describe.skipIf(process.platform === 'win32')('a program whose files may not grow', () => {
  let headless: Headless | null = null;
  afterEach(() => headless?.dispose());

  it('goes on with turns, says why they are not kept, and ends in order', async () => {
    const simulator = await startSimulator();
    headless = new Headless({
      program: 'bash',
      args: ['-c', 'ulimit -f 8; exec "$0" "$@"', process.execPath, heapCap, headlessEntry],
      // Node writes this cache at its very end, when it hears no signal any more.
      env: { ...process.env, NODE_DISABLE_COMPILE_CACHE: '1' },
    });
    try {
      const served = await servedWithAccount(headless, simulator);
      expect((await post(served, ask('hi'))).status).toBe(200);
      // The doctor waits for what is kept of the turn.
      expect((await askCommand(headless.dataDir, ['doctor', '--offline'])).stdout).toMatch(
        /Requests (wait|are kept in memory)/,
      );
      expect((await post(served, ask('hi'))).status).toBe(200);
      served.child.kill('SIGTERM');
      expect(await served.finished).toMatchObject({ code: 0 });
    } finally {
      await simulator.stop();
    }
  });
});
