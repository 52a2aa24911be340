import { describe, expect, it } from 'vitest';
import {
  type Candidate,
  chooseAccount,
  keepsTurn,
  type SelectionRules,
} from '../../src-main/core/accounts/selection.ts';
import type { VerdictKind } from '../../src-main/core/accounts/verdict-table.ts';
import { account, healthy, used } from './account-fixtures.ts';

const now = 1_000_000;

function candidate(id: string, more: Partial<Candidate> = {}): Candidate {
  return {
    account: account(id),
    health: healthy,
    belongsHere: true,
    lastChosenMs: -1,
    runningTurns: 0,
    load: more.runningTurns ?? 0,
    ...more,
  };
}

const usualRules: SelectionRules = {
  strategy: 'most-headroom',
  pinnedId: null,
  stickyId: null,
  excluded: new Set(),
  nowMs: now,
  model: 'gpt-5.5',
  isLastResortTaken: false,
  turnsPerAccount: 64,
};

function chosen(candidates: readonly Candidate[], more: Partial<SelectionRules> = {}): string {
  const choice = chooseAccount(candidates, { ...usualRules, ...more });
  return choice.ok ? choice.account.id : `${choice.reason} ${choice.resetsAt}`;
}

const disabled = candidate('a', { account: account('a', { enabled: false }) });
const signedOut = candidate('b', { health: { ...healthy, signedOut: 'token' } });
const elsewhere = candidate('c', { belongsHere: false });
const resting = (id: string, untilMs: number) => candidate(id, { health: { ...healthy, cooldownUntil: untilMs } });
const slowed = (id: string, untilMs: number) => candidate(id, { health: { ...healthy, avoidUntil: untilMs } });
/** A window that is used up so far and starts anew then. */
const reset = (id: string, usedPercent: number, resetAt: number) =>
  candidate(id, {
    health: {
      ...healthy,
      usage: { primary: { usedPercent, windowMinutes: 300, resetAt }, secondary: null, readAt: 0 },
    },
  });
const ranked = (id: string, priority: number) =>
  candidate(id, { account: account(id, { priority }), health: used(50) });
const excluding = (...ids: readonly string[]) => ({ excluded: new Set(ids) });

