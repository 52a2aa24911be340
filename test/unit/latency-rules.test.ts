import { describe, expect, it } from 'vitest';
import { analyse } from '../../src-main/core/latency/analyse.ts';
import { CoinRecord } from '../../src-main/core/latency/coin-record.ts';
import { closed, idleMs, nextCloseMs, thrown, withTurn } from '../../src-main/core/latency/coin-throws.ts';
import { roundsExpected } from '../../src-main/core/latency/conditions.ts';
import { continuationOf } from '../../src-main/core/latency/continuation.ts';
import { armFigures, evidenceOf, makePair, standAfter } from '../../src-main/core/latency/pairs.ts';
import { priceOfRounds } from '../../src-main/core/latency/price.ts';
import { usualRules } from '../../src-main/core/latency/verdict.ts';
import { CoinRequest, type LabExperiment, LabRequest, type LabTurn } from '../../src-main/shared/lab.ts';
import { capOf } from '../../src-main/shared/lab-design.ts';
import { english } from '../../src-main/shared/words/english.ts';

const turn = (arm: LabTurn['arm'], more: Partial<LabTurn> = {}): LabTurn => ({
  arm,
  exchangeId: null,
  firstTokenMs: 400,
  totalMs: 6_000,
  outputTokens: 600,
  tierEchoed: null,
  quotaPercent: null,
  failure: null,
  ...more,
});
const pair = (at: number, more: Partial<LabTurn> = {}, first: LabTurn['arm'] = 'standard') =>
  first === 'standard'
    ? makePair(at, turn('standard'), turn('priority', more))
    : makePair(at, turn('priority', more), turn('standard'));
const broken = { failure: 'broke', outputTokens: 0 };

it.each([
  [1, 1],
  [5, 5],
  [6, 6],
  [7, 8],
  [8, 8],
  [13, 18],
  [48, 48],
  [49, 49],
])('%i pairs that were asked for run to %i at most', (asked, cap) => {
  expect(capOf(asked)).toBe(cap);
});

describe('a pair', () => {
  it.each<[Partial<LabTurn>, number | null, boolean]>([
    [{ totalMs: 3_000 }, -50, false],
    [{ outputTokens: 660, totalMs: 6_600 }, 0, false],
    [{ outputTokens: 661, totalMs: 6_610 }, 0, true],
    [{ outputTokens: 540, totalMs: 5_400 }, 0, true],
    [broken, null, false],
  ])('with priority %j differs by %s per cent', (more, effect, lengthsDiffer) => {
    const { effectPercent, ...rest } = pair(0, more);
    expect(rest.lengthsDiffer).toBe(lengthsDiffer);
    if (effect === null) expect(effectPercent).toBeNull();
    else expect(effectPercent).toBeCloseTo(effect, 9);
  });

  it.each([
    ['none', [], { complete: 0, tried: 0, coins: 0, first: 'standard', repeats: false }],
    ['one', [pair(0, {}, 'priority')], { complete: 1, tried: 1, coins: 1, first: 'priority', repeats: false }],
    ['two', [pair(0), pair(1, {}, 'priority')], { complete: 2, tried: 2, coins: 1, first: 'priority', repeats: false }],
    ['three', [pair(0), pair(1), pair(2)], { complete: 3, tried: 3, coins: 2, first: 'standard', repeats: false }],
    ['a failed first', [pair(0, broken)], { complete: 0, tried: 1, coins: 1, first: 'standard', repeats: true }],
    [
      'a failed second',
      [pair(0), pair(1, broken)],
      { complete: 1, tried: 2, coins: 1, first: 'standard', repeats: true },
    ],
    [
      'a failed third',
      [pair(0), pair(1), pair(2, broken)],
      { complete: 2, tried: 3, coins: 2, first: 'standard', repeats: true },
    ],
  ])('after %s says where the coin stands', (_what, pairs, wanted) => {
    expect(standAfter(pairs)).toEqual(wanted);
  });

  it('stalls against the middle of its own arm', () => {
    const slow = { totalMs: 30_000 };
    expect(evidenceOf([0, 1, 2].map((at) => pair(at, slow))).stalls).toEqual({ standard: 0, priority: 0 });
    const one = [pair(0), pair(1), pair(2, { totalMs: 12_001 }), pair(3, { totalMs: 12_000 }), pair(4)];
    expect(evidenceOf(one).stalls).toEqual({ standard: 0, priority: 1 });
  });

  it('leaves turns without a stretch of time out of the speed alone', () => {
    const figures = armFigures([
      turn('standard'),
      turn('standard', { firstTokenMs: null }),
      turn('standard', { firstTokenMs: 6_000 }),
    ]);
    expect([figures.firstTokenMs.n, figures.totalMs.n, figures.msPerToken.n]).toEqual([2, 3, 3]);
    expect(figures.tokensPerSecond).toEqual({ n: 1, median: (600 * 1_000) / 5_600 });
    expect(armFigures([]).totalMs).toEqual({ n: 0, median: null });
  });
});

