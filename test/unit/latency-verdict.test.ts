import { describe, expect, it } from 'vitest';
import { lookAt, lookSizes, looksAt, studentQuantile } from '../../src-main/core/latency/looks.ts';
import { type Finding, judge } from '../../src-main/core/latency/verdict.ts';
import { median } from '../../src-main/shared/statistics.ts';
import { noises } from '../perf/fast-lab-noise.ts';
import { judgeSearch, sampleSearch, truths } from '../perf/fast-lab-search.ts';
import { jointMiss, verdictRates } from '../perf/fast-lab-statistics.ts';

/** So many numbers around a mean, alternating by `spread`. */
const around = (mean: number, spread: number, n: number) =>
  Array.from({ length: n }, (_, at) => mean + (at % 2 === 0 ? spread : -spread));

describe('the looks', () => {
  it.each([
    [6, 4.032],
    [8, 3.499],
    [12, 3.106],
    [18, 2.898],
    [24, 2.807],
    [36, 2.724],
    [48, 2.685],
  ])('at %d numbers reach %d standard errors', (n, reach) => {
    expect(studentQuantile(0.99, n - 1)).toBeCloseTo(reach, 3);
  });

  it.each([
    [6, 4.773],
    [12, 3.497],
    [36, 2.996],
  ])('at %d numbers and 99.5 % reach %d standard errors', (n, reach) => {
    expect(studentQuantile(0.995, n - 1)).toBeCloseTo(reach, 3);
  });

  it('are as many as the list is long enough for, and do not change as it grows', () => {
    const values = around(-0.3, 0.2, 20);
    expect(looksAt(values).map(({ n }) => n)).toEqual([6, 8, 12, 18]);
    expect(looksAt(values.slice(0, 13))).toEqual(looksAt(values).slice(0, 3));
    expect(looksAt(values.slice(0, 5))).toEqual([]);
  });

  it('do not depend on where zero is, and grow with the scale', () => {
    const values = [1, 2, 4, 3, 1, 5];
    const look = lookAt(values);
    const moved = lookAt(values.map((value) => 10 * value + 7));
    expect(moved.high - moved.low).toBeCloseTo(10 * (look.high - look.low), 9);
    expect(moved.mean).toBeCloseTo(10 * look.mean + 7, 9);
  });

  it('miss a normal truth together in 4 to 5 %', () => {
    const percent = jointMiss(11, 12_000);
    expect(percent).toBeGreaterThan(4);
    expect(percent).toBeLessThan(5.1);
  });
});

