import { expect, it } from 'vitest';
import { ServerTime } from '../../src-main/core/accounts/server-time.ts';
import type { Clock } from '../../src-main/core/ports.ts';
import { account, accountsInMemory } from './account-fixtures.ts';
import { fakeClock } from './fake-clock.ts';

const id = 'aaaaaaaaaaaaaaaa';
const dayMs = 24 * 60 * 60_000;

/** A clock that can be set. */
function settableClock() {
  const time = fakeClock();
  let setMs = 0;
  const clock: Clock = { ...time, epochMs: () => time.epochMs() + setMs };
  const set = (ms: number) => {
    setMs += ms;
  };
  return { clock, advance: time.advance, set };
}

/** One account that rests for 15 s. */
async function resting() {
  const { clock, advance, set } = settableClock();
  const { store, accounts } = accountsInMemory(clock);
  await store.add(account(id));
  accounts.exhausted(id, clock.epochMs() + 15_000);
  const refusal = () => {
    try {
      return accounts.choose(null, new Set()).id;
    } catch (error) {
      return error;
    }
  };
  return { accounts, clock, refusal, advance, set };
}

it('a clock set back a day makes no rest longer, nor what clients are told of it', async () => {
  const { accounts, clock, refusal, advance, set } = await resting();
  set(-dayMs);
  expect(refusal()).toMatchObject({ code: 'accounts_exhausted', upstreamBody: { error: { resets_in_seconds: 15 } } });
  expect((accounts.views()[0]?.cooldownUntil ?? 0) - clock.epochMs()).toBe(15_000);
  advance(15_001);
  expect(refusal()).toBe(id);
  expect(accounts.views()[0]?.state).toBe('ready');
});

it('a sleep, in which only the date goes on, ends a rest', async () => {
  const { refusal, set } = await resting();
  set(60_000);
  expect(refusal()).toBe(id);
});

it('a clock set back a day keeps no account at the end of the line longer than it was asked to wait', async () => {
  const { clock, advance, set } = settableClock();
  const { store, accounts } = accountsInMemory(clock);
  await store.add(account(id));
  await store.add(account('bbbbbbbbbbbbbbbb'));
  accounts.avoid(id, clock.epochMs() + 15_000);
  set(-dayMs);
  expect(accounts.choose(null, new Set()).id).not.toBe(id);
  advance(15_001);
  expect(accounts.choose(null, new Set()).id).toBe(id);
});

it('a clock set back a day moves the resets of quota windows along, and newer readings still count', async () => {
  const { clock, advance, set } = settableClock();
  const { store, accounts } = accountsInMemory(clock);
  await store.add(account(id));
  const reading = (usedPercent: number, resetInMs: number) => {
    const window = { usedPercent, windowMinutes: 300, resetAt: clock.epochMs() + resetInMs };
    accounts.noteUsage(id, { primary: window, secondary: null, readAt: clock.epochMs() });
  };
  const shown = () => accounts.views()[0]?.usage?.primary;
  reading(100, 15_000);
  set(-dayMs);
  expect((shown()?.resetAt ?? 0) - clock.epochMs()).toBe(15_000);
  accounts.exhausted(id, null);
  expect((accounts.views()[0]?.cooldownUntil ?? 0) - clock.epochMs()).toBe(15_000);
  advance(1_000);
  reading(5, 60_000);
  expect(shown()?.usedPercent).toBe(5);
});

it('a clock set back a day gives no token another day', () => {
  const { clock, set } = settableClock();
  const time = new ServerTime(clock);
  const before = time.nowMs();
  set(-dayMs);
  expect(time.nowMs()).toBe(before);
  time.note([['date', new Date(before).toUTCString()]]);
  expect(Math.abs(time.nowMs() - before)).toBeLessThanOrEqual(1_000);
});
