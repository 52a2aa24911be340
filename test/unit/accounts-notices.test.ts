import { describe, expect, it } from 'vitest';
import { type AccountUsage, accountLabel } from '../../src-main/core/accounts/account.ts';
import { AccountNotices } from '../../src-main/core/accounts/notices.ts';
import { usageFromEndpoint, usageFromEvent, usageFromHeaders } from '../../src-main/core/accounts/usage.ts';
import { UsageReader } from '../../src-main/core/accounts/usage-reader.ts';
import { english } from '../../src-main/shared/words/english.ts';
import { othersWords } from '../../src-main/shared/words/told-text.ts';
import { account, accountsInMemory } from './account-fixtures.ts';
import { fakeClock } from './fake-clock.ts';

const id = 'aaaaaaaaaaaaaaaa';
const hour = 3_600_000;

async function accountsOf() {
  const clock = fakeClock();
  const told: string[] = [];
  const notices = new AccountNotices(
    (title, body) => void told.push(`${english.told(title)}: ${english.told(body)}`),
    accountLabel,
  );
  const { store, accounts } = accountsInMemory(clock, {
    watchUsage: (one, usage) => notices.usage(one, usage),
    watchRest: (one, untilMs) => notices.rests(one, untilMs),
    watchSignedOut: (one) => notices.signedOut(one),
  });
  await store.add(account(id, { email: 'annabelle@example.test' }));
  const view = () => accounts.views()[0];
  return { accounts, clock, store, told, view };
}

function used(primary: number, readAt: number, more: Partial<AccountUsage> = {}): AccountUsage {
  return {
    primary: { usedPercent: primary, windowMinutes: 300, resetAt: readAt + 2 * hour },
    secondary: { usedPercent: 10, windowMinutes: 10_080, resetAt: readAt + 50 * hour },
    readAt,
    ...more,
  };
}

describe('usage from several sources', () => {
  it('the newest reading wins, whatever order they come in', async () => {
    const { accounts, view } = await accountsOf();
    accounts.noteUsage(id, used(40, 2_000));
    accounts.noteUsage(id, used(30, 1_000));
    expect(view()?.usage?.primary?.usedPercent).toBe(40);
    accounts.noteUsage(id, used(41, 2_000));
    expect(view()?.usage?.primary?.usedPercent).toBe(41);
  });

  it('an answer counts from when it was asked for, so an event that came meanwhile stays', async () => {
    const { accounts, clock, view, store } = await accountsOf();
    const answer = Promise.withResolvers<Buffer>();
    const reader = new UsageReader(accounts, clock, () => answer.promise);
    const reading = reader.read(store.list()[0] ?? account(id));
    clock.advance(1_000);
    accounts.noteUsage(id, used(55, clock.epochMs()));
    clock.advance(1_000);
    answer.resolve(Buffer.from(JSON.stringify({ rate_limit: { primary_window: { used_percent: 50 } } })));
    await reading;
    expect(view()?.usage?.primary?.usedPercent).toBe(55);
  });

  it('credits stay known when a newer reading does not tell them', async () => {
    const { accounts, view } = await accountsOf();
    const credits = { hasCredits: true, unlimited: false, balance: '12.50' };
    accounts.noteUsage(id, used(1, 1, { credits }));
    accounts.noteUsage(id, used(2, 2));
    expect(view()?.usage).toMatchObject({ credits, readAt: 2 });
  });

  it.each([
    ['event', usageFromEvent({ rate_limits: {}, credits: { has_credits: true, unlimited: false, balance: '3' } }, 1)],
    ['answer', usageFromEndpoint({ rate_limit: {}, credits: { has_credits: true, unlimited: false, balance: 3 } }, 1)],
    [
      'header',
      usageFromHeaders(
        [
          ['x-codex-primary-used-percent', '1'],
          ['x-codex-credits-has-credits', 'True'],
          ['x-codex-credits-unlimited', 'False'],
          ['x-codex-credits-balance', '3'],
        ],
        1,
      ),
    ],
  ])('credits are read from an %s', (_what, usage) => {
    expect(usage?.credits).toEqual({ hasCredits: true, unlimited: false, balance: '3' });
  });

  it('the plan follows what upstream says', async () => {
    const { accounts, store, view } = await accountsOf();
    const changed = new Promise<void>((resolve) => store.onChange(resolve));
    accounts.notePlan(id, 'pro');
    await changed;
    expect(view()?.plan).toBe('pro');
    accounts.notePlan(id, null);
    accounts.notePlan('gone', 'team');
    expect(view()?.plan).toBe('pro');
  });

  it('an open screen reads an account at most every 5 minutes, and once however many ask', async () => {
    const { accounts, clock, store } = await accountsOf();
    let asked = 0;
    const reader = new UsageReader(accounts, clock, async () => {
      asked += 1;
      throw new Error('upstream is away');
    });
    await Promise.all([reader.freshen(store.list()), reader.freshen(store.list())]);
    for (let minutes = 0; minutes < 10; minutes += 1) {
      await reader.freshen(store.list());
      clock.advance(60_000);
    }
    expect(asked).toBe(2);
    await Promise.allSettled(store.list().flatMap((one) => [reader.read(one), reader.read(one)]));
    expect(asked).toBe(3);
  });

  it('a turn that finds none but resting accounts has them read at most once a minute', async () => {
    const { accounts, clock } = await accountsOf();
    accounts.exhausted(id, clock.epochMs() + 3 * hour);
    let asked = 0;
    const reader = new UsageReader(accounts, clock, async () => {
      asked += 1;
      throw new Error('upstream is away');
    });
    await Promise.all([reader.lookAtResting(), reader.lookAtResting()]);
    clock.advance(59_999);
    await reader.lookAtResting();
    expect(asked).toBe(1);
    clock.advance(1);
    await reader.lookAtResting();
    expect(asked).toBe(2);
  });

  it('an account that was reset early is free at once', async () => {
    const { accounts, clock, store, view } = await accountsOf();
    accounts.exhausted(id, clock.epochMs() + 3 * hour);
    expect(view()?.state).toBe('exhausted');
    const body = Buffer.from(JSON.stringify({ rate_limit: { primary_window: { used_percent: 0 } } }));
    await new UsageReader(accounts, clock, async () => body).read(store.list()[0] ?? account(id));
    expect(view()?.state).toBe('ready');
  });
});

