import { describe, expect, it } from 'vitest';
import { analyse, makePair } from '../../src-main/core/latency/analyse.ts';
import { blockInterval } from '../../src-main/core/latency/block-interval.ts';
import { type ObservedTurn, observe } from '../../src-main/core/latency/passive.ts';
import { studentCdf } from '../../src-main/core/latency/student-t.ts';
import type { LabPair, LabTurn } from '../../src-main/shared/lab.ts';
import { median, quantile } from '../../src-main/shared/statistics.ts';
import { seededRandom } from '../../src-main/simulator/turns/timing.ts';
import { samplePairs } from '../perf/sampler.ts';

describe('quantiles', () => {
  it.each([
    [[5], 0.5, 5],
    [[1, 2], 0.5, 1.5],
    [[1, 2, 3, 4, 5], 0.9, 4.6],
    [[1, 2, 3], 0, 1],
    [[1, 2, 3], 1, 3],
  ])('of %j at %d', (sorted, share, expected) => {
    expect(quantile(sorted, share)).toBeCloseTo(expected, 10);
  });

  it('of nothing are no number', () => {
    expect(quantile([], 0.5)).toBeNaN();
    expect(median([])).toBeNaN();
  });
});

describe("Student's t", () => {
  // From published tables, two-sided 5 % and 1 %.
  it.each([
    [1, 12.7062, 63.6567],
    [5, 2.5706, 4.0321],
    [10, 2.2281, 3.1693],
    [17, 2.1098, 2.8982],
    [30, 2.0423, 2.75],
    [120, 1.9799, 2.6174],
  ])('with %d degrees of freedom has the tails of the tables', (degrees, at5, at1) => {
    expect(studentCdf(at5, degrees)).toBeCloseTo(0.975, 5);
    expect(studentCdf(-at5, degrees)).toBeCloseTo(0.025, 5);
    expect(studentCdf(at1, degrees)).toBeCloseTo(0.995, 5);
    expect(studentCdf(0, degrees)).toBeCloseTo(0.5, 12);
  });
});

describe('the interval of block means', () => {
  it('is around the mean, and nothing wide where nothing varies', () => {
    expect(
      blockInterval([
        [1, 1, 1],
        [1, 1, 1],
      ]),
    ).toEqual({ mean: 1, halfWidth: 0, spreadRatio: 1 });
  });

  it('does not depend on where zero is, and grows with the scale', () => {
    const blocks = [
      [1, 2, 3],
      [2, 3, 5],
      [0, 1, 1],
      [4, 1, 2],
      [2, 2, 6],
      [1, 3, 3],
    ];
    const { mean, halfWidth } = blockInterval(blocks);
    const moved = blockInterval(blocks.map((block) => block.map((value) => value * 10 - 100)));
    expect(moved.mean).toBeCloseTo(mean * 10 - 100, 9);
    expect(moved.halfWidth).toBeCloseTo(halfWidth * 10, 6);
  });

  it('is wider where blocks differ than where only turns do', () => {
    const alike = blockInterval([
      [0, 3, 6],
      [1, 3, 5],
      [0, 2, 7],
      [0, 3, 6],
      [2, 3, 4],
      [0, 3, 6],
    ]);
    const apart = blockInterval([
      [0, 0, 0],
      [6, 6, 6],
      [0, 0, 1],
      [6, 6, 5],
      [3, 3, 3],
      [3, 2, 4],
    ]);
    expect(apart.halfWidth).toBeGreaterThan(alike.halfWidth);
  });

  it('is the t interval of the block means from eight blocks on', () => {
    const means = [0.1, 0.4, -0.2, 0.3, 0.6, 0.2, 0.1, 0.5];
    const { mean, halfWidth } = blockInterval(means.map((value, index) => [value - index, value, value + index]));
    expect(mean).toBeCloseTo(0.25, 12);
    // 2.3646 standard errors, from the table for 7 degrees of freedom.
    expect(halfWidth).toBeCloseTo(2.364_624 * Math.sqrt(0.46 / 7 / 8), 5);
  });

  it('of eight blocks covers the truth however much sockets differ (500 experiments)', () => {
    const random = seededRandom(13);
    let covered = 0;
    for (let count = 0; count < 500; count += 1) {
      const { lowPercent, highPercent, caution } = analyse(samplePairs(random, 1, 8, 0.3));
      expect(caution).toBeNull();
      if ((lowPercent ?? 0) <= 0 && 0 <= (highPercent ?? 0)) covered += 1;
    }
    expect(Math.abs(covered - 475)).toBeLessThan(15);
  });

  it('covers the truth in about 95 of 100 sampled experiments (500 for each effect)', () => {
    const random = seededRandom(11);
    for (const speedup of [1, 1.1, 1.5]) {
      const truth = (1 / speedup - 1) * 100;
      let covered = 0;
      for (let count = 0; count < 500; count += 1) {
        const { lowPercent, highPercent } = analyse(samplePairs(random, speedup, 6));
        if ((lowPercent ?? 0) <= truth && truth <= (highPercent ?? 0)) covered += 1;
      }
      // Three standard errors of 500 experiments; the script in test/perf takes 5,000.
      expect(covered).toBeGreaterThan(475 - 15);
      expect(covered).toBeLessThan(475 + 15);
    }
  }, 30_000);
});

function turn(arm: LabTurn['arm'], more: Partial<LabTurn> = {}): LabTurn {
  const none = { exchangeId: null, firstTokenMs: 500, tierEchoed: 'default', failure: null };
  return { arm, block: 0, pair: 0, totalMs: 6_000, outputTokens: 600, ...none, ...more };
}

