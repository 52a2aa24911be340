import { incompleteBeta } from './student-t.ts';

/** Exact (Clopper-Pearson) odds of a share. Pure. */

const coverage = 0.95;
const halvings = 60;

/** The share at which `cumulated`, which rises with it, reaches a level. */
function shareAt(level: number, cumulated: (share: number) => number): number {
  let [low, high] = [0, 1];
  for (let halving = 0; halving < halvings; halving += 1) {
    const middle = (low + high) / 2;
    if (cumulated(middle) < level) low = middle;
    else high = middle;
  }
  return high;
}

/** 95 % interval for the odds behind `hits` of `n`; the upper end is null where there is none. */
export function oddsInterval(hits: number, n: number): { readonly lowOdds: number; readonly highOdds: number | null } {
  const tail = (1 - coverage) / 2;
  const low = hits === 0 ? 0 : shareAt(tail, (share) => incompleteBeta(share, hits, n - hits + 1));
  const high = hits === n ? 1 : shareAt(1 - tail, (share) => incompleteBeta(share, hits + 1, n - hits));
  return { lowOdds: low / (1 - low), highOdds: high >= 1 ? null : high / (1 - high) };
}
