import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { accountsOf, pairOf, startedOn, viewOf } from '../support/rig-accounts.ts';
import { type SkippingClock, skippingClock } from '../support/skipping-clock.ts';
import { type Rig, type RigOptions, startRig } from '../support/slipstream.ts';
import {
  ask,
  codexBody,
  codexHeaders,
  errorOf,
  post,
  sequenceOf,
  textOf,
  typesOf,
  WsTurns,
} from '../support/turn-client.ts';

let rig: Rig;
let clock: SkippingClock;

async function start(options: RigOptions = {}): Promise<void> {
  clock = skippingClock();
  rig = await startRig({ accounts: 2, settings: { strategy: 'fill-first' }, clock, ...options });
}

afterEach(() => rig.stop());

const nowSeconds = () => Math.floor(Date.now() / 1000);

describe('an account that reaches its usage limit', () => {
  it.each(['turn', 'upgrade'] as const)('is replaced by the next one in the same turn (429 on the %s)', async (at) => {
    await start();
    const [first, second] = pairOf(rig);
    first.upstream.exhaust({ at });
    const answer = await post(rig, ask('Reply with exactly: moved on'));
    expect(answer.status).toBe(200);
    expect(textOf(answer.events)).toBe('moved on');
    expect(startedOn(rig)).toEqual([second.upstream.id]);
    expect((await rig.lastTrace()).row).toMatchObject({ status: 'completed', attempts: 2 });
  });

  it('is replaced where upstream says so only inside the stream, and the client sees one answer from its first event on', async () => {
    await start();
    const [first, second] = pairOf(rig);
    rig.simulator.faults.next('turn', { kind: 'error', code: 'usage_limit_reached', afterEvents: 3 });
    const answer = await post(rig, ask('Count to 5'));
    expect(startedOn(rig)).toEqual([first.upstream.id, second.upstream.id]);
    expect(typesOf(answer.events).filter((type) => type === 'response.created')).toHaveLength(1);
    expect(sequenceOf(answer.events)).toEqual(sequenceOf(answer.events).map((_, index) => index));
    expect(textOf(answer.events)).toBe('1 2 3 4 5');
  });

  it('rests as a whole until resets_at: other models do not try it either', async () => {
    await start();
    const [first, second] = pairOf(rig);
    const resetsAt = nowSeconds() + 1800;
    first.upstream.exhaust({ resetsAt });
    await post(rig, ask('one'));
    expect(viewOf(rig, first)).toMatchObject({ state: 'exhausted', cooldownUntil: resetsAt * 1000 });
    rig.simulator.log.clear();
    await post(rig, { ...ask('two'), model: 'gpt-5.6-sol' });
    await post(rig, { ...ask('three'), model: 'gpt-6-astra' });
    expect(startedOn(rig)).toEqual([second.upstream.id, second.upstream.id]);
    expect(rig.simulator.log.upgrades.map(({ accountId }) => accountId)).not.toContain(first.upstream.id);
  });

  it('is used again once resets_at is past', async () => {
    await start();
    const [first] = pairOf(rig);
    first.upstream.exhaust({ resetsAt: nowSeconds() + 120 });
    await post(rig, ask('one'));
    first.upstream.resetUsage();
    clock.skip(121_000);
    rig.simulator.log.clear();
    await post(rig, ask('two'));
    expect(startedOn(rig)).toEqual([first.upstream.id]);
  });

  it('is free at once when its usage is read and was reset early', async () => {
    await start();
    const [first] = pairOf(rig);
    first.upstream.exhaust();
    await post(rig, ask('one'));
    first.upstream.resetUsage();
    await rig.app.handlers['accounts.readUsage']({ id: first.id });
    expect(viewOf(rig, first)).toMatchObject({ state: 'ready', cooldownUntil: null });
    rig.simulator.log.clear();
    await post(rig, ask('two'));
    expect(startedOn(rig)).toEqual([first.upstream.id]);
  });

  it('is looked at again every few minutes, without a turn that asks', async () => {
    await start();
    const [first] = pairOf(rig);
    first.upstream.exhaust();
    await post(rig, ask('one'));
    first.upstream.resetUsage();
    const mark = rig.simulator.log.mark();
    clock.skip(5 * 60_000);
    await rig.simulator.log.waitFor('http', ({ path }) => path.endsWith('/wham/usage'), { since: mark });
    await expect.poll(() => viewOf(rig, first).state).toBe('ready');
  });
});

describe('when every account has reached its limit', () => {
  it('an HTTP client gets 429 usage_limit_reached with the earliest resets_at', async () => {
    await start({ accounts: 3 });
    const soonest = nowSeconds() + 600;
    accountsOf(rig).forEach(({ upstream }, index) => {
      upstream.exhaust({ resetsAt: soonest + ([900, 0, 300][index] ?? 0) });
    });
    const answer = await post(rig, ask('anyone?'));
    expect(answer.status).toBe(429);
    expect(errorOf(answer.json)).toMatchObject({ type: 'usage_limit_reached', resets_at: soonest });
    expect(rig.simulator.log.frames).toHaveLength(3);
  });

  it('a websocket client is told in-band, with the same body, and keeps its socket', async () => {
    await start();
    const soonest = nowSeconds() + 600;
    const [first, second] = pairOf(rig);
    first.upstream.exhaust({ resetsAt: soonest + 60 });
    second.upstream.exhaust({ resetsAt: soonest });
    const thread = randomUUID();
    const client = await WsTurns.open(rig, codexHeaders(thread));
    const [refused] = await client.turn(codexBody('anyone?'));
    expect(refused).toMatchObject({
      type: 'error',
      status: 429,
      error: { type: 'usage_limit_reached', resets_at: soonest },
    });
    second.upstream.resetUsage();
    await rig.app.handlers['accounts.readUsage']({ id: second.id });
    expect(textOf(await client.turn(codexBody('Reply with exactly: back again')))).toBe('back again');
    await client.close();
  });

  it('a turn that comes then has usage read again first, so that an early reset is found', async () => {
    await start();
    const accounts = accountsOf(rig);
    for (const { upstream } of accounts) upstream.exhaust();
    expect((await post(rig, ask('one'))).status).toBe(429);
    for (const { upstream } of accounts) upstream.resetUsage();
    const answer = await post(rig, ask('Reply with exactly: found'));
    expect(textOf(answer.events)).toBe('found');
  });

  it('usage is not asked for again with every turn that is refused', async () => {
    await start();
    for (const { upstream } of accountsOf(rig)) upstream.exhaust();
    await post(rig, ask('one'));
    rig.simulator.log.clear();
    for (let turn = 0; turn < 5; turn += 1) expect((await post(rig, ask('again'))).status).toBe(429);
    expect(rig.simulator.log.requests.filter(({ path }) => path.endsWith('/wham/usage'))).toHaveLength(2);
    expect(rig.simulator.log.upgrades).toHaveLength(0);
  });
});
