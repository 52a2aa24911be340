/** Numbers of the fast lab's design that the page offers, too. */

/** Pairs after which an experiment can be looked at and may end. */
export const labSizes = [6, 8, 12, 18, 24, 36, 48] as const;
export const mostLabPairs = 48;
/** Differences up to which nobody cares, in per cent, to either side. */
export const labRegions = [5, 10, 15, 20] as const;
