/** Experiments of the fast lab end to end: the composed program against the simulator at 1/10 of real time, and that time skipped. */
import { setImmediate as nextLoop } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { isJsonObject } from '../../src-main/core/json.ts';
import type { LabExperiment } from '../../src-main/shared/lab.ts';
import { LabRequest } from '../../src-main/shared/lab.ts';
import { skippingClock } from '../support/skipping-clock.ts';
import { type Rig, startRig } from '../support/slipstream.ts';

let rig: Rig;

afterEach(() => rig.stop());

const request = LabRequest.parse({});

/** Priority is 1.5× as fast for each token. */
const timing = {
  firstTokenMs: 128,
  tokensPerSecond: 600,
  jitterSigma: 0.1,
  tier: { priority: { firstTokenMs: 112, tokensPerSecond: 900 } },
};

/** Tokens go out in steps of this much. */
const stepMs = 10;

/** Program and simulator share a clock that is moved ahead wherever a turn would wait for its next token. */
function startPaced(): Promise<Rig> {
  const clock = skippingClock();
  const sleep = async (ms: number) => {
    // What has been sent is to be read before time goes on.
    await nextLoop();
    await nextLoop();
    clock.skip(Math.max(ms, stepMs));
  };
  const paceClock = { nowMs: clock.monotonicMs, sleep };
  return startRig({ traceKeeping: 'database', clock, simulator: { timing, paceClock } });
}

function runExperiment(more: Partial<LabRequest> = {}): Promise<LabExperiment> {
  const { promise, resolve, reject } = Promise.withResolvers<LabExperiment>();
  const undo = rig.app.onDelta((delta) => {
    if (delta.kind !== 'lab' || delta.experiment.state === 'running') return;
    undo();
    resolve(delta.experiment);
  });
  Promise.resolve(rig.app.handlers['lab.start']({ ...request, ...more })).catch(reject);
  return promise;
}