describe('readings of resting accounts', () => {
  const minutes = 60_000;
  const windows = (primary: unknown, secondary: unknown = null) => ({
    rate_limit: { primary_window: primary, secondary_window: secondary },
  });
  const settle = async () => {
    for (let count = 0; count < 30; count += 1) await Promise.resolve();
  };

  /** A reader that upstream gives these answers, the last one again and again. */
  async function readerOf(...answers: readonly unknown[]) {
    const made = await accountsOf();
    let asked = 0;
    const reader = new UsageReader(made.accounts, made.clock, async () => {
      asked += 1;
      return Buffer.from(JSON.stringify(answers[Math.min(asked, answers.length) - 1]));
    });
    const read = () => reader.read(made.store.list()[0] ?? account(id));
    return { ...made, reader, read, asked: () => asked };
  }

  it.each<[unknown, boolean]>([
    [windows({ used_percent: 99.9 }, { used_percent: 99.9 }), false],
    [windows({ used_percent: 100 }), true],
    [windows({ used_percent: 0 }, { used_percent: 100 }), true],
    [windows(null), false],
    // As upstream rounds them.
    [{ rate_limit: { limit_reached: true, primary_window: { used_percent: 99 } } }, true],
    [{ rate_limit: { limit_reached: false, primary_window: { used_percent: 99 } } }, false],
  ])('%j: it rests on: %s', async (body, rests) => {
    const { accounts, clock, read } = await readerOf(body);
    accounts.setCooldown(id, clock.epochMs() + 3 * hour);
    await read();
    expect(accounts.resting().map((one) => one.id)).toEqual(rests ? [id] : []);
  });

  it('end no rest that has begun since they were asked for', async () => {
    const { accounts, clock, store } = await accountsOf();
    const answer = Promise.withResolvers<Buffer>();
    const reading = new UsageReader(accounts, clock, () => answer.promise).read(store.list()[0] ?? account(id));
    clock.advance(100);
    accounts.exhausted(id, clock.epochMs() + 3 * hour);
    answer.resolve(Buffer.from(JSON.stringify(windows({ used_percent: 98 }))));
    await reading;
    expect(accounts.resting().map((one) => one.id)).toEqual([id]);
  });

  it('come every five minutes while one rests, and no longer', async () => {
    const full = windows({ used_percent: 100 });
    const { accounts, clock, reader, asked } = await readerOf(full, full, windows({ used_percent: 1 }));
    accounts.setCooldown(id, clock.epochMs() + 3 * hour);
    reader.watchResting();
    reader.watchResting();
    for (const times of [0, 1, 2, 3, 3, 3]) {
      expect(asked()).toBe(times);
      clock.advance(5 * minutes);
      await settle();
    }
    expect(clock.pending).toBe(0);
    reader.watchResting();
    reader.stop();
    expect(clock.pending).toBe(0);
  });

  it.each([[{}], [{ rate_limit: 1 }], ['x']])('that say nothing are told of, until one does: %j', async (body) => {
    const { accounts, clock, read, view } = await readerOf(body, windows({ used_percent: 5 }));
    accounts.setCooldown(id, clock.epochMs() + 3 * hour);
    await expect(read()).rejects.toMatchObject({ code: 'upstream_unreachable' });
    expect(view()?.usageTrouble).toEqual({ text: expect.any(String), atMs: clock.epochMs() });
    expect(english.told(view()?.usageTrouble?.text ?? '')).toMatch(/quota|usage/);
    expect(accounts.resting()).toHaveLength(1);
    await read();
    expect(view()?.usageTrouble).toBeNull();
  });

  it('end what only a reading ends, and tell the plan', async () => {
    const { accounts, read, view } = await readerOf({ ...windows({ used_percent: 5 }), plan_type: 'team' });
    accounts.verdicts.note(id, { kind: 'deactivated', scope: null, models: [], untilMs: null, words: '' });
    await read();
    expect([view()?.state, accounts.health(id).verdicts]).toEqual(['ready', []]);
    await expect.poll(() => view()?.plan, { interval: 1 }).toBe('team');
  });

  it('are of accounts that rest now: not of one whose rest ends in this moment', async () => {
    const { accounts, clock } = await accountsOf();
    accounts.setCooldown(id, clock.epochMs());
    expect(accounts.resting()).toEqual([]);
    accounts.setCooldown(id, clock.epochMs() + 1);
    expect(accounts.resting()).toHaveLength(1);
  });
});

