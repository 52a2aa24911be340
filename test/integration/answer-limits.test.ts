import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src-main/core/json.ts';
import { tell } from '../../src-main/shared/words/told.ts';
import { chat, complete } from '../support/chat-client.ts';
import { ask, say } from '../support/messages-client.ts';
import { answerEvents, startScriptedUpstream } from '../support/scripted-upstream.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { outputOf, textOf, typesOf, ask as userBody, WsTurns } from '../support/turn-client.ts';

/** Answers that end where their client wants it, over real sockets: upstream's turn ends with them. */

let rig: Rig;

beforeEach(async () => {
  rig = await startRig();
});

afterEach(() => rig.stop());

it.each([true, false])('stops a Chat answer at a stop sequence (stream: %s)', async (stream) => {
  const answer = await complete(rig, chat('Count to 9', { stop: ['4 5'], stream }));
  expect(answer).toMatchObject({ status: 200, finishReason: 'stop', message: { content: '1 2 3 ' } });
  const { row, changes } = await rig.lastTrace();
  expect(row.status).toBe('completed');
  expect(changes).toContainEqual(expect.objectContaining({ path: 'body.stop', action: 'dropped' }));
  expect((await complete(rig, chat('Count to 5'))).message.content).toBe('1 2 3 4 5');
});

it.each([true, false])('stops a Messages answer at a stop sequence and names it (stream: %s)', async (stream) => {
  const answer = await say(rig, ask('Count to 9', { stop_sequences: ['x', '4'], stream }));
  expect(answer.content).toMatchObject([{ type: 'text', text: '1 2 3 ' }]);
  expect(answer.stopReason).toBe('stop_sequence');
  expect(answer.text).toContain('"stop_sequence":"4"');
});

it('ends a Chat answer with length, and a Messages answer with max_tokens, once clearly over the limit', async () => {
  const chatAnswer = await complete(rig, chat('Count to 400', { max_completion_tokens: 20 }));
  expect(chatAnswer.finishReason).toBe('length');
  expect((await rig.lastTrace()).row.status).toBe('incomplete');
  const messagesAnswer = await say(rig, ask('Count to 400', { max_tokens: 20 }));
  expect(messagesAnswer.stopReason).toBe('max_tokens');
  for (const { text } of [chatAnswer, messagesAnswer]) expect(text).not.toMatch(/" ?399"/);
});

it.each([true, false])(
  'gives a Messages client that wants no tokens an answer of nothing (stream: %s)',
  async (stream) => {
    const answer = await say(rig, ask('Count to 400', { max_tokens: 0, stream }));
    expect([answer.status, answer.content, answer.stopReason]).toEqual([200, [], 'max_tokens']);
    expect((await say(rig, ask('Count to 3', { stream }))).content).toMatchObject([{ text: '1 2 3' }]);
  },
);

