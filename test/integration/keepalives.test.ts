import { afterEach, expect, it } from 'vitest';
import type { JsonObject } from '../../src-main/core/json.ts';
import { chatPath } from '../support/chat-client.ts';
import { messagesPath } from '../support/messages-client.ts';
import { answerEvents, type ScriptedUpstream, startScriptedUpstream } from '../support/scripted-upstream.ts';
import { skippingClock } from '../support/skipping-clock.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { openPost } from '../support/turn-client.ts';

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

/** Sends up to the first words, then what the test says, then the rest. */
async function start(clock = skippingClock()) {
  let goOn = (_more: readonly JsonObject[]) => {};
  upstream = await startScriptedUpstream({
    frame: (socket) => {
      const events = answerEvents('resp_1');
      goOn = (more) => {
        for (const event of more) socket.send(JSON.stringify(event));
      };
      goOn(events.slice(0, 4));
    },
  });
  rig = await startRig({ upstreamUrl: upstream.url, clock });
  return { clock, goOn: (more: readonly JsonObject[]) => goOn(more), rest: answerEvents('resp_1').slice(4) };
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

it('adds nothing to the stream of a Codex client', async () => {
  const { clock, goOn, rest } = await start();
  const headers = { originator: 'codex_cli_rs', 'user-agent': 'codex_cli_rs/0.169.0 (Debian 12; x86_64) xterm' };
  const answer = await rig.post('/v1/responses', { model: 'gpt-5.5', input: [], stream: true }, headers);
  clock.skip(60_000);
  goOn(rest);
  expect(await answer.text()).not.toContain(': keepalive');
});
