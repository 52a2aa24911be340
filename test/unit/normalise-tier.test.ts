import { describe, expect, it } from 'vitest';
import { decideTier, type TierQuestion } from '../../src-main/core/normalise/tier.ts';
import { defaultTier } from '../../src-main/shared/tiers.ts';
import { tell } from '../../src-main/shared/words/told.ts';

/** Every value a client can put into `service_tier`, the strange ones included. */
const asked = [
  undefined,
  null,
  '',
  'default',
  'auto',
  'standard',
  'fast',
  'priority',
  'Priority',
  'flex',
  'scale',
  'ultrafast',
  'batch',
  'two\nlines',
  'x'.repeat(65),
  1,
  true,
  ['priority'],
  { tier: 'priority' },
] as const;

const lists = [
  null,
  [],
  ['priority'],
  ['priority', 'flex', 'scale'],
  ['default', 'auto', 'fast', 'standard', ''],
] as const;

const allQuestions: TierQuestion[] = (['auto', 'on', 'off'] as const).flatMap((policy) =>
  asked.flatMap((value) =>
    lists.flatMap((listedTiers) =>
      [true, false].flatMap((isCodexClient) =>
        [defaultTier, null].map((aliasTier) => ({ policy, asked: value, aliasTier, listedTiers, isCodexClient })),
      ),
    ),
  ),
);

const show = (question: TierQuestion) => JSON.stringify({ ...question, asked: question.asked ?? 'absent' });

describe('the tier policy auto', () => {
  /** Asked, then what is sent for: an unknown model, a model without tiers, one with priority, one with more. */
  const rows: readonly (readonly [unknown, boolean, readonly (string | null)[]])[] = [
    [undefined, false, [null, null, null, null]],
    [undefined, true, [null, null, null, null]],
    [null, false, [null, null, null, null]],
    [null, true, [null, null, null, null]],
    ['', false, [null, null, null, null]],
    ['default', false, [null, null, null, null]],
    ['default', true, [null, null, null, null]],
    ['auto', false, [null, null, null, null]],
    ['auto', true, [null, null, null, null]],
    ['standard', false, [null, null, null, null]],
    ['standard', true, [null, null, null, null]],
    ['ultrafast', false, [null, null, null, null]],
    ['ultrafast', true, ['ultrafast', null, null, null]],
    // What no header can carry is no tier.
    ['two\nlines', true, [null, null, null, null]],
    ['x'.repeat(65), true, [null, null, null, null]],
    ['Priority', false, [null, null, null, null]],
    ['scale', false, [null, null, null, 'scale']],
    ['scale', true, ['scale', null, null, 'scale']],
    ['flex', false, [null, null, null, 'flex']],
    ['flex', true, ['flex', 'flex', 'flex', 'flex']],
    [1, false, [null, null, null, null]],
    [true, true, [null, null, null, null]],
    [['priority'], false, [null, null, null, null]],
  ];
  const models = [null, [], ['priority'], ['priority', 'flex', 'scale']];

  it.each(rows)('sends for %j (Codex client: %s) what the model takes: %j', (value, isCodexClient, expected) => {
    const sent = models.map(
      (listedTiers) => decideTier({ policy: 'auto', asked: value, aliasTier: null, listedTiers, isCodexClient }).sent,
    );
    expect(sent).toEqual(expected);
  });

  it.each(['fast', 'priority'])('S5: sends "priority" for "%s" where the model lists it or is not known', (value) => {
    for (const listedTiers of [null, ['priority'], ['flex', 'priority']]) {
      for (const isCodexClient of [true, false]) {
        const answer = decideTier({ policy: 'auto', asked: value, aliasTier: null, listedTiers, isCodexClient });
        expect(answer.sent).toBe('priority');
      }
    }
  });

  it.each(asked)('sends "priority" for a -fast alias, whatever the field says (%j)', (value) => {
    const answer = decideTier({
      policy: 'auto',
      asked: value,
      aliasTier: defaultTier,
      listedTiers: ['priority'],
      isCodexClient: false,
    });
    expect(answer.sent).toBe('priority');
  });
});

