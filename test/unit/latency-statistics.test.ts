import { describe, expect, it } from 'vitest';
import { analyse } from '../../src-main/core/latency/analyse.ts';
import { oddsInterval } from '../../src-main/core/latency/odds.ts';
import { evidenceOf, makePair } from '../../src-main/core/latency/pairs.ts';
import { type ObservedTurn, observe } from '../../src-main/core/latency/passive.ts';
import { studentCdf } from '../../src-main/core/latency/student-t.ts';
import { usualRules } from '../../src-main/core/latency/verdict.ts';
import type { LabPair, LabTurn } from '../../src-main/shared/lab.ts';
import { median, quantile } from '../../src-main/shared/statistics.ts';

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

// By the closed forms that there are for so few degrees.
it.each([
  [1, 1, 0.75],
  [2, 1, 0.852416382349567],
  [1, 2, 0.788675134594813],
  [3, 2, 0.952267016866645],
  [2, 3, 0.930337015720578],
])("Student's t up to %d with %i degrees is exact", (t, degrees, share) => {
  expect(studentCdf(t, degrees)).toBeCloseTo(share, 12);
});

function turn(arm: LabTurn['arm'], more: Partial<LabTurn> = {}): LabTurn {
  const none = { exchangeId: null, firstTokenMs: 500, tierEchoed: 'default', quotaPercent: null, failure: null };
  return { arm, totalMs: 6_000, outputTokens: 600, ...none, ...more };
}

const pairsOf = (count: number, priority: Partial<LabTurn>): LabPair[] =>
  Array.from({ length: count }, (_, index) => {
    // A little noise, or there would be nothing to divide by.
    const totalMs = (priority.totalMs ?? 6_000) * (1 + (index % 4) / 100);
    return makePair(index, turn('standard'), turn('priority', { ...priority, totalMs }));
  });

const resultOf = (pairs: readonly LabPair[]) => analyse(pairs, usualRules).result;

describe('the result', () => {
  it.each([
    [
      6,
      3_000,
      'faster',
      /^Priority was faster: 49 % less time for each output token \(48 to 50 % less; 6 pairs, 1 look\)\.$/,
    ],
    [6, 9_000, 'slower', /^Priority was slower: 52 % more time/],
    [12, 5_910, 'no-difference', /^No difference that matters: .* \(12 pairs\); 10 % either way is ruled out\.$/],
    [6, 5_910, 'undecided', /^Not the promised speed: if priority helps at all/],
    [5, 3_000, 'not-enough-data', /^Not enough data: 5 pairs of the 6/],
    [0, 3_000, 'not-enough-data', /^Not enough data: 0 pairs of the 6/],
  ])('of %d pairs with priority at %d ms', (count, totalMs, verdict, sentence) => {
    const result = resultOf(pairsOf(count, { totalMs }));
    expect(result.verdict).toBe(verdict);
    expect(result.sentence).toMatch(sentence);
  });

  it('rests on time per token, not on time', () => {
    // Half the time for half the answer is no faster.
    expect(resultOf(pairsOf(12, { totalMs: 2_955, outputTokens: 300 })).verdict).toBe('no-difference');
  });

  it('keeps to the last look between looks', () => {
    const pairs = pairsOf(7, { totalMs: 3_000 });
    const { looks, effectPercent } = resultOf([...pairs.slice(0, 6), ...pairsOf(1, { totalMs: 60_000 })]);
    expect(looks).toEqual(resultOf(pairs.slice(0, 6)).looks);
    expect(effectPercent).toBe(looks.at(-1)?.effectPercent);
  });

  it('counts complete pairs alone, and gives no verdict where more than one in five was lost', () => {
    const failed = makePair(0, turn('standard', { failure: 'refused' }), turn('priority'));
    const good = pairsOf(7, { totalMs: 3_000 });
    expect(resultOf([failed, ...good])).toMatchObject({ verdict: 'faster', pairs: 7, failedTurns: 1 });
    const lossy = resultOf([failed, failed, ...good]);
    expect(lossy).toMatchObject({ verdict: 'not-enough-data', promiseRuledOut: false });
    expect(lossy.sentence).toBe('No verdict: 2 pairs of 9 failed, more than one in five.');
    expect(analyse([failed, failed, ...good], usualRules).ends).toBe(false);
  });

  it('says that an early stop leans to the large side, and what a small gain is not', () => {
    expect(resultOf(pairsOf(6, { totalMs: 5_000 })).notes).toEqual([
      'Stopped early, so the middle figure leans to the large side: trust the range.',
      'That is less than the promised 1.5×.',
    ]);
  });

  it('flags answers more than 10 % apart, and keeps them', () => {
    expect(resultOf(pairsOf(6, { totalMs: 3_300, outputTokens: 661 }))).toMatchObject({ flaggedPairs: 6, pairs: 6 });
    expect(resultOf(pairsOf(6, { outputTokens: 660 })).flaggedPairs).toBe(0);
  });

  it('knows which arm came first', () => {
    expect(makePair(0, turn('priority'), turn('standard'))).toMatchObject({
      first: 'priority',
      standard: { arm: 'standard' },
    });
  });
});

