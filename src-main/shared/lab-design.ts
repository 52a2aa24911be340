/** Numbers of the fast lab's design that the page offers, too. */

/** Pairs after which an experiment can be looked at and may end. */
export const labSizes = [6, 8, 12, 18, 24, 36, 48] as const;
export const mostLabPairs = 48;
/** The stages of a search before its conditions are tried one by one end here. */
export const stageCap = 24;
/** The promised 1.5 times the speed of generation is about this much of total time, once the first token's wait is in it. */
export const promisedSpeed = 1.35;
/** Differences up to which nobody cares, in per cent, to either side. */
export const labRegions = [5, 10, 15, 20] as const;

/** The pairs that an experiment of this size runs to at most: the next look, or fewer than the first. */
export function capOf(pairs: number): number {
  return pairs < labSizes[0] ? pairs : (labSizes.find((size) => size >= pairs) ?? pairs);
}
