import { deepStrictEqual, equal, ok } from 'node:assert/strict';
import fc from 'fast-check';
import { isJsonObject, type JsonObject } from '../../../src-main/core/json.ts';
import { makeEvent } from '../../../src-main/core/wire-event.ts';
import { SlipstreamError } from '../../../src-main/shared/errors.ts';
import { messagesFrom } from '../../support/read-texts.ts';
import { mutated, texts } from '../inputs.ts';
import { target } from '../target.ts';
import { objectsIn, upstreamTurns } from '../upstream-turns.ts';

const context = { headers: [], efforts: () => ['low', 'medium', 'high'], offered: () => ['gpt-5.5'] };
const valid = {
  model: 'gpt-5.5',
  max_tokens: 100,
  system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'x' },
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA' } },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'a', signature: 'gAAAA' },
        { type: 'tool_use', id: 't1', name: 'clock', input: {} },
      ],
    },
    {
      role: 'user',
      content: [{ type: 'tool_result', tool_use_id: 't1', content: [{ type: 'text', text: 'noon' }], is_error: false }],
    },
  ],
  tools: [
    { name: 'clock', description: 'd', input_schema: { type: 'object', properties: {} } },
    { type: 'web_search_20250305', name: 'web_search', max_uses: 3 },
  ],
  tool_choice: { type: 'auto', disable_parallel_tool_use: true },
  thinking: { type: 'enabled', budget_tokens: 1024 },
  output_config: { effort: 'low' },
  metadata: { user_id: 'user_a_account_b_session_c' },
  stream: true,
  stop_sequences: ['x'],
  temperature: 1,
};

const bodies = fc.oneof(
  { weight: 9, arbitrary: mutated(valid).map((body) => JSON.stringify(body)) },
  { weight: 1, arbitrary: texts },
);
const refusals: readonly string[] = ['json_invalid', 'request_invalid', 'model_unknown'];

/** A body is a turn for upstream, or is refused in words. */
export const messagesBody = target('messages-body', bodies, (text) => {
  try {
    const { body } = messagesFrom(Buffer.from(text), context);
    ok(typeof body.model === 'string' && Array.isArray(body.input));
    JSON.stringify(body);
  } catch (thrown) {
    if (!(thrown instanceof SlipstreamError) || !refusals.includes(thrown.code)) throw thrown;
  }
});

const deltaMembers: Readonly<Record<string, string>> = {
  text_delta: 'text',
  thinking_delta: 'thinking',
  signature_delta: 'signature',
  input_json_delta: 'partial_json',
};
const deltasOf: Readonly<Record<string, readonly string[]>> = {
  text: ['text_delta', 'citations_delta'],
  thinking: ['thinking_delta', 'signature_delta'],
  tool_use: ['input_json_delta'],
};

/** What an official client makes of a stream; throws where it would. */
function addUp(events: readonly JsonObject[]): Record<string, unknown>[] {
  const blocks: Record<string, unknown>[] = [];
  let open: Record<string, unknown> | null = null;
  equal(events[0]?.type, 'message_start');
  deepStrictEqual(
    events.slice(-2).map(({ type }) => type),
    ['message_delta', 'message_stop'],
  );
  for (const { type, index, delta, content_block: block } of events.slice(1, -2)) {
    if (type === 'ping') continue;
    equal(index, blocks.length, 'a block out of turn');
    if (type === 'content_block_start') {
      equal(open, null, 'two blocks are open');
      ok(isJsonObject(block));
      open = { ...block, said: '' };
    } else if (type === 'content_block_delta') {
      ok(open !== null && isJsonObject(delta), 'a delta outside a block');
      ok(deltasOf[String(open.type)]?.includes(String(delta.type)), `${String(delta.type)} in ${String(open.type)}`);
      const piece = delta[deltaMembers[String(delta.type)] ?? ''];
      if (delta.type !== 'citations_delta') ok(typeof piece === 'string');
      if (delta.type !== 'signature_delta') open.said = String(open.said) + String(piece ?? '');
    } else {
      equal(type, 'content_block_stop');
      ok(open !== null, 'no block is open');
      blocks.push(open);
      open = null;
    }
  }
  equal(open, null, 'a block stays open');
  return blocks;
}

/** A turn of upstream is a stream that a strict client reads to its end, with all that upstream said, and the same as a whole. */
export const messagesStream = target('messages-stream', upstreamTurns, ({ events, said }) => {
  const asked = {
    model: 'gpt-5.5',
    max_tokens: 9,
    messages: [{ role: 'user', content: 'x' }],
    thinking: valid.thinking,
  };
  const translated = (stream: boolean) => {
    const translator = messagesFrom(Buffer.from(JSON.stringify({ ...asked, stream })), context).translator();
    return { translator, messages: events.flatMap((event) => translator.event(makeEvent(event))) };
  };
  const told = addUp(
    translated(true).messages.map(({ event, data }) => {
      ok(isJsonObject(data) && data.type === event);
      return data;
    }),
  );
  const of = (type: string) => told.filter((block) => block.type === type);
  const letters = (text: string) => text.split('').toSorted().join('');
  // A refusal is text here; which of the two comes first is the turn's affair.
  equal(
    letters(
      of('text')
        .map((block) => String(block.said))
        .join(''),
    ),
    letters(said.text + said.refusal),
  );
  // A call that only the end of the turn tells of comes after one that was told piece by piece.
  const byId = (one: { readonly id: unknown }, other: { readonly id: unknown }) =>
    String(one.id) < String(other.id) ? -1 : 1;
  deepStrictEqual(
    of('tool_use')
      .map(({ id, name, said: args }) => ({ id, name, args }))
      .toSorted(byId),
    said.calls,
  );
  const { translator } = translated(false);
  const answer = translator.answer();
  deepStrictEqual(
    objectsIn(answer.content).map(({ type }) => type),
    told.map(({ type }) => type),
  );
});
