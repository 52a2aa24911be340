import { afterEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src-main/core/json.ts';
import { chatPath } from '../support/chat-client.ts';
import { messagesPath } from '../support/messages-client.ts';
import {
  answerEvents,
  refuseWebsocket,
  type ScriptedUpstream,
  sse,
  startScriptedUpstream,
} from '../support/scripted-upstream.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { codexFrame, codexHeaders, openSocket, parseSse } from './proxy-client.ts';

/** Upstream ends a response by an event whose name nobody here knows. */

let rig: Rig;
let upstream: ScriptedUpstream;
let frames: JsonObject[] = [];

afterEach(stop);

async function stop(): Promise<void> {
  await rig.stop();
  await upstream.stop();
}

const usage = { input_tokens: 7, output_tokens: 3, total_tokens: 10 };

function ending(response: JsonObject): JsonObject[] {
  const end = { id: 'resp_1', model: 'gpt-5.5', output: [], ...response };
  return [...answerEvents('resp_1').slice(0, -1), { type: 'response.paused', response: end }];
}

/** Ends the first turn of a websocket, or of all HTTP, that way. */
async function start(end: JsonObject, overHttp = false): Promise<void> {
  frames = [];
  upstream = await startScriptedUpstream({
    frame: (socket, body) => {
      frames.push(body);
      const events = frames.length === 1 ? ending(end) : answerEvents(`resp_${frames.length}`);
      for (const event of events) socket.send(JSON.stringify(event));
    },
    ...(overHttp && {
      upgrade: refuseWebsocket,
      // Left open: nothing but the event says that it is over.
      post: (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(ending(end).map(sse).join(''));
      },
    }),
  });
  rig = await startRig({ upstreamUrl: upstream.url });
}

const bodies: readonly (readonly [string, JsonObject, string])[] = [
  [chatPath, { model: 'gpt-5.5', messages: [{ role: 'user', content: 'hi' }] }, '"finish_reason":"length"'],
  [messagesPath, { model: 'gpt-5.5', max_tokens: 99, messages: [{ role: 'user', content: 'hi' }] }, '"max_tokens"'],
  ['/v1/responses', { model: 'gpt-5.5', input: 'hi' }, '"status":"incomplete"'],
];

describe.each([
  ['a status that is known', { status: 'incomplete' }],
  ['its tokens counted', { status: 'paused', usage }],
])('a response that ends with %s', (_what, end) => {
  it.each([
    ['a websocket', false],
    ['HTTP', true],
  ])('is an answer that is not whole to clients that are not Codex, over %s', async (_way, overHttp) => {
    for (const [path, body, sign] of bodies)
      for (const stream of [true, false]) {
        await start(end, overHttp);
        const text = await (await rig.post(path, { ...body, stream })).text();
        expect(text).toContain('All is well.');
        expect(text).toContain(sign);
        expect((await rig.lastTrace()).row.status).toBe('incomplete');
        await stop();
      }
  });

  it('reaches a Codex client as it came, which then goes on from it on the same socket', async () => {
    await start(end);
    const socket = await openSocket(rig, { headers: codexHeaders });
    socket.send(codexFrame('hi'));
    await expect.poll(() => socket.events.at(-1)).toEqual(ending(end).at(-1));
    const next = await socket.turn(codexFrame('more', { previous_response_id: 'resp_1' }));
    expect(next.at(-1)).toMatchObject({ type: 'response.completed' });
    expect(frames.map(({ previous_response_id: id }) => id)).toEqual([undefined, 'resp_1']);
    expect(upstream.connections).toBe(1);
    await socket.close();
  });
});

it('is what its status says: a whole answer, or a failure', async () => {
  await start({ status: 'completed', usage });
  const chat = await rig.post(chatPath, {
    model: 'gpt-5.5',
    messages: [{ role: 'user', content: 'hi' }],
    stream: true,
  });
  expect(await chat.text()).toContain('"finish_reason":"stop"');
  expect((await rig.lastTrace()).row).toMatchObject({ status: 'completed', usage: { inputTokens: 7 } });
  await stop();
  await start({ status: 'failed', error: { code: 'server_error', message: 'Broken.' } }, true);
  const told = await rig.post('/v1/responses', { model: 'gpt-5.5', input: 'hi', stream: true });
  expect(parseSse(await told.text()).at(-1)?.data).toMatchObject({ type: 'response.failed' });
});

it('that nobody can tell from a running response is the end once a Codex client begins its next turn', async () => {
  await start({ status: 'resting' });
  const socket = await openSocket(rig, { headers: codexHeaders });
  socket.send(codexFrame('hi'));
  await expect.poll(() => socket.events.at(-1)?.type).toBe('response.paused');
  const next = await socket.turn(codexFrame('more', { previous_response_id: 'resp_1' }));
  expect(next.at(-1)).toMatchObject({ type: 'response.completed' });
  await socket.close();
});
