import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { UsageReader } from '../../src-main/core/accounts/usage-reader.ts';
import { english } from '../../src-main/shared/words/english.ts';
import { account, accountsInMemory } from './account-fixtures.ts';
import { fakeClock } from './fake-clock.ts';

const proxyUrl = 'http://proxy.test:8080';
const second = 1_000;

/** Two accounts behind one proxy, and one that goes straight; what is read of their quota fails as told. */
async function threeAccounts() {
  const clock = fakeClock();
  const made = accountsInMemory(clock);
  const [a, b, straight] = [account('a', { proxyUrl }), account('b', { proxyUrl }), account('c')];
  for (const one of [a, b, straight]) await made.store.add(one);
  const asked: string[] = [];
  const proxy = { isOpen: false };
  const usage = new UsageReader(made.accounts, clock, async (one) => {
    asked.push(one.id);
    if (!proxy.isOpen) throw new Error('no answer in time');
    made.accounts.ways.works(one);
    return Buffer.from('{}');
  });
  const restOf = (id: string) => {
    const { wayRestsUntil } = made.accounts.health(id);
    return wayRestsUntil === null ? null : Math.max(0, wayRestsUntil - clock.epochMs()) / second;
  };
  const rests = () => ['a', 'b', 'c'].map(restOf);
  const trouble = (id: string) => english.told(made.accounts.views().find((view) => view.id === id)?.problem ?? '');
  /** As the schedule does every 30 s. */
  const look = async () => {
    clock.advance(30 * second);
    usage.tryWays();
    await setImmediate();
  };
  return { ...made, clock, a, b, straight, asked, proxy, rests, trouble, look };
}

describe('a way out that leads nowhere', () => {
  it('has all accounts that go by it asked last, and says so of them', async () => {
    const { accounts, a, rests, trouble } = await threeAccounts();
    accounts.ways.failed(a, 'no answer in time');
    expect(rests()).toEqual([30, 30, null]);
    expect([trouble('a'), trouble('c')]).toEqual([expect.stringContaining('no answer in time'), '']);
    expect(accounts.peek(null)?.id).toBe('c');
  });

  it('rests longer each time that a turn tries it in vain, five minutes at most', async () => {
    const { accounts, clock, a, b, rests } = await threeAccounts();
    const seen: (number | null)[] = [];
    for (let count = 0; count < 6; count += 1) {
      accounts.ways.failed(count % 2 === 0 ? a : b, 'away');
      // One that was on its way for longer.
      clock.advance(second);
      accounts.ways.failed(a, 'away');
      const [rest = null] = rests();
      seen.push(rest);
      clock.advance((rest ?? 0) * second);
    }
    expect(seen).toEqual([29, 59, 119, 239, 299, 299]);
  });

  it('is tried beside the turns, by one account, so that no turn has to', async () => {
    const { accounts, a, rests, asked, look } = await threeAccounts();
    accounts.ways.failed(a, 'away');
    for (let minutes = 0; minutes < 60; minutes += 1)
      for (let half = 0; half < 2; half += 1) {
        await look();
        expect(rests()[0]).toBeGreaterThan(0);
      }
    expect(new Set(asked)).toEqual(new Set(['a']));
    expect(asked.length).toBeLessThan(20);
  });

  it('is taken again by all as soon as a trial is answered', async () => {
    const { accounts, a, rests, trouble, proxy, look, asked } = await threeAccounts();
    accounts.ways.failed(a, 'away');
    await look();
    proxy.isOpen = true;
    await look();
    expect([rests(), trouble('a'), trouble('b')]).toEqual([[null, null, null], '', '']);
    await look();
    expect(asked).toEqual(['a', 'a']);
  });

  it('is tried soon where a turn was served while it rests, and taken again where that was after the rest', async () => {
    const { accounts, a, b, clock, rests, proxy, look } = await threeAccounts();
    for (let count = 0; count < 5; count += 1) {
      accounts.ways.failed(a, 'away');
      clock.advance(300 * second);
    }
    accounts.ways.failed(a, 'away');
    accounts.ways.served(b);
    expect(rests()).toEqual([300, 300, null]);
    proxy.isOpen = true;
    await look();
    expect(rests()).toEqual([null, null, null]);
    accounts.ways.failed(a, 'away');
    clock.advance(30 * second);
    accounts.ways.served(a);
    expect(rests()).toEqual([null, null, null]);
  });

  it('is tried soon after the surroundings have changed', async () => {
    const { accounts, a, clock, asked, look } = await threeAccounts();
    for (let count = 0; count < 5; count += 1) {
      accounts.ways.failed(a, 'away');
      clock.advance(300 * second);
    }
    accounts.ways.failed(a, 'away');
    await look();
    expect(asked).toEqual([]);
    accounts.ways.doubtAll();
    await look();
    expect(asked).toEqual(['a']);
  });

  it('leaves it alone how long an account was asked to slow down, whatever becomes of the way', async () => {
    const { accounts, clock, a, b } = await threeAccounts();
    const untilMs = clock.epochMs() + 120 * second;
    accounts.avoid('b', untilMs);
    const others = new Set(['c']);
    accounts.ways.failed(a, 'away');
    expect(accounts.peek(null, others)?.id).toBe('a');
    clock.advance(31 * second);
    accounts.ways.served(a);
    expect([accounts.health('b').avoidUntil, accounts.peek(null, others)?.id]).toEqual([untilMs, 'a']);
    accounts.ways.failed(b, 'away');
    accounts.ways.left('b');
    expect(accounts.health('b').avoidUntil).toBe(untilMs);
  });

  it('is nothing to an account that got another, and forgotten with the last that goes by it', async () => {
    const { accounts, store, a, rests, trouble, asked, look } = await threeAccounts();
    accounts.ways.failed(a, 'away');
    await store.update('a', { proxyUrl: 'http://other.test:1' });
    accounts.ways.left('a');
    expect([rests(), trouble('a')]).toEqual([[null, 30, null], '']);
    await store.remove('b');
    await look();
    expect(asked).toEqual([]);
    await store.update('a', { proxyUrl });
    accounts.ways.failed(a, 'away');
    expect(rests()[0]).toBe(30);
  });

  it('is not tried by an account that is switched off', async () => {
    const { accounts, store, a, asked, look } = await threeAccounts();
    accounts.ways.failed(a, 'away');
    for (const id of ['a', 'b']) await store.update(id, { enabled: false });
    await look();
    expect(asked).toEqual([]);
  });
});
