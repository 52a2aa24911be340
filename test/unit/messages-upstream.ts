import type { JsonObject } from '../../src-main/core/json.ts';

/** Upstream's events, for tests of what a Messages client sees of them. */

/** One event of upstream. */
export type Event = JsonObject & { readonly type: string };

export const created: Event = { type: 'response.created', response: { id: 'resp_1', model: 'gpt-5.5' } };
const usage = {
  input_tokens: 100,
  input_tokens_details: { cached_tokens: 64 },
  output_tokens: 9,
  output_tokens_details: { reasoning_tokens: 4 },
};
export const ended = (type: string, more: JsonObject = {}): Event => ({
  type,
  response: { id: 'resp_1', status: type.slice('response.'.length), output: [], usage, ...more },
});
export const completed = ended('response.completed');
export const incomplete = (reason: string) => ended('response.incomplete', { incomplete_details: { reason } });
export const at = (index: number, more: JsonObject = {}) => ({
  output_index: index,
  item_id: `item_${index}`,
  ...more,
});
export const text = (delta: string, index = 0, part = 0): Event => ({
  type: 'response.output_text.delta',
  ...at(index, { content_index: part, delta }),
});
export const textDone = (said: string, index = 0, part = 0): Event => ({
  type: 'response.output_text.done',
  ...at(index, { content_index: part, text: said }),
});
export const summary = (delta: string, index = 0, part = 0): Event => ({
  type: 'response.reasoning_summary_text.delta',
  ...at(index, { summary_index: part, delta }),
});
export const done = (item: JsonObject, index = 0): Event => ({
  type: 'response.output_item.done',
  output_index: index,
  item: { id: `item_${index}`, ...item },
});
export const reasoned = (index = 0, more: JsonObject = {}) =>
  done({ type: 'reasoning', summary: [], encrypted_content: 'gAAAA', ...more }, index);
export const added = (item: JsonObject, index = 0): Event => ({
  ...done(item, index),
  type: 'response.output_item.added',
});
export const call = (name: string, args: string, id = 'call_1') => ({
  type: 'function_call',
  call_id: id,
  name,
  arguments: args,
});
export const argument = (delta: string, index = 0): Event => ({
  type: 'response.function_call_arguments.delta',
  ...at(index, { delta }),
});
/** A note on the first part of an item's text. */
export const notes = (annotation: JsonObject, index = 0): Event => ({
  type: 'response.output_text.annotation.added',
  ...at(index, { content_index: 0, annotation }),
});
