import { afterEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src-main/core/json.ts';
import { chatPath } from '../support/chat-client.ts';
import { messagesPath } from '../support/messages-client.ts';
import { answerEvents, type ScriptedUpstream, startScriptedUpstream } from '../support/scripted-upstream.ts';
import { skippingClock } from '../support/skipping-clock.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { ask, codexBody, codexHeaders, openPost, textOf, WsTurns } from '../support/turn-client.ts';

/** Streams that say nothing for long, over real sockets: their clients are told that they live. */

let rig: Rig;
let upstream: ScriptedUpstream;

afterEach(async () => {
  await rig.stop();
  await upstream.stop();
});

const messages = [{ role: 'user', content: 'hi' }];
const ping = 'event: ping\ndata: {"type":"ping"}\n\n';
const comment = ': keepalive\n\n';
const cases: [string, JsonObject, string][] = [
  [chatPath, { messages }, comment],
  [messagesPath, { messages, max_tokens: 99 }, ping],
  ['/v1/responses', { input: 'hi' }, comment],
];

/** What shows Slipstream that its line lives, and tells no client anything. */
const unheard: JsonObject = { type: 'codex.rate_limits', plan_type: 'plus' };

/** Sends up to the first words, or the `first` events, then what the test says, then the rest. */
async function start({ first = 4, accounts = 1 } = {}) {
  const clock = skippingClock();
  let goOn = (_more: readonly JsonObject[]) => {};
  let frames = 0;
  upstream = await startScriptedUpstream({
    frame: (socket) => {
      frames += 1;
      goOn = (more) => {
        for (const event of more) socket.send(JSON.stringify(event));
      };
      goOn(first === 0 ? [unheard] : answerEvents('resp_1').slice(0, first));
    },
  });
  rig = await startRig({ upstreamUrl: upstream.url, clock, accounts });
  return {
    clock,
    goOn: (more: readonly JsonObject[]) => goOn(more),
    rest: answerEvents('resp_1').slice(first),
    /** Until upstream has the n-th turn, and Slipstream has heard of it. */
    heard: async (turn = 1) => {
      await expect.poll(() => frames).toBe(turn);
      await expect.poll(() => rig.app.snapshot().requests[0]?.lastEventAt).toBeDefined();
    },
  };
}

/** Reads on until the text holds `wanted`. */
async function readUntil(chunks: AsyncIterator<unknown>, wanted: string): Promise<string> {
  let text = '';
  while (!text.includes(wanted)) {
    const next = await chunks.next();
    if (next.done === true) throw new Error(`the stream ended without ${wanted}: ${text}`);
    text += String(next.value);
  }
  return text;
}

async function restOf(chunks: AsyncIterator<unknown>): Promise<string> {
  let text = '';
  for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) text += String(next.value);
  return text;
}

it.each(cases)('%s is told after each 15 s of silence', async (path, body, sign) => {
  const { clock, goOn, rest } = await start();
  const response = await openPost(rig, path, JSON.stringify({ model: 'gpt-5.5', stream: true, ...body })).head;
  const chunks = response[Symbol.asyncIterator]();
  expect(await readUntil(chunks, 'All is well.')).not.toContain(sign);
  for (let count = 0; count < 2; count += 1) {
    clock.skip(15_100);
    expect(await readUntil(chunks, sign)).toBe(sign);
  }
  goOn(rest);
  expect(await restOf(chunks)).not.toContain(sign);
});

it.each(cases.slice(0, 2))("%s is told of upstream's keepalives at once", async (path, body, sign) => {
  const { goOn, rest } = await start();
  const response = await openPost(rig, path, JSON.stringify({ model: 'gpt-5.5', stream: true, ...body })).head;
  const chunks = response[Symbol.asyncIterator]();
  await readUntil(chunks, 'All is well.');
  goOn([{ type: 'keepalive' }]);
  expect(await readUntil(chunks, sign)).toBe(sign);
  goOn(rest);
  await restOf(chunks);
});

