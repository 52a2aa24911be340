import { describe, expect, it } from 'vitest';
import type { LabAnswer, LabQuestion } from '../../src-main/core/latency/experiment.ts';
import { toPercent } from '../../src-main/core/latency/pairs.ts';
import { armsOf, runRounds, type SearchParts } from '../../src-main/core/latency/search.ts';
import type { LabCondition } from '../../src-main/shared/lab.ts';

/** Rounds of turns whose times are told, so that every figure of them can be. */

const nameOf = ({ arm, without }: Pick<LabQuestion, 'arm' | 'without'>) => [arm, ...without].join(' without ');

interface Rounds {
  /** ln of the time per token of a turn of the round, from 0; by the turn's name. */
  readonly log?: (name: string, round: number) => number;
  readonly firstTokenMs?: (name: string, round: number) => number | null;
  /** Measured turns that fail, counted from 1, and what they say. */
  readonly failing?: Readonly<Record<number, Partial<LabAnswer>>>;
  readonly conditions?: readonly LabCondition[];
  readonly random?: () => number;
  /** Measured turns after which it is stopped. */
  readonly stopAfter?: number;
}

/** The last coin of a shuffle leaves every turn in its place. */
const inPlace = () => 0.999;

async function rounds({
  log = () => 0,
  firstTokenMs = () => 100,
  failing = {},
  conditions = ['hint'],
  random = inPlace,
  stopAfter = Number.POSITIVE_INFINITY,
}: Rounds) {
  const asked: string[] = [];
  const told: Parameters<SearchParts['onRound']>[0][] = [];
  let error: unknown = null;
  await runRounds({
    conditions,
    random,
    newSessionId: () => 's',
    isStopped: () => asked.length >= stopAfter,
    onTurn: () => {},
    onRound: async (so) => void told.push(so),
    ask: async (question): Promise<LabAnswer> => {
      const none = { exchangeId: null, tierEchoed: null, quotaPercent: null, failure: null, outputTokens: 10 };
      if (question.kind === 'warm-up') return { ...none, firstTokenMs: 1, totalMs: 1 };
      const name = nameOf(question);
      asked.push(name);
      const totalMs = 1_000 * Math.exp(log(name, told.length));
      return { ...none, firstTokenMs: firstTokenMs(name, told.length), totalMs, ...failing[asked.length] };
    },
  }).catch((thrown: unknown) => {
    error = thrown;
  });
  return { asked, told, error };
}

/** A little more and less by turns, so that ranges have a width: 0 in the mean of an even number of rounds. */
const jitter = (round: number) => (round % 2 === 0 ? 0.01 : -0.01);
const fast = -Math.log(1.5);

describe('the turns of a round', () => {
  it.each<[readonly LabCondition[], readonly string[]]>([
    [[], ['standard', 'priority']],
    [['hint'], ['standard', 'priority', 'priority without hint']],
    [
      ['originator', 'transport'],
      [
        'standard',
        'priority',
        'priority without originator',
        'priority without transport',
        'standard without transport',
      ],
    ],
  ])('for %j', (open, names) => {
    expect(armsOf(open).map(nameOf)).toEqual(names);
  });

  it.each<[string, () => number, readonly string[]]>([
    ['its last coin', inPlace, ['standard', 'priority', 'priority without hint']],
    ['its first', () => 0, ['priority', 'priority without hint', 'standard']],
    ['its middle', () => 0.5, ['standard', 'priority without hint', 'priority']],
  ])('are in the order of Fisher and Yates by %s', async (_coin, random, names) => {
    expect((await rounds({ random, stopAfter: 3 })).asked).toEqual(names);
  });
});