describe('what is told of an account on screens', () => {
  it('is told to those that listen, once', async () => {
    const { accounts, clock, view } = await accountsOf();
    let changes = 0;
    accounts.onChange(() => {
      changes += 1;
    });
    const overHttp = { untilMs: clock.epochMs() + 1, why: othersWords('x') };
    for (const change of [
      () => accounts.note(id, { workspace: 'Team' }),
      () => accounts.note(id, { trouble: othersWords('trouble') }),
      () => accounts.note(id, { overHttp }),
      () => accounts.noteLink(id, 'unsaved', false),
    ]) {
      const before = changes;
      change();
      change();
      expect(changes).toBe(before + 1);
    }
    expect(view()).toMatchObject({ workspace: 'Team', problem: 'trouble', overHttp });
    accounts.note('gone', { workspace: 'x' });
  });

  it('is no failed renewal once the linked file has other tokens', async () => {
    const { accounts, view } = await accountsOf();
    accounts.note(id, { trouble: othersWords('trouble') });
    accounts.noteLink(id, 'ok', false);
    expect(view()?.problem).toBe('trouble');
    accounts.noteLink(id, 'ok', true);
    expect(view()?.problem).toBeNull();
  });

  it('is no verdict of an earlier plan or sign-in', async () => {
    const { accounts, store } = await accountsOf();
    const verdict = (kind: 'unpaid' | 'sign-in') =>
      accounts.verdicts.note(id, { kind, scope: null, models: [], untilMs: null, words: '' });
    const kinds = () => accounts.health(id).verdicts.map(({ kind }) => kind);
    verdict('unpaid');
    verdict('sign-in');
    expect([accounts.verdicts.isSignInRefused(id), accounts.verdicts.isSignInRefused('gone')]).toEqual([true, false]);
    accounts.notePlan(id, store.get(id)?.plan ?? null);
    expect(kinds()).toEqual(['unpaid', 'sign-in']);
    accounts.notePlan(id, 'team');
    expect(kinds()).toEqual(['sign-in']);
    accounts.noteLink(id, 'ok', false);
    expect(kinds()).toEqual(['sign-in']);
    accounts.noteLink(id, 'ok', true);
    expect([kinds(), accounts.verdicts.isSignInRefused(id)]).toEqual([[], false]);
  });

  it('is what stands against each model, and what is lifted for all accounts at once', async () => {
    const { accounts, store, clock } = await accountsOf();
    await store.add(account('b'.repeat(16)));
    const said = (one: string, scope: string | null, kind: 'model' | 'region' = 'model') =>
      accounts.verdicts.note(one, { kind, scope, models: [], untilMs: null, words: '' });
    said(id, 'm1');
    said(id, 'm2');
    for (const one of [id, 'b'.repeat(16)]) said(one, null, 'region');
    said('gone', null, 'region');
    let changes = 0;
    accounts.onChange(() => {
      changes += 1;
    });
    accounts.verdicts.lift(null, 'network');
    expect(accounts.health(id).verdicts.map(({ scope }) => scope)).toEqual(['m1', 'm2']);
    expect(accounts.health('b'.repeat(16)).verdicts).toEqual([]);
    await store.idle();
    const before = changes;
    accounts.verdicts.lift(null, 'network');
    expect(changes).toBe(before);
    expect(clock.pending).toBe(0);
  });
});