it.each([true, false])('ends a Responses answer at its limit (stream: %s)', async (stream) => {
  const body = { model: 'gpt-5.5', input: 'Count to 400', max_output_tokens: 20, stream };
  const text = await (await rig.post('/v1/responses', body)).text();
  expect(text).toContain('"incomplete_details":{"reason":"max_output_tokens"}');
  expect(text).not.toMatch(/" ?399"/);
  // With what came of it, as the vendor's library reads it.
  expect(text).toMatch(/"status":"incomplete","content":\[\{"type":"output_text",.{0,40}"text":"1 2 3/);
});

it('ends the answer of a websocket client that is not Codex at its limit, and takes its next one', async () => {
  const client = await WsTurns.open(rig, {});
  const events = await client.turn(userBody('Count to 400', { max_output_tokens: 20 }));
  expect(typesOf(events).slice(-2)).toEqual(['response.output_item.done', 'response.incomplete']);
  expect(outputOf(events)).toMatchObject([{ status: 'incomplete', content: [{ type: 'output_text' }] }]);
  expect(textOf(await client.turn(userBody('Count to 3')))).toBe('1 2 3');
  await client.close();
});

it.each([true, false])('searches two messages as the one text they are told as (stream: %s)', async (stream) => {
  const events = ['First.', 'Second.'].flatMap((said, index) =>
    answerEvents('resp_1', said)
      .slice(index === 0 ? 0 : 2, -1)
      .map((event) => ({ ...event, ...(index === 0 ? {} : { output_index: 1, item_id: 'msg_2' }) })),
  );
  const upstream = await startScriptedUpstream({
    frame: (socket) => {
      for (const event of [...events, ...answerEvents('resp_1').slice(-1)]) socket.send(JSON.stringify(event));
    },
  });
  const other = await startRig({ upstreamUrl: upstream.url });
  const answer = await complete(other, chat('go', { stop: '\n', stream }));
  expect(answer).toMatchObject({ finishReason: 'stop', message: { content: 'First.' } });
  await other.stop();
  await upstream.stop();
});

const counted = '1 2 3 4 5 6 7 8 9';
const greeting = '你好世界，再见 👋🏽 end';

describe.each([true, false])('odd limits of clients (stream: %s)', (stream) => {
  it.each<[JsonObject, string, string]>([
    [{ stop: null }, counted, 'stop'],
    [{ stop: [] }, counted, 'stop'],
    [{ stop: '' }, counted, 'stop'],
    [{ stop: ['', ''] }, counted, 'stop'],
    [{ stop: ['a', 'b', 'c', 'd', '5'] }, '1 2 3 4 ', 'stop'],
    [{ stop: '1' }, '', 'stop'],
    [{ stop: '9' }, '1 2 3 4 5 6 7 8 ', 'stop'],
    [{ stop: '9 10' }, counted, 'stop'],
    [{ stop: ['3 4 5', '4'] }, '1 2 3 ', 'stop'],
    [{ max_tokens: null }, counted, 'stop'],
    [{ max_tokens: 10_000, max_completion_tokens: null }, counted, 'stop'],
    [{ stop: '4', max_tokens: 10_000 }, '1 2 3 ', 'stop'],
  ])('of Chat, %j, are read as they are meant', async (more, content, finishReason) => {
    const answer = await complete(rig, chat('Count to 9', { ...more, stream }));
    expect(answer).toMatchObject({ status: 200, finishReason });
    expect(answer.message.content ?? '').toBe(content);
  });

  it.each([
    ['世界', '你好'],
    ['，', '你好世界'],
    ['🏽', '你好世界，再见 👋'],
    ['\ud83d\udc4b', '你好世界，再见 '],
  ])('of more than one byte, %s, cut where a model would have stopped', async (stop, content) => {
    const answer = await complete(rig, chat(`Reply with exactly: ${greeting}`, { stop, stream }));
    expect(answer.message.content).toBe(content);
    const said = await say(rig, ask(`Reply with exactly: ${greeting}`, { stop_sequences: [stop], stream }));
    expect(said.content).toMatchObject([{ type: 'text', text: content }]);
    expect(said.stopReason).toBe('stop_sequence');
  });

  it.each<[JsonObject, string]>([
    [{ stop_sequences: null }, 'end_turn'],
    [{ stop_sequences: [] }, 'end_turn'],
    [{ stop_sequences: [''] }, 'end_turn'],
    [{ stop_sequences: ['1'] }, 'stop_sequence'],
    [{ stop: ['1'] }, 'end_turn'],
  ])('of Messages, %j, end it with %s', async (more, stopReason) => {
    expect(await say(rig, ask('Count to 9', { ...more, stream }))).toMatchObject({ stopReason });
  });

  it('of Chat, none at all, leaves the answer whole', async () => {
    expect(await complete(rig, chat('Count to 9', { max_tokens: 0, stream }))).toMatchObject({ finishReason: 'stop' });
  });

  it.each<[JsonObject, string]>([
    [{ max_tokens: -1 }, tell('why.limits.none')],
    [{ max_tokens: 'many' }, tell('why.limits.none')],
    [{ max_tokens: '10000' }, tell('why.limits.tokens')],
  ])('of Chat and Messages, %j, are told in the changes', async (more, why) => {
    expect(await complete(rig, chat('Count to 9', { ...more, stream }))).toMatchObject({ finishReason: 'stop' });
    const noted = expect.objectContaining({ path: 'body.max_tokens', action: 'dropped', why });
    expect((await rig.lastTrace()).changes).toContainEqual(noted);
    expect(await say(rig, ask('Count to 9', { ...more, stream }))).toMatchObject({ stopReason: 'end_turn' });
    expect((await rig.lastTrace()).changes).toContainEqual(noted);
  });
});