describe('choosing an account', () => {
  it.each<[string, readonly Candidate[], string]>([
    ['no account at all', [], 'account_none null'],
    ['a disabled one', [disabled], 'account_unusable null'],
    ['a signed-out one', [signedOut], 'account_unusable null'],
    ['one of another upstream', [elsewhere], 'account_unusable null'],
    ['all three', [disabled, signedOut, elsewhere], 'account_unusable null'],
    ['one that rests', [resting('d', now + 500)], `accounts_exhausted ${now + 500}`],
    ['two that rest', [resting('d', now + 900), resting('e', now + 500)], `accounts_exhausted ${now + 500}`],
    ['a resting and a disabled one', [resting('d', now + 900), disabled], `accounts_exhausted ${now + 900}`],
  ])('says why none can be had: %s', (_what, candidates, expected) => {
    expect(chosen(candidates)).toBe(expected);
  });

  it.each<[string, readonly Candidate[], string]>([
    ['the only one', [candidate('a')], 'a'],
    ['the one that can be used', [disabled, signedOut, elsewhere, resting('d', now + 1), candidate('e')], 'e'],
    ['one whose rest is over', [resting('d', now), disabled], 'd'],
    ['most headroom', [candidate('a', { health: used(50) }), candidate('b', { health: used(10) })], 'b'],
    ['the tighter window', [candidate('a', { health: used(5, 90) }), candidate('b', { health: used(60, 60) })], 'b'],
    ['one never read, as fresh', [candidate('a', { health: used(1) }), candidate('b')], 'b'],
    ['one whose full window was reset since', [reset('a', 95, now), candidate('b', { health: used(50) })], 'a'],
    ['no full one before its reset', [reset('a', 95, now + 1), candidate('b', { health: used(50) })], 'b'],
    ['the first of equals', [candidate('a', { health: used(7) }), candidate('b', { health: used(7) })], 'a'],
    ['the higher priority before headroom', [candidate('a'), ranked('b', 1)], 'b'],
    ['any before a lower priority', [ranked('a', -1), ranked('b', 0)], 'b'],
    ['one not asked to slow down', [slowed('a', now + 1), candidate('b', { health: used(99) })], 'b'],
    ['one asked to slow down, where there is no other', [slowed('a', now + 1)], 'a'],
    ['one that was asked to slow down before', [slowed('a', now), candidate('b', { health: used(1) })], 'a'],
  ])('takes %s', (_what, candidates, expected) => {
    expect(chosen(candidates)).toBe(expected);
  });

  it('stays with the account of the session, even with less headroom, lower priority and another one pinned', () => {
    const own = candidate('a', { health: used(99) });
    expect(chosen([own, ranked('b', 9), candidate('c')], { stickyId: 'a', pinnedId: 'c' })).toBe('a');
  });

  it.each<[string, Candidate, Partial<SelectionRules>]>([
    ['is disabled', disabled, {}],
    ['rests', resting('a', now + 1), {}],
    ['is signed out', { ...signedOut, account: account('a') }, {}],
    ['was tried before in this turn', candidate('a'), excluding('a')],
  ])('leaves the account of the session, and the pinned one, where it %s', (_what, own, more) => {
    expect(chosen([own, candidate('z')], { stickyId: 'a', ...more })).toBe('z');
    expect(chosen([own, candidate('z')], { pinnedId: 'a', ...more })).toBe('z');
  });

  it('takes the pinned account, whatever the strategy would take', () => {
    expect(chosen([ranked('a', 5), candidate('b', { health: used(99) })], { pinnedId: 'b' })).toBe('b');
  });

  it('takes another for a session whose account is gone', () => {
    expect(chosen([candidate('z')], { stickyId: 'gone', pinnedId: 'gone as well' })).toBe('z');
  });

  it('names the earliest reset that is still to come', () => {
    const candidates = [resting('a', now - 1), resting('b', now + 700)];
    expect(chosen(candidates, excluding('a'))).toBe(`accounts_exhausted ${now + 700}`);
  });
});

/** An account of which upstream has said this; of `m` where it is about a model. */
const told = (id: string, kind: VerdictKind, untilMs = now + 1) => {
  const scope = kind === 'model' ? 'm' : null;
  const verdict = {
    kind,
    scope,
    models: kind === 'bucket' ? ['m'] : [],
    saidAtMs: now - 1,
    untilMs,
    count: 1,
    words: '',
  };
  return candidate(id, { health: { ...healthy, verdicts: [verdict] } });
};

describe('what upstream has said of accounts', () => {
  it.each<[string, readonly Candidate[], Partial<SelectionRules>, string]>([
    ['one that is deactivated gets nothing', [told('a', 'deactivated')], {}, 'account_unusable null'],
    ['one out of a model’s quota waits for it', [told('a', 'bucket')], { model: 'm' }, `accounts_exhausted ${now + 1}`],
    ['its other models go on', [told('a', 'bucket')], {}, 'a'],
    [
      'one without the model comes last',
      [told('a', 'model'), candidate('b', { health: used(99) })],
      { model: 'm' },
      'b',
    ],
    ['and is asked where there is no other', [told('a', 'model')], { model: 'm' }, 'a'],
    [
      'but not twice in a turn',
      [told('a', 'model')],
      { model: 'm', isLastResortTaken: true },
      'accounts_exhausted null',
    ],
    ['another model is none of it', [told('a', 'model'), candidate('b', { health: used(1) })], {}, 'a'],
    [
      'one that was refused comes last, even for its own session',
      [told('a', 'refused'), candidate('b')],
      { stickyId: 'a' },
      'b',
    ],
    ['what is over is over', [told('a', 'deactivated', now)], {}, 'a'],
  ])('%s', (_what, candidates, more, expected) => {
    expect(chosen(candidates, more)).toBe(expected);
  });

  it('holds nothing against an account that was said under a clock that ran ahead', () => {
    const [account] = [told('a', 'deactivated', now + 9_000_000)];
    const [verdict] = account.health.verdicts;
    const ahead = verdict === undefined ? [] : [{ ...verdict, saidAtMs: now + 8_000_000 }];
    expect(chosen([{ ...account, health: { ...account.health, verdicts: ahead } }])).toBe('a');
  });
});

