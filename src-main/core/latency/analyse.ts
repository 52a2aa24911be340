import type { LabLook, LabPair, LabResult } from '../../shared/lab.ts';
import { verdictSentences } from '../../shared/lab-words.ts';
import { defaultTier } from '../../shared/tiers.ts';
import { english } from '../../shared/words/english.ts';
import type { Look } from './looks.ts';
import { armFigures, counts, evidenceOf, inOrder, logRatio, toPercent } from './pairs.ts';
import { judge, type VerdictRules } from './verdict.ts';

/** What pairs of turns say about priority. Pure. */

/** Of five pairs one may be lost: failed turns are not random. */
const mostLostShare = 0.2;

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
  const looks = judged.looks.map(lookInPercent);
  const mean = ratios.length === 0 ? null : ratios.reduce((total, ratio) => total + ratio, 0) / ratios.length;
  const turns = inOrder(pairs);
  const facts = {
    verdict,
    looks,
    pairs: ratios.length,
    lostPairs: pairs.length - ratios.length,
    promiseRuledOut: !isLossy && judged.promiseRuledOut,
    morePairs,
  };
  const { sentence, notes } = verdictSentences(english, { ...facts, tier, cap, regionPercent, of });
  return {
    ends: judged.ends && (!isLossy || ratios.length >= cap),
    result: {
      ...facts,
      sentence,
      notes: [...notes],
      effectPercent: looks.at(-1)?.effectPercent ?? (mean === null ? null : toPercent(mean)),
      lowPercent: looks.at(-1)?.lowPercent ?? null,
      highPercent: looks.at(-1)?.highPercent ?? null,
      flaggedPairs: pairs.filter(({ lengthsDiffer }) => lengthsDiffer).length,
      failedTurns: turns.filter(({ failure }) => failure !== null).length,
      standard: armFigures(turns.filter((turn) => turn.arm === 'standard' && counts(turn))),
      priority: armFigures(turns.filter((turn) => turn.arm === 'priority' && counts(turn))),
      evidence: evidenceOf(pairs),
    },
  };
}
