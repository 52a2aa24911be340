import { describe, expect, it } from 'vitest';
import { analyse } from '../../src-main/core/latency/analyse.ts';
import {
  type LabAnswer,
  type LabPlace,
  type LabQuestion,
  runPairs,
  strayedFrom,
} from '../../src-main/core/latency/experiment.ts';
import { FastLab, type FastLabParts } from '../../src-main/core/latency/fast-lab.ts';
import { readExperiments } from '../../src-main/core/latency/kept-experiments.ts';
import { seededRandom } from '../../src-main/core/latency/seeded-random.ts';
import { usualRules } from '../../src-main/core/latency/verdict.ts';
import { LabExperiment, type LabPair, LabRequest } from '../../src-main/shared/lab.ts';
import { estimateSentence } from '../../src-main/shared/lab-method.ts';
import { english } from '../../src-main/shared/words/english.ts';
import { recordingLog } from '../support/host.ts';
import { fakeClock } from './fake-clock.ts';

const answer: LabAnswer = {
  exchangeId: 'x',
  firstTokenMs: 1,
  totalMs: 100,
  outputTokens: 10,
  tierEchoed: null,
  quotaPercent: null,
  failure: null,
};

interface Course {
  readonly cap: number;
  readonly stopAfter?: number;
  readonly endAfter?: number;
  /** Measured turns that fail, counted from 1. */
  readonly failing?: readonly number[];
  readonly seed?: number;
  readonly before?: readonly LabPair[];
}

async function run({
  cap,
  stopAfter = Number.POSITIVE_INFINITY,
  endAfter = cap,
  failing = [],
  seed = 5,
  before = [],
}: Course) {
  const questions: LabQuestion[] = [];
  const pairs: LabPair[] = [];
  let [sessions, measured] = [0, 0];
  await runPairs({
    cap,
    before,
    without: [],
    ask: async (question) => {
      questions.push(question);
      if (question.kind === 'measured') measured += 1;
      return question.kind === 'measured' && failing.includes(measured) ? { ...answer, failure: 'refused' } : answer;
    },
    newSessionId: () => {
      sessions += 1;
      return `session-${sessions}`;
    },
    random: seededRandom(seed),
    isStopped: () => questions.length >= stopAfter,
    onTurn: () => {},
    onPair: async (pair) => {
      pairs.push(pair);
      return { ends: pairs.length >= endAfter };
    },
  });
  return { questions, pairs };
}