describe('rounds', () => {
  it('say nothing before the sixth, and then how much is saved without a condition and lost for lack of it', async () => {
    const log = (name: string, round: number) =>
      name === 'standard' ? jitter(round) : name === 'priority' ? fast : name.endsWith('hint') ? fast / 2 : 0;
    const { told, error } = await rounds({ log, conditions: ['hint', 'originator'] });
    expect(error).toBeNull();
    const nothing = { finding: 'open', without: null, loss: null };
    expect(told.slice(0, 5)).toEqual(
      [1, 2, 3, 4, 5].map((count) => ({
        rounds: count,
        claims: ['hint', 'originator'].map((condition) => ({ ...nothing, condition, rounds: count })),
        stillGranted: null,
        firstTokenOverHttp: null,
      })),
    );
    const [hint, originator] = told[5]?.claims ?? [];
    expect(told[5]).toMatchObject({ rounds: 6, stillGranted: true });
    expect(hint).toMatchObject({ condition: 'hint', finding: 'partly', rounds: 6 });
    expect(originator).toMatchObject({ condition: 'originator', finding: 'needed', rounds: 6 });
    expect(hint?.without?.effectPercent).toBeCloseTo(toPercent(fast / 2), 9);
    expect(hint?.loss?.effectPercent).toBeCloseTo(toPercent(-fast / 2), 9);
    expect(originator?.without?.effectPercent).toBeCloseTo(0, 9);
    expect(originator?.loss?.effectPercent).toBeCloseTo(toPercent(-fast), 9);
    for (const look of [hint?.without, originator?.without]) {
      expect(look?.n).toBe(6);
      expect(look?.lowPercent).toBeLessThan(look?.effectPercent ?? Number.NaN);
      expect(look?.highPercent).toBeGreaterThan(look?.effectPercent ?? Number.NaN);
    }
    // Every condition is decided.
    expect(told).toHaveLength(6);
  });

  it('leave out a condition once it is decided, and end at the thirty-sixth', async () => {
    const log = (name: string, round: number) => {
      if (name === 'standard' || name === 'priority') return name === 'standard' ? 0 : fast + jitter(round);
      return name.endsWith('hint') ? (round % 2 === 0 ? -2 : 2) : fast;
    };
    const { told, asked } = await rounds({ log, conditions: ['originator', 'hint'] });
    expect(told).toHaveLength(36);
    expect(told[5]?.claims.map(({ finding }) => finding)).toEqual(['not-needed', 'open']);
    expect(told.at(-1)?.claims.map(({ finding, rounds }) => [finding, rounds])).toEqual([
      ['not-needed', 6],
      ['open', 36],
    ]);
    expect(asked.slice(5 * 4, 7 * 4)).toEqual([
      ...['standard', 'priority', 'priority without originator', 'priority without hint'],
      ...['standard', 'priority', 'priority without hint', 'standard'],
    ]);
  });

  it('end where fast is not granted any more', async () => {
    const { told } = await rounds({ log: (name, round) => (name === 'priority' ? jitter(round) : 0) });
    expect(told.map(({ stillGranted }) => stillGranted)).toEqual([null, null, null, null, null, false]);
  });

  it('hold transport against standard over HTTP, and its first tokens against those of the websocket', async () => {
    const slowHttp = 0.7;
    const { told } = await rounds({
      conditions: ['transport'],
      log: (name, round) =>
        (name.startsWith('priority') ? fast : jitter(round)) + (name.includes('transport') ? slowHttp : 0),
      firstTokenMs: (name, round) =>
        name === 'standard' ? 100 : name.startsWith('standard') ? 100 * Math.exp(slowHttp + jitter(round)) : 7,
    });
    const last = told.at(-1);
    expect(told).toHaveLength(6);
    expect(last?.claims).toMatchObject([{ condition: 'transport', finding: 'not-needed' }]);
    expect(last?.claims[0]?.without?.effectPercent).toBeCloseTo(toPercent(fast), 9);
    expect(last?.firstTokenOverHttp?.n).toBe(6);
    expect(last?.firstTokenOverHttp?.effectPercent).toBeCloseTo(toPercent(slowHttp), 9);
  });

  it.each([
    ['standard', null],
    ['standard', 0],
    ['standard without transport', null],
    ['standard without transport', 0],
  ])('leave a first token out where %s told it as %s', async (which, ms) => {
    const { told } = await rounds({
      conditions: ['transport'],
      // Never decided, so that the next look is seen too.
      log: (name, round) =>
        name === 'priority' ? fast : name === 'priority without transport' ? (round % 2 === 0 ? -2 : 2) : 0,
      firstTokenMs: (name, round) => (name === which && round < 2 ? ms : 100 + round),
    });
    const looks = told.map(({ firstTokenOverHttp }) => firstTokenOverHttp?.n ?? null);
    expect(looks.slice(4, 8)).toEqual([null, null, null, 6]);
  });

  it('are done again where a turn failed, with nothing more asked in that one', async () => {
    const { told, asked } = await rounds({
      failing: { 2: { failure: 'refused' }, 4: { outputTokens: 0 } },
      stopAfter: 7,
    });
    expect(asked).toEqual([
      ...['standard', 'priority'],
      ...['standard', 'priority'],
      ...['standard', 'priority', 'priority without hint'],
    ]);
    expect(told).toEqual([]);
  });

  it('that fail three times on end are given up with the last reason, and a good one between makes them none', async () => {
    const failure = (text: string) => ({ failure: text });
    const once = await rounds({ failing: { 1: failure('one'), 2: failure('two'), 4: failure('three') } });
    expect([once.error, once.told.length]).toEqual([expect.objectContaining({ message: 'three' }), 0]);
    // Two of them, a good round, two more, and a good one again.
    const failing = { 1: failure('one'), 2: failure('two'), 6: failure('three'), 7: failure('four') };
    const mended = await rounds({ failing, stopAfter: 11 });
    expect([mended.error, mended.told.length]).toEqual([null, 2]);
  });

  it('tell nothing of a round that was stopped', async () => {
    const { told, error } = await rounds({ stopAfter: 3 });
    expect({ told, error }).toEqual({ told: [], error: null });
  });
});
