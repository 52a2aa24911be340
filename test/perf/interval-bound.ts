/**
 * How well any interval from six blocks of three pairs could do, where sockets differ more than sampler.ts assumes.
 * For normal noise, the mean and the mean squares between and within blocks say all that the pairs say, so an interval that
 * goes with the data's place and scale is a half width in units of the pooled spread, chosen by the ratio of the two. That
 * function is searched, piece by piece, for the best coverage at σ 0.2 and 0.3 that keeps what is demanded at σ 0.1.
 * `node test/perf/interval-bound.ts`; JSON out. Nothing is demanded of it: it is why nothing more is demanded elsewhere.
 */
import { studentCdf } from '../../src-main/core/latency/student-t.ts';
import { seededRandom } from '../../src-main/simulator/turns/timing.ts';

const draws = 60_000;
const pieces = 60;
const [blocks, perBlock] = [6, 3];
const [betweenDegrees, withinDegrees] = [blocks - 1, blocks * (perBlock - 1)];
const turnVariance = 2 * 0.25 ** 2;
const socketSigmas = [0.1, 0.2, 0.3] as const;
const effect = Math.log(1.5);
const halfWidths = Array.from({ length: 70 }, (_, index) => 1 + 0.06 * index);
const leastPower = 0.95;

const random = seededRandom(20_260_101);
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const meanSquare = (degrees: number) =>
  Array.from({ length: degrees }, () => normal() ** 2).reduce((total, square) => total + square, 0) / degrees;
/** So many degrees of freedom that it is the normal distribution, to four digits. */
const normalCdf = (z: number) => studentCdf(z, 1e6);
/** The normal distribution in steps, since it is asked millions of times. */
const cdfSteps = Array.from({ length: 2_001 }, (_, index) => normalCdf((index - 1_000) / 125));
const cdf = (z: number) => cdfSteps[Math.round(Math.max(-8, Math.min(8, z)) * 125) + 1_000] ?? 1;

const samples = socketSigmas.map((sigma) => {
  const blockVariance = perBlock * 2 * sigma ** 2 + turnVariance;
  return Array.from({ length: draws }, () => {
    const [between, within] = [blockVariance * meanSquare(betweenDegrees), turnVariance * meanSquare(withinDegrees)];
    const pooled = (betweenDegrees * between + withinDegrees * within) / (betweenDegrees + withinDegrees);
    const pairs = blocks * perBlock;
    return { ratio: between / within, unit: Math.sqrt(pooled / pairs), error: Math.sqrt(blockVariance / pairs) };
  });
});
const ratios = samples
  .flat()
  .map(({ ratio }) => ratio)
  .toSorted((a, b) => a - b);
const edges = Array.from(
  { length: pieces - 1 },
  (_, index) => ratios[Math.floor(((index + 1) * ratios.length) / pieces)],
);
const pieceOf = (ratio: number) => edges.findLastIndex((edge) => edge !== undefined && ratio >= edge) + 1;

/** What each piece adds to the coverage at each sigma, and to the power at the first, for each half width. */
const table = Array.from({ length: pieces }, () =>
  halfWidths.map(() => ({ coverage: socketSigmas.map(() => 0), power: 0 })),
);
samples.forEach((list, at) => {
  for (const { ratio, unit, error } of list) {
    table[pieceOf(ratio)]?.forEach((cell, index) => {
      const reach = (halfWidths[index] ?? 0) * unit;
      cell.coverage[at] = (cell.coverage[at] ?? 0) + (2 * cdf(reach / error) - 1) / draws;
      if (at === 0) cell.power += cdf((effect - reach) / error) / draws;
    });
  }
});

/** The best function for these weights of coverage at σ 0.2 (the rest at 0.3) and of power. */
function best(weight: number, powerWeight: number) {
  const worth = ({ coverage: [, atTwo = 0, atThree = 0], power }: { coverage: number[]; power: number }) =>
    weight * atTwo + (1 - weight) * atThree + powerWeight * power;
  const chosen = table.flatMap((cells) => cells.toSorted((a, b) => worth(b) - worth(a))[0] ?? []);
  const coverage = socketSigmas.map((_, at) => chosen.reduce((total, cell) => total + (cell.coverage[at] ?? 0), 0));
  return { coverage, power: chosen.reduce((total, cell) => total + cell.power, 0) };
}

const weights = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];
const found = weights
  .flatMap((weight) => Array.from({ length: 60 }, (_, index) => best(weight, index / 15)))
  .filter(({ coverage: [atOne = 0], power }) => power >= leastPower && atOne >= 0.94 && atOne <= 0.96)
  .toSorted((a, b) => Math.min(...b.coverage) - Math.min(...a.coverage));
const percent = (share: number) => Number((100 * share).toFixed(1));
process.stdout.write(
  `${JSON.stringify(
    found.slice(0, 1).map(({ coverage, power }) => ({
      pairs: blocks * perBlock,
      powerPercent: percent(power),
      coveragePercent: Object.fromEntries(socketSigmas.map((sigma, at) => [sigma, percent(coverage[at] ?? 0)])),
    })),
    null,
    2,
  )}\n`,
);
