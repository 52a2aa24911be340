import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Account } from '../../src-main/core/accounts/account.ts';
import type { Accounts } from '../../src-main/core/accounts/accounts.ts';
import { UsageReader } from '../../src-main/core/accounts/usage-reader.ts';
import type { VerdictKind } from '../../src-main/core/accounts/verdict-table.ts';
import { type Verdict, withSaying } from '../../src-main/core/accounts/verdicts.ts';
import { account as makeAccount } from './account-fixtures.ts';
import { fakeClock } from './fake-clock.ts';

const minuteMs = 60_000;

/** In which minutes of a day the quota is read of an account that upstream has said this of, and says no more to. */
async function minutesAsked(kind: VerdictKind, more: Partial<Account> = {}): Promise<readonly number[]> {
  const clock = fakeClock();
  const account = makeAccount('one', more);
  const saying = { kind, scope: null, models: [], untilMs: null, words: '' };
  const verdicts: readonly Verdict[] = withSaying([], saying, clock.epochMs());
  const accounts = {
    renewable: () => [account],
    verdicts: { of: () => verdicts },
    health: () => ({ cooldownUntil: null }),
    note: () => {},
  } as unknown as Accounts;
  const asked: number[] = [];
  let minute = 0;
  const reader = new UsageReader(accounts, clock, async () => {
    asked.push(minute);
    throw new Error('401');
  });
  for (; minute < 24 * 60; minute += 1) {
    reader.lookAtRefused();
    await setImmediate();
    clock.advance(minuteMs);
  }
  return asked;
}

describe('an account that upstream refuses altogether', () => {
  it('is asked for its quota after an hour, and then ever more seldom', async () => {
    expect(await minutesAsked('deactivated')).toEqual([60, 120, 240, 480, 960]);
  });

  it('is asked no longer than that stands', async () => {
    expect(await minutesAsked('plan')).toEqual([60, 120, 240]);
    expect(await minutesAsked('unpaid')).toEqual([]);
  });

  it.each(['region', 'challenged', 'refused', 'sign-in', 'model', 'bucket'] as const)(
    'is not, where an answer could not end what stands, or turns go on: %s',
    async (kind) => {
      expect(await minutesAsked(kind)).toEqual([]);
    },
  );

  it('is not, where its owner has switched it off', async () => {
    expect(await minutesAsked('deactivated', { enabled: false })).toEqual([]);
  });
});
