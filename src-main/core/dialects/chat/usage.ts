import type { JsonObject } from '../../json.ts';
import { toldUsage } from '../../told-usage.ts';

/** Upstream's usage in the names of Chat Completions (PROTOCOL.md, Other dialects); null where it tells none. */
export function chatUsage(response: JsonObject | null): JsonObject | null {
  const usage = toldUsage(response);
  if (usage === null) return null;
  const { inputTokens, cachedTokens, cacheWriteTokens, outputTokens, reasoningTokens } = usage;
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    prompt_tokens_details: {
      cached_tokens: cachedTokens,
      ...(cacheWriteTokens === null ? {} : { cache_write_tokens: cacheWriteTokens }),
    },
    completion_tokens_details: { reasoning_tokens: reasoningTokens },
  };
}
