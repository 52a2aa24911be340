import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src-main/core/json.ts';
import { chat, chatPath } from '../support/chat-client.ts';
import { ask as askMessages, messagesPath } from '../support/messages-client.ts';
import { answerEvents, type ScriptedUpstream, sse, startScriptedUpstream } from '../support/scripted-upstream.ts';
import { skippingClock } from '../support/skipping-clock.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { ask, codexBody, codexHeaders, errorOf, post, WsTurns } from '../support/turn-client.ts';

/** Upstream's no in the middle of an answer: every client is told an error that it can read, whatever form upstream gave it. */

const words = 'The usage limit has been reached';
const limit = { type: 'usage_limit_reached', message: words, plan_type: 'plus', resets_in_seconds: 60 };
const failed = { id: 'resp_1', object: 'response', status: 'failed', model: 'gpt-5.5', output: [] };

/** The forms of one error. */
const forms: readonly (readonly [string, JsonObject])[] = [
  ['an error with its members inside', { type: 'error', status: 429, error: limit }],
  ['an error whose status is called status_code', { type: 'error', status_code: 429, error: limit }],
  ['an error that names no status', { type: 'error', error: limit }],
  ['an error within a body', { type: 'error', status: 429, body: { error: limit } }],
  ['a flat error', { type: 'error', code: 'usage_limit_reached', message: words, param: null }],
  ['a failed response', { type: 'response.failed', response: { ...failed, error: limit } }],
  [
    'a failed response with a code',
    { type: 'response.failed', response: { ...failed, error: { code: 'usage_limit_reached', message: words } } },
  ],
  ['a completed response that failed', { type: 'response.completed', response: { ...failed, error: limit } }],
];

let form: JsonObject = {};
let overHttp = false;
const clock = skippingClock();
let upstream: ScriptedUpstream;
let rig: Rig;

beforeAll(async () => {
  const events = () => [...answerEvents('resp_1').slice(0, 4), form];
  upstream = await startScriptedUpstream({
    upgrade: (socket) => {
      if (overHttp) socket.destroy();
      return overHttp;
    },
    frame: (socket) => {
      for (const event of events()) socket.send(JSON.stringify(event));
    },
    post: (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(events().map(sse).join(''));
    },
  });
  rig = await startRig({ upstreamUrl: upstream.url, clock });
});

afterAll(async () => {
  await rig.stop();
  await upstream.stop();
});

/** What a client has of the turn's end: the status of its answer, and the error in the form that it reads. */
interface Told {
  readonly status: number;
  readonly error: JsonObject;
  readonly type: unknown;
}

async function streamed(body: JsonObject, headers?: Record<string, string>, path?: string): Promise<Told> {
  const { status, events } = await post(rig, body, headers, path);
  const last = events.filter((event) => event.type !== 'unreadable').at(-1);
  return { status, error: errorOf(last), type: last?.type ?? null };
}

async function whole(body: JsonObject, path?: string): Promise<Told> {
  const { status, json } = await post(rig, { ...body, stream: false }, {}, path);
  return { status, error: errorOf(json), type: json?.type ?? null };
}

async function overWebsocket(body: JsonObject, headers?: Record<string, string>): Promise<Told> {
  const client = await WsTurns.open(rig, headers);
  const last = (await client.turn(body)).at(-1);
  await client.close();
  return { status: Number(last?.status), error: errorOf(last), type: last?.type ?? null };
}

const thread = '019a0000-0000-7000-8000-000000000001';

/** Each client with the types of event that it knows an error by. */
const clients: readonly (readonly [string, () => Promise<Told>, readonly unknown[]])[] = [
  ['a Responses stream', () => streamed(ask('hi')), ['error', 'response.failed']],
  ['a Responses stream of Codex', () => streamed(codexBody('hi'), codexHeaders(thread)), ['response.failed']],
  ['a Responses object', () => whole(ask('hi')), [null]],
  ['a websocket', () => overWebsocket(ask('hi')), ['error', 'response.failed']],
  ['a websocket of Codex', () => overWebsocket(codexBody('hi'), codexHeaders(thread)), ['error', 'response.failed']],
  ['a Chat stream', () => streamed(chat('hi'), {}, chatPath), [null]],
  ['a Chat object', () => whole(chat('hi'), chatPath), [null]],
  ['a Messages stream', () => streamed(askMessages('hi'), {}, messagesPath), ['error']],
  ['a Messages object', () => whole(askMessages('hi'), messagesPath), ['error']],
];

describe.each(['ws', 'http'])('a usage limit after content, upstream over %s,', (transport) => {
  it.each(clients)('is an error to %s', async (_who, turn, types) => {
    for (const [name, event] of forms) {
      form = event;
      overHttp = transport === 'http';
      // The account's rest is over by then.
      clock.skip(301_000);
      const { error, type } = await turn();
      expect({ name, error }).toMatchObject({ name, error: { message: words } });
      expect({ name, type }).toEqual({ name, type: expect.toBeOneOf(types) });
      const { row } = await rig.lastTrace();
      expect({ name, ...row }).toMatchObject({ name, transport, status: 'failed', error: { message: words } });
    }
  });
});
