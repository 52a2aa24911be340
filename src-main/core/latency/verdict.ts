import { promisedSpeed } from '../../shared/lab-design.ts';
import { type Look, lookLevel, lookSizes, looksAt, studentQuantile } from './looks.ts';

/** What looks at paired log ratios say: the rules, in their order. Pure. */

/** Below 0 is faster. `undecided` stands until a look says more. */
export type Finding = 'faster' | 'slower' | 'no-difference' | 'undecided' | 'not-enough-data';

export interface VerdictRules {
  /** Pairs after which the run ends; one of the look sizes. */
  readonly cap: number;
  /** Half of the region in which a difference does not matter, in per cent. */
  readonly regionPercent: number;
}

export const usualRules: VerdictRules = { cap: 24, regionPercent: 10 };

/** A "no" takes as many pairs: a short quiet run can miss rare stalls of one arm. */
const leastPairsForNo = 12;
/** Beyond it a run is not worth its quota. */
const mostPairs = lookSizes.at(-1) ?? 0;
/** One-sided 90 % of the normal distribution: how surely the told number of pairs is enough, if turns stay as steady. */
const surely = 1.28;

export interface Verdict {
  readonly finding: Finding;
  /** The rules say that the run ends here. */
  readonly ends: boolean;
  /** The promised speed is outside the interval. */
  readonly promiseRuledOut: boolean;
  readonly looks: readonly Look[];
  /** So many pairs in all would probably decide; null where it is decided, where nothing is known, and beyond 48. */
  readonly decidedBy: number | null;
}

function decide(look: Look, { cap, regionPercent }: VerdictRules): Pick<Verdict, 'finding' | 'ends'> {
  const region = Math.log(1 + regionPercent / 100);
  const { n, low, high, mean, spread } = look;
  if (n >= leastPairsForNo && low > -region && high < region) return { finding: 'no-difference', ends: true };
  if (high < 0) return { finding: 'faster', ends: true };
  if (low > 0) return { finding: 'slower', ends: true };
  const atCap = (studentQuantile(lookLevel, cap - 1) * spread) / Math.sqrt(cap);
  // With the promise gone, and nothing that the rest of the run could decide, more turns are wasted.
  const isHopeless = Math.abs(mean) < atCap && Math.abs(mean) + atCap > region;
  const ends = n >= cap || (n >= leastPairsForNo && rulesOutPromise(look) && isHopeless);
  return { finding: 'undecided', ends };
}

/** Whether a look leaves no room for the promised speed. */
export function rulesOutPromise({ low }: Look): boolean {
  return low > -Math.log(promisedSpeed);
}

/** Pairs in all at which an interval of this spread would fit the region; null beyond 48. */
function pairsToDecide({ n, spread }: Look, { regionPercent }: VerdictRules): number | null {
  const region = Math.log(1 + regionPercent / 100);
  for (let pairs = n + 1; pairs <= mostPairs; pairs += 1) {
    if (((studentQuantile(lookLevel, pairs - 1) + surely) * spread) / Math.sqrt(pairs) <= region) return pairs;
  }
  return null;
}

/** The verdict of the last look that `logRatios` are enough for. */
export function judge(logRatios: readonly number[], rules: VerdictRules = usualRules): Verdict {
  const looks = looksAt(logRatios);
  const last = looks.at(-1);
  if (last === undefined)
    return { finding: 'not-enough-data', ends: false, promiseRuledOut: false, looks, decidedBy: null };
  const { finding, ends } = decide(last, rules);
  const decidedBy = finding === 'undecided' ? pairsToDecide(last, rules) : null;
  return { finding, ends, promiseRuledOut: rulesOutPromise(last), looks, decidedBy };
}