describe('the evidence beside the verdict', () => {
  it('counts echoes, failures and stalls by arm', () => {
    const pairs = [
      ...pairsOf(3, { tierEchoed: 'default' }),
      makePair(3, turn('standard'), turn('priority', { tierEchoed: 'priority', totalMs: 60_000 })),
      makePair(4, turn('standard', { failure: 'refused' }), turn('priority', { tierEchoed: null })),
    ];
    const { echoes, failures, stalls } = evidenceOf(pairs);
    expect(echoes).toEqual([
      { arm: 'standard', echoed: 'default', n: 4 },
      { arm: 'priority', echoed: 'default', n: 3 },
      { arm: 'priority', echoed: 'priority', n: 1 },
      { arm: 'priority', echoed: null, n: 1 },
    ]);
    expect(failures).toEqual({ standard: 1, priority: 0 });
    expect(stalls).toEqual({ standard: 0, priority: 1 });
  });

  it('gives a step of the quota to the turn that ran meanwhile, and its odds exactly', () => {
    const readings = [10, 10.2, 11, 11.4, 12.6, 2, 2];
    const pairs = [0, 2, 4].map((at) =>
      makePair(
        at,
        turn('priority', { quotaPercent: readings[at] ?? null }),
        turn('standard', { quotaPercent: readings[at + 1] ?? null }),
      ),
    );
    // 10.2 to 11 in a standard turn, 11.4 to 12.6 in another; the reset in between counts for nothing.
    expect(evidenceOf(pairs).quota).toMatchObject({ steps: 3, duringPriority: 0, lowOdds: 0 });
    expect(evidenceOf(pairsOf(2, {})).quota).toBeNull();
    const flat = turn('priority', { quotaPercent: 10 });
    expect(evidenceOf([makePair(0, flat, { ...flat, arm: 'standard' })]).quota).toMatchObject({ steps: 0 });
  });

  it('gives no step of the quota to the turn before a pause', () => {
    const of = (quotaPercent: number) =>
      makePair(0, turn('standard', { quotaPercent }), turn('priority', { quotaPercent }));
    expect(evidenceOf([of(10), of(40)]).quota).toMatchObject({ steps: 30, duringPriority: 30 });
    expect(evidenceOf([of(10), { ...of(40), afterPause: true }, of(41)]).quota).toMatchObject({ steps: 1 });
  });

  // From tables of the exact binomial interval.
  it.each([
    [0, 10, 0, 0.3085],
    [5, 10, 0.1871, 0.8129],
    [7, 10, 0.3475, 0.9333],
  ])('%d of %d steps lie between odds of these shares', (hits, n, low, high) => {
    const { lowOdds, highOdds } = oddsInterval(hits, n);
    expect(lowOdds / (1 + lowOdds)).toBeCloseTo(low, 3);
    expect((highOdds ?? 0) / (1 + (highOdds ?? 0))).toBeCloseTo(high, 3);
  });

  it('has no upper end where every step fell in a fast turn', () => {
    expect(oddsInterval(4, 4).highOdds).toBeNull();
  });
});