describe.each(cases)('%s, where upstream says nothing at all,', (path, body, sign) => {
  const asks = JSON.stringify({ model: 'gpt-5.5', stream: true, ...body });

  it('is told that its turn lives, and then the answer', async () => {
    const { clock, goOn, rest, heard } = await start({ first: 0 });
    const { head } = openPost(rig, path, asks);
    await heard();
    clock.skip(15_100);
    const chunks = (await head)[Symbol.asyncIterator]();
    expect(await readUntil(chunks, sign)).toBe(sign);
    clock.skip(15_100);
    expect(await readUntil(chunks, sign)).toBe(sign);
    goOn(rest);
    expect(await restOf(chunks)).toContain('All is well.');
    expect((await rig.lastTrace()).row).toMatchObject({ status: 'completed', attempts: 1 });
  });

  it('gets the answer of another account all the same', async () => {
    const { clock, goOn, heard } = await start({ first: 0, accounts: 2 });
    const { head } = openPost(rig, path, asks);
    await heard();
    clock.skip(15_100);
    const chunks = (await head)[Symbol.asyncIterator]();
    await readUntil(chunks, sign);
    goOn([
      { type: 'error', status: 429, error: { type: 'usage_limit_reached', message: 'spent', resets_in_seconds: 60 } },
    ]);
    await heard(2);
    goOn(answerEvents('resp_2'));
    const text = await restOf(chunks);
    expect(text).toContain('All is well.');
    expect(text).not.toContain('spent');
  });

  it('is told of a failure in its stream', async () => {
    const { clock, goOn, heard } = await start({ first: 0 });
    const { head } = openPost(rig, path, asks);
    await heard();
    clock.skip(15_100);
    const chunks = (await head)[Symbol.asyncIterator]();
    await readUntil(chunks, sign);
    goOn([{ type: 'error', status: 400, error: { type: 'invalid_request_error', message: 'no such tool' } }]);
    expect(await restOf(chunks)).toContain('no such tool');
    expect((await rig.lastTrace()).row.status).toBe('failed');
  });

  it('that asks for no stream, gets its error with a status', async () => {
    const { clock, goOn, heard } = await start({ first: 0 });
    const answer = rig.post(path, { model: 'gpt-5.5', ...body });
    await heard();
    clock.skip(30_100);
    goOn([{ type: 'error', status: 400, error: { type: 'invalid_request_error', message: 'no such tool' } }]);
    expect((await answer).status).toBe(400);
    expect(await (await answer).text()).toContain('no such tool');
  });
});

it.each([0, 4])(
  'pings a websocket client that is not Codex while upstream is silent after %i events',
  async (first) => {
    const { clock, goOn, rest, heard } = await start({ first });
    const client = await WsTurns.open(rig);
    const pinged = () => new Promise((resolve) => client.socket.once('ping', resolve));
    const turn = client.turn(ask('hi'));
    await heard();
    if (first > 0) await expect.poll(() => client.events.length).toBe(first);
    for (let count = 0; count < 2; count += 1) {
      const next = pinged();
      clock.skip(15_100);
      await next;
    }
    goOn(rest);
    expect(textOf(await turn)).toBe('All is well.');
    client.socket.on('ping', () => expect.unreachable());
    clock.skip(60_000);
    await client.close();
  },
);

it('pings no Codex client', async () => {
  const { clock, goOn, rest, heard } = await start();
  const client = await WsTurns.open(rig, codexHeaders('0199a213-81c0-7800-8aa1-bbab2a035a53'));
  client.socket.on('ping', () => expect.unreachable());
  const turn = client.turn(codexBody('hi'));
  await heard();
  clock.skip(60_000);
  goOn(rest);
  expect(textOf(await turn)).toBe('All is well.');
  await client.close();
});

it('adds nothing to the stream of a Codex client', async () => {
  const { clock, goOn, rest } = await start();
  const headers = { originator: 'codex_cli_rs', 'user-agent': 'codex_cli_rs/0.169.0 (Debian 12; x86_64) xterm' };
  const answer = await rig.post('/v1/responses', { model: 'gpt-5.5', input: [], stream: true }, headers);
  clock.skip(60_000);
  goOn(rest);
  expect(await answer.text()).not.toContain(': keepalive');
});
