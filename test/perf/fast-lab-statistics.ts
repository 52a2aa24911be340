/**
 * Whether the fast lab's interval and verdict are right: thousands of sampled experiments for each true effect, counted.
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
    blocks: { type: 'string', default: '6' },
  },
});
const experiments = Number(options.experiments);
const blocks = Number(options.blocks);
const effects = [1, 1.1, 1.5];
const random = seededRandom(Number(options.seed));

const results = effects.map((speedup) => {
  const truePercent = (1 / speedup - 1) * 100;
  const counts = { covered: 0, faster: 0, slower: 0, 'no-difference': 0, 'not-enough-data': 0 };
  for (let experiment = 0; experiment < experiments; experiment += 1) {
    const { verdict, lowPercent, highPercent } = analyse(samplePairs(random, speedup, blocks));
    counts[verdict] += 1;
    if (lowPercent !== null && highPercent !== null && lowPercent <= truePercent && truePercent <= highPercent)
      counts.covered += 1;
  }
  const percent = (count: number) => Number(((100 * count) / experiments).toFixed(2));
  const falseVerdicts = speedup === 1 ? counts.faster + counts.slower : counts.slower;
  return {
    speedup,
    experiments,
    pairs: blocks * 3,
    coveragePercent: percent(counts.covered),
    fasterPercent: percent(counts.faster),
    slowerPercent: percent(counts.slower),
    falseVerdictPercent: percent(falseVerdicts),
    met:
      percent(counts.covered) >= 94 &&
      percent(counts.covered) <= 96 &&
      percent(falseVerdicts) <= 5.5 &&
      (speedup < 1.5 || percent(counts.faster) >= 95),
  };
});
process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
process.exitCode = results.every(({ met }) => met) ? 0 : 1;
