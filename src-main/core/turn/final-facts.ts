import type { ExchangeStatus, TokenUsage } from '../../shared/model.ts';
import { type JsonObject, textMember } from '../json.ts';
import { toldUsage } from '../told-usage.ts';
import type { ExchangeWatch } from '../watch.ts';
import { isTerminal } from '../wire-event.ts';

/** How an event of this type, with this response, ends its exchange. */
export function finalStatus(type: string, response: JsonObject | null): Exclude<ExchangeStatus, 'running'> {
  if (type === 'response.incomplete' || textMember(response, 'status') === 'incomplete') return 'incomplete';
  if (type === 'error' || type === 'response.failed') return 'failed';
  return isTerminal(type) || textMember(response, 'status') === 'completed' ? 'completed' : 'incomplete';
}

/** What a response that has ended tells of itself. */
export function finalFacts(response: JsonObject | null): Parameters<ExchangeWatch['finalEvent']>[0] {
  return { tierEchoed: textMember(response, 'service_tier'), usage: tokenUsage(response) };
}

function tokenUsage(response: JsonObject | null): TokenUsage | null {
  const usage = toldUsage(response);
  if (usage === null) return null;
  const { inputTokens, cachedTokens, outputTokens, reasoningTokens } = usage;
  return { inputTokens, cachedTokens, outputTokens, reasoningTokens };
}