describe('an experiment', () => {
  it('ten times over finds priority faster where it is, and keeps every one', { timeout: 120_000 }, async () => {
    rig = await startPaced();
    const verdicts: string[] = [];
    for (let count = 0; count < 10; count += 1) {
      const { state, turnsDone, result } = await runExperiment();
      expect({ state, turnsDone, failedTurns: result.failedTurns }).toEqual({
        state: 'done',
        turnsDone: 48,
        failedTurns: 0,
      });
      expect(result).toMatchObject({ pairs: 18, blocks: 6, flaggedPairs: 0 });
      verdicts.push(result.verdict);
    }
    expect(verdicts.filter((verdict) => verdict === 'faster').length).toBeGreaterThanOrEqual(9);
    const kept = await rig.app.handlers['lab.list'](null);
    expect(kept).toHaveLength(10);
    expect(new Set(kept.map(({ id }) => id)).size).toBe(10);
  });

  it('takes two new sockets a block, sends whole turns, and names the tier in each arm’s hint', async () => {
    rig = await startRig({ traceKeeping: 'database' });
    const { result } = await runExperiment();
    expect(result.failedTurns).toBe(0);
    const upgrades = rig.simulator.log.entries.filter((entry) => entry.kind === 'upgrade');
    expect(upgrades).toHaveLength(12);
    const hints = upgrades.map(({ headers }) => headers.find(([name]) => name === 'x-codex-routing-hint')?.[1]);
    expect(hints.filter((hint) => hint === 'model=gpt-5.5;tier=priority')).toHaveLength(6);
    expect(hints.filter((hint) => hint === 'model=gpt-5.5')).toHaveLength(6);
    const frames = rig.simulator.log.entries
      .filter((entry) => entry.kind === 'frame')
      .map(({ body }) => (isJsonObject(body) ? body : {}));
    expect(frames).toHaveLength(48);
    expect(frames.filter((body) => body.previous_response_id !== undefined)).toEqual([]);
    expect(frames.filter((body) => body.service_tier === 'priority')).toHaveLength(24);
    expect(frames.filter((body) => body.service_tier !== undefined && body.service_tier !== 'priority')).toEqual([]);
  });

  it('asks for the effort that was chosen, and keeps its discarded warm-ups apart', async () => {
    rig = await startRig({ traceKeeping: 'database' });
    const { pairs, warmUps } = await runExperiment({ pairs: 3, effort: 'medium' });
    expect([pairs.length, warmUps.length]).toEqual([3, 2]);
    const measured = pairs.flatMap(({ standard, priority }) => [standard.exchangeId, priority.exchangeId]);
    expect(new Set([...measured, ...warmUps.map(({ exchangeId }) => exchangeId)]).size).toBe(8);
    const efforts = rig.simulator.log.entries
      .filter((entry) => entry.kind === 'frame')
      .map(({ body }) => (isJsonObject(body) && isJsonObject(body.reasoning) ? body.reasoning.effort : null));
    expect(efforts).toEqual(Array(8).fill('medium'));
  });

  it('keeps its arms apart whatever the fast policy says', async () => {
    for (const fastPolicy of ['on', 'off'] as const) {
      rig = await startRig({ traceKeeping: 'database', settings: { fastPolicy } });
      await runExperiment({ pairs: 3 });
      const tiers = rig.simulator.log.turns.filter(({ phase }) => phase === 'started').map(({ tier }) => tier ?? null);
      expect(tiers.filter((tier) => tier === 'priority')).toHaveLength(4);
      expect(tiers.filter((tier) => tier === null)).toHaveLength(4);
      if (fastPolicy === 'on') await rig.stop();
    }
  });

  it('fails with its reason where no account can be used, and the next one can start', async () => {
    rig = await startRig({ traceKeeping: 'database' });
    rig.simulator.accounts[0]?.usage.exhaust();
    const ended = await runExperiment();
    expect(ended.state).toBe('failed');
    expect(ended.problem).toMatch(/usage limit/i);
    rig.simulator.accounts[0]?.usage.reset();
  });

  it('can be stopped, and is kept', async () => {
    rig = await startRig({ traceKeeping: 'database', simulator: { timing: { ...timing, firstTokenMs: 40 } } });
    const over = runExperiment();
    const seen = Promise.withResolvers<void>();
    const undo = rig.app.onDelta((delta) => {
      if (delta.kind === 'lab' && delta.experiment.turnsDone >= 5) seen.resolve();
    });
    await seen.promise;
    undo();
    const stopped = await rig.app.handlers['lab.stop'](null);
    expect(stopped).toMatchObject({ state: 'stopped', result: { verdict: 'not-enough-data' } });
    expect((await over).id).toBe(stopped?.id);
    expect((await rig.app.handlers['lab.list'](null))[0]).toMatchObject({ id: stopped?.id, state: 'stopped' });
  });
});

describe('ordinary traffic', () => {
  it('shows what each tier drew from the quota, and how its turns compare, without a verdict', async () => {
    rig = await startPaced();
    for (let count = 0; count < 12; count += 1) {
      const tier = Math.floor(count / 3) % 2 === 0 ? {} : { service_tier: 'priority' };
      await (
        await rig.post('/v1/responses', { model: 'gpt-5.5', input: 'Count to 200', stream: true, ...tier })
      ).text();
    }
    const answer = await rig.app.handlers['latency.passive']({ filter: {} });
    expect(answer.n).toBe(12);
    expect(answer.comparisons).toMatchObject([
      { model: 'gpt-5.5', standard: { totalMs: { n: 6 } }, priority: { totalMs: { n: 6 } } },
    ]);
    expect(answer.comparisons[0]?.differencePercent).toBeLessThan(0);
    expect(answer.quotaRatio).toBeGreaterThan(1.5);
    expect(answer.quotaRatio).toBeLessThan(3.5);
    expect(JSON.stringify(answer)).not.toContain('verdict');
  });
});
