import { deepStrictEqual, equal, ok } from 'node:assert/strict';
import fc from 'fast-check';
import { isJsonObject, type JsonObject } from '../../../src-main/core/json.ts';
import { makeEvent } from '../../../src-main/core/wire-event.ts';
import { SlipstreamError } from '../../../src-main/shared/errors.ts';
import { chatFrom } from '../../support/read-texts.ts';
import { mutated, texts } from '../inputs.ts';
import { target } from '../target.ts';
import { objectsIn, upstreamTurns } from '../upstream-turns.ts';

const valid = {
  model: 'gpt-5.5',
  messages: [
    { role: 'system', content: 'Be brief.' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'x' },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,AA' } },
      ],
    },
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'c1', type: 'function', function: { name: 'clock', arguments: '{}' } }],
    },
    { role: 'tool', tool_call_id: 'c1', content: 'noon' },
  ],
  tools: [
    { type: 'function', function: { name: 'clock', parameters: { type: 'object', properties: {} }, strict: true } },
  ],
  tool_choice: 'auto',
  response_format: { type: 'json_schema', json_schema: { name: 'a', schema: { type: 'object' }, strict: true } },
  reasoning_effort: 'low',
  stream: true,
  stream_options: { include_usage: true },
  n: 1,
  stop: ['x'],
  max_tokens: 5,
  user: 'u',
};

const bodies = fc.oneof(
  { weight: 9, arbitrary: mutated(valid).map((body) => JSON.stringify(body)) },
  { weight: 1, arbitrary: texts },
);
const refusals: readonly string[] = ['json_invalid', 'request_invalid', 'model_unknown'];

/** A body is a turn for upstream, or is refused in words. */
export const chatBody = target('chat-body', bodies, (text) => {
  try {
    const { body } = chatFrom(Buffer.from(text));
    ok(typeof body.model === 'string' && Array.isArray(body.input));
    JSON.stringify(body);
  } catch (thrown) {
    if (!(thrown instanceof SlipstreamError) || !refusals.includes(thrown.code)) throw thrown;
  }
});

const reasons: readonly unknown[] = ['stop', 'length', 'tool_calls', 'content_filter'];

/** What an official client makes of a stream; throws where it would. */
function addUp(chunks: readonly JsonObject[]) {
  const said: Record<'content' | 'refusal' | 'reasoning_content', string> = {
    content: '',
    refusal: '',
    reasoning_content: '',
  };
  const calls: { id: string; name: string; args: string }[] = [];
  let finish: unknown = null;
  for (const [place, chunk] of chunks.entries()) {
    equal(chunk.object, 'chat.completion.chunk');
    equal(chunk.id, chunks[0]?.id);
    ok(typeof chunk.created === 'number' && typeof chunk.model === 'string');
    const [choice] = objectsIn(chunk.choices);
    if (choice === undefined) {
      ok(finish !== null && isJsonObject(chunk.usage), 'usage before the end');
      continue;
    }
    equal(finish, null, 'something after the end');
    const delta = isJsonObject(choice.delta) ? choice.delta : null;
    ok(delta !== null);
    equal(delta.role, place === 0 ? 'assistant' : undefined);
    for (const key of ['content', 'refusal', 'reasoning_content'] as const) {
      const piece = delta[key];
      if (piece === undefined || piece === null) continue;
      ok(typeof piece === 'string');
      said[key] += piece;
    }
    for (const piece of objectsIn(delta.tool_calls)) {
      const made = isJsonObject(piece.function) ? piece.function : {};
      const call = calls[Number(piece.index)];
      if (call === undefined) {
        equal(piece.index, calls.length, 'a call out of turn');
        ok(typeof piece.id === 'string' && piece.type === 'function' && typeof made.name === 'string');
        calls.push({ id: piece.id, name: made.name, args: String(made.arguments ?? '') });
      } else {
        equal(piece.id, undefined, 'a call begins twice');
        call.args += String(made.arguments ?? '');
      }
    }
    finish = choice.finish_reason;
  }
  ok(reasons.includes(finish), `ends with ${String(finish)}`);
  return { ...said, calls };
}

/** A turn of upstream is a stream that a strict client reads to its end, with all that upstream said, and the same as a whole. */
export const chatStream = target('chat-stream', upstreamTurns, ({ events, said }) => {
  const asked = {
    model: 'gpt-5.5',
    messages: [{ role: 'user', content: 'x' }],
    stream_options: { include_usage: true },
  };
  const translated = (stream: boolean) => {
    const translator = chatFrom(Buffer.from(JSON.stringify({ ...asked, stream }))).translator();
    return { translator, messages: events.flatMap((event) => translator.event(makeEvent(event))) };
  };
  const { messages } = translated(true);
  ok(messages.every(({ event }) => event === null));
  equal(messages.at(-1)?.data, '[DONE]');
  const told = addUp(messages.slice(0, -1).map(({ data }) => (isJsonObject(data) ? data : {})));
  // Between two messages stands an empty line.
  const bare = (text: unknown) => String(text ?? '').replaceAll('\n', '');
  const letters = (text: unknown) => bare(text).split('').toSorted().join('');
  equal(letters(told.content), letters(said.text));
  equal(letters(told.refusal), letters(said.refusal));
  // A call that only the end of the turn tells of comes after one that was told piece by piece. Arguments are always JSON.
  deepStrictEqual(
    told.calls.toSorted((one, other) => (one.id < other.id ? -1 : 1)),
    said.calls.map((call) => ({ ...call, args: call.args === '' ? '{}' : call.args })),
  );
  const [choice] = objectsIn(translated(false).translator.answer().choices);
  const message = isJsonObject(choice?.message) ? choice.message : {};
  deepStrictEqual(
    [message.content ?? '', message.refusal ?? '', message.reasoning_content ?? ''],
    [told.content, told.refusal, told.reasoning_content],
  );
});
