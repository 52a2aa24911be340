/** Experiments of the fast lab end to end: the composed program against the simulator at 1/10 of real time, and that time skipped. */
import { setImmediate as nextLoop } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { isJsonObject } from '../../src-main/core/json.ts';
import type { LabExperiment } from '../../src-main/shared/lab.ts';
import { CoinRequest, LabRequest } from '../../src-main/shared/lab.ts';
import type { GrantCondition, Timing } from '../../src-main/simulator/turns/timing.ts';
import { skippingClock } from '../support/skipping-clock.ts';
import { type Rig, startRig } from '../support/slipstream.ts';

let rig: Rig;

afterEach(() => rig.stop());

const request = LabRequest.parse({});

/** Priority is 1.5× as fast for each token, where it is granted. Turns take 1/10 of their time, and have 1/10 of their tokens. */
const timing = {
  firstTokenMs: 128,
  tokensPerSecond: 60,
  jitterSigma: 0.03,
  tier: { priority: { firstTokenMs: 112, tokensPerSecond: 90 } },
};
const mostNumbers = 30;

/** Tokens go out in steps of this much. */
const stepMs = 50;

/** Program and simulator share a clock that is moved ahead wherever a turn would wait for its next token. */
function startPaced(more: Partial<Timing> = {}): Promise<Rig> {
  const clock = skippingClock({ isStill: true });
  const sleep = async (ms: number) => {
    // What has been sent is to be read before time goes on.
    await nextLoop();
    await nextLoop();
    clock.skip(Math.max(ms, stepMs));
  };
  const paceClock = { nowMs: clock.monotonicMs, sleep };
  return startRig({ clock, simulator: { mostNumbers, timing: { ...timing, ...more }, paceClock } });
}

function runExperiment(more: Partial<LabRequest> = {}): Promise<LabExperiment> {
  const { promise, resolve, reject } = Promise.withResolvers<LabExperiment>();
  const undo = rig.app.onDelta((delta) => {
    if (delta.kind !== 'lab') return;
    const { state, id } = delta.experiment;
    if (state === 'asking') {
      if (!asked.has(id)) Promise.resolve(rig.app.handlers['lab.confirm']({ id })).catch(reject);
      asked.add(id);
    } else if (state !== 'running') {
      undo();
      resolve(delta.experiment);
    }
  });
  Promise.resolve(rig.app.handlers['lab.start']({ ...request, ...more })).catch(reject);
  return promise;
}

const asked = new Set<string>();

const upgrades = () => rig.simulator.log.entries.filter((entry) => entry.kind === 'upgrade');
const posts = () =>
  rig.simulator.log.entries.filter((entry) => entry.kind === 'http' && entry.path.endsWith('/responses'));
const frameBodies = () =>
  rig.simulator.log.entries
    .filter((entry) => entry.kind === 'frame')
    .map(({ body }) => (isJsonObject(body) ? body : {}));