describe('the result', () => {
  const many = (count: number, more: Partial<LabTurn> = {}) => Array.from({ length: count }, (_, at) => pair(at, more));

  it('ends at the cap though too many were lost, and not before', () => {
    const lossy = (good: number) => [...many(good, { totalMs: 3_000 }), ...many(good, broken)];
    expect(analyse(lossy(12), usualRules).ends).toBe(false);
    expect(analyse(lossy(24), usualRules).ends).toBe(true);
  });

  it('tells the mean before a first look, and pairs to go where one is undecided', () => {
    const { result } = analyse([pair(0, { totalMs: 3_000 }), pair(1, { totalMs: 12_000 })], usualRules);
    expect(result.effectPercent).toBeCloseTo(0, 9);
    expect([result.lowPercent, result.highPercent, result.morePairs]).toEqual([null, null, null]);
    const faster = analyse([pair(0, { totalMs: 3_000 }), pair(1, { totalMs: 3_000 })], usualRules).result;
    expect(faster.effectPercent).toBeCloseTo(-50, 9);
    const noisy = Array.from({ length: 12 }, (_, at) => pair(at, { totalMs: at % 2 === 0 ? 5_300 : 6_700 }));
    const { result: open } = analyse(noisy, usualRules);
    expect(open.verdict).toBe('undecided');
    expect(open.morePairs).toBeGreaterThan(0);
    expect(analyse(many(12, { totalMs: 3_000 }), usualRules).result.morePairs).toBeNull();
  });
});

it.each([
  [0.4, 0.05, 1],
  [0.4, 0.4, 2],
  [-0.4, 0.4, 2],
  [0.4, 10, null],
  [0, 0, 1],
])('a gain of %d with a spread of %d is decided in as many rounds as its quantile asks', (mean, spread, at) => {
  const quantile = 2;
  const sizes = Array.from({ length: 60 }, (_, n) => n + 1);
  const enough = sizes.find((n) => ((quantile + 0.84) * Math.sqrt(2) * spread) / Math.sqrt(n) <= Math.abs(mean));
  const found = roundsExpected({ mean, spread }, () => quantile);
  if (at === null) expect(found).toBeNull();
  else expect(found).toBeGreaterThanOrEqual(enough ?? Number.POSITIVE_INFINITY);
});

it('a gain is enough as soon as it is as large as its quantile and a bit more of its error', () => {
  const at = (mean: number) => roundsExpected({ mean, spread: 1 }, () => 2);
  const first = at(100) ?? 0;
  const least = ((2 + 0.84) * Math.SQRT2) / Math.sqrt(first);
  expect([at(least), at(-least)]).toEqual([first, first]);
  expect(at(least * 0.999)).toBeGreaterThan(first);
});

it.each([
  [2, ['hint'], 12, 7_680],
  [1, ['hint', 'transport'], 10, 6_080],
] as const)(
  '%i rounds for %j are %i turns, and count like %i tokens at standard tier',
  (rounds, conditions, turns, tokens) => {
    const price = priceOfRounds(rounds, { prompt: 'enumerate', tier: 'priority', conditions: [...conditions] });
    expect([price.turns, price.standardEquivalentTokens]).toEqual([turns, tokens]);
  },
);

