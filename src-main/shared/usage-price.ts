import { globMatcher } from './glob.ts';

/** What a million tokens of a model cost, as the user has set it: Slipstream knows no prices. Pure. */
export interface PriceRow {
  /** A model, or many with `*`. */
  readonly model: string;
  /** The tier that was sent; null: whichever. */
  readonly tier: string | null;
  readonly input: number;
  readonly cached: number;
  readonly output: number;
}

interface Tokens {
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
}

const million = 1_000_000;

/** The cost of tokens by the first row that fits; null where none does. Reasoning is counted in the output. */
export function priceOf(
  prices: readonly PriceRow[],
  model: string,
  tier: string,
  { inputTokens, cachedTokens, outputTokens }: Tokens,
): number | null {
  const price = prices.find((row) => (row.tier === null || row.tier === tier) && globMatcher(row.model)(model));
  if (price === undefined) return null;
  const fresh = inputTokens - cachedTokens;
  return (fresh * price.input + cachedTokens * price.cached + outputTokens * price.output) / million;
}
