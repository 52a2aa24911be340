import { studentCdf } from './student-t.ts';

/**
 * An interval for a mean of paired differences that come in blocks, right where blocks are few.
 *
 * The differences of one block share two sockets, so blocks are the unit: the variance of the mean is that of block means.
 * From eight blocks on a t interval on block means is taken as it is: its coverage is right however much sockets differ.
 * With six its 5 degrees of freedom would miss a true 1.5× in one experiment of nine. There, the spread within blocks
 * speaks, too, as far as sockets differ less than turns do. How much it may say is not known, so all shares are weighed: with
 * B the share of the turns' own noise in the variance of a block mean, the mean has for each B a t distribution over all degrees
 * of freedom, and each B has its likelihood, times a prior that rises with B. The interval holds 95 % of the sum; where blocks
 * are clearly apart, it is at least that of the blocks alone. Measured coverage and power: test/perf/README.md.
 */

const coverage = 0.95;
const gridPoints = 40;
const halvings = 40;
/** The prior leans towards sockets that are alike; 1.5 gives 95 % where turns vary two to three times as much as sockets. */
const priorPower = 1.5;

/** Variance of block means, as a multiple of what turns alone would give, above which the blocks alone are asked. */
const clearlyApart = 8;

/** Blocks from which on their means alone say enough. */
export const blocksForPlainInterval = 8;

export interface BlockMean {
  readonly mean: number;
  /** Half of the interval's width. */
  readonly halfWidth: number;
  /** Variance between blocks, as a multiple of what the turns alone would give: about 1 where all sockets are alike. */
  readonly spreadRatio: number;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const meanOf = (values: readonly number[]) => sum(values) / values.length;
const squares = (values: readonly number[], centre: number) => sum(values.map((value) => (value - centre) ** 2));

/** Mean and interval over blocks of one size. There must be two blocks at least, of two values at least. */
export function blockInterval(blocks: readonly (readonly number[])[]): BlockMean {
  const perBlock = blocks[0]?.length ?? 0;
  const means = blocks.map(meanOf);
  const mean = meanOf(means);
  const between = perBlock * squares(means, mean);
  const within = sum(blocks.map((block, index) => squares(block, means[index] ?? 0)));
  const betweenDegrees = blocks.length - 1;
  const withinDegrees = blocks.length * (perBlock - 1);
  if (between + within === 0) return { mean, halfWidth: 0, spreadRatio: 1 };
  const spreadRatio = between / betweenDegrees / (within / withinDegrees);
  const blockScale = Math.sqrt(between / betweenDegrees / (blocks.length * perBlock));
  const ofBlocks = reach((value) => studentCdf(value / blockScale, betweenDegrees), blockScale);
  if (blocks.length >= blocksForPlainInterval) return { mean, halfWidth: ofBlocks, spreadRatio };
  const ofShares = weighedHalfWidth(between, within, { blocks: blocks.length, perBlock });
  return { mean, halfWidth: spreadRatio <= clearlyApart ? ofShares : Math.max(ofShares, ofBlocks), spreadRatio };
}

/** The half width that holds the coverage of the t distributions for all shares, each weighed by its likelihood and prior. */
function weighedHalfWidth(
  between: number,
  within: number,
  { blocks, perBlock }: { readonly blocks: number; readonly perBlock: number },
): number {
  const withinDegrees = blocks * (perBlock - 1);
  const degrees = blocks - 1 + withinDegrees;
  const candidates = Array.from({ length: gridPoints }, (_, index) => {
    const share = (index + 0.5) / gridPoints;
    // Sum of squares on the scale of a block mean, if this share is the true one.
    const total = between + within / share;
    const logWeight =
      priorPower * Math.log(share) - (withinDegrees / 2) * Math.log(share) - (degrees / 2) * Math.log(total);
    return { logWeight, scale: Math.sqrt(total / degrees / (blocks * perBlock)) };
  });
  const greatest = Math.max(...candidates.map(({ logWeight }) => logWeight));
  const weighted = candidates
    .map(({ logWeight, scale }) => ({ weight: Math.exp(logWeight - greatest), scale }))
    .filter(({ weight }) => weight > 1e-6);
  const totalWeight = sum(weighted.map(({ weight }) => weight));
  const below = (halfWidth: number) =>
    sum(weighted.map(({ weight, scale }) => weight * studentCdf(halfWidth / scale, degrees))) / totalWeight;
  return reach(below, Math.max(...weighted.map(({ scale }) => scale)));
}

/** The half width at which a distribution around 0 holds the coverage. */
function reach(cdf: (halfWidth: number) => number, scale: number): number {
  let low = 0;
  let high = 100 * scale;
  for (let halving = 0; halving < halvings; halving += 1) {
    const middle = (low + high) / 2;
    if (cdf(middle) < (1 + coverage) / 2) low = middle;
    else high = middle;
  }
  return high;
}