const pairsOf = (blocks: number, priority: Partial<LabTurn>): LabPair[] =>
  Array.from({ length: blocks * 3 }, (_, index) => {
    const place = { block: Math.floor(index / 3), pair: index % 3 };
    // A little noise, or there would be nothing to divide by.
    const totalMs = (priority.totalMs ?? 6_000) * (1 + (index % 4) / 100);
    return makePair(turn('standard', place), turn('priority', { ...place, ...priority, totalMs }));
  });

describe('the verdict', () => {
  it.each([
    [6, 3_000, 'faster', /^Priority was faster: 49\.\d % less time .*95 % interval -?\d.*18 pairs in 6 blocks\)\.$/],
    [6, 9_000, 'slower', /^Priority was slower: 52\.\d % more time/],
    [6, 5_910, 'no-difference', /^No measurable difference/],
    [5, 3_000, 'not-enough-data', /^Not enough data: 5 of the 6 blocks/],
    [0, 3_000, 'not-enough-data', /^Not enough data: 0 of the 6 blocks/],
  ])('over %d blocks with priority at %d ms', (blocks, totalMs, verdict, sentence) => {
    const result = analyse(pairsOf(blocks, { totalMs }));
    expect(result.verdict).toBe(verdict);
    expect(result.sentence).toMatch(sentence);
  });

  it('rests on time per token, not on time', () => {
    // Half the time for half the answer is no faster.
    expect(analyse(pairsOf(6, { totalMs: 2_955, outputTokens: 300 })).verdict).toBe('no-difference');
  });

  it('needs whole blocks: a failed turn takes its block away, and is counted', () => {
    const pairs = pairsOf(6, { totalMs: 3_000 });
    const [broken] = pairs;
    if (broken === undefined) throw new Error('no pair');
    pairs[0] = makePair(turn('standard', { failure: 'refused' }), broken.priority);
    const result = analyse(pairs);
    expect(result).toMatchObject({ verdict: 'not-enough-data', blocks: 5, failedTurns: 1, lowPercent: null });
    expect(result.standard.totalMs.n).toBe(17);
  });

  it('is told with a caution where six blocks differ more than their turns, and with none where they do not', () => {
    const alike = pairsOf(6, { totalMs: 3_000 });
    expect(analyse(alike).caution).toBeNull();
    const apart = alike.map(({ standard, priority, block }) =>
      makePair(standard, { ...priority, totalMs: priority.totalMs * (1 + block / 5) }),
    );
    expect(analyse(apart).caution).toMatch(/sockets differed more .* run 24 pairs or more/);
    expect(analyse(apart.slice(0, 15)).caution).toBeNull();
  });

  it('flags answers more than 10 % apart, and keeps them', () => {
    const pairs = pairsOf(6, { totalMs: 3_300, outputTokens: 661 });
    expect(analyse(pairs)).toMatchObject({ flaggedPairs: 18, pairs: 18, verdict: 'faster' });
    expect(analyse(pairsOf(6, { outputTokens: 660 })).flaggedPairs).toBe(0);
  });

  it('knows which arm came first', () => {
    expect(makePair(turn('priority'), turn('standard'))).toMatchObject({
      first: 'priority',
      standard: { arm: 'standard' },
    });
  });
});

describe('what ordinary traffic shows', () => {
  const seen = (index: number, more: Partial<ObservedTurn> = {}): ObservedTurn => ({
    startedAt: index * 10_000,
    accountId: 'one',
    model: 'gpt-5.5',
    effort: 'low',
    tier: null,
    firstTokenMs: 400,
    totalMs: 5_000,
    inputTokens: 10,
    outputTokens: 500,
    quotaPercent: null,
    isOwn: false,
    ...more,
  });

  it('is compared within one model and effort only', () => {
    const { comparisons } = observe([
      seen(0),
      seen(1, { tier: 'priority', totalMs: 2_500 }),
      seen(2, { model: 'gpt-5.4', tier: 'priority', totalMs: 100 }),
      seen(3, { effort: 'high', totalMs: 90_000 }),
    ]);
    expect(comparisons.map(({ model, effort, differencePercent }) => [model, effort, differencePercent])).toEqual([
      ['gpt-5.5', 'low', -50],
      ['gpt-5.4', 'low', null],
      ['gpt-5.5', 'high', null],
    ]);
    expect(comparisons[0]).toMatchObject({ standard: { msPerToken: { n: 1 } }, priority: { msPerToken: { n: 1 } } });
  });

  it('leaves out replays and experiments, whose quota counts all the same', () => {
    const answer = observe([
      seen(0, { quotaPercent: 1 }),
      seen(1, { quotaPercent: 2, isOwn: true, tier: 'priority' }),
      seen(2, { quotaPercent: 4.5 }),
    ]);
    expect(answer.n).toBe(2);
    expect(answer.comparisons[0]?.priority.totalMs.n).toBe(0);
    expect(answer.quota).toMatchObject([
      { tier: 'standard', n: 1, percentDrawn: 1, percentPerThousandTokens: 2 },
      { tier: 'priority', n: 1, percentDrawn: 2.5, percentPerThousandTokens: 5 },
    ]);
    expect(answer.quotaRatio).toBe(2.5);
  });

  it('counts no quota over a reset, between accounts, or for turns side by side', () => {
    const { quota } = observe([
      seen(0, { quotaPercent: 90 }),
      seen(1, { quotaPercent: 3 }),
      seen(2, { quotaPercent: 50, accountId: 'two' }),
      seen(3, { quotaPercent: 5, totalMs: 60_000 }),
      seen(4, { quotaPercent: 9 }),
    ]);
    expect(quota).toMatchObject([{ tier: 'standard', n: 1, percentDrawn: 2 }]);
  });

  it('is nothing where there was nothing', () => {
    expect(observe([])).toEqual({ n: 0, fromMs: null, toMs: null, comparisons: [], quota: [], quotaRatio: null });
  });
});
