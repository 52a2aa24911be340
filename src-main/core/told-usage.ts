import type { TokenUsage } from '../shared/model.ts';
import { type JsonObject, numberMember, objectMember } from './json.ts';
import { wholeCount } from './told-numbers.ts';

/** A response's token counts as upstream tells them, each a whole number that can be believed: parts are never more than their whole. */
export interface ToldUsage extends TokenUsage {
  /** Part of the input, beside the cached; null where it was not told. */
  readonly cacheWriteTokens: number | null;
  /** Whether reasoning was told at all. */
  readonly tellsReasoning: boolean;
}

/** The one place where usage is read of upstream's final event; null where it tells none. What is no count is taken as 0. */
export function toldUsage(response: JsonObject | null): ToldUsage | null {
  const usage = objectMember(response, 'usage');
  if (usage === null) return null;
  const inputDetails = objectMember(usage, 'input_tokens_details');
  const reasoning = numberMember(objectMember(usage, 'output_tokens_details'), 'reasoning_tokens');
  const written = numberMember(inputDetails, 'cache_write_tokens');
  const inputTokens = count(numberMember(usage, 'input_tokens'));
  const outputTokens = count(numberMember(usage, 'output_tokens'));
  const cachedTokens = Math.min(inputTokens, count(numberMember(inputDetails, 'cached_tokens')));
  return {
    inputTokens,
    cachedTokens,
    cacheWriteTokens: written === null ? null : Math.min(inputTokens, count(written)),
    outputTokens,
    reasoningTokens: Math.min(outputTokens, count(reasoning)),
    tellsReasoning: reasoning !== null,
  };
}

function count(value: number | null): number {
  return wholeCount(value) ?? 0;
}
