import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import type { JsonObject } from '../../src-main/core/json.ts';
import { chat } from '../support/chat-client.ts';
import { ask as askMessages, messagesPath } from '../support/messages-client.ts';
import { answerEvents, type ScriptedUpstream, startScriptedUpstream } from '../support/scripted-upstream.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { ask, codexBody, codexHeaders, openPost, post, readAnswer, WsTurns } from '../support/turn-client.ts';

/** What client and upstream see when the user stops one turn. */

const words = 'stopped by the user';
const start = answerEvents('resp_1').slice(0, 4);
const thread = randomUUID();

let rig: Rig;
let upstream: ScriptedUpstream;
/** The socket of a turn that upstream has begun and will never end. */
let begun: PromiseWithResolvers<WebSocket>;

beforeEach(async () => {
  begun = Promise.withResolvers();
  upstream = await startScriptedUpstream({ frame: (socket) => begun.resolve(socket) });
  rig = await startRig({ upstreamUrl: upstream.url });
});
afterEach(async () => {
  await rig.app.stop();
  await rig.simulator.stop();
  rig.host.dispose();
  await upstream.stop();
});

/** Resolves when upstream's socket closes. */
async function beginning(told: readonly JsonObject[]): Promise<unknown> {
  const socket = await begun.promise;
  for (const event of told) socket.send(JSON.stringify(event));
  return new Promise((resolve) => {
    socket.on('close', resolve);
  });
}

async function stop(): Promise<string> {
  const id = rig.app.snapshot().requests.find(({ status }) => status === 'running')?.id ?? '';
  await rig.app.handlers['requests.stop']({ id });
  return id;
}

function rowOf(id: string) {
  return rig.app.snapshot().requests.find((row) => row.id === id);
}

const streams: [string, string, JsonObject, Record<string, string>, RegExp][] = [
  ['Responses', '/v1/responses', ask('hello'), {}, /"code":"turn_stopped"/],
  // For Codex this code is final; it would send the turn again for another.
  ['Responses of Codex', '/v1/responses', codexBody('hello'), codexHeaders(thread), /"code":"invalid_prompt"/],
  ['Chat', '/v1/chat/completions', { ...chat('hello') }, {}, /turn_stopped/],
  ['Messages', messagesPath, { ...askMessages('hello') }, {}, /invalid_request_error/],
];

describe('a turn that the user stops', () => {
  it.each(streams)(
    '%s: ends upstream, and is told by status where nothing was told yet',
    async (...[, path, body, headers]) => {
      const answer = post(rig, body, headers, path);
      const isClosed = beginning([]);
      await begun.promise;
      const id = await stop();
      expect(await answer).toMatchObject({ status: 400, isCut: false, text: expect.stringContaining(words) });
      await await isClosed;
      expect(rowOf(id)).toMatchObject({ status: 'cancelled', error: { code: 'turn_stopped' } });
    },
  );

  it.each(streams)(
    '%s: ends upstream, and is told in the stream where it has begun',
    async (_name, path, body, headers, code) => {
      const { head } = openPost(rig, path, JSON.stringify(body), headers);
      const isClosed = beginning(start);
      const response = await head;
      const id = await stop();
      const { status, text, isCut } = await readAnswer(response);
      expect([status, isCut]).toEqual([200, false]);
      expect(text).toContain(words);
      expect(text).toMatch(code);
      await await isClosed;
      expect(rowOf(id)).toMatchObject({ status: 'cancelled' });
    },
  );

  it('is told to a websocket client, which can go on with another turn', async () => {
    const client = await WsTurns.open(rig, codexHeaders(thread));
    const turn = client.turn(codexBody('hello'));
    await begun.promise;
    await stop();
    expect((await turn).at(-1)).toMatchObject({ type: 'error', status: 400, error: { code: 'turn_stopped' } });
    begun = Promise.withResolvers();
    const next = client.turn(codexBody('again'));
    const socket = await begun.promise;
    for (const event of answerEvents('resp_2')) socket.send(JSON.stringify(event));
    expect((await next).at(-1)).toMatchObject({ type: 'response.completed' });
  });

  it('costs its account nothing, and cannot be stopped twice', async () => {
    const answer = post(rig, ask('hello'));
    await begun.promise;
    const id = await stop();
    await answer;
    expect(rig.app.snapshot().accounts.map(({ state, problem }) => [state, problem])).toEqual(
      rig.app.snapshot().accounts.map(() => ['ready', null]),
    );
    expect(() => rig.app.handlers['requests.stop']({ id })).toThrow('No turn of this id runs.');
  });
});
