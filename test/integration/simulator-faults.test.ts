import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SimulatedAccount } from '../../src-main/simulator/accounts/accounts.ts';
import { type Simulator, startSimulator } from '../../src-main/simulator/simulator.ts';
import {
  bodyOf,
  eventsOf,
  frameOf,
  post,
  refusedUpgrade,
  send,
  turnHeaders,
  upgradeHeaders,
  WsClient,
} from './simulator-client.ts';

let sim: Simulator;
let account: SimulatedAccount;

beforeEach(async () => {
  sim = await startSimulator();
  account = sim.addAccount();
});

afterEach(async () => {
  await sim.stop();
});

describe('an upgrade', () => {
  it.each([
    [426, 'upgrade_required'],
    [401, 'token_invalidated'],
    [403, 'forbidden'],
    [404, 'not_found'],
    [429, 'rate_limit_exceeded'],
    [500, 'server_error'],
    [503, 'server_is_overloaded'],
  ])('is answered %i once, and then accepted', async (status, code) => {
    sim.faults.next('upgrade', { kind: 'status', status });
    const refused = await refusedUpgrade(sim, upgradeHeaders(account));
    expect([refused.status, JSON.parse(refused.text).error.code]).toEqual([status, code]);
    expect(sim.faults.pending).toBe(0);
    const client = await WsClient.open(sim, account);
    expect((await client.turn(frameOf('x'))).at(-1).type).toBe('response.completed');
    expect(sim.log.upgrades.map((upgrade) => upgrade.status)).toEqual([status, 101]);
  });

  it('is answered 429 with a usage limit and its reset time', async () => {
    const resetsAt = Math.floor(Date.now() / 1000) + 900;
    sim.faults.next('upgrade', { kind: 'status', status: 429, code: 'usage_limit_reached', resetsAt });
    const refused = await refusedUpgrade(sim, upgradeHeaders(account));
    expect(refused.status).toBe(429);
    expect(JSON.parse(refused.text).error).toMatchObject({ type: 'usage_limit_reached', resets_at: resetsAt });
    expect(refused.headers['x-codex-primary-used-percent']).toBeDefined();
  });

  it('is reset, never answered, or answered late', async () => {
    sim.faults.next('upgrade', { kind: 'reset' });
    await expect(WsClient.open(sim, account)).rejects.toThrow(/ECONNRESET|socket hang up/);
    sim.faults.next('upgrade', { kind: 'stall' });
    const hanging = WsClient.open(sim, account).catch((error: Error) => error);
    await sim.log.waitFor('fault', (fault) => fault.fault === 'stall');
    sim.faults.next('upgrade', { kind: 'slow', delayMs: 30 });
    const startMs = performance.now();
    await WsClient.open(sim, account);
    expect(performance.now() - startMs).toBeGreaterThan(25);
    expect(await Promise.race([hanging, 'still waiting'])).toBe('still waiting');
    await sim.stop();
    expect(await hanging).toBeInstanceOf(Error);
    sim = await startSimulator();
  });

  it('fails for one account and not for another, as often as said, and by a condition', async () => {
    const other = sim.addAccount();
    sim.faults.always('upgrade', { kind: 'status', status: 426 }, { accountId: account.id });
    await refusedUpgrade(sim, upgradeHeaders(account));
    await refusedUpgrade(sim, upgradeHeaders(account));
    await WsClient.open(sim, other);
    sim.faults.clear();
    sim.faults.next('turn', { kind: 'error' }, { count: 2, when: ({ body }) => body?.service_tier === 'priority' });
    const client = await WsClient.open(sim, account);
    const last = async (more: object) => (await client.turn(frameOf('x', { ...more }))).at(-1).type;
    expect([
      await last({}),
      await last({ service_tier: 'priority' }),
      await last({ service_tier: 'priority' }),
    ]).toEqual(['response.completed', 'error', 'error']);
    expect(sim.faults.pending).toBe(0);
    expect(await last({ service_tier: 'priority' })).toBe('response.completed');
  });

  it('of an account without websockets is answered 426', async () => {
    account.websockets = false;
    expect((await refusedUpgrade(sim, upgradeHeaders(account))).status).toBe(426);
    expect((await post(sim, account, bodyOf('x'))).status).toBe(200);
  });
});