describe('what ordinary traffic shows', () => {
  const seen = (index: number, more: Partial<ObservedTurn> = {}): ObservedTurn => ({
    startedAt: index * 10_000,
    sessionId: null,
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
      seen(1, { tier: 'priority', totalMs: 2_700 }),
      seen(2, { model: 'gpt-5.4', tier: 'priority', totalMs: 100 }),
      seen(3, { effort: 'high', totalMs: 90_000 }),
    ]);
    expect(comparisons.map(({ model, effort, differencePercent }) => [model, effort, differencePercent])).toEqual([
      ['gpt-5.5', 'low', expect.closeTo(-50, 9)],
      ['gpt-5.4', 'low', null],
      ['gpt-5.5', 'high', null],
    ]);
    expect(comparisons[0]).toMatchObject({ standard: { msPerToken: { n: 1 } }, priority: { msPerToken: { n: 1 } } });
  });

  it('takes the middle over sessions of the time after the first token, within one session or day', () => {
    const day = 24 * 60 * 60_000;
    const fast = (at: number, sessionId: string | null, totalMs: number) =>
      seen(0, { startedAt: at, sessionId, totalMs, tier: 'priority' });
    const { comparisons } = observe([
      seen(0, { sessionId: 'a', totalMs: 4_400 }),
      // Against its own session: half, however many turns it has.
      ...[1, 2, 3, 4, 5].map((at) => fast(at, 'a', 2_400)),
      // Another session of that day: three quarters of its median.
      seen(6, { sessionId: 'b', totalMs: 8_400 }),
      fast(7, 'c', 4_900),
      // A day later without a standard turn: nothing to hold it against.
      fast(day, 'd', 100_000),
      // A late first token is no slow generation.
      seen(8, { sessionId: 'e', firstTokenMs: 90_400, totalMs: 94_400 }),
      fast(9, 'e', 4_400),
    ]);
    expect(comparisons[0]?.sessions).toBe(3);
    expect(comparisons[0]?.differencePercent).toBeCloseTo(0, 9);
    const only = observe([seen(0), fast(day, 'd', 2_000)]).comparisons[0];
    expect(only).toMatchObject({ differencePercent: null, sessions: 0, standard: { totalMs: { n: 1 } } });
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

  it('counts readings that have not risen: they are rounded, and only their sum is true', () => {
    const readings = [10, 10, 10, 11, 11];
    const { quota } = observe(readings.map((quotaPercent, index) => seen(index, { quotaPercent })));
    expect(quota).toMatchObject([{ tier: 'standard', n: 4, percentDrawn: 1, percentPerThousandTokens: 0.5 }]);
  });

  it('gives no turn what another one drew that ran on while it began and ended', () => {
    const { quota } = observe([
      seen(0, { quotaPercent: 10, totalMs: 35_000 }),
      seen(1, { quotaPercent: 10 }),
      seen(2, { quotaPercent: 10 }),
      // The long one is over by now: the rise is its own.
      seen(4, { quotaPercent: 15 }),
      seen(5, { quotaPercent: 16 }),
      // Of one without a reading nobody knows what it drew.
      seen(6, { totalMs: 9_000 }),
      seen(7, { quotaPercent: 19 }),
    ]);
    expect(quota).toMatchObject([{ n: 1, percentDrawn: 1 }]);
  });

  it('counts the quota of some turns beside all that their account ran', () => {
    const all = [10, 11, 14, 15, 18].map((quotaPercent, index) =>
      seen(index, { quotaPercent, model: index % 2 === 0 ? 'gpt-5.5' : 'gpt-5.4' }),
    );
    const some = all.filter(({ model }) => model === 'gpt-5.5');
    expect(observe(some, all)).toMatchObject({ n: 3, quota: [{ n: 2, percentDrawn: 2 }] });
  });

  it('counts no quota from one day to the next: the window was another', () => {
    const answer = observe([
      seen(0, { quotaPercent: 10 }),
      seen(1, { quotaPercent: 12 }),
      { ...seen(0, { quotaPercent: 60 }), startedAt: seen(1).startedAt + 5 * 60 * 60_000 + 1 },
    ]);
    expect(answer.quota).toMatchObject([{ n: 1, percentDrawn: 2 }]);
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

  it('tells what is seen most first, from the first turn to the last', () => {
    const answer = observe([seen(1), ...[2, 3].map((at) => seen(at, { model: 'gpt-5.4' })), seen(4, { isOwn: true })]);
    expect(answer.comparisons.map(({ model }) => model)).toEqual(['gpt-5.4', 'gpt-5.5']);
    expect([answer.n, answer.fromMs, answer.toMs]).toEqual([3, 10_000, 30_000]);
  });

  it('knows no speed of turns without a stretch of time', () => {
    const fast = (more: Partial<ObservedTurn>) => seen(1, { tier: 'priority', ...more });
    const difference = (...turns: readonly ObservedTurn[]) => {
      const [{ differencePercent, sessions } = { differencePercent: 0, sessions: 0 }] = observe(turns).comparisons;
      return [differencePercent, sessions];
    };
    const half = [expect.closeTo(-50, 9), 1];
    const asFast = { sessionId: 's', tier: 'priority' };
    expect(difference(seen(0), fast({ firstTokenMs: null }))).toEqual([null, 0]);
    expect(difference(seen(0), fast({ firstTokenMs: 5_000 }))).toEqual([null, 0]);
    expect(difference(seen(0, { firstTokenMs: null }), fast({ totalMs: 2_700 }))).toEqual([null, 0]);
    // Those beside them count, and their tokens alone.
    const told = seen(2, { ...asFast, totalMs: 2_700 });
    expect(difference(seen(0), seen(1, { ...asFast, firstTokenMs: null }), told)).toEqual(half);
    expect(difference(seen(0), seen(1, { ...asFast, firstTokenMs: 5_000 }), told)).toEqual(half);
    // Of several, all the time over all the tokens.
    expect(
      difference(
        seen(0),
        seen(1, { ...asFast, totalMs: 1_400, outputTokens: 100 }),
        seen(2, { ...asFast, totalMs: 3_100, outputTokens: 700 }),
      ),
    ).toEqual([expect.closeTo((3_700 / 800 / (4_600 / 500) - 1) * 100, 9), 1]);
  });

  it('holds a session against itself whatever day it was, each account and nameless turn for itself', () => {
    const day = 24 * 60 * 60_000;
    const fast = { tier: 'priority', totalMs: 2_700 };
    const sessions = (...turns: readonly ObservedTurn[]) => observe(turns).comparisons[0]?.sessions;
    // Its own standard turn of another day, and not that of the same day.
    const own = observe([
      seen(0, { sessionId: 'a', startedAt: day }),
      seen(1, { totalMs: 90_000 }),
      seen(2, { sessionId: 'a', ...fast }),
    ]).comparisons[0];
    expect(own).toMatchObject({ sessions: 1, differencePercent: expect.closeTo(-50, 9) });
    // On two days it is two stretches of one session.
    expect(
      sessions(
        seen(0, { sessionId: 'a' }),
        seen(1, { sessionId: 'a', ...fast }),
        seen(2, { sessionId: 'a', ...fast, startedAt: day }),
      ),
    ).toBe(1);
    expect(sessions(seen(0), seen(1, fast), seen(2, fast))).toBe(2);
    expect(
      sessions(seen(0), seen(1, { sessionId: 'a', ...fast }), seen(2, { sessionId: 'a', accountId: 'two', ...fast })),
    ).toBe(2);
    // The last moment of a day is not of the next.
    expect(sessions(seen(0, { startedAt: day - 1 }), seen(1, { startedAt: day, ...fast }))).toBe(0);
    expect(sessions(seen(0, { startedAt: 0 }), seen(1, { startedAt: day - 1, ...fast }))).toBe(1);
  });

  it('knows no draw for a token where there were none, and no ratio to a draw of nothing', () => {
    const ratioOf = (standard: number, outputTokens = 500) =>
      observe([
        seen(0, { quotaPercent: 1, outputTokens }),
        seen(1, { quotaPercent: 1 + standard, tier: 'priority' }),
        seen(2, { quotaPercent: 2 + standard }),
      ]);
    expect(ratioOf(1, 0).quota[0]).toMatchObject({ percentDrawn: 1, percentPerThousandTokens: null });
    expect([ratioOf(1, 0).quotaRatio, ratioOf(0).quotaRatio, ratioOf(1).quotaRatio]).toEqual([null, null, 1]);
    expect(observe([seen(0, { quotaPercent: 1 }), seen(1, { quotaPercent: 2 })]).quotaRatio).toBeNull();
  });

  it('gives a draw to a turn that ended just as the next one began', () => {
    const drawn = (totalMs: number) =>
      observe([seen(0, { quotaPercent: 1, totalMs }), seen(1, { quotaPercent: 2 })]).quota;
    expect([drawn(10_000).length, drawn(10_001).length]).toEqual([1, 0]);
  });

  it('is nothing where there was nothing', () => {
    expect(observe([])).toEqual({ n: 0, fromMs: null, toMs: null, comparisons: [], quota: [], quotaRatio: null });
  });
});
