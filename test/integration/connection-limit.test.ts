import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import type { JsonObject } from '../../src-main/core/json.ts';
import { chat, chatPath } from '../support/chat-client.ts';
import { ask as askMessages, messagesPath } from '../support/messages-client.ts';
import { answerEvents, type ScriptedUpstream, startScriptedUpstream } from '../support/scripted-upstream.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { ask, codexBody, codexHeaders, post, WsTurns } from '../support/turn-client.ts';

/** Upstream's limit on the age of a connection, met while a turn runs of which the client has seen nothing. */

const code = 'websocket_connection_limit_reached';
const message = 'Responses websocket connection limit reached (60 minutes).';

const forms: readonly (readonly [string, JsonObject])[] = [
  ['by its code', { type: 'error', status: 400, error: { type: 'invalid_request_error', code, message } }],
  ['by its type', { type: 'error', status: 400, error: { type: code, message } }],
  ['without a status', { type: 'error', error: { code, message } }],
  ['as a flat error', { type: 'error', code, message }],
  [
    'as a failed response',
    { type: 'response.failed', response: { id: 'r', status: 'failed', error: { code, message } } },
  ],
];

let upstream: ScriptedUpstream;
let rig: Rig;
/** What a connection says instead of an answer; null where it answers. */
let script: (connection: number, frames: number) => readonly JsonObject[] | null = () => null;
const frames = new Map<number, number>();

beforeAll(async () => {
  upstream = await startScriptedUpstream({
    frame: (socket: WebSocket, _body, connection) => {
      frames.set(connection, (frames.get(connection) ?? 0) + 1);
      const events = script(connection, frames.get(connection) ?? 0) ?? answerEvents(`resp_${randomUUID()}`);
      for (const event of events) socket.send(JSON.stringify(event));
    },
  });
  rig = await startRig({ upstreamUrl: upstream.url });
});

afterAll(async () => {
  await rig.stop();
  await upstream.stop();
});

const streamed = async (body: JsonObject, headers?: Record<string, string>, path?: string) =>
  (await post(rig, body, headers, path)).text;

async function overWebsocket(body: JsonObject, headers?: Record<string, string>): Promise<string> {
  const client = await WsTurns.open(rig, headers);
  const events = await client.turn(body);
  await client.close();
  return JSON.stringify(events);
}

const clients: readonly (readonly [string, () => Promise<string>])[] = [
  ['a Responses stream', () => streamed(ask('hi'))],
  ['a Responses stream of Codex', () => streamed(codexBody('hi'), codexHeaders(randomUUID()))],
  ['a Responses object', () => streamed(ask('hi', { stream: false }))],
  ['a websocket', () => overWebsocket(ask('hi'))],
  ['a websocket of Codex', () => overWebsocket(codexBody('hi'), codexHeaders(randomUUID()))],
  ['a Chat stream', () => streamed(chat('hi'), {}, chatPath)],
  ['a Messages stream', () => streamed(askMessages('hi'), {}, messagesPath)],
];

describe.each([0, 1, 2])('the connection limit after %i events', (count) => {
  it.each(clients)('is not seen by %s: the turn runs again on a fresh socket', async (_who, turn) => {
    for (const [name, limit] of forms) {
      const from = upstream.connections;
      script = (connection) => (connection === from ? [...answerEvents('resp_old').slice(0, count), limit] : null);
      const text = await turn();
      expect({ name, text }).toEqual({ name, text: expect.stringContaining('All is well.') });
      expect(text).not.toMatch(/connection.limit|resp_old/);
      expect({ name, sockets: upstream.connections - from }).toEqual({ name, sockets: 2 });
    }
  });
});

it('a second socket of the same session, as old as the first, is not asked', async () => {
  const headers = codexHeaders(randomUUID());
  const turn = () => streamed(codexBody('hi'), headers);
  script = () => null;
  const from = upstream.connections;
  await Promise.all([turn(), turn(), turn()]);
  const old = upstream.connections;
  expect(old - from).toBe(3);
  script = (connection) => (connection < old ? (forms[0]?.slice(1) as JsonObject[]) : null);
  expect(await turn()).toContain('All is well.');
  expect(upstream.connections).toBe(old + 1);
});
