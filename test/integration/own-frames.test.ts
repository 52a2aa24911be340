import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src-main/core/json.ts';
import { chat, chatPath } from '../support/chat-client.ts';
import { ask as askMessages, messagesPath } from '../support/messages-client.ts';
import {
  answerEvents,
  refuseWebsocket,
  type ScriptedUpstream,
  sse,
  startScriptedUpstream,
} from '../support/scripted-upstream.ts';
import { skippingClock } from '../support/skipping-clock.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { type Own, tracedTurn } from '../support/traced-turn.ts';
import {
  ask,
  codexBody,
  codexHeaders,
  openPost,
  post,
  readAnswer,
  responseIdOf,
  typesOf,
  user,
  WsTurns,
} from '../support/turn-client.ts';

/** What Slipstream itself tells a client, over real sockets: it stands in the trace and in the HAR as it was told. */

const thread = '019a0000-0000-7000-8000-000000000001';
const said = answerEvents('resp_1').slice(0, 4);
const refusal = {
  type: 'error',
  status: 400,
  error: { type: 'invalid_request_error', code: 'bad', message: 'Not so.' },
};

let script: (socket: { send: (data: string) => void; close: (code: number) => void }) => void = () => {};
const clock = skippingClock();
let upstream: ScriptedUpstream;
let rig: Rig;

beforeAll(async () => {
  upstream = await startScriptedUpstream({ frame: (socket) => script(socket) });
  rig = await startRig({ upstreamUrl: upstream.url, clock });
});
afterAll(async () => {
  await rig.stop();
  await upstream.stop();
});
afterEach(() => clock.skip(301_000));

/** Upstream says this, and then nothing more. */
function saying(...events: readonly JsonObject[]): void {
  script = (socket) => {
    for (const event of events) socket.send(JSON.stringify(event));
  };
}

/** Upstream begins an answer, and closes. */
function closing(code: number, events: readonly JsonObject[] = said): void {
  script = (socket) => {
    for (const event of events) socket.send(JSON.stringify(event));
    socket.close(code);
  };
}

const traced = (from: Rig = rig) => tracedTurn(from);

/** A turn that has told some of its answer. */
async function begun() {
  const before = rig.app.snapshot().requests[0]?.id;
  const body = openPost(rig, '/v1/responses', JSON.stringify(ask('hi')));
  const row = () => rig.app.snapshot().requests[0];
  await expect.poll(() => row()?.id !== before && row()?.firstTokenMs).toBeTypeOf('number');
  return { body, id: row()?.id ?? '' };
}

const bytesOf = (own: readonly Own[]) => own.map(({ text }) => Buffer.byteLength(text ?? ''));
/** An answer without the signs that it lives. */
const events = (text: string) => text.replaceAll(/^:.*\n\n?/gm, '');