describe('the course of an experiment', () => {
  it('is a warm-up and a measured turn for each arm of each pair, each two on a socket of their own', async () => {
    const { questions, pairs } = await run({ cap: 6 });
    expect(pairs).toHaveLength(6);
    expect(questions.map(({ kind }) => kind)).toEqual(Array(12).fill(['warm-up', 'measured']).flat());
    expect(new Set(questions.map(({ sessionId }) => sessionId)).size).toBe(12);
    for (let at = 0; at < questions.length; at += 2) {
      expect(questions[at]?.sessionId).toBe(questions[at + 1]?.sessionId);
      expect(questions[at]?.arm).toBe(questions[at + 1]?.arm);
    }
  });

  it('has each arm first once in every two pairs, by coin', async () => {
    const { pairs } = await run({ cap: 48 });
    const firsts = pairs.map(({ first }) => first);
    for (let two = 0; two < 48; two += 2) expect(new Set(firsts.slice(two, two + 2)).size).toBe(2);
    const coins = firsts.filter((_, at) => at % 2 === 0).filter((first) => first === 'priority').length;
    expect(coins).toBeGreaterThan(5);
    expect(coins).toBeLessThan(19);
  });

  it('throws the same coins for a seed in every version, for kept ones go on', async () => {
    const letters = async (seed: number) => (await run({ cap: 8, seed })).pairs.map(({ first }) => first[0]).join('');
    expect([await letters(1), await letters(2), await letters(3)]).toEqual(['psspspsp', 'pspsspps', 'spsppsps']);
  });

  it('ends where its pairs say so', async () => {
    expect((await run({ cap: 24, endAfter: 8 })).pairs).toHaveLength(8);
  });

  it('repeats a failed pair in place, in the same order', async () => {
    const { pairs } = await run({ cap: 6, failing: [4], endAfter: 99 });
    expect(pairs).toHaveLength(7);
    expect(pairs[1]?.effectPercent).toBeNull();
    expect(pairs[2]?.first).toBe(pairs[1]?.first);
    expect(pairs[3]?.first).not.toBe(pairs[4]?.first);
  });

  it('gives up at the third failure on end', async () => {
    await expect(run({ cap: 6, failing: [3, 5, 7], endAfter: 99 })).rejects.toThrow('refused');
    expect((await run({ cap: 6, failing: [3, 5], endAfter: 99 })).pairs).toHaveLength(8);
  });

  it('measures nothing on a socket whose warm-up failed', async () => {
    const kinds: string[] = [];
    const course = runPairs({
      cap: 6,
      without: [],
      ask: async ({ kind }) => {
        kinds.push(kind);
        return { ...answer, failure: 'no quota' };
      },
      newSessionId: () => 's',
      random: seededRandom(1),
      isStopped: () => false,
      onTurn: () => {},
      onPair: async () => ({ ends: false }),
    });
    await expect(course).rejects.toThrow('no quota');
    expect(new Set(kinds)).toEqual(new Set(['warm-up']));
  });

  it('stops where it is told to, and counts no half pair', async () => {
    const { questions, pairs } = await run({ cap: 6, stopAfter: 7 });
    expect(questions).toHaveLength(7);
    expect(pairs).toHaveLength(1);
  });
});

function lab(more: Partial<FastLabParts> = {}) {
  const kept = new Map<string, LabExperiment>();
  const seen: LabExperiment[] = [];
  const made = new FastLab({
    clock: fakeClock(),
    log: recordingLog(),
    random: seededRandom(1),
    version: '1.2.3',
    profile: () => '0.169',
    account: () => ({ id: 'one', label: 'an…' }),
    modelHasTier: () => true,
    ask: async () => answer,
    abort: () => {},
    save: async (experiment) => void kept.set(experiment.id, structuredClone(experiment)),
    kept: async () => [...kept.values()].toReversed(),
    passive: async () => ({ n: 0, fromMs: null, toMs: null, comparisons: [], quota: [], quotaRatio: null }),
    changed: (experiment) => seen.push(experiment),
    ...more,
  });
  return { lab: made, kept, seen };
}