describe('the verdict', () => {
  it.each<[string, readonly number[], Finding, boolean, boolean]>([
    ['nothing', [], 'not-enough-data', false, false],
    ['five pairs', around(-0.4, 0.01, 5), 'not-enough-data', false, false],
    ['six pairs clearly faster', around(-0.4, 0.01, 6), 'faster', true, false],
    ['six pairs clearly slower', around(0.4, 0.01, 6), 'slower', true, true],
    ['six pairs close to nothing: too few for a no', around(0, 0.01, 6), 'undecided', false, true],
    ['twelve pairs close to nothing', around(0, 0.01, 12), 'no-difference', true, true],
    [
      'a small gain inside the region is no difference that matters',
      around(-0.04, 0.01, 12),
      'no-difference',
      true,
      true,
    ],
    ['a gain that the promise is above', around(-0.15, 0.02, 8), 'faster', true, true],
    ['twelve wide pairs go on', around(-0.15, 0.4, 12), 'undecided', false, false],
    ['the promise gone and nothing left to decide', around(0, 0.2, 12), 'undecided', true, true],
    ['the cap ends it', around(-0.15, 0.4, 24), 'undecided', true, false],
    ['between looks the last one stands', [...around(-0.4, 0.01, 6), 5], 'faster', true, false],
  ])('of %s', (_, ratios, finding, ends, promiseRuledOut) => {
    expect(judge(ratios)).toMatchObject({ finding, ends, promiseRuledOut });
  });

  it('tells how many pairs would probably decide, from the spread alone', () => {
    const near = judge(around(0, 0.1, 6)).decidedBy;
    expect(near).not.toBeNull();
    expect(judge(around(-0.05, 0.1, 6)).decidedBy).toBe(near);
    expect(judge(around(0, 0.3, 24)).decidedBy).toBeNull();
    expect(judge(around(-0.4, 0.01, 6)).decidedBy).toBeNull();
  });

  it('goes on to a greater cap, and takes another region', () => {
    const ratios = around(-0.15, 0.4, 24);
    expect(judge(ratios, { cap: 48, regionPercent: 10 }).ends).toBe(false);
    expect(judge(around(0, 0.08, 12), { cap: 24, regionPercent: 5 }).finding).toBe('undecided');
    expect(judge(around(0, 0.08, 12), { cap: 24, regionPercent: 15 }).finding).toBe('no-difference');
  });

  it('never looks between its sizes', () => {
    const ratios = around(-0.4, 0.2, 48);
    for (let n = 6; n <= ratios.length; n += 1) {
      const last = judge(ratios.slice(0, n)).looks.at(-1)?.n;
      expect(last).toBe(lookSizes.findLast((size) => size <= n));
    }
  });

  // Rates of the design, in per cent; a sample of 2,000 is within 2.5 points of them.
  it.each([
    ['0.25/0.1', 1, { faster: 1.8, none: 0, ruledOut: 84.3, false: 3.2, covered: 96.8, meanPairs: 17.4 }],
    ['0.25/0.1', 1.25, { faster: 58.6, none: 0, ruledOut: 6.7, false: 0, covered: 98.9, meanPairs: 19.1 }],
    ['0.25/0.1', 1.5, { faster: 98.8, none: 0, ruledOut: 0, false: 0, covered: 98.9, meanPairs: 11.8 }],
    ['0.05/0.02', 1, { faster: 1.1, none: 96.2, ruledOut: 1.6, false: 2.2, covered: 97.4, meanPairs: 13.5 }],
    ['autocorrelated', 1, { faster: 1.8, none: 0, ruledOut: 96, false: 3.7, covered: 96.3, meanPairs: 13.7 }],
  ] as const)('under %s at a true %d× comes at the rates of the design', (noise, speedup, expected) => {
    const rates = verdictRates(6, 2_000, speedup, noises[noise]);
    for (const [key, value] of Object.entries(expected))
      expect(Math.abs(rates[key as keyof typeof expected] - value), key).toBeLessThan(2.5);
  });
});

describe('the search for what fast depends on', () => {
  // Of 100 at this noise the design has 98 right and less than 1 wrong.
  it.each(Object.entries(truths))('is right of %s in nearly every run', async (_, needs) => {
    const noise = { turnSigma: 0.1, socketSigma: 0.03 };
    let [right, wrong] = [0, 0];
    for (let run = 0; run < 20; run += 1) {
      const { isRight, isWrong } = judgeSearch(await sampleSearch(7_000 + run, { needs, ...noise }), needs);
      right += isRight ? 1 : 0;
      wrong += isWrong ? 1 : 0;
    }
    expect(right).toBeGreaterThanOrEqual(18);
    expect(wrong).toBeLessThanOrEqual(1);
  });

  it('says that the grant changed where it is taken away midway', async () => {
    const ended = await sampleSearch(3, { needs: ['transport'], turnSigma: 0.05, socketSigma: 0.02, grantedTurns: 7 });
    expect(ended.search).toMatchObject({ stage: 3, finding: 'revoked' });
    expect(ended.search?.sentences[0]).toContain('granted in stage 1 and not during stage 3');
  });

  it('tells a price that its turns keep to within a fifth or so, and hardly ever more', async () => {
    const shares: number[] = [];
    for (let seed = 1; seed <= 21; seed += 1) {
      const noise = { turnSigma: 0.1, socketSigma: 0.03 };
      const { search, turnsDone, turnsTotal } = await sampleSearch(seed, { needs: ['hint'], ...noise });
      expect(search?.isConfirmed).toBe(true);
      shares.push(turnsDone / turnsTotal);
    }
    expect(median(shares)).toBeGreaterThan(0.8);
    expect(Math.max(...shares)).toBeLessThan(1.2);
  });
});