describe('the tier policy on', () => {
  it('S5: sends "priority" for every model that lists it, whatever the client asked, and for an unknown one a Codex client asks it of', () => {
    for (const question of allQuestions.filter(({ policy }) => policy === 'on')) {
      const hasPriority = question.listedTiers?.some((tier) => tier === 'priority') ?? false;
      const isNamed =
        question.isCodexClient &&
        question.listedTiers === null &&
        ['fast', 'priority'].some((tier) => tier === question.asked);
      expect(decideTier(question).sent, show(question)).toBe(hasPriority || isNamed ? 'priority' : null);
    }
  });

  it('omits the field for a model that neither the catalogue nor a Codex client knows a tier of', () => {
    const answer = decideTier({
      policy: 'on',
      asked: 'priority',
      aliasTier: null,
      listedTiers: null,
      isCodexClient: false,
    });
    expect(answer).toEqual({ sent: null, why: tell('why.tier.on.absent', { tier: 'priority' }) });
  });
});

describe('the tier policy off', () => {
  it("strips even a client's priority, and leaves every other tier to the client", () => {
    for (const question of allQuestions.filter(({ policy }) => policy === 'off')) {
      const byClient = decideTier({ ...question, policy: 'auto' }).sent;
      expect(decideTier(question).sent, show(question)).toBe(byClient === 'priority' ? null : byClient);
    }
  });
});

describe('every combination of policy, value, model, client and alias', () => {
  it('S5: never sends "default", "auto", "fast", "standard" or an empty tier, even where a catalogue lists them', () => {
    const forbidden = new Set<string | null>(['default', 'auto', 'fast', 'standard', '']);
    const offenders = allQuestions.filter((question) => forbidden.has(decideTier(question).sent)).map(show);
    expect(offenders).toEqual([]);
  });

  it('only sends priority, flex from a Codex client, its tier for a model that is not known, or what the model lists', () => {
    const offenders = allQuestions.filter((question) => {
      const { sent } = decideTier(question);
      if (sent === null || sent === 'priority') return false;
      if (sent === 'flex' && question.isCodexClient && question.asked === 'flex') return false;
      if (question.isCodexClient && question.listedTiers === null && question.asked === sent) return false;
      return !question.listedTiers?.some((tier) => tier === sent);
    });
    expect(offenders.map(show)).toEqual([]);
  });

  it('always says why', () => {
    expect(allQuestions.filter((question) => decideTier(question).why.trim() === '')).toEqual([]);
  });
});

describe('a coin', () => {
  const plain = {
    policy: 'auto',
    asked: undefined,
    aliasTier: null,
    listedTiers: ['priority'],
    isCodexClient: true,
  } as const;
  /** Who has said something, what is sent where the coin fell on priority, and where it fell on standard. */
  it.each<[string, Partial<TierQuestion>, string | null, string | null]>([
    ['nobody', {}, 'priority', null],
    ['a client that says null', { asked: null }, 'priority', null],
    ['a client that says nothing of speed', { asked: 'auto' }, 'priority', null],
    ['the user, with the switch on', { policy: 'on' }, 'priority', 'priority'],
    ['the user, with the switch off', { policy: 'off' }, null, null],
    ['the user with the switch off, against an alias', { policy: 'off', aliasTier: defaultTier }, null, null],
    ['the user with the switch on, against a client', { policy: 'on', asked: 'flex' }, 'priority', 'priority'],
    ['a client that wants fast', { asked: 'fast' }, 'priority', 'priority'],
    ['a client that wants priority', { asked: 'priority' }, 'priority', 'priority'],
    ['a client that wants standard', { asked: 'default' }, null, null],
    ['a client that wants flex', { asked: 'flex' }, 'flex', 'flex'],
    ['the alias of the model', { aliasTier: defaultTier }, 'priority', 'priority'],
    ['a catalogue without the tier', { listedTiers: [] }, null, null],
    ['no catalogue', { listedTiers: null }, null, null],
  ])('gives way to what was said before it: by %s', (_who, more, onPriority, onStandard) => {
    const sent = (coin: string | null) => decideTier({ ...plain, ...more, coin }).sent;
    expect([sent('priority'), sent('standard')]).toEqual([onPriority, onStandard]);
  });

  it('changes nothing where none is thrown, and is named as the reason where it decides', () => {
    for (const question of allQuestions) expect(decideTier({ ...question, coin: null })).toEqual(decideTier(question));
    expect(decideTier({ ...plain, coin: 'priority' }).why).toBe(tell('why.tier.coin', { tier: 'priority' }));
    expect(decideTier({ ...plain, coin: 'standard' }).why).toBe(tell('why.tier.coin.standard'));
  });
});
