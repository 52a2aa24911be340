import type { LabPrice, LabRequest } from '../../shared/lab.ts';
import { fastTiers, type TierId } from '../../shared/tiers.ts';
import { turnsOf } from './experiment.ts';
import { armsOf } from './search.ts';

/** What turns of the lab take. Pure. */

/** About what the enumeration takes. */
const outputTokensOf = { enumerate: 600, ok: 10 } as const;
const warmUpTokens = 40;
const assumedTokensPerSecond = 60;
const assumedFirstTokenMs = 1_500;

/** What a tier draws from the quota at most, against standard. */
function mostQuotaTimes(id: TierId): number {
  return Math.max(...fastTiers.filter((tier) => tier.id === id).flatMap(({ quotaTimes }) => quotaTimes));
}

type Asked = Pick<LabRequest, 'prompt' | 'tier'>;

function priceOf(standard: number, priority: number, { prompt, tier }: Asked): LabPrice {
  const perTurn = outputTokensOf[prompt] + warmUpTokens;
  const measured = standard + priority;
  return {
    turns: 2 * measured,
    outputTokens: measured * perTurn,
    standardEquivalentTokens: (standard + priority * mostQuotaTimes(tier)) * perTurn,
    durationMs: Math.round((measured * perTurn * 1_000) / assumedTokensPerSecond + 2 * measured * assumedFirstTokenMs),
  };
}

/** Of so many pairs. */
export function priceOfPairs(pairs: number, asked: Asked): LabPrice {
  const measured = turnsOf(pairs) / 4;
  return priceOf(measured, measured, asked);
}

/** Of so many rounds with all these conditions. */
export function priceOfRounds(rounds: number, asked: Asked & Pick<LabRequest, 'conditions'>): LabPrice {
  const arms = armsOf(asked.conditions);
  const priority = arms.filter(({ arm }) => arm === 'priority').length;
  return priceOf(rounds * (arms.length - priority), rounds * priority, asked);
}