async function ended(made: ReturnType<typeof lab>): Promise<LabExperiment> {
  for (;;) {
    const last = made.seen.at(-1);
    if (last !== undefined && last.state !== 'running' && made.kept.get(last.id)?.state === last.state) return last;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const request = LabRequest.parse({ pairs: 7 });

describe('a turn that completed', () => {
  const account = { id: 'one', label: 'an…' };
  const sent = { transport: 'ws', account, tierSent: 'priority' } as const;
  const meant = { transport: 'ws', accountId: 'one', tier: 'priority', arm: 'priority' } as const;
  it.each([
    ['says something of the fast arm with its tier', sent, meant, null],
    [
      'says something of the standard arm without one',
      { ...sent, tierSent: null },
      { ...meant, arm: 'standard' },
      null,
    ],
    [
      'says nothing of the fast arm without its tier',
      { ...sent, tierSent: null },
      meant,
      /^the turn was not sent with/,
    ],
    ['says nothing of the standard arm with one', sent, { ...meant, arm: 'standard' }, /^the turn was not sent with/],
    ['says nothing over another transport', { ...sent, transport: 'http' }, meant, /^the turn went another way/],
    ['says nothing on another account', sent, { ...meant, accountId: 'two' }, /^the turn went another way/],
  ] as const)('%s', (_name, row, question, why) => {
    const told = strayedFrom(row, question);
    if (why === null) expect(told).toBeNull();
    else expect(told).toMatch(why);
  });
});

/** Turns of which one, counted from 1, waits until it is released. */
function holdTurn(number: number) {
  const reached = Promise.withResolvers<void>();
  const turn = Promise.withResolvers<void>();
  let asked = 0;
  const ask = async () => {
    asked += 1;
    if (asked !== number) return answer;
    reached.resolve();
    await turn.promise;
    return answer;
  };
  return { ask, reached: reached.promise, release: () => turn.resolve() };
}

describe('the fast lab', () => {
  it('compares nothing for a model without the tier, at the start and where one goes on', async () => {
    let has: boolean | null = false;
    const made = lab({ modelHasTier: () => has, ask: async () => ({ ...answer, failure: 'refused' }) });
    await expect(made.lab.start(request)).rejects.toThrow('The catalogue lists no priority tier for gpt-5.5.');
    expect(made.kept.size).toBe(0);
    has = null;
    const { id } = await made.lab.start(request);
    await ended(made);
    has = false;
    await expect(made.lab.goOn(id, 8)).rejects.toThrow('The catalogue lists no priority tier for gpt-5.5.');
    has = true;
    expect((await made.lab.goOn(id, 8)).state).toBe('running');
    await ended(made);
  });

  it('says what an experiment costs at most before it starts, up to the next look', async () => {
    const estimate = await lab().lab.estimate(request);
    expect(estimate).toMatchObject({ pairs: 8, turns: 32, outputTokens: 10_240, quotaPercent: null });
    expect(estimate.standardEquivalentTokens).toBe(17_920);
    expect(estimateSentence(english, estimate, 'pairs')).toBe(
      'At most 32 turns, about 10,240 output tokens, counted by upstream like 17,920 standard ones; about 4 min. A pair that fails is measured again, on top of that.',
    );
  });

  it('asks for the quota of the account that was chosen', async () => {
    const asked: (string | null)[] = [];
    const passive = async (accountId: string | null) => {
      asked.push(accountId);
      return { n: 0, fromMs: null, toMs: null, comparisons: [], quota: [], quotaRatio: null };
    };
    await lab({ passive }).lab.estimate({ ...request, accountId: 'two' });
    await lab({ passive }).lab.estimate(request);
    expect(asked).toEqual(['two', null]);
  });

  it('knows the share of the quota where ordinary traffic has shown it', async () => {
    const estimateAfter = (n: number) => {
      const quota = [{ tier: 'standard', n, outputTokens: 1, percentDrawn: 1, percentPerThousandTokens: 0.5 }];
      const passive = async () => ({ n: 1, fromMs: 0, toMs: 0, comparisons: [], quota, quotaRatio: null });
      return lab({ passive }).lab.estimate(request);
    };
    const { quotaPercent, quotaReadings } = await estimateAfter(5);
    expect(quotaPercent).toBeCloseTo(8.96, 6);
    expect(quotaReadings).toBe(5);
    expect(await estimateAfter(4)).toMatchObject({ quotaPercent: null, quotaReadings: 4 });
  });

  it('runs to its end, tells of each turn, and keeps the result', async () => {
    const made = lab();
    const { id } = await made.lab.start(request);
    const last = await ended(made);
    expect(last).toMatchObject({ id, state: 'done', turnsDone: 32, turnsTotal: 32, problem: null, form: 'sequential' });
    expect(last).toMatchObject({ version: '1.2.3', profile: '0.169', run: 1 });
    expect(last.pairs).toHaveLength(8);
    expect(made.seen.map(({ turnsDone }) => turnsDone)).toEqual(
      made.seen.map(({ turnsDone }) => turnsDone).toSorted((a, b) => a - b),
    );
    expect(await made.lab.get(id)).toEqual(last);
  });

  it('ends at the first look that decides', async () => {
    const made = lab({ ask: async ({ arm }) => ({ ...answer, totalMs: arm === 'priority' ? 50 : 100 }) });
    await made.lab.start(LabRequest.parse({}));
    const { result, turnsDone, turnsTotal } = await ended(made);
    expect({ verdict: result.verdict, turnsDone, turnsTotal }).toEqual({
      verdict: 'faster',
      turnsDone: 24,
      turnsTotal: 96,
    });
  });

  it('counts the runs on one account and model', async () => {
    const made = lab();
    for (const count of [1, 2, 3]) {
      await made.lab.start(request);
      expect((await ended(made)).run).toBe(count);
    }
    await made.lab.start({ ...request, model: 'gpt-6' });
    expect((await ended(made)).run).toBe(1);
  });

  it('runs one experiment at a time', async () => {
    const made = lab();
    const starting = made.lab.start(request);
    await expect(made.lab.start(request)).rejects.toThrow('An experiment runs already');
    await starting;
    await ended(made);
    await made.lab.start(request);
    expect((await ended(made)).state).toBe('done');
  });

  it('stops when told to, with what was measured', async () => {
    const held = holdTurn(11);
    const made = lab({ ask: held.ask, abort: held.release });
    await made.lab.start(request);
    await held.reached;
    const stopped = await made.lab.stop();
    expect(stopped).toMatchObject({ state: 'stopped', result: { verdict: 'not-enough-data' } });
    expect(stopped?.pairs).toHaveLength(2);
    expect(await made.lab.stop()).toBeNull();
  });

  it('gives up where three pairs in a row fail, and says why', async () => {
    const made = lab({ ask: async () => ({ ...answer, failure: 'Every account has reached its usage limit.' }) });
    await made.lab.start(LabRequest.parse({ pairs: 18 }));
    expect(await ended(made)).toMatchObject({
      state: 'failed',
      problem: 'Every account has reached its usage limit.',
      turnsDone: 6,
    });
  });

  it('shows an experiment that a sudden end cut off as stopped', async () => {
    const made = lab();
    await made.lab.start(request);
    const last = await ended(made);
    made.kept.set(last.id, { ...last, state: 'running', endedAt: null });
    const [cutOff] = await made.lab.list();
    expect(cutOff).toMatchObject({ id: last.id, state: 'stopped', endedAt: last.keptAt });
    expect(cutOff?.problem).toContain('Slipstream ended while it ran');
  });

  it('goes on with one that was cut off or stopped before its first look, to its own size or further', async () => {
    const held = holdTurn(11);
    const made = lab({ ask: held.ask });
    const { id } = await made.lab.start(LabRequest.parse({ pairs: 12 }));
    await held.reached;
    const cutOff = made.kept.get(id);
    held.release();
    await ended(made);
    if (cutOff === undefined) throw new Error('nothing was kept');
    made.kept.set(id, cutOff);
    const { why, steps } = await made.lab.continuation(id);
    expect({ why, sizes: steps.map(({ pairs }) => pairs) }).toEqual({ why: null, sizes: [12, 24, 36, 48] });
    await made.lab.goOn(id, 12);
    expect(await ended(made)).toMatchObject({ state: 'done', problem: null, pauses: [{ fromMs: cutOff.keptAt }] });
  });

  it('says that it could not be kept, still has it, and keeps it once there is room', async () => {
    let isFull = true;
    const made: ReturnType<typeof lab> = lab({
      save: async (experiment) => {
        if (isFull) throw new Error('database or disk is full');
        made.kept.set(experiment.id, experiment);
      },
    });
    const { id } = await made.lab.start(request);
    await expect.poll(() => made.seen.at(-1)?.state).toBe('done');
    const last = await made.lab.get(id);
    expect(last).toMatchObject({ state: 'done', unkept: 'database or disk is full' });
    isFull = false;
    await made.lab.start(request);
    await ended(made);
    expect(made.kept.get(id)).toEqual({ ...last, unkept: null });
  });

  it('lists the newest first, whatever order they were kept in', async () => {
    const clock = fakeClock();
    const made = lab({ clock, kept: async () => [...made.kept.values()] });
    const ids: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      ids.unshift((await made.lab.start(request)).id);
      await ended(made);
      clock.advance(1_000);
    }
    expect((await made.lab.list()).map(({ id }) => id)).toEqual(ids);
  });

  it('says that a failure which is no error is unknown, and takes a whole number for a seed', async () => {
    const made = lab({ ask: () => Promise.reject('text') });
    await made.lab.start(request);
    const last = await ended(made);
    expect(last).toMatchObject({ state: 'failed', problem: 'unknown error' });
    expect(last.seed).toBe(Math.floor(seededRandom(1)() * 2 ** 31));
  });

  it('keeps each pair as it is measured, for a sudden end of the program', async () => {
    const held = holdTurn(11);
    const made = lab({ ask: held.ask });
    const { id } = await made.lab.start(request);
    await held.reached;
    expect(made.kept.get(id)).toMatchObject({ state: 'running', turnsDone: 8 });
    expect(made.kept.get(id)?.pairs).toHaveLength(2);
    held.release();
    await ended(made);
  });

  it('goes on with an undecided one: its pairs kept, the coin where it stood, looks at 36 and 48', async () => {
    const noise = [100, 180, 90, 160, 120, 70, 150, 110, 60, 140, 200];
    let asked = 0;
    const noisy = async () => {
      asked += 1;
      return { ...answer, totalMs: noise[asked % noise.length] ?? 100 };
    };
    const made = lab({ ask: noisy });
    await made.lab.start(LabRequest.parse({ pairs: 6 }));
    const first = await ended(made);
    expect(first.result.verdict).toBe('undecided');
    const { why, steps } = await made.lab.continuation(first.id);
    expect({ why, sizes: steps.map(({ pairs, price }) => [pairs, price.turns]) }).toEqual({
      why: null,
      sizes: [
        [24, 72],
        [36, 120],
        [48, 168],
      ],
    });
    await expect(made.lab.goOn(first.id, 12)).rejects.toThrow('It can go on to 24 or 36 or 48 pairs.');
    await made.lab.goOn(first.id, 36);
    const last = await ended(made);
    expect(last).toMatchObject({ id: first.id, seed: first.seed, run: 1, state: 'done', request: { pairs: 36 } });
    expect(last.pauses).toHaveLength(1);
    expect(last.pairs.slice(0, 6)).toEqual(first.pairs);
    expect(last.pairs.map(({ afterPause }) => afterPause).lastIndexOf(true)).toBe(6);
    expect(last.pairs.filter(({ afterPause }) => afterPause)).toHaveLength(1);
    expect(last.result.looks.slice(0, 1)).toEqual(first.result.looks);
    const whole = await run({ cap: last.pairs.length, seed: first.seed ?? 0 });
    expect(last.pairs.map((pair) => pair.first)).toEqual(whole.pairs.map((pair) => pair.first));
    expect(last.pairs.map(({ pair }) => pair)).toEqual(whole.pairs.map(({ pair }) => pair));
  });

  it.each<[string, Partial<LabExperiment>]>([
    ['earlier form', { form: 'blocks' }],
    ['It ran on Slipstream 0.9.0', { version: '0.9.0' }],
    ['with the profile 0.1', { profile: '0.1' }],
    ['did not keep which account', { accountId: null }],
    ['Slipstream ended while it ran', { state: 'running', endedAt: null, keptAt: null }],
    ['It is decided', { result: { ...analyse([], usualRules).result, verdict: 'faster' } }],
  ])('says why one cannot go on: %s', async (why, patch) => {
    const made = lab();
    await made.lab.start(LabRequest.parse({ pairs: 6 }));
    const last = await ended(made);
    const undecided = { ...last, result: { ...last.result, verdict: 'undecided' as const } };
    made.kept.set(last.id, { ...undecided, ...patch });
    expect(english.told((await made.lab.continuation(last.id)).why ?? '')).toContain(why);
    await expect(made.lab.goOn(last.id, 36)).rejects.toThrow(why);
  });

  it.each([
    [7, []],
    [6, [3]],
    [9, [4, 11]],
  ])('continues after %i tried pairs with failures %j as though it had not paused', async (tried, failing) => {
    const whole = await run({ cap: 18, failing, endAfter: 99 });
    const before = whole.pairs.slice(0, tried);
    const rest = await run({ cap: 18, before, endAfter: 99 });
    expect([...before, ...rest.pairs].map((pair) => [pair.pair, pair.first])).toEqual(
      whole.pairs.map((pair) => [pair.pair, pair.first]),
    );
  });

  it('shows at once what goes on, with its price and its pause, and takes no second beside it', async () => {
    const clock = fakeClock();
    const made = lab({ clock, ask: async () => ({ ...answer, failure: 'no' }) });
    await made.lab.start(LabRequest.parse({ pairs: 6 }));
    const first = await ended(made);
    expect(first).toMatchObject({ state: 'failed', problem: 'no', pairs: { length: 3 } });
    clock.advance(5_000);
    made.seen.length = 0;
    const both = await Promise.allSettled([made.lab.goOn(first.id, 6), made.lab.goOn(first.id, 6)]);
    expect(both).toMatchObject([{ status: 'fulfilled' }, { status: 'rejected', reason: { code: 'lab_running' } }]);
    const toMs = clock.epochMs();
    expect(made.seen[0]).toEqual({
      ...first,
      state: 'running',
      problem: null,
      endedAt: null,
      pauses: [{ fromMs: toMs - 5_000, toMs }],
      turnsTotal: first.turnsDone + 24,
    });
    await expect(made.lab.goOn(first.id, 6)).rejects.toMatchObject({ code: 'lab_running' });
    await ended(made);
  });

  it('asks for each turn where it was started, with whatever that is asked with', async () => {
    const places: unknown[] = [];
    const made = lab({
      ask: async ({ accountId, model, tier, prompt, effort }) => {
        places.push([accountId, model, tier, prompt, effort].join());
        return answer;
      },
    });
    await made.lab.start(LabRequest.parse({ pairs: 6, model: 'gpt-6', prompt: 'ok', effort: 'high' }));
    const { id } = await ended(made);
    await made.lab.goOn(id, 24);
    await ended(made);
    expect(new Set(places)).toEqual(new Set(['one,gpt-6,priority,ok,high']));
  });

  it('knows its account by its id, and by whose turn it would be where an earlier version kept none', async () => {
    const asked: (string | null)[] = [];
    const gone = new Set<string | null>();
    const made = lab({
      account: (id) => {
        asked.push(id);
        if (gone.has(id)) throw new Error('gone');
        return { id: id ?? 'one', label: 'an…' };
      },
    });
    await made.lab.start({ ...request, pairs: 6 });
    const last = await ended(made);
    asked.length = 0;
    const why = async () => english.told((await made.lab.continuation(last.id)).why ?? '');
    await why();
    made.kept.set(last.id, { ...last, accountId: null, result: { ...last.result, verdict: 'undecided' } });
    expect(await why()).toContain('did not keep which account');
    gone.add(null);
    expect(await why()).toBe('Its account, an…, is not here, or can run no turn now.');
    expect(asked).toEqual(['one', null, null]);
  });

  it('does not know what it never ran', async () => {
    await expect(lab().lab.get('never')).rejects.toThrow('no such experiment');
  });
});

/** Times of turns, in ms for ten tokens: what fast saves depends on what is left out. */
function searchOf(ms: (question: LabQuestion) => number, more: Partial<FastLabParts> = {}) {
  let asked = 0;
  const questions: (LabQuestion & LabPlace)[] = [];
  const made = lab({
    ask: async (question) => {
      questions.push(question);
      if (question.kind === 'warm-up') return answer;
      asked += 1;
      // A little more and less by turns: a range has a width.
      return { ...answer, totalMs: ms(question) * (1 + (asked % 3) / 100) };
    },
    ...more,
  });
  /** Resolves once it is in that state, as it is kept. */
  const until = async (state: LabExperiment['state']) => {
    await expect.poll(() => made.seen.at(-1)?.state, { interval: 1 }).toBe(state);
    return made.seen.at(-1) as LabExperiment;
  };
  return { ...made, questions, until };
}

const conditions = LabRequest.parse({ kind: 'conditions', conditions: ['hint', 'originator'] });
const speedOf =
  (needs: readonly string[] | null) =>
  ({ arm, without }: LabQuestion) =>
    arm === 'priority' && needs !== null && !needs.some((need) => without.some((left) => left === need)) ? 50 : 100;

describe('a search', () => {
  it.each<[string, readonly string[] | null, number, Partial<NonNullable<LabExperiment['search']>>]>([
    ['never granted', null, 1, { finding: 'never', without: null }],
    ['granted whatever else is sent', [], 2, { finding: 'whatever-else' }],
  ])('for fast that is %s ends before the dear stage', async (_what, needs, stage, search) => {
    const made = searchOf(speedOf(needs));
    const started = await made.lab.start(conditions);
    expect(started).toMatchObject({ state: 'running', search: { stage: 1, finding: null } });
    const last = await ended(made);
    expect(last).toMatchObject({ state: 'done', search: { stage, price: null, isConfirmed: false, ...search } });
    expect(last.search?.sentences[0]).toEqual(expect.any(String));
    expect(last.result).toEqual(last.search?.official);
    expect(new Set(made.questions.map(({ without }) => without.join()))).toEqual(
      new Set(stage === 1 ? [''] : ['', 'hint,originator']),
    );
  });

  it('tells the price of the dear stage, waits for a yes to it by its name, and goes on', async () => {
    const made = searchOf(speedOf(['hint']));
    const { id } = await made.lab.start(conditions);
    expect(() => made.lab.confirm(id)).toThrow(expect.objectContaining({ code: 'experiment_unknown' }));
    const asking = await made.until('asking');
    // Six rounds of standard, priority and one less for each condition, each turn with a warm-up.
    expect(asking.search).toMatchObject({ stage: 3, isConfirmed: false, price: { turns: 48 }, finding: null });
    expect(asking.turnsTotal).toBe(asking.turnsDone + 48);
    expect(made.kept.get(id)).toMatchObject({ state: 'asking', turnsTotal: asking.turnsTotal });
    const before = made.questions.length;
    expect(() => made.lab.confirm('another')).toThrow(expect.objectContaining({ code: 'experiment_unknown' }));
    expect(made.lab.confirm(id).id).toBe(id);
    const last = await made.until('done');
    expect(last.search).toMatchObject({ stage: 3, isConfirmed: true, finding: 'some-needed', rounds: 6 });
    expect(last.search?.claims.map(({ condition, finding }) => [condition, finding])).toEqual([
      ['hint', 'needed'],
      ['originator', 'not-needed'],
    ]);
    expect(made.questions.length - before).toBe(48);
    expect(last.turnsDone).toBe(last.turnsTotal);
    // Its pairs are of several stages: those of the first are not taken for those of the second.
    expect(last.pairs).toHaveLength((last.search?.official.pairs ?? 0) + (last.search?.without?.pairs ?? 0));
    expect(made.seen.some(({ state, search }) => state === 'running' && search?.isConfirmed === true)).toBe(true);
  });

  it('is stopped while it waits for a yes, with what it has found so far', async () => {
    const made = searchOf(speedOf(['hint']));
    await made.lab.start(conditions);
    await made.until('asking');
    const before = made.questions.length;
    const stopped = await made.lab.stop();
    expect(stopped).toMatchObject({ state: 'stopped', search: { isConfirmed: false, rounds: 0, finding: null } });
    expect(made.questions).toHaveLength(before);
  });

  it.each([
    [13, 1],
    [29, 2],
  ])('that is stopped at its turn %i says no finding of stage %i', async (turn, stage) => {
    const made: ReturnType<typeof searchOf> = searchOf((question) => {
      if (made.questions.length >= turn) void made.lab.stop();
      return speedOf([])(question);
    });
    await made.lab.start(conditions);
    expect(await made.until('stopped')).toMatchObject({ search: { stage, finding: null } });
  });

  it('keeps each round as it is measured, and says what fast lost midway', async () => {
    let isGranted = true;
    const kept: number[] = [];
    const made = searchOf((question) => (isGranted ? speedOf(['hint'])(question) : 100));
    const { id } = await made.lab.start(conditions);
    await made.until('asking');
    isGranted = false;
    made.lab.confirm(id);
    const undo = setInterval(() => kept.push(made.kept.get(id)?.search?.rounds ?? 0), 0);
    const last = await made.until('done');
    clearInterval(undo);
    expect(last.search).toMatchObject({ finding: 'revoked', rounds: 6 });
    expect(made.kept.get(id)?.search).toMatchObject({ rounds: 6, finding: 'revoked' });
  });
});

describe('kept experiments', () => {
  it('that cannot be read are left out', () => {
    expect(readExperiments(['{', '{}', 'null', '[]'])).toEqual([]);
  });

  const earlier = (result: object) => {
    const none = { exchangeId: null, firstTokenMs: 1, outputTokens: 10, tierEchoed: null, failure: null };
    const turn = { arm: 'standard', block: 0, pair: 0, totalMs: 100, ...none };
    const middle = { n: 1, median: 1 };
    const figures = { firstTokenMs: middle, totalMs: middle, tokensPerSecond: middle, msPerToken: middle };
    return JSON.stringify({
      id: 'old',
      startedAt: 1,
      endedAt: 2,
      state: 'done',
      problem: null,
      request: { model: 'gpt-5.5', accountId: null, pairs: 60, prompt: 'enumerate' },
      accountLabel: 'an…',
      turnsDone: 8,
      turnsTotal: 8,
      pairs: [
        {
          block: 0,
          pair: 0,
          first: 'standard',
          standard: turn,
          priority: { ...turn, arm: 'priority' },
          effectPercent: 0,
          lengthsDiffer: false,
        },
      ],
      warmUps: [],
      result: {
        verdict: 'faster',
        sentence: 'As it was told.',
        caution: null,
        effectPercent: -30,
        lowPercent: -40,
        highPercent: -20,
        pairs: 18,
        blocks: 6,
        flaggedPairs: 0,
        failedTurns: 0,
        standard: figures,
        priority: figures,
        ...result,
      },
    });
  };

  it.each([
    [{}, 'faster'],
    [{ verdict: 'no-difference', effectPercent: 0, lowPercent: -30, highPercent: 20 }, 'undecided'],
    [{ verdict: 'no-difference', effectPercent: 0, lowPercent: -5, highPercent: 9 }, 'no-difference'],
    [{ verdict: 'no-difference', effectPercent: 0, lowPercent: -30, highPercent: 5 }, 'undecided'],
    [{ verdict: 'no-difference', effectPercent: 0, lowPercent: -5, highPercent: 30 }, 'undecided'],
    [{ verdict: 'no-difference', effectPercent: 0, lowPercent: -10, highPercent: 5 }, 'undecided'],
    [{ verdict: 'no-difference', effectPercent: 0, lowPercent: -5, highPercent: 10 }, 'undecided'],
    [{ verdict: 'no-difference', effectPercent: null, lowPercent: null, highPercent: 5 }, 'undecided'],
    [{ verdict: 'no-difference', effectPercent: null, lowPercent: -5, highPercent: null }, 'undecided'],
    [{ verdict: 'not-enough-data', lowPercent: null, highPercent: null }, 'not-enough-data'],
  ])('of the earlier form stay readable, and say what they are: %j', (result, verdict) => {
    expect(readExperiments([earlier(result)])).toMatchObject([
      {
        id: 'old',
        form: 'blocks',
        request: { pairs: 60, effort: 'low', kind: 'pairs' },
        pairs: [{ pair: 0 }],
        result: { verdict, sentence: 'As it was told.', notes: [expect.stringContaining('earlier form')] },
      },
    ]);
  });

  it('come back as they were kept', async () => {
    const made = lab();
    await made.lab.start(request);
    const last = await ended(made);
    expect(readExperiments([JSON.stringify(last)])).toEqual([LabExperiment.parse(last)]);
  });
});