describe('a post', () => {
  it.each([
    [400, undefined, 'invalid_request'],
    [401, undefined, 'token_invalidated'],
    [500, undefined, 'server_error'],
    [503, 'slow_down', 'slow_down'],
    [503, undefined, 'server_is_overloaded'],
  ])('is answered %i (%s)', async (status, given, code) => {
    sim.faults.next('request', given ? { kind: 'status', status, code: given } : { kind: 'status', status });
    const answer = await post(sim, account, bodyOf('x'));
    expect([answer.status, JSON.parse(answer.text).error.code]).toEqual([status, code]);
  });

  it('is answered 429 with retry-after, or with a usage limit', async () => {
    sim.faults.next('request', { kind: 'status', status: 429, headers: { 'retry-after': '2' } });
    expect((await post(sim, account, bodyOf('x'))).headers['retry-after']).toBe('2');
    sim.faults.next('request', { kind: 'status', status: 429, code: 'usage_limit_reached' });
    expect(JSON.parse((await post(sim, account, bodyOf('x'))).text).error.type).toBe('usage_limit_reached');
  });

  it('is reset', async () => {
    sim.faults.next('request', { kind: 'reset' });
    await expect(post(sim, account, bodyOf('x'))).rejects.toThrow(/ECONNRESET|hang up/);
  });
});

describe('an exhausted account', () => {
  it('refuses turns until its reset time or an early reset, and says so everywhere', async () => {
    const client = await WsClient.open(sim, account);
    const resetsAt = Math.floor(Date.now() / 1000) + 7200;
    account.exhaust({ resetsAt });
    const [event] = await client.turn(frameOf('x'));
    expect(event).toMatchObject({
      status: 429,
      error: { type: 'usage_limit_reached', plan_type: 'plus', resets_at: resetsAt },
    });
    expect((await client.turn(frameOf('x', { generate: false }))).at(-1).type).toBe('response.completed');
    expect((await post(sim, account, bodyOf('x'))).status).toBe(429);
    const usage = await send(`${sim.issuerUrl}/backend-api/wham/usage`, 'GET', turnHeaders(account));
    expect(JSON.parse(usage.text).rate_limit).toMatchObject({ allowed: false, limit_reached: true });
    account.resetUsage();
    expect((await post(sim, account, bodyOf('x'))).status).toBe(200);
    account.exhaust({ resetsAt: Math.floor(Date.now() / 1000) - 1 });
    expect((await post(sim, account, bodyOf('x'))).status).toBe(200);
    account.exhaust({ at: 'upgrade' });
    expect((await refusedUpgrade(sim, upgradeHeaders(account))).status).toBe(429);
  });
});

describe('side endpoints and random faults', () => {
  it('fail when told to', async () => {
    const path = '/backend-api/wham/usage';
    sim.faults.next('side', { kind: 'status', status: 500 }, { when: (moment) => moment.path === path });
    const get = (url: string) => send(`${sim.issuerUrl}${url}`, 'GET', turnHeaders(account));
    expect((await get('/backend-api/wham/accounts/check')).status).toBe(200);
    expect((await get(path)).status).toBe(500);
    expect((await get(path)).status).toBe(200);
  });

  it('come back in the same order with the same seed', async () => {
    const run = async (seed: number) => {
      const one = await startSimulator();
      const person = one.addAccount();
      one.faults.random({ seed, probability: 0.5, kinds: ['request-500', 'request-429', 'failed-early', 'done'] });
      const seen: unknown[] = [];
      for (let index = 0; index < 24; index += 1) {
        const answer = await post(one, person, bodyOf('Count to 2'));
        seen.push(answer.status === 200 ? eventsOf(answer).at(-1).type : answer.status);
      }
      await one.stop();
      return seen;
    };
    const first = await run(7);
    expect(new Set(first).size).toBeGreaterThanOrEqual(4);
    expect(await run(7)).toEqual(first);
    expect(await run(8)).not.toEqual(first);
  });
});