describe('an experiment', () => {
  it('five times over finds priority faster where it is, in fewer pairs than it may take, and keeps every one', async () => {
    rig = await startPaced();
    const verdicts: string[] = [];
    for (let count = 1; count <= 5; count += 1) {
      const { state, result, run, turnsDone } = await runExperiment({ pairs: 12 });
      expect({ state, failedTurns: result.failedTurns, run }).toEqual({ state: 'done', failedTurns: 0, run: count });
      expect(turnsDone).toBe(4 * result.pairs);
      verdicts.push(result.verdict);
    }
    expect(verdicts.filter((verdict) => verdict === 'faster').length).toBeGreaterThanOrEqual(4);
    const kept = await rig.app.handlers['lab.list'](null);
    expect(new Set(kept.map(({ id }) => id)).size).toBe(5);
  });

  it('takes a new socket for each measured turn, sends whole turns, and names the tier in each arm’s hint', async () => {
    rig = await startRig({ simulator: { mostNumbers } });
    const { result, pairs } = await runExperiment({ pairs: 6 });
    expect(result.failedTurns).toBe(0);
    expect(upgrades()).toHaveLength(12);
    const hints = upgrades().map(({ headers }) => headers.find(([name]) => name === 'x-codex-routing-hint')?.[1]);
    expect(hints.filter((hint) => hint === 'model=gpt-5.5;tier=priority')).toHaveLength(6);
    expect(hints.filter((hint) => hint === 'model=gpt-5.5')).toHaveLength(6);
    const frames = frameBodies();
    expect(frames).toHaveLength(24);
    expect(frames.filter((body) => body.previous_response_id !== undefined)).toEqual([]);
    expect(frames.filter((body) => body.service_tier === 'priority')).toHaveLength(12);
    expect(frames.filter((body) => body.service_tier !== undefined && body.service_tier !== 'priority')).toEqual([]);
    const readings = pairs.flatMap(({ standard, priority }) => [standard.quotaPercent, priority.quotaPercent]);
    expect(readings.every((reading) => reading !== null)).toBe(true);
    expect(result.evidence.echoes.map(({ echoed, n }) => [echoed, n])).toEqual([
      ['default', 6],
      ['default', 6],
    ]);
  });

  it('asks for the effort that was chosen', async () => {
    rig = await startRig({ simulator: { mostNumbers } });
    const { pairs } = await runExperiment({ pairs: 3, effort: 'medium' });
    const measured = pairs.flatMap(({ standard, priority }) => [standard.exchangeId, priority.exchangeId]);
    expect(new Set(measured).size).toBe(6);
    const efforts = frameBodies().map(({ reasoning }) => (isJsonObject(reasoning) ? reasoning.effort : null));
    expect(efforts).toEqual(Array(12).fill('medium'));
  });

  it('tries the model that an alias stands for, whose name asks for the tier in both arms', async () => {
    rig = await startPaced();
    const { state, request: tried, pairs } = await runExperiment({ pairs: 1, model: `${request.model}-fast` });
    expect({ state, model: tried.model, turns: pairs.length }).toEqual({
      state: 'done',
      model: request.model,
      turns: 1,
    });
    expect(new Set(frameBodies().map(({ service_tier: tier }) => tier))).toEqual(new Set([undefined, 'priority']));
    const estimate = await rig.app.handlers['lab.estimate']({ ...request, model: `${request.model}-fast` });
    expect(estimate).toMatchObject({ model: request.model, modelHasTier: true });
  });

  it('keeps its arms apart whatever the fast policy says', async () => {
    for (const fastPolicy of ['on', 'off'] as const) {
      rig = await startRig({ settings: { fastPolicy }, simulator: { mostNumbers } });
      await runExperiment({ pairs: 3 });
      const tiers = rig.simulator.log.turns.filter(({ phase }) => phase === 'started').map(({ tier }) => tier ?? null);
      expect(tiers.filter((tier) => tier === 'priority')).toHaveLength(6);
      expect(tiers.filter((tier) => tier === null)).toHaveLength(6);
      if (fastPolicy === 'on') await rig.stop();
    }
  });

  it('stays on its account, whichever others have more left', async () => {
    rig = await startRig({ accounts: 3, simulator: { mostNumbers } });
    const [first, second, third] = await rig.app.handlers['accounts.list'](null);
    for (const one of [first, third])
      await rig.app.handlers['accounts.setPriority']({ id: one?.id ?? '', priority: 5 });
    const { state, accountId, pairs } = await runExperiment({ pairs: 2, accountId: second?.id ?? '' });
    expect([state, accountId]).toEqual(['done', second?.id]);
    expect(pairs.map(({ standard, priority }) => [standard.failure, priority.failure])).toEqual([
      [null, null],
      [null, null],
    ]);
    expect(new Set(rig.app.snapshot().requests.map(({ account }) => account?.id))).toEqual(new Set([second?.id]));
  });

  it('spends no other account where the one that was chosen cannot be used, and neither does a coin', async () => {
    rig = await startRig({ accounts: 2, simulator: { mostNumbers } });
    const [first, second] = await rig.app.handlers['accounts.list'](null);
    const accountId = first?.id ?? '';
    await rig.app.handlers['accounts.setEnabled']({ id: accountId, enabled: false });
    await expect(runExperiment({ accountId })).rejects.toMatchObject({ code: 'account_unusable' });
    const coin = async () => rig.app.handlers['coin.start'](CoinRequest.parse({ accountId }));
    await expect(coin()).rejects.toMatchObject({ code: 'account_unusable' });
    expect(rig.simulator.log.turns).toEqual([]);
    expect(await runExperiment({ pairs: 1 })).toMatchObject({ state: 'done', accountId: second?.id });
  });

  it('fails with its reason where no account can be used, and the next one can start', async () => {
    rig = await startRig({ simulator: { mostNumbers } });
    rig.simulator.accounts[0]?.usage.exhaust();
    const ended = await runExperiment();
    expect(ended.state).toBe('failed');
    expect(ended.problem).toMatch(/usage limit/i);
    rig.simulator.accounts[0]?.usage.reset();
  });

  it('can be stopped, and is kept', async () => {
    rig = await startRig({ simulator: { mostNumbers, timing: { ...timing, firstTokenMs: 40, tokensPerSecond: 600 } } });
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

describe('the search for what fast depends on', () => {
  it.each<[string, { needs: readonly GrantCondition[]; turns?: number }, string, RegExp]>([
    ['never granted', { needs: [], turns: 0 }, 'never', /^Fast is not granted here, even as the official client asks/],
    [
      'granted whatever else is sent',
      { needs: [] },
      'whatever-else',
      /^Fast works whatever else is sent: \d\.\d× over HTTP/,
    ],
    [
      'granted over websockets',
      { needs: ['websocket'] },
      'some-needed',
      /^Fast needs the websocket: over HTTP the gain is gone/,
    ],
    [
      'granted to the official originator',
      { needs: ['originator'] },
      'some-needed',
      /^Fast needs the official originator:/,
    ],
    ['granted with the hint', { needs: ['hint'] }, 'some-needed', /^Fast needs the routing hint:/],
    [
      'granted to the originator over websockets',
      { needs: ['websocket', 'originator'] },
      'some-needed',
      /^Fast needs both the websocket and the official originator/,
    ],
  ])('tells of what is %s', { timeout: 60_000 }, async (_, grant, finding, sentence) => {
    const truth = { needs: grant.needs, turns: grant.turns ?? Number.POSITIVE_INFINITY };
    rig = await startPaced({ httpFactor: 1.2, grant: truth });
    const { state, search, problem } = await runExperiment({ kind: 'conditions' });
    expect({ state, problem, finding: search?.finding }).toEqual({ state: 'done', problem: null, finding });
    expect(search?.sentences[0]).toMatch(sentence);
  });

  it('leaves out just what each arm says, and nothing else', async () => {
    rig = await startPaced({ grant: { needs: ['websocket', 'originator'], turns: 1e9 } });
    const { search } = await runExperiment({
      kind: 'conditions',
      conditions: ['transport', 'originator', 'hint', 'metadata'],
    });
    expect(search?.stage).toBe(3);
    const names = (headers: readonly (readonly [string, string])[]) => new Set(headers.map(([name]) => name));
    const shapes = new Set(
      upgrades().map(({ headers }) => {
        const [originator] = headers.filter(([name]) => name === 'originator').map(([, value]) => value);
        const has = names(headers);
        return JSON.stringify({
          official: originator?.startsWith('codex') ?? false,
          hint: has.has('x-codex-routing-hint'),
          metadata: has.has('x-codex-turn-metadata'),
        });
      }),
    );
    // Stage 2 leaves all of them out, over HTTP; here one at most.
    expect([...shapes].toSorted()).toEqual(
      [
        { official: true, hint: true, metadata: true },
        { official: false, hint: true, metadata: true },
        { official: true, hint: false, metadata: true },
        { official: true, hint: true, metadata: false },
      ]
        .map((shape) => JSON.stringify(shape))
        .toSorted(),
    );
    expect(posts().length).toBeGreaterThan(0);
  });

  it('asks before the dear stage, and leaves it at that where it is stopped there', async () => {
    rig = await startPaced({ grant: { needs: ['websocket'], turns: 1e9 } });
    const seen = Promise.withResolvers<LabExperiment>();
    const undo = rig.app.onDelta((delta) => {
      if (delta.kind === 'lab' && delta.experiment.state === 'asking') seen.resolve(delta.experiment);
    });
    await rig.app.handlers['lab.start']({ ...request, kind: 'conditions' });
    const { search, turnsDone } = await seen.promise;
    undo();
    expect(search).toMatchObject({ stage: 3, isConfirmed: false, rounds: 0 });
    expect(search?.price?.turns).toBeGreaterThan(0);
    const stopped = await rig.app.handlers['lab.stop'](null);
    expect(stopped).toMatchObject({ state: 'stopped', turnsDone, search: { isConfirmed: false, finding: null } });
  });
});

describe('ordinary traffic', () => {
  it('shows what each tier drew from the quota, and how its turns compare, without a verdict', async () => {
    rig = await startPaced();
    for (let count = 0; count < 12; count += 1) {
      const tier = Math.floor(count / 3) % 2 === 0 ? {} : { service_tier: 'priority' };
      await (await rig.post('/v1/responses', { model: 'gpt-5.5', input: 'Count to 30', stream: true, ...tier })).text();
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
    // Turns that a filter hides draw quota between those that it shows all the same.
    const [fast] = answer.quota.filter(({ tier }) => tier === 'priority');
    const narrowed = await rig.app.handlers['latency.passive']({ filter: { tier: ['priority'] } });
    expect(narrowed.n).toBe(6);
    expect(narrowed.quota).toEqual([fast]);
  });
});
