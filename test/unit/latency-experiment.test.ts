import { describe, expect, it } from 'vitest';
import { type LabQuestion, runExperiment, turnsOf } from '../../src-main/core/latency/experiment.ts';
import { FastLab, type FastLabParts, readExperiments } from '../../src-main/core/latency/fast-lab.ts';
import type { LabExperiment, LabPair, LabWarmUp } from '../../src-main/shared/lab.ts';
import { LabRequest } from '../../src-main/shared/lab.ts';
import { seededRandom } from '../../src-main/simulator/turns/timing.ts';
import { recordingLog } from '../support/host.ts';
import { fakeClock } from './fake-clock.ts';

const answer = { exchangeId: 'x', firstTokenMs: 1, totalMs: 100, outputTokens: 10, tierEchoed: null, failure: null };

async function run(blocks: number, stopAfter = Number.POSITIVE_INFINITY) {
  const questions: LabQuestion[] = [];
  const pairs: LabPair[] = [];
  const warmUps: LabWarmUp[] = [];
  let sessions = 0;
  await runExperiment({
    blocks,
    ask: async (question) => {
      questions.push(question);
      return answer;
    },
    newSessionId: () => {
      sessions += 1;
      return `session-${sessions}`;
    },
    random: seededRandom(5),
    isStopped: () => questions.length >= stopAfter,
    onTurn: () => {},
    onWarmUp: (warmUp) => warmUps.push(warmUp),
    onPair: async (pair) => {
      pairs.push(pair);
    },
  });
  return { questions, pairs, warmUps };
}

describe('the course of an experiment', () => {
  it('is a warm-up for each socket, then three interleaved pairs, in every block', async () => {
    const { questions, pairs, warmUps } = await run(6);
    expect(questions).toHaveLength(turnsOf(6));
    expect(pairs).toHaveLength(18);
    expect(warmUps.map(({ block }) => block)).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
    expect(warmUps.filter(({ arm }) => arm === 'priority')).toHaveLength(6);
    for (let block = 0; block < 6; block += 1) {
      const own = questions.slice(block * 8, block * 8 + 8);
      expect(own.map(({ kind }) => kind)).toEqual(['warm-up', 'warm-up', ...Array<string>(6).fill('measured')]);
      for (let pair = 0; pair < 4; pair += 1) {
        expect(
          own
            .slice(pair * 2, pair * 2 + 2)
            .map(({ arm }) => arm)
            .toSorted(),
        ).toEqual(['priority', 'standard']);
      }
    }
  });

  it('dials anew for each block and arm, and never between', async () => {
    const { questions } = await run(6);
    const sockets = questions.map(({ arm, sessionId }) => `${arm} ${sessionId}`);
    expect(new Set(sockets).size).toBe(12);
    expect(new Set(questions.map(({ sessionId }) => sessionId)).size).toBe(12);
    for (const socket of new Set(sockets)) expect(sockets.filter((each) => each === socket)).toHaveLength(4);
  });

  it('has each arm first about as often', async () => {
    const { pairs } = await run(100);
    const first = pairs.filter((pair) => pair.first === 'priority').length;
    expect(first).toBeGreaterThan(110);
    expect(first).toBeLessThan(190);
  });

  it('stops where it is told to, and counts no half pair', async () => {
    const { questions, pairs } = await run(6, 5);
    expect(questions).toHaveLength(5);
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

const request = LabRequest.parse({ pairs: 4 });

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
  it('says what an experiment costs before it starts, whole blocks counted', async () => {
    const estimate = await lab().lab.estimate(request);
    expect(estimate).toMatchObject({ pairs: 6, blocks: 2, turns: 16, outputTokens: 7_240, quotaPercent: null });
    expect(estimate.standardEquivalentTokens).toBe(12_670);
    expect(estimate.sentence).toBe(
      '16 turns, about 7,240 output tokens, counted by upstream like 12,670 standard ones; about 2 min.',
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
    expect(quotaPercent).toBeCloseTo(6.335, 6);
    expect(quotaReadings).toBe(5);
    expect(await estimateAfter(4)).toMatchObject({ quotaPercent: null, quotaReadings: 4 });
  });

  it('runs to its end, tells of each turn, and keeps the result', async () => {
    const made = lab();
    const { id } = made.lab.start(request);
    const last = await ended(made);
    expect(last).toMatchObject({ id, state: 'done', turnsDone: 16, turnsTotal: 16, problem: null });
    expect(last.pairs).toHaveLength(6);
    expect(last.warmUps.map(({ block }) => block)).toEqual([0, 0, 1, 1]);
    expect(made.seen.map(({ turnsDone }) => turnsDone)).toEqual(
      made.seen.map(({ turnsDone }) => turnsDone).toSorted((a, b) => a - b),
    );
    expect(await made.lab.get(id)).toEqual(last);
  });

  it('runs one experiment at a time', async () => {
    const made = lab();
    made.lab.start(request);
    expect(() => made.lab.start(request)).toThrow('An experiment runs already');
    await ended(made);
    made.lab.start(request);
    expect((await ended(made)).state).toBe('done');
  });

  it('stops when told to, with what was measured', async () => {
    const held = holdTurn(7);
    const made = lab({ ask: held.ask, abort: held.release });
    made.lab.start(request);
    await held.reached;
    const stopped = await made.lab.stop();
    expect(stopped).toMatchObject({ state: 'stopped', result: { verdict: 'not-enough-data' } });
    expect(stopped?.pairs).toHaveLength(2);
    expect(await made.lab.stop()).toBeNull();
  });

  it('gives up where three pairs in a row fail, and says why', async () => {
    const made = lab({ ask: async () => ({ ...answer, failure: 'Every account has reached its usage limit.' }) });
    made.lab.start(LabRequest.parse({ pairs: 18 }));
    expect(await ended(made)).toMatchObject({
      state: 'failed',
      problem: 'Every account has reached its usage limit.',
      turnsDone: 8,
    });
  });

  it('shows an experiment that a sudden end cut off as stopped', async () => {
    const made = lab();
    made.lab.start(request);
    const last = await ended(made);
    made.kept.set(last.id, { ...last, state: 'running' });
    expect(await made.lab.list()).toMatchObject([{ id: last.id, state: 'stopped' }]);
  });

  it('keeps each pair as it is measured, for a sudden end of the program', async () => {
    const held = holdTurn(7);
    const made = lab({ ask: held.ask });
    const { id } = made.lab.start(request);
    await held.reached;
    expect(made.kept.get(id)).toMatchObject({ state: 'running', turnsDone: 6 });
    expect(made.kept.get(id)?.pairs).toHaveLength(2);
    held.release();
    await ended(made);
  });

  it('does not know what it never ran', async () => {
    await expect(lab().lab.get('never')).rejects.toThrow('no such experiment');
  });
});

describe('kept experiments', () => {
  it('that cannot be read are left out', () => {
    expect(readExperiments(['{', '{}', 'null', '[]'])).toEqual([]);
  });

  it('of an earlier version are read: no warm-ups, no caution, the lowest effort', async () => {
    const made = lab();
    made.lab.start(request);
    const { warmUps: _warmUps, ...old } = await ended(made);
    const { caution: _caution, ...result } = old.result;
    const { effort: _effort, ...asked } = old.request;
    expect(readExperiments([JSON.stringify({ ...old, result, request: asked })])).toMatchObject([
      { id: old.id, warmUps: [], result: { caution: null }, request: { effort: 'low' } },
    ]);
  });
});