describe('an error before any content', () => {
  it.each<[string, () => ReturnType<typeof post>]>([
    ['Responses', () => post(rig, ask('hi'))],
    ['a Responses object', () => post(rig, ask('hi', { stream: false }))],
    ['Codex', () => post(rig, codexBody('hi'), codexHeaders(thread))],
    ['Chat', () => post(rig, chat('hi'), {}, chatPath)],
    ['a Messages object', () => post(rig, askMessages('hi', { stream: false }), {}, messagesPath)],
  ])('is a body that %s got, with its status, and nothing of what was held back', async (_who, turn) => {
    saying(...said.slice(0, 2), refusal);
    const answer = await turn();
    const { detail, own, entry, content } = await traced();
    expect(own).toEqual([{ type: 'body', bytes: Buffer.byteLength(answer.text), text: answer.text }]);
    expect(content).toMatchObject({ text: answer.text, size: Buffer.byteLength(answer.text) });
    expect([answer.status, entry.response.status, detail.row.httpStatus]).toEqual([400, 400, 400]);
  });

  it('is a frame that a websocket got, and not the events that were held back', async () => {
    saying(...said.slice(0, 2), refusal);
    const client = await WsTurns.open(rig);
    const told = await client.turn(ask('hi'));
    await client.close();
    const { own, entry } = await traced();
    expect(own.map(({ text }) => JSON.parse(text ?? ''))).toEqual(told);
    expect(own).toMatchObject([{ type: 'error', bytes: bytesOf(own)[0] }]);
    const messages = entry._webSocketMessages ?? [];
    expect(messages.map(({ type, _type }) => [type, _type])).toEqual([
      ['send', 'response.create'],
      ['receive', 'error'],
    ]);
    expect(JSON.parse(messages[1]?.data ?? '')).toEqual(told[0]);
  });

  it('says the name of the lane that it was told in', async () => {
    saying(refusal);
    const client = await WsTurns.open(rig);
    const [told] = await client.turn({ ...ask('hi'), stream_id: 'a' });
    await client.close();
    const { own } = await traced();
    expect(JSON.parse(own[0]?.text ?? '')).toEqual(told);
    expect(told).toMatchObject({ stream_id: 'a' });
  });

  it('that comes after what was held back has been told stands behind that', async () => {
    saying(...said.slice(0, 2));
    const client = await WsTurns.open(rig);
    const turn = client.turn(ask('hi'));
    await expect.poll(() => clock.waitingMs).toContain(10_000);
    clock.skip(10_000);
    await expect.poll(() => client.events.length).toBe(2);
    for (const socket of upstream.sockets) socket.send(JSON.stringify(refusal));
    const told = await turn;
    await client.close();
    const { entry } = await traced();
    const received = entry._webSocketMessages?.filter(({ type }) => type === 'receive') ?? [];
    expect(received.map(({ data }) => JSON.parse(data))).toEqual(told);
    expect(typesOf(told)).toEqual(['response.created', 'response.in_progress', 'error']);
  });
});

describe('an error after content', () => {
  it.each<[string, string, () => ReturnType<typeof post>]>([
    ['Responses', 'error', () => post(rig, ask('hi'))],
    ['Codex', 'response.failed', () => post(rig, codexBody('hi'), codexHeaders(thread))],
  ])('is the last event of the stream that %s got', async (_who, type, turn) => {
    for (const last of [
      null,
      refusal,
      { type: 'response.failed', response: { status: 'failed', error: { code: 'x' } } },
    ]) {
      if (last === null) closing(1011);
      else saying(...said, last);
      const { text } = await turn();
      const { detail, own, content } = await traced();
      expect(content.text).toBe(events(text));
      if (last?.type === 'response.failed') expect(own).toEqual([]);
      else {
        expect(own).toMatchObject([{ type, bytes: bytesOf(own)[0] }]);
        expect(text).toContain(`event: ${type}\ndata: ${own[0]?.text}\n\n`);
      }
      expect(detail.frames.filter(({ direction }) => direction === 'upstream-in')).toHaveLength(last === null ? 4 : 5);
    }
  });

  it.each<[string, string, string, () => ReturnType<typeof post>]>([
    ['Chat', 'error', 'data: ', () => post(rig, chat('hi'), {}, chatPath)],
    ['Messages', 'error', 'event: error\ndata: ', () => post(rig, askMessages('hi'), {}, messagesPath)],
  ])('is told in the dialect of %s, and in no other', async (_who, type, before, turn) => {
    closing(1011);
    const { text } = await turn();
    const { own, content } = await traced();
    expect(own).toMatchObject([{ type, bytes: bytesOf(own)[0] }]);
    expect(content).toMatchObject({ text: `${before}${own[0]?.text}\n\n`, comment: expect.stringContaining('alone') });
    expect(text.endsWith(content.text ?? '')).toBe(true);
  });

  it('is a frame that a websocket got, behind what it got before', async () => {
    closing(1011);
    const client = await WsTurns.open(rig);
    const told = await client.turn(ask('hi'));
    await client.close();
    const { entry } = await traced();
    const received = entry._webSocketMessages?.filter(({ type }) => type === 'receive') ?? [];
    expect(received.map(({ data }) => JSON.parse(data))).toEqual(told);
    expect(received.at(-1)?._type).toBe('error');
  });

  it('is the body of an answer that was to be one object', async () => {
    saying(...said, { type: 'response.failed', response: { status: 'failed', error: { code: 'server_error' } } });
    const answer = await post(rig, ask('hi', { stream: false }));
    const { own, content, entry } = await traced();
    expect(own).toMatchObject([{ type: 'body', text: answer.text }]);
    expect([content.text, entry.response.status]).toEqual([answer.text, answer.status]);
  });

  it('that the user made of a turn is told as such', async () => {
    saying(...said);
    const { body, id } = await begun();
    await rig.app.handlers['requests.stop']({ id });
    expect((await readAnswer(await body.head)).text).toContain('turn_stopped');
    expect((await traced()).own).toMatchObject([{ type: 'error', text: expect.stringContaining('turn_stopped') }]);
  });
});

