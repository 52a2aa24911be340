/**
 * Whether the fast lab's interval and verdict are right: thousands of sampled experiments for each case, counted.
 * `node test/perf/fast-lab-statistics.ts [--experiments N] [--seed N]`; JSON out; exit code 1 where a demand is missed.
 */
import { parseArgs } from 'node:util';
import { analyse } from '../../src-main/core/latency/analyse.ts';
import { seededRandom } from '../../src-main/simulator/turns/timing.ts';
import { samplePairs } from './sampler.ts';

const { values: options } = parseArgs({
  options: {
    experiments: { type: 'string', default: '5000' },
    seed: { type: 'string', default: '20260101' },
  },
});
const experiments = Number(options.experiments);

interface Case {
  readonly speedup: number;
  readonly blocks: number;
  readonly socketSigma: number;
  /** Per cent. Sockets that differ as much as turns do are more than six blocks can tell: README.md says why. */
  readonly leastCoverage: number;
}

const speedups = [1, 1.1, 1.5];
const cases: readonly Case[] = [
  ...speedups.map((speedup) => ({ speedup, blocks: 6, socketSigma: 0.1, leastCoverage: 94 })),
  ...[0, 0.2, 0.3].map((socketSigma) => ({
    speedup: 1,
    blocks: 6,
    socketSigma,
    leastCoverage: socketSigma === 0 ? 94 : 88,
  })),
  ...[0.1, 0.2, 0.3].flatMap((socketSigma) =>
    [1, 1.5].map((speedup) => ({ speedup, blocks: 8, socketSigma, leastCoverage: 94 })),
  ),
  ...[0.1, 0.3].map((socketSigma) => ({ speedup: 1, blocks: 12, socketSigma, leastCoverage: 94 })),
];

/** The case of sampler.ts, for which everything is demanded; elsewhere it is the coverage. */
const isNamed = ({ blocks, socketSigma }: Case) => blocks === 6 && socketSigma === 0.1;

const results = cases.map((each, index) => {
  const { speedup, blocks, socketSigma, leastCoverage } = each;
  // A stream of its own for each case, so that adding one changes no other.
  const random = seededRandom(Number(options.seed) + 1_000_000 * (index + 1));
  const truePercent = (1 / speedup - 1) * 100;
  const counts = { covered: 0, cautioned: 0, faster: 0, slower: 0, 'no-difference': 0, 'not-enough-data': 0 };
  for (let experiment = 0; experiment < experiments; experiment += 1) {
    const { verdict, lowPercent, highPercent, caution } = analyse(samplePairs(random, speedup, blocks, socketSigma));
    counts[verdict] += 1;
    if (caution !== null) counts.cautioned += 1;
    if (lowPercent !== null && highPercent !== null && lowPercent <= truePercent && truePercent <= highPercent)
      counts.covered += 1;
  }
  const percent = (count: number) => Number(((100 * count) / experiments).toFixed(2));
  const coveragePercent = percent(counts.covered);
  const falseVerdictPercent = percent(speedup === 1 ? counts.faster + counts.slower : counts.slower);
  const fasterPercent = percent(counts.faster);
  return {
    speedup,
    pairs: blocks * 3,
    socketSigma,
    experiments,
    coveragePercent,
    fasterPercent,
    slowerPercent: percent(counts.slower),
    falseVerdictPercent,
    cautionedPercent: percent(counts.cautioned),
    met:
      coveragePercent >= leastCoverage &&
      (!isNamed(each) ||
        (coveragePercent <= 96 && falseVerdictPercent <= 5.5 && (speedup < 1.5 || fasterPercent >= 95))),
  };
});
process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
process.exitCode = results.every(({ met }) => met) ? 0 : 1;
