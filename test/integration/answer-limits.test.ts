import { afterEach, beforeEach, expect, it } from 'vitest';
import { chat, complete } from '../support/chat-client.ts';
import { ask, say } from '../support/messages-client.ts';
import { type Rig, startRig } from '../support/slipstream.ts';

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

it.each([true, false])('ends a Responses answer at its limit (stream: %s)', async (stream) => {
  const body = { model: 'gpt-5.5', input: 'Count to 400', max_output_tokens: 20, stream };
  const text = await (await rig.post('/v1/responses', body)).text();
  expect(text).toContain('"incomplete_details":{"reason":"max_output_tokens"}');
  expect(text).not.toMatch(/" ?399"/);
});
