import type { LabLook, LabPair, LabResult } from '../../shared/lab.ts';
import { defaultTier } from '../../shared/tiers.ts';
import { type Look, lookSizes } from './looks.ts';
import { armFigures, counts, evidenceOf, inOrder, logRatio, toPercent } from './pairs.ts';
import { judge, type VerdictRules } from './verdict.ts';
import { countOf, verdictWords } from './verdict-words.ts';

/** What pairs of turns say about priority. Pure. */

/** Of five pairs one may be lost: failed turns are not random. */
const mostLostShare = 0.2;

/** The pairs that an experiment of this size runs to at most: the next look, or fewer than the first. */
export function capOf(pairs: number): number {
  return pairs < (lookSizes[0] ?? 0) ? pairs : (lookSizes.find((size) => size >= pairs) ?? pairs);
}

/** A look at logs as changes in per cent. */
export function lookInPercent({ n, mean, low, high }: Look): LabLook {
  return { n, effectPercent: toPercent(mean), lowPercent: toPercent(low), highPercent: toPercent(high) };
}

/** Whether so many pairs failed that the rest says nothing. */
function isTooLossy(pairs: readonly LabPair[], complete: number): boolean {
  return pairs.length - complete > mostLostShare * pairs.length;
}

/** The result of the pairs so far, of turns or of whole sessions, and whether the rules say that the experiment ends with them. */
export function analyse(
  pairs: readonly LabPair[],
  rules: VerdictRules,
  tier: string = defaultTier.id,
  of: 'turns' | 'sessions' = 'turns',
): { readonly result: LabResult; readonly ends: boolean } {
  const ratios = pairs.flatMap((pair) => logRatio(pair) ?? []);
  const judged = judge(ratios, rules);
  const last = judged.looks.at(-1) ?? null;
  const isLossy = last !== null && isTooLossy(pairs, ratios.length);
  const verdict = isLossy ? 'not-enough-data' : judged.finding;
  const morePairs = judged.decidedBy === null || last === null ? null : judged.decidedBy - last.n;
  const { regionPercent, cap } = rules;
  const words = verdictWords(judged, { tier, more: morePairs, cap, regionPercent, pairs: ratios.length, of });
  const looks = judged.looks.map(lookInPercent);
  const mean = ratios.length === 0 ? null : ratios.reduce((total, ratio) => total + ratio, 0) / ratios.length;
  const turns = inOrder(pairs);
  const lost = countOf(pairs.length - ratios.length, 'pair');
  return {
    ends: judged.ends && (!isLossy || ratios.length >= cap),
    result: {
      verdict,
      ...(isLossy
        ? { sentence: `No verdict: ${lost} of ${pairs.length} failed, more than one in five.`, notes: [] }
        : { sentence: words.sentence, notes: [...words.notes] }),
      effectPercent: looks.at(-1)?.effectPercent ?? (mean === null ? null : toPercent(mean)),
      lowPercent: looks.at(-1)?.lowPercent ?? null,
      highPercent: looks.at(-1)?.highPercent ?? null,
      pairs: ratios.length,
      looks,
      promiseRuledOut: !isLossy && judged.promiseRuledOut,
      morePairs,
      flaggedPairs: pairs.filter(({ lengthsDiffer }) => lengthsDiffer).length,
      failedTurns: turns.filter(({ failure }) => failure !== null).length,
      standard: armFigures(turns.filter((turn) => turn.arm === 'standard' && counts(turn))),
      priority: armFigures(turns.filter((turn) => turn.arm === 'priority' && counts(turn))),
      evidence: evidenceOf(pairs),
    },
  };
}
