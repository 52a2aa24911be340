import { type JsonObject, numberMember, objectMember } from '../../json.ts';

/** Upstream's usage in the names of Chat Completions (PROTOCOL.md, Other dialects); null where it tells none. */
export function chatUsage(response: JsonObject | null): JsonObject | null {
  const usage = objectMember(response, 'usage');
  if (usage === null) return null;
  const inputDetails = objectMember(usage, 'input_tokens_details');
  const outputDetails = objectMember(usage, 'output_tokens_details');
  const promptTokens = numberMember(usage, 'input_tokens') ?? 0;
  const completionTokens = numberMember(usage, 'output_tokens') ?? 0;
  const written = numberMember(inputDetails, 'cache_write_tokens');
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: numberMember(usage, 'total_tokens') ?? promptTokens + completionTokens,
    prompt_tokens_details: {
      cached_tokens: numberMember(inputDetails, 'cached_tokens') ?? 0,
      ...(written === null ? {} : { cache_write_tokens: written }),
    },
    completion_tokens_details: { reasoning_tokens: numberMember(outputDetails, 'reasoning_tokens') ?? 0 },
  };
}
