import { describe, expect, it } from 'vitest';
import type { Account } from '../../src-main/core/accounts/account.ts';
import { RefreshSchedule } from '../../src-main/core/accounts/refresh-schedule.ts';
import { ServerTime } from '../../src-main/core/accounts/server-time.ts';
import type { RawHeaders } from '../../src-main/core/headers.ts';
import type { Clock, Timer } from '../../src-main/core/ports.ts';
import { account } from './account-fixtures.ts';
import { fakeClock } from './fake-clock.ts';

const minute = 60_000;
/** Lets promises that wait on nothing go on. */
const settle = async () => {
  for (let count = 0; count < 20; count += 1) await Promise.resolve();
};

/** A schedule over one account that is due at a time of the wall clock. */
function scheduled(clock: Clock, dueAtMs: () => number | null, more: Partial<Account> = {}) {
  const renewed: number[] = [];
  const one = account('aaaaaaaaaaaaaaaa', more);
  const schedule = new RefreshSchedule({
    clock,
    accounts: () => [one],
    look: async () => {},
    refresher: {
      dueAtMs,
      backOffUntilMs: () => Number.NEGATIVE_INFINITY,
      ready: async (given) => {
        renewed.push(clock.epochMs());
        return given;
      },
    },
  });
  schedule.start();
  return { renewed, schedule };
}

describe('the schedule of refreshes', () => {
  it('renews when it is time, without a turn, and waits until then', async () => {
    const clock = fakeClock();
    const dueAt = clock.epochMs() + 10 * minute;
    let due: number | null = dueAt;
    const { renewed } = scheduled(clock, () => (renewedOnce() ? null : due));
    const renewedOnce = () => renewed.length > 0;
    for (let seconds = 0; seconds < 9 * 60; seconds += 5) {
      clock.advance(5_000);
      await settle();
    }
    expect(renewed).toEqual([]);
    for (let seconds = 0; seconds < 2 * 60; seconds += 5) {
      clock.advance(5_000);
      await settle();
    }
    due = null;
    expect(renewed).toHaveLength(1);
    expect((renewed[0] ?? 0) - dueAt).toBeLessThanOrEqual(5_000);
  });

  it('notices within half a minute that the machine slept or its clock was set', async () => {
    const inner = fakeClock();
    let jumpMs = 0;
    const timers: { readonly delayMs: number }[] = [];
    const clock: Clock = {
      monotonicMs: () => inner.monotonicMs(),
      epochMs: () => inner.epochMs() + jumpMs,
      after: (delayMs, action): Timer => {
        timers.push({ delayMs });
        return inner.after(delayMs, action);
      },
    };
    const dueAt = clock.epochMs() + 8 * 60 * minute;
    const { renewed } = scheduled(clock, () => (renewed.length > 0 ? null : dueAt));
    await settle();
    // The lid was shut for nine hours: the wall clock moved, the timers did not.
    jumpMs = 9 * 60 * minute;
    inner.advance(30_000);
    await settle();
    expect(renewed).toHaveLength(1);
    expect(Math.max(...timers.map(({ delayMs }) => delayMs))).toBeLessThanOrEqual(30_000);
  });

  it('leaves a linked account to the Codex command', async () => {
    const clock = fakeClock();
    const { renewed } = scheduled(clock, () => clock.epochMs() - 1, {
      link: { path: '/x/auth.json', spentHash: null },
    });
    await settle();
    clock.advance(10 * minute);
    await settle();
    expect(renewed).toEqual([]);
  });

  it('stops when it is told to', async () => {
    const clock = fakeClock();
    const { schedule } = scheduled(clock, () => null);
    await settle();
    schedule.stop();
    expect(clock.pending).toBe(0);
  });
});

describe("the issuer's time", () => {
  const at = (epochMs: number): RawHeaders => [['Date', new Date(epochMs).toUTCString()]];

  it.each([
    ['an hour behind', 60 * minute, 60 * minute],
    ['an hour ahead', -60 * minute, -60 * minute],
    ['right but for the way', 2_000, 0],
  ])('is told from this machine, whose clock is %s', (_what, offMs, expected) => {
    const clock = fakeClock();
    const time = new ServerTime(clock);
    time.note(at(clock.epochMs() + offMs));
    expect(Math.abs(time.nowMs() - clock.epochMs() - expected)).toBeLessThan(1_000);
  });

  it("is this machine's again once that was set right, and where an answer does not tell it", () => {
    const clock = fakeClock();
    const time = new ServerTime(clock);
    time.note(at(clock.epochMs() + 60 * minute));
    time.note([['content-type', 'text/plain']]);
    time.note([['date', 'soon']]);
    expect(time.nowMs() - clock.epochMs()).toBeGreaterThan(59 * minute);
    time.note(at(clock.epochMs()));
    expect(time.nowMs()).toBe(clock.epochMs());
  });
});

it('looks anew when it is told to, once it has looked, and not when it is stopped', async () => {
  const clock = fakeClock();
  const { renewed, schedule } = scheduled(clock, () => clock.epochMs());
  schedule.replan();
  await settle();
  expect([renewed.length, clock.pending]).toEqual([1, 1]);
  schedule.replan();
  schedule.replan();
  await settle();
  expect([renewed.length, clock.pending]).toEqual([2, 1]);
  schedule.stop();
  schedule.replan();
  await settle();
  expect([renewed.length, clock.pending]).toEqual([2, 0]);
});
