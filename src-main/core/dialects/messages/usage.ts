import { type JsonObject, objectMember, textMember } from '../../json.ts';
import { toldUsage } from '../../told-usage.ts';
import { stopSequenceReason } from '../answer-limits.ts';

/** Upstream's usage in Anthropic's members, which count cached input apart from the rest (PROTOCOL.md, Other dialects). */
export function messagesUsage(response: JsonObject | null, searches: number): JsonObject {
  const usage = toldUsage(response);
  const cached = usage?.cachedTokens ?? 0;
  const written = usage?.cacheWriteTokens ?? 0;
  return {
    input_tokens: Math.max(0, (usage?.inputTokens ?? 0) - cached - written),
    cache_creation_input_tokens: written,
    cache_read_input_tokens: cached,
    output_tokens: usage?.outputTokens ?? 0,
    output_tokens_details: usage?.tellsReasoning ? { thinking_tokens: usage.reasoningTokens } : null,
    server_tool_use: searches === 0 ? null : { web_search_requests: searches, web_fetch_requests: 0 },
  };
}

/** What a message's own usage has beside the counts; upstream says nothing of it. */
export const untoldUsage = { cache_creation: null, inference_geo: null, service_tier: null, speed: null };

/** What Anthropic says of a refusal beside the reason: which kind it was, upstream does not tell. */
export function stopDetails(reason: string): JsonObject | null {
  return reason === 'refusal' ? { type: 'refusal', category: null, explanation: null } : null;
}

/** What a turn held, as far as the reason for its end depends on it. */
interface TurnEnd {
  readonly type: string;
  readonly response: JsonObject | null;
  /** Calls that are whole. */
  readonly calls: number;
  readonly hasOpenCall: boolean;
  readonly hasRefusal: boolean;
}

/** The stop sequence that the answer ran into; null where it did not. */
export function stopSequence(response: JsonObject | null): string | null {
  const details = objectMember(response, 'incomplete_details');
  return details?.reason === stopSequenceReason ? textMember(details, 'stop_sequence') : null;
}

/** Why the turn ended: a tool, a limit, a refusal, or its end (PROTOCOL.md, Other dialects). */
export function stopReason({ type, response, calls, hasOpenCall, hasRefusal }: TurnEnd): string {
  if (stopSequence(response) !== null) return 'stop_sequence';
  const isCut = type === 'response.incomplete' || textMember(response, 'status') === 'incomplete';
  if (calls > 0 && !hasOpenCall) return 'tool_use';
  if (isCut) {
    const reason = textMember(objectMember(response, 'incomplete_details'), 'reason');
    return reason === 'content_filter' ? 'refusal' : 'max_tokens';
  }
  return hasRefusal ? 'refusal' : 'end_turn';
}
