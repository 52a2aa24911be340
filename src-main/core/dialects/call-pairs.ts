import { isJsonObject, type Json, textMember } from '../json.ts';
import { invalidRequest } from './request-json.ts';

const callTypes = new Set<unknown>(['function_call', 'custom_tool_call']);
const outputTypes = new Set<unknown>(['function_call_output', 'custom_tool_call_output']);

/**
 * Items of a whole conversation: each call has a result, and each result a call before it, as upstream demands.
 * Throws `request_invalid`, which names the id, for the first that has not.
 */
export function checkCallPairs(input: Json | undefined): void {
  const items: readonly Json[] = Array.isArray(input) ? input : [];
  const waiting = new Map<string, string>();
  const answered = new Set<string>();
  for (const item of items.filter(isJsonObject)) {
    const callId = textMember(item, 'call_id') ?? '';
    if (callTypes.has(item.type)) waiting.set(callId, textMember(item, 'name') ?? '');
    if (!outputTypes.has(item.type)) continue;
    if (!waiting.delete(callId) && !answered.has(callId))
      throw invalidRequest(`There is a tool result for "${callId}", but no tool call with this id before it.`);
    answered.add(callId);
  }
  const [missing] = waiting;
  if (missing === undefined) return;
  const [callId, name] = missing;
  throw invalidRequest(`The tool call "${callId}" of "${name}" has no tool result after it: send one for each call.`);
}