describe('what the user is told', () => {
  it('low quota once a window, at 90 %, and again in the next window', async () => {
    const { accounts, told } = await accountsOf();
    for (const [index, percent] of [50, 89.9, 90, 93, 99, 3, 91].entries())
      accounts.noteUsage(id, used(percent, index));
    expect(told).toEqual([
      expect.stringMatching(/^Quota is low: an…@e… \(plus\) has used 90 % of its 5 h limit; it is reset .+\.$/),
      expect.stringContaining('91 %'),
    ]);
  });

  it('low quota once, also when readings that crossed on the way differ a little', async () => {
    const { accounts, told } = await accountsOf();
    for (const [index, percent] of [90, 89, 90, 88.5, 91].entries()) accounts.noteUsage(id, used(percent, index));
    expect(told).toHaveLength(1);
  });

  it.each([
    [43_200, '30 d limit'],
    [10_080, 'weekly limit'],
    [1_440, '1 d limit'],
    [300, '5 h limit'],
    [90, '90 min limit'],
    [null, 'its usage limit'],
  ])('a window of %j minutes by its length: %s', async (windowMinutes, text) => {
    const { accounts, told } = await accountsOf();
    accounts.noteUsage(id, used(95, 1, { primary: { usedPercent: 95, windowMinutes, resetAt: null } }));
    expect(told).toEqual([expect.stringContaining(text)]);
  });

  it('each window by itself', async () => {
    const { accounts, told } = await accountsOf();
    const secondary = { usedPercent: 95, windowMinutes: 10_080, resetAt: null };
    accounts.noteUsage(id, used(92, 1, { secondary }));
    expect(told).toEqual([expect.stringContaining('5 h limit'), expect.stringContaining('weekly limit')]);
  });

  it('exhaustion once a rest', async () => {
    const { accounts, clock, told } = await accountsOf();
    accounts.exhausted(id, clock.epochMs() + hour);
    accounts.exhausted(id, clock.epochMs() + hour);
    expect(told).toEqual([expect.stringMatching(/^Usage limit reached: an…@e… \(plus\) gets no turns until/)]);
    clock.advance(2 * hour);
    accounts.exhausted(id, clock.epochMs() + hour);
    expect(told).toHaveLength(2);
    // One that ends in this moment is over.
    clock.advance(hour);
    accounts.exhausted(id, clock.epochMs() + hour);
    expect(told).toHaveLength(3);
  });

  it('exhaustion until the last of the full windows is reset, never until a moment that has passed', async () => {
    const { accounts, clock, view } = await accountsOf();
    const full = (resetAt: number, windowMinutes: number) => ({ usedPercent: 100, windowMinutes, resetAt });
    const now = clock.epochMs();
    accounts.noteUsage(id, { primary: full(now + hour, 300), secondary: full(now + 9 * hour, 10_080), readAt: now });
    accounts.exhausted(id, null);
    expect(view()?.cooldownUntil).toBe(now + 9 * hour);
    clock.advance(9 * hour);
    accounts.exhausted(id, null);
    expect(view()?.cooldownUntil).toBe(clock.epochMs() + 300_000);
    clock.advance(hour);
    accounts.exhausted(id, null);
    expect(view()?.cooldownUntil).toBe(clock.epochMs() + 300_000);
  });

  it('screens, that a rest has ended', async () => {
    const { accounts, clock, view } = await accountsOf();
    accounts.exhausted(id, clock.epochMs() + hour);
    let changes = 0;
    accounts.onChange(() => {
      changes += 1;
    });
    expect(accounts.endRests()).toEqual([]);
    clock.advance(hour);
    expect(accounts.endRests()).toMatchObject([{ id }]);
    expect([changes, view()?.state, accounts.endRests()]).toEqual([1, 'ready', []]);
  });

  it('a sign-out once, without the address of the account', async () => {
    const { accounts, told } = await accountsOf();
    accounts.signedOut(id, 'token');
    accounts.signedOut(id, 'token');
    accounts.signedOut(id, 'file');
    accounts.signedOut('gone', 'token');
    expect(told).toEqual([expect.stringContaining('Signed out: an…@e… (plus)')]);
    expect(told.join()).not.toContain('annabelle');
  });
});
