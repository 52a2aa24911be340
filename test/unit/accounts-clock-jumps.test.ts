import { expect, it } from 'vitest';
import type { Clock } from '../../src-main/core/ports.ts';
import { account, accountsInMemory } from './account-fixtures.ts';
import { fakeClock } from './fake-clock.ts';

const id = 'aaaaaaaaaaaaaaaa';
const dayMs = 24 * 60 * 60_000;

/** One account that rests for 15 s, by a clock that can be set. */
async function resting() {
  const time = fakeClock();
  let setMs = 0;
  const clock: Clock = { ...time, epochMs: () => time.epochMs() + setMs };
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
  const set = (ms: number) => {
    setMs += ms;
  };
  return { accounts, clock, refusal, advance: time.advance, set };
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