describe('an experiment that has ended', () => {
  const now = { version: '1.2.3', profile: '0.171', accountId: 'a' };
  const ended = {
    form: 'sequential',
    state: 'done',
    endedAt: 5,
    version: '1.2.3',
    profile: '0.171',
    accountId: 'a',
    accountLabel: 'ada',
    request: LabRequest.parse({}),
    pairs: Array.from({ length: 12 }, (_, at) => pair(at)),
    result: { ...analyse([], usualRules).result, verdict: 'undecided' },
  } as unknown as LabExperiment;
  const search = LabRequest.parse({ kind: 'conditions' });

  it.each<[string, Partial<LabExperiment>, Partial<typeof now> | { accountId: null }, string | null]>([
    ['as it is', {}, {}, null],
    [
      'of blocks',
      { form: 'blocks' },
      {},
      'It is of the earlier form, whose pairs shared sockets: they cannot be added to.',
    ],
    ['a search', { request: search }, {}, 'A search for conditions is not continued; start it anew.'],
    ['running', { state: 'running' }, {}, 'It runs.'],
    ['asking', { state: 'asking' }, {}, 'It runs.'],
    ['cut off', { endedAt: null }, {}, 'Slipstream ended while it ran, so that its hours are not known.'],
    ['decided', { result: { ...ended.result, verdict: 'faster' } }, {}, 'It is decided.'],
    ['stopped before a look', { result: { ...ended.result, verdict: 'not-enough-data' } }, {}, null],
    ['lossy with more to gain', { result: { ...ended.result, verdict: 'not-enough-data', morePairs: 3 } }, {}, null],
    [
      'full',
      { pairs: Array.from({ length: 48 }, (_, at) => pair(at)) },
      {},
      'It has as many pairs as an experiment takes.',
    ],
    [
      'of another version',
      { version: '1.0.0' },
      {},
      'It ran on Slipstream 1.0.0, and this is 1.2.3: its pairs would not be alike.',
    ],
    [
      'of an unknown version',
      { version: null },
      {},
      'It ran on an earlier version of Slipstream: its pairs would not be alike.',
    ],
    [
      'of another profile',
      { profile: '0.1' },
      {},
      'It ran with the profile 0.1, and turns go with 0.171 now: its pairs would not be alike.',
    ],
    [
      'of an unknown profile',
      { profile: null },
      {},
      'It ran on an earlier version of Slipstream: its pairs would not be alike.',
    ],
    ['of an account that is gone', {}, { accountId: null }, 'Its account, ada, is not here, or can run no turn now.'],
    ['of another account', {}, { accountId: 'b' }, 'An earlier version did not keep which account it ran on.'],
  ])('%s goes on, or says why not', (_what, patch, more, why) => {
    const said = continuationOf({ ...ended, ...patch }, { ...now, ...more } as typeof now).why;
    expect(said === null ? null : english.told(said)).toBe(why);
  });

  it('goes on to the looks that are ahead alone', () => {
    const sizes = (pairs: number) =>
      continuationOf({ ...ended, pairs: Array.from({ length: pairs }, (_, at) => pair(at)) }, now).steps.map((step) => [
        step.pairs,
        step.price.turns,
      ]);
    expect([sizes(12), sizes(36), sizes(35)]).toEqual([
      [
        [24, 48],
        [36, 96],
        [48, 144],
      ],
      [[48, 48]],
      [
        [36, 4],
        [48, 52],
      ],
    ]);
  });
});

describe('sessions of a coin', () => {
  const fresh: CoinRecord = CoinRecord.parse({
    id: 'c1',
    request: { ...CoinRequest.parse({}), accountId: 'a', pairs: 6 },
    accountLabel: 'ada',
    version: '1.2.3',
    profile: '0.171',
    seed: 1,
    run: 1,
    startedAt: 0,
    endedAt: null,
    isLeft: false,
    sessions: [],
    pairs: [],
  });
  const measured = { tierSent: null, measured: { spanMs: 10, outputTokens: 6 }, failure: null };

  it('close one by one, each when it has rested', () => {
    let record = thrown(thrown(fresh, 'a', 0), 'b', 100);
    record = withTurn(record, { ...measured, sessionId: 'a' }, 200);
    expect(nextCloseMs(record)).toBe(100 + idleMs);
    expect(closed(record, 99 + idleMs)).toBeNull();
    const next = closed(record, 100 + idleMs) ?? record;
    expect(next.sessions.map(({ isOver }) => isOver)).toEqual([false, true]);
    expect(next.pairs).toEqual([]);
    expect(nextCloseMs(next)).toBe(200 + idleMs);
  });

  it('of a coin that has ended never close, and nothing is due', () => {
    const over = { ...thrown(fresh, 'a', 0), endedAt: 5 };
    expect([closed(over, 10 * idleMs), nextCloseMs(over), nextCloseMs(fresh)]).toEqual([null, null, null]);
  });

  it('that never rest are due half a day after they began', () => {
    const longestMs = 12 * 60 * 60_000;
    const record = withTurn(thrown(fresh, 'a', 0), { ...measured, sessionId: 'a' }, longestMs - 1);
    expect(nextCloseMs(record)).toBe(longestMs);
    expect(closed(record, longestMs - 1)).toBeNull();
    expect(closed(record, longestMs)?.sessions[0]?.isOver).toBe(true);
  });
});
