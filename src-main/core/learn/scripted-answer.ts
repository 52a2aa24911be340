import type { JsonObject } from '../json.ts';

/** The events of the shortest answer that the official client takes for a finished turn; of a warm-up, an empty one. */
export function scriptedEvents(id: string, frame: JsonObject): JsonObject[] {
  const message = {
    id: `msg_${id}`,
    type: 'message',
    role: 'assistant',
    status: 'completed',
    content: [{ type: 'output_text', text: 'OK', annotations: [] }],
  };
  const isWarmUp = frame.generate === false;
  const response = { id: `resp_${id}`, object: 'response', status: 'in_progress', model: frame.model, output: [] };
  const usage = {
    input_tokens: 1,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: 1,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: 2,
  };
  const content: JsonObject[] = [
    { type: 'response.output_item.added', output_index: 0, item: { ...message, status: 'in_progress', content: [] } },
    { type: 'response.output_text.delta', output_index: 0, content_index: 0, item_id: message.id, delta: 'OK' },
    { type: 'response.output_item.done', output_index: 0, item: message },
  ];
  const completed = { ...response, status: 'completed', output: isWarmUp ? [] : [message], usage };
  const events: JsonObject[] = [
    { type: 'response.created', response },
    ...(isWarmUp ? [] : content),
    { type: 'response.completed', response: completed },
  ];
  return events.map((event, index) => ({ ...event, sequence_number: index }));
}
