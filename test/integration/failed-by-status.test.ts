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

/** A response that upstream calls failed or cancelled, whatever it calls the event (PROTOCOL.md, Numbered cases, 22). */

let rig: Rig;
let upstream: ScriptedUpstream;

afterEach(async () => {
  await rig.stop();
  await upstream.stop();
});

const ends: [string, string][] = [
  ['response.completed', 'failed'],
  ['response.completed', 'cancelled'],
  ['response.done', 'failed'],
  ['response.done', 'cancelled'],
  ['response.incomplete', 'failed'],
  ['response.cancelled', 'cancelled'],
  ['response.cancelled', ''],
  ['response.failed', ''],
];

/** An answer whose text is whole, but whose end is a failure; or nothing but that end. */
function failing(type: string, status: string, hasText: boolean): JsonObject[] {
  const events = answerEvents('resp_1').slice(0, hasText ? -1 : 2);
  // Without a status there is no word of what went wrong either.
  const response = { id: 'resp_1', output: [], ...(status === '' ? {} : { status, error: null }) };
  return [...events, { type, response }];
}

async function start(events: readonly JsonObject[], overHttp: boolean): Promise<void> {
  upstream = await startScriptedUpstream({
    ...(overHttp
      ? {
          upgrade: refuseWebsocket,
          post: (response) => {
            response.writeHead(200, { 'content-type': 'text/event-stream' });
            response.end(events.map(sse).join(''));
          },
        }
      : {
          frame: (socket) => {
            for (const event of events) socket.send(JSON.stringify(event));
          },
        }),
  });
  rig = await startRig({ upstreamUrl: upstream.url });
}

const bodies: [string, JsonObject, string][] = [
  [chatPath, { model: 'gpt-5.5', messages: [{ role: 'user', content: 'hi' }] }, '"error":{'],
  [messagesPath, { model: 'gpt-5.5', max_tokens: 99, messages: [{ role: 'user', content: 'hi' }] }, '"type":"error"'],
  ['/v1/responses', { model: 'gpt-5.5', input: 'hi' }, '"response.failed"'],
];

describe.each(ends)('an answer that ends in %s with the status "%s"', (type, status) => {
  it.each([
    ['a websocket', false, true],
    ['HTTP', true, true],
    ['a websocket, before any content', false, false],
  ])('is a failure in every dialect over %s', async (_what, overHttp, hasText) => {
    await start(failing(type, status, hasText), overHttp);
    const statuses: number[] = [];
    for (const [path, body, sign] of bodies) {
      const text = await (await rig.post(path, { ...body, stream: true })).text();
      expect(text).toContain(sign);
      for (const end of ['[DONE]', 'message_stop', 'response.completed', 'finish_reason":"stop'])
        expect(text).not.toContain(end);
      expect((await rig.lastTrace()).row.status).toBe('failed');
      const whole = await rig.post(path, { ...body, stream: false });
      statuses.push(whole.status);
      expect(await whole.text()).toContain('error');
    }
    expect(statuses).toEqual([400, 400, 400]);
  });
});

it('is nothing that a next turn goes on from', async () => {
  const bodiesSent: JsonObject[] = [];
  upstream = await startScriptedUpstream({
    frame: (socket, body) => {
      bodiesSent.push(body);
      const [last] = answerEvents('resp_1').slice(-1);
      const end = { ...last, response: { ...(last?.response as JsonObject), status: 'failed' } };
      for (const event of [...answerEvents('resp_1').slice(0, -1), end]) socket.send(JSON.stringify(event));
    },
  });
  rig = await startRig({ upstreamUrl: upstream.url });
  const ask = { role: 'user', content: 'hi' };
  const said = { role: 'assistant', content: 'All is well.' };
  for (const messages of [[ask], [ask, said, ask]])
    await (await rig.post(chatPath, { model: 'gpt-5.5', messages, stream: true })).text();
  expect(bodiesSent).toHaveLength(2);
  expect(bodiesSent[1]).not.toHaveProperty('previous_response_id');
});