it('a client that is gone is told nothing', async () => {
  saying(...said);
  const { body } = await begun();
  body.request.destroy();
  expect(await traced()).toMatchObject({ detail: { row: { status: 'cancelled' } }, own: [] });
  const client = await WsTurns.open(rig);
  client.send({ type: 'response.create', ...ask('hi') });
  await expect.poll(() => client.events.length).toBe(said.length);
  client.socket.terminate();
  expect(await traced()).toMatchObject({ detail: { row: { status: 'cancelled' } }, own: [] });
});

describe('an answer that is cut at its limit', () => {
  let counting: Rig;

  beforeAll(async () => {
    counting = await startRig();
  });
  afterAll(() => counting.stop());

  const count = 'Count to 400';
  const ends = [
    'response.output_text.done',
    'response.content_part.done',
    'response.output_item.done',
    'response.incomplete',
  ];

  it('ends in a Responses stream with events that are no relayed ones', async () => {
    const { text, events: got } = await post(counting, ask(count, { max_output_tokens: 20 }));
    const { detail, own, content } = await traced(counting);
    expect(own.map(({ type, text: told }) => [type, JSON.parse(told ?? '')])).toEqual(
      got.slice(-4).map((event, index) => [ends[index], event]),
    );
    expect(own.map(({ bytes }) => bytes)).toEqual(bytesOf(own));
    expect(content.text).toBe(events(text));
    // Upstream itself said nothing of an end.
    const came = detail.frames.filter(({ direction }) => direction === 'upstream-in').map(({ type }) => type);
    expect(came.filter((type) => ends.includes(type))).toEqual([]);
    const lastMark = detail.marks.findLast(({ name }) => name === 'lastText')?.atMs ?? Number.NaN;
    expect(lastMark).toBeLessThanOrEqual(
      detail.frames.findLast(({ direction }) => direction === 'upstream-in')?.atMs ?? 0,
    );
  });

  it('is the whole body of a Responses object, which is told as it is told', async () => {
    const { text } = await post(counting, ask(count, { max_output_tokens: 20, stream: false }));
    const { own, content } = await traced(counting);
    expect(own).toEqual([{ type: 'body', bytes: Buffer.byteLength(text), text }]);
    expect(content.text).toBe(text);
  });

  it('ends on a websocket with frames that name its lane', async () => {
    const client = await WsTurns.open(counting);
    const told = await client.turn({ ...ask(count, { max_output_tokens: 20 }), stream_id: 'a' });
    await client.close();
    const { own, entry } = await traced(counting);
    expect(own.map(({ text }) => JSON.parse(text ?? ''))).toEqual(told.slice(-4));
    expect(entry._webSocketMessages?.slice(-4).map(({ _type }) => _type)).toEqual(ends);
  });

  it.each<[string, JsonObject, string, readonly string[]]>([
    [
      'Chat',
      chat(count, { max_completion_tokens: 20, stream_options: { include_usage: true } }),
      chatPath,
      ['chat.completion.chunk', 'chat.completion.chunk', '[DONE]'],
    ],
    ['Chat, at a stop sequence', chat(count, { stop: '4' }), chatPath, ['chat.completion.chunk', '[DONE]']],
    [
      'Messages',
      askMessages(count, { max_tokens: 20 }),
      messagesPath,
      ['content_block_stop', 'message_delta', 'message_stop'],
    ],
  ])('ends in the words of %s', async (_who, body, path, types) => {
    const { text } = await post(counting, body, {}, path);
    const { own, content } = await traced(counting);
    expect(own.map(({ type }) => type)).toEqual(types);
    expect(own.map(({ bytes }) => bytes)).toEqual(bytesOf(own));
    expect(text.endsWith(content.text ?? '?')).toBe(true);
    expect(content.comment).toBeDefined();
  });

  it('by upstream’s own count is told in place of upstream’s end', async () => {
    const whole = answerEvents('resp_1').map((event) =>
      event.type === 'response.completed'
        ? { ...event, response: { ...(event.response as JsonObject), usage: { input_tokens: 1, output_tokens: 90 } } }
        : event,
    );
    saying(...whole);
    const { text, events: got } = await post(rig, ask('hi', { max_output_tokens: 50 }));
    const { own, content } = await traced();
    expect(typesOf(got).slice(-2)).toEqual(['response.output_item.done', 'response.incomplete']);
    expect(own.map(({ type }) => type)).toEqual(['response.incomplete']);
    expect(content.text).toBe(events(text));
  });
});