describe('the strategies', () => {
  const three = [
    candidate('a', { health: used(80), lastChosenMs: 30 }),
    candidate('b', { health: used(10), lastChosenMs: 20 }),
    candidate('c', { health: used(40), lastChosenMs: 10 }),
  ];

  it.each([
    ['most-headroom', 'b'],
    ['round-robin', 'c'],
    ['fill-first', 'a'],
  ] as const)('%s takes %s', (strategy, expected) => {
    expect(chosen(three, { strategy })).toBe(expected);
  });

  it.each([
    ['most-headroom', 'c'],
    ['round-robin', 'c'],
    ['fill-first', 'a'],
  ] as const)(
    '%s leaves a tie to the account with the fewest running turns, unless the order is what counts',
    (strategy, expected) => {
      const tied = [3, 2, 1].map((runningTurns, index) =>
        candidate('abc'[index] ?? '', { health: used(7), runningTurns }),
      );
      expect(chosen(tied, { strategy })).toBe(expected);
    },
  );

  it.each(['most-headroom', 'round-robin', 'fill-first'] as const)(
    '%s passes by an account that is full, and of full ones takes the one where fewest wait',
    (strategy) => {
      const full = candidate('a', { runningTurns: 64, lastChosenMs: 1 });
      const tight = candidate('b', { health: used(90), runningTurns: 63, lastChosenMs: 2 });
      expect(chosen([full, tight], { strategy })).toBe('b');
      expect(chosen([full, { ...tight, runningTurns: 66 }], { strategy })).toBe('a');
    },
  );

  it('round robin takes one that was never chosen first', () => {
    expect(chosen([...three, candidate('d')], { strategy: 'round-robin' })).toBe('d');
  });
});

describe("a session's own account", () => {
  const usable = [candidate('own'), candidate('own', { health: used(99) }), slowed('own', now + 500)];
  const not = [disabled, signedOut, elsewhere, resting('own', now + 500)];

  it.each([...usable.map((own) => [own, true] as const), ...not.map((own) => [own, false] as const)])(
    'gets the turn without a look at others just where they would leave it to it (%#)',
    (own, isKept) => {
      const rules = { ...usualRules, stickyId: own.account.id };
      const choice = chooseAccount([candidate('other'), own], { ...rules, pinnedId: 'other' });
      expect([keepsTurn(own, rules), choice.ok && choice.account === own.account]).toEqual([isKept, isKept]);
      expect(keepsTurn(own, { ...rules, excluded: new Set([own.account.id]) })).toBe(false);
    },
  );
});

it.each<[string, VerdictKind, number | null, number | null]>([
  ['a metered limit', 'bucket', null, 50],
  ['a metered limit, and rests longer', 'bucket', 90, 90],
  ['a metered limit, and rests less', 'bucket', 20, 50],
  ['what is no quota, and rests', 'deactivated', 90, null],
  ['what only advises, and rests', 'refused', 90, 90],
])('an account that is kept from turns by %s tells when its quota is back', (_why, kind, restMs, resetMs) => {
  const models = kind === 'bucket' ? ['gpt-5.5'] : [];
  const verdicts = [{ kind, scope: null, models, saidAtMs: now, untilMs: now + 50, count: 1, words: '' }];
  const cooldownUntil = restMs === null ? null : now + restMs;
  const choice = chooseAccount([candidate('a', { health: { ...healthy, verdicts, cooldownUntil } })], usualRules);
  expect(choice).toMatchObject({ ok: false, resetsAt: resetMs === null ? null : now + resetMs });
});
