import fc from 'fast-check';
import { isJsonObject, type JsonObject } from '../../src-main/core/json.ts';
import { texts } from './inputs.ts';

/** Turns as upstream may tell them: items begun, told in pieces, told as a whole, and listed at the end, or only some of that. */

type UpstreamEvent = JsonObject & { readonly type: string };

/** What a client must have been told, whatever the way. */
interface Said {
  readonly text: string;
  readonly refusal: string;
  readonly calls: readonly { readonly id: string; readonly name: string; readonly args: string }[];
}

export interface UpstreamTurn {
  readonly events: readonly UpstreamEvent[];
  readonly said: Said;
}

const piecesOf = fc.array(texts, { minLength: 1, maxLength: 3 });

const items = fc.record({
  kind: fc.constantFrom('message', 'message', 'refusal', 'reasoning', 'function_call', 'web_search_call', 'unheard_of'),
  pieces: piecesOf,
  isAdded: fc.boolean(),
  isInPieces: fc.boolean(),
  isToldWhole: fc.boolean(),
  isDone: fc.boolean(),
  isSealed: fc.boolean(),
});
type Item = typeof items extends fc.Arbitrary<infer T> ? T : never;

const turns = fc.record({
  items: fc.array(items, { maxLength: 5 }),
  noise: fc.array(fc.constantFrom('response.in_progress', 'keepalive', 'codex.rate_limits', 'response.unheard.of'), {
    maxLength: 3,
  }),
  isCreated: fc.boolean(),
  end: fc.constantFrom('response.completed', 'response.completed', 'response.incomplete'),
  reason: fc.constantFrom('max_output_tokens', 'content_filter', 'other'),
});

const kinds: Readonly<Record<string, { readonly delta: string; readonly done: string; readonly member: string }>> = {
  message: { delta: 'response.output_text.delta', done: 'response.output_text.done', member: 'text' },
  refusal: { delta: 'response.refusal.delta', done: 'response.refusal.done', member: 'refusal' },
  reasoning: {
    delta: 'response.reasoning_summary_text.delta',
    done: 'response.reasoning_summary_text.done',
    member: 'text',
  },
  function_call: {
    delta: 'response.function_call_arguments.delta',
    done: 'response.function_call_arguments.done',
    member: 'arguments',
  },
};

function wholeItem({ kind, pieces, isSealed }: Item, index: number, isBegun: boolean): JsonObject {
  const text = isBegun ? '' : pieces.join('');
  const id = `item_${index}`;
  switch (kind) {
    case 'message':
      return { type: 'message', id, role: 'assistant', content: isBegun ? [] : [{ type: 'output_text', text }] };
    case 'refusal':
      return { type: 'message', id, role: 'assistant', content: isBegun ? [] : [{ type: 'refusal', refusal: text }] };
    case 'reasoning':
      return {
        type: 'reasoning',
        id,
        summary: isBegun ? [] : [{ type: 'summary_text', text }],
        encrypted_content: isSealed ? 'gAAAAsealed' : null,
      };
    case 'function_call':
      return { type: 'function_call', id, call_id: `call_${index}`, name: 'clock', arguments: text };
    case 'web_search_call':
      return { type: 'web_search_call', id, status: 'completed', action: { type: 'search', query: text } };
    default:
      return { type: kind, id, text };
  }
}

function eventsOf(item: Item, index: number): UpstreamEvent[] {
  const at = { output_index: index, item_id: `item_${index}` };
  const part = item.kind === 'reasoning' ? { summary_index: 0 } : { content_index: 0 };
  const words = kinds[item.kind];
  // Deltas of a call that nobody named are no valid stream.
  const mayStream = words !== undefined && (item.kind !== 'function_call' || item.isAdded);
  const pieces = mayStream && item.isInPieces ? item.pieces : [];
  return [
    ...(item.isAdded
      ? [{ type: 'response.output_item.added', output_index: index, item: wholeItem(item, index, true) }]
      : []),
    ...pieces.map((delta) => ({ type: words?.delta ?? '', ...at, ...part, delta })),
    ...(mayStream && item.isToldWhole
      ? [{ type: words.done, ...at, ...part, [words.member]: item.pieces.join('') }]
      : []),
    ...(item.isDone
      ? [{ type: 'response.output_item.done', output_index: index, item: wholeItem(item, index, false) }]
      : []),
  ];
}

function saidOf(items: readonly Item[]): Said {
  const of = (kind: string) => items.filter((item) => item.kind === kind).map(({ pieces }) => pieces.join(''));
  return {
    text: of('message').join(''),
    refusal: of('refusal').join(''),
    calls: items.flatMap(({ kind, pieces }, index) =>
      kind === 'function_call' ? [{ id: `call_${index}`, name: 'clock', args: pieces.join('') }] : [],
    ),
  };
}

/** Valid turns of upstream with what they say. */
export const upstreamTurns: fc.Arbitrary<UpstreamTurn> = turns.map(
  ({ items: given, noise, isCreated, end, reason }) => {
    const response = { id: 'resp_1', model: 'gpt-5.5', created_at: 1_700_000_000 };
    const usage = { input_tokens: 3, output_tokens: 4, total_tokens: 7 };
    const output = given.map((item, index) => wholeItem(item, index, false));
    const details = end === 'response.incomplete' ? { incomplete_details: { reason } } : {};
    const events: UpstreamEvent[] = [
      ...(isCreated ? [{ type: 'response.created', response }] : []),
      ...given.flatMap(eventsOf),
      { type: end, response: { ...response, status: end.slice('response.'.length), ...details, output, usage } },
    ];
    noise.forEach((type, index) => {
      events.splice((index * 3 + 1) % events.length, 0, { type });
    });
    return { events, said: saidOf(given) };
  },
);

/** The members of a list that are objects. */
export function objectsIn(list: unknown): JsonObject[] {
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}