it('a close with 1009 is told as one, with its code and without a message', async () => {
  const strict = await startRig();
  const client = await WsTurns.open(strict, codexHeaders(thread));
  const one = await client.turn(codexBody('hello'));
  strict.simulator.faults.next('turn', { kind: 'close', code: 1009 });
  await client.turn({ ...codexBody(''), previous_response_id: responseIdOf(one), input: [user('more')] });
  expect((await client.closed).code).toBe(1009);
  const { own, entry } = await traced(strict);
  expect(own).toEqual([{ type: 'close 1009', bytes: 2, text: '' }]);
  expect(entry._closeCode).toBe(1009);
  expect(entry._webSocketMessages?.map(({ _type }) => _type)).toEqual(['response.create']);
  await strict.stop();
});

it('an error of a request that is no turn is told as its body; what upstream says of one is not Slipstream’s', async () => {
  const passedOn = await post(rig, { id: 'x' }, codexHeaders(thread), '/v1/alpha/search');
  expect(passedOn.status).toBe(404);
  expect((await traced()).own).toEqual([]);
  const gone = await startScriptedUpstream({});
  await gone.stop();
  const alone = await startRig({ upstreamUrl: gone.url });
  const { status, text } = await post(alone, { id: 'x' }, codexHeaders(thread), '/v1/alpha/search');
  const { own, content } = await traced(alone);
  expect([status, own]).toEqual([502, [{ type: 'body', bytes: Buffer.byteLength(text), text }]]);
  expect(content.text).toBe(text);
  await alone.stop();
});

it('events of upstream by HTTP are told as they came, with an error behind them', async () => {
  const other = await startScriptedUpstream({
    upgrade: refuseWebsocket,
    post: (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(said.map(sse).join(''));
    },
  });
  const overHttp = await startRig({ upstreamUrl: other.url });
  const { text } = await post(overHttp, ask('hi'));
  const { own, content } = await traced(overHttp);
  expect(own.map(({ type }) => type)).toEqual(['error']);
  expect(content.text).toBe(events(text));
  await overHttp.stop();
  await other.stop();
});
