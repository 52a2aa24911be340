/**
 * The rules of the paired experiment under ten kinds of noise, in sampled runs: verdicts, false ones, coverage, pairs, quota.
 * `node test/perf/fast-lab-statistics.ts [--runs N] [--seed N]`; a table, or JSON with `--json`.
 */
import { looksAt } from '../../src-main/core/latency/looks.ts';
import { judge, usualRules } from '../../src-main/core/latency/verdict.ts';
import { promisedSpeed } from '../../src-main/shared/lab-design.ts';
import { seededRandom } from '../../src-main/simulator/seeded-random.ts';
import { readArguments } from '../support/arguments.ts';
import { type Noise, noises, normal, sampleLogRatios } from './fast-lab-noise.ts';

const speedups = [1, 1.05, 1.1, 1.25, 1.5, 1 / 1.1] as const;
/** In standard-equivalent turns: a pair with its two warm-ups, against 18 pairs in six blocks. */
const quotaOfPair = (600 + 40) * 3.5;
const quotaOfEarlierRun = 18 * 600 * 3.5 + 6 * 40 * 3.5;

export interface VerdictRates {
  readonly faster: number;
  readonly slower: number;
  readonly none: number;
  readonly undecided: number;
  readonly ruledOut: number;
  readonly false: number;
  readonly covered: number;
  readonly meanPairs: number;
  readonly p90Pairs: number;
  readonly quota: number;
}

/** One run: pairs are looked at as they come, and the rules end it. */
export function sampleRun(random: () => number, speedup: number, noise: Noise) {
  const ratios = sampleLogRatios(random, usualRules.cap, speedup, noise);
  for (const { n } of looksAt(ratios)) {
    const verdict = judge(ratios.slice(0, n));
    if (verdict.ends) return { n, verdict };
  }
  throw new Error('the cap ends every run');
}

/** Shares in per cent over so many runs. */
export function verdictRates(seed: number, runs: number, speedup: number, noise: Noise): VerdictRates {
  const random = seededRandom(seed);
  const truth = -Math.log(speedup);
  const region = Math.log(1 + usualRules.regionPercent / 100);
  const counts = { faster: 0, slower: 0, none: 0, undecided: 0, ruledOut: 0, false: 0, covered: 0 };
  const pairs: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const { n, verdict } = sampleRun(random, speedup, noise);
    const { finding, promiseRuledOut, looks } = verdict;
    const last = looks.at(-1);
    pairs.push(n);
    if (finding === 'faster' || finding === 'slower') counts[finding] += 1;
    if (finding === 'no-difference') counts.none += 1;
    if (finding === 'undecided') counts.undecided += 1;
    if (finding === 'undecided' && promiseRuledOut) counts.ruledOut += 1;
    const isFalse =
      (finding === 'faster' && truth >= 0) ||
      (finding === 'slower' && truth <= 0) ||
      (finding === 'no-difference' && Math.abs(truth) >= region - 1e-12) ||
      (promiseRuledOut && truth <= -Math.log(promisedSpeed));
    if (isFalse) counts.false += 1;
    if (last !== undefined && last.low <= truth && truth <= last.high) counts.covered += 1;
  }
  const percent = (count: number) => (100 * count) / runs;
  const meanPairs = pairs.reduce((total, n) => total + n, 0) / runs;
  return {
    faster: percent(counts.faster),
    slower: percent(counts.slower),
    none: percent(counts.none),
    undecided: percent(counts.undecided),
    ruledOut: percent(counts.ruledOut),
    false: percent(counts.false),
    covered: percent(counts.covered),
    meanPairs,
    p90Pairs: pairs.toSorted((a, b) => a - b)[Math.ceil(0.9 * runs) - 1] ?? 0,
    quota: (meanPairs * quotaOfPair) / quotaOfEarlierRun,
  };
}

/** Share of normal lists of 48 that some of the seven looks misses, in per cent. */
export function jointMiss(seed: number, lists: number): number {
  const random = seededRandom(seed);
  let missed = 0;
  for (let list = 0; list < lists; list += 1) {
    const values = Array.from({ length: 48 }, () => normal(random));
    if (looksAt(values).some(({ low, high }) => low > 0 || high < 0)) missed += 1;
  }
  return (100 * missed) / lists;
}

if (import.meta.main) {
  const { values: options } = readArguments({
    options: {
      runs: { type: 'string', default: '20000' },
      seed: { type: 'string', default: '20261128' },
      json: { type: 'boolean', default: false },
    },
  });
  const [runs, seed] = [Number(options.runs), Number(options.seed)];
  const rows = Object.entries(noises).flatMap(([name, noise], at) =>
    speedups.map((speedup, index) => ({
      noise: name,
      speedup: Number(speedup.toFixed(2)),
      ...verdictRates(seed + 100 * at + index, runs, speedup, noise),
    })),
  );
  const jointMissPercent = jointMiss(seed, 5 * runs);
  if (options.json) process.stdout.write(`${JSON.stringify({ runs, jointMissPercent, rows }, null, 2)}\n`);
  else {
    const round = (value: number | string) => (typeof value === 'number' ? Number(value.toFixed(2)) : value);
    // biome-ignore lint/suspicious/noConsole: a table for people
    console.table(
      rows.map((row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, round(value)]))),
    );
    process.stdout.write(`joint miss of seven looks: ${jointMissPercent.toFixed(2)} %\n`);
  }
}
