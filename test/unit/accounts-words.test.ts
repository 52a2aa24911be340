import { describe, expect, it } from 'vitest';
import { type AccountFacts, accountView as toldView, whyNot } from '../../src-main/core/accounts/account-view.ts';
import { linkProblem } from '../../src-main/core/accounts/linked-accounts.ts';
import { noneUsable } from '../../src-main/core/accounts/none-usable.ts';
import type { Verdict } from '../../src-main/core/accounts/verdicts.ts';
import { englishAccount } from '../../src-main/node/english-account.ts';
import { english } from '../../src-main/shared/words/english.ts';
import { tell, tellAll } from '../../src-main/shared/words/told.ts';
import { othersWords } from '../../src-main/shared/words/told-text.ts';
import { createWords } from '../../src-main/shared/words/words.ts';
import { chineseCatalogue } from '../../src-main/shared/words/zh-cn/catalogue.ts';
import { account, accountFacts } from './account-fixtures.ts';

/** What people are told of an account, and why it serves no turn. */

/** As a terminal tells it. */
const accountView = (given: AccountFacts) => englishAccount(toldView(given));

const chinese = createWords('zh-CN', chineseCatalogue);
const nowMs = Date.UTC(2026, 10, 28, 9, 45);
const verdict = (kind: Verdict['kind'], more: Partial<Verdict> = {}): Verdict => ({
  kind,
  scope: null,
  models: [],
  saidAtMs: nowMs,
  untilMs: nowMs + 3_600_000,
  count: 1,
  words: '',
  ...more,
});
const facts = (more: Partial<AccountFacts> = {}, health: Partial<AccountFacts['health']> = {}) =>
  accountFacts(nowMs, more, health);
const { tokens: _tokens, ...lockedAccount } = account('one');
const link = { path: '/home/ann/.codex/auth.json', spentHash: null };
const linked = account('one', { source: 'linked', link });
const ended = account('one', { tokenExpiresAt: nowMs });
const { tokens } = account('one');
const endless = account('one', { tokenExpiresAt: nowMs, tokens: { ...tokens, refreshToken: null } });
const model = verdict('model', { scope: 'gpt-5.5', words: 'No such model.' });
const modelText =
  'Upstream says that this account does not have the model (gpt-5.5). Other accounts are asked first for it. Its words: No such model.';
const modelsText =
  'Upstream says that this account does not have the model (gpt-5.5, gpt-9). Other accounts are asked first for it.';
const deactivated =
  'Upstream says that this account or its workspace is deactivated. Ask its owner or OpenAI, then sign in again or try again here.';
const notTaken =
  'Upstream says that it does not take the sign-in of this account, not even just renewed. Sign in again.';

describe('the state of an account and what is wrong with it', () => {
  it.each<[string, AccountFacts, string, string | null]>([
    ['is well', facts(), 'ready', null],
    [
      'belongs elsewhere',
      facts({ belongsHere: false, account: ended }),
      'other-upstream',
      'It belongs to another upstream or issuer than this Slipstream was started with.',
    ],
    [
      'is locked',
      facts({ account: lockedAccount }, { signedOut: 'token' }),
      'locked',
      'Its tokens were sealed by a keyring that is not open here. Unlock it and try again, or sign in again.',
    ],
    [
      'is signed out',
      facts({}, { signedOut: 'token', verdicts: [verdict('deactivated')] }),
      'signed-out',
      'Its sign-in has ended. Sign in again; its settings are kept.',
    ],
    [
      'is linked and signed out',
      facts({ account: linked }, { signedOut: 'token' }),
      'signed-out',
      'Its sign-in has ended. Run "codex login", or sign in separately.',
    ],
    [
      'is refused',
      facts({ trouble: othersWords('x') }, { verdicts: [verdict('deactivated')] }),
      'refused',
      deactivated,
    ],
    [
      'is refused softly and hard',
      facts({}, { verdicts: [verdict('sign-in'), verdict('deactivated')] }),
      'refused',
      deactivated,
    ],
    ['is refused softly', facts({}, { verdicts: [verdict('sign-in')] }), 'refused', notTaken],
    ['was refused', facts({}, { verdicts: [verdict('deactivated', { untilMs: nowMs })] }), 'ready', null],
    [
      'was refused under another clock',
      facts({}, { verdicts: [verdict('deactivated', { saidAtMs: nowMs + 2_001 })] }),
      'ready',
      null,
    ],
    [
      'is refused under a clock that is a bit off',
      facts({}, { verdicts: [verdict('deactivated', { saidAtMs: nowMs + 2_000 })] }),
      'refused',
      deactivated,
    ],
    ['rests', facts({ trouble: othersWords('A trouble.') }, { cooldownUntil: nowMs + 1 }), 'exhausted', 'A trouble.'],
    ['has rested', facts({}, { cooldownUntil: nowMs }), 'ready', null],
    ['has an ended token', facts({ account: ended, trouble: othersWords('A trouble.') }), 'expired', 'A trouble.'],
    [
      'has an ended token that nothing renews',
      facts({ account: endless, trouble: othersWords('A trouble.') }),
      'expired',
      'Its token has ended and cannot be renewed. Sign in again.',
    ],
    ['has a token to the end', facts({ account: account('one', { tokenExpiresAt: nowMs + 1 }) }), 'ready', null],
    ['has a token without an end', facts({ account: account('one', { tokenExpiresAt: null }) }), 'ready', null],
    ['lacks a model', facts({}, { verdicts: [model] }), 'ready', modelText],
    [
      'lacks models',
      facts({}, { verdicts: [model, { ...model, scope: 'gpt-9' }], cooldownUntil: nowMs + 1 }),
      'exhausted',
      modelsText,
    ],
    [
      'lacks a model and has trouble',
      facts({ trouble: othersWords('A trouble.') }, { verdicts: [model] }),
      'ready',
      'A trouble.',
    ],
    [
      'has a linked file that is gone',
      facts({ account: linked, linkState: 'missing' }, { signedOut: 'file' }),
      'signed-out',
      `${link.path} is gone. Run "codex login", or sign in separately.`,
    ],
    ['has no link, whatever is said of it', facts({ linkState: 'missing' }), 'ready', null],
  ])('that %s', (_what, given, state, problem) => {
    const view = accountView(given);
    expect([view.state, view.problem]).toEqual([state, problem]);
  });

  it('tells few of very many models, in one sentence', () => {
    const verdicts = Array.from({ length: 50 }, (_, at) => verdict('model', { scope: `m-${at}`, words: 'No.' }));
    expect(accountView(facts({}, { verdicts })).problem).toBe(
      'Upstream says that this account does not have the model (m-0, m-1, m-2, m-3, m-4, m-5 and 44 more). Other accounts are asked first for it.',
    );
  });

  it('tells what stands against it, until when, and whether that forbids it', () => {
    const view = accountView(facts({}, { verdicts: [model, verdict('unpaid'), verdict('plan', { untilMs: nowMs })] }));
    expect(view.refusals).toEqual([
      { kind: 'model', scope: 'gpt-5.5', text: modelText, isHard: false, untilMs: model.untilMs },
      {
        kind: 'unpaid',
        scope: null,
        text: expect.stringContaining('a payment that is due'),
        isHard: true,
        untilMs: model.untilMs,
      },
    ]);
  });

  it('tells that it is asked over HTTP while it is, and of its link', () => {
    const overHttp = { untilMs: nowMs + 1, why: othersWords('a reason') };
    expect(accountView(facts({ overHttp })).overHttp).toEqual(overHttp);
    expect(accountView(facts({ overHttp: { ...overHttp, untilMs: nowMs } })).overHttp).toBeNull();
    expect(accountView(facts({ account: linked, linkState: 'unsaved' })).link).toEqual({
      path: link.path,
      state: 'unsaved',
    });
    expect(accountView(facts()).link).toBeNull();
  });

  it.each([
    ['ok', null],
    [
      'unsaved',
      'The sign-in was renewed, and /a cannot be written. Make it writable, or Codex will have to sign in again.',
    ],
    ['missing', '/a is gone. Run "codex login", or sign in separately.'],
    ['unreadable', '/a holds no sign-in that can be read. Run "codex login", or sign in separately.'],
    ['other-account', '/a holds another account now. Link it anew for that one, or sign in separately for this one.'],
  ] as const)('of a link that is %s is said %s', (state, text) => {
    const told = linkProblem(state, '/a');
    expect(told === null ? null : english.told(told)).toBe(text);
  });
});

describe('why an account serves no turn', () => {
  const bucket = verdict('bucket', { scope: 'spark', models: ['gpt-5.5'] });
  it.each<[string, AccountFacts, string | null, string | null]>([
    ['disabled', facts({ account: account('one', { enabled: false }), belongsHere: false }), null, 'is disabled'],
    ['elsewhere', facts({ belongsHere: false }), null, 'belongs to another upstream or issuer'],
    ['locked', facts({ account: lockedAccount }), null, 'is locked: the keyring that sealed its tokens is not open'],
    [
      'signed out',
      facts({}, { signedOut: 'file', cooldownUntil: nowMs + 1 }),
      null,
      'is signed out: sign in again on the Accounts screen',
    ],
    [
      'resting',
      facts({}, { cooldownUntil: nowMs + 60_000 }),
      null,
      'rests until 2026-11-28 09:46 UTC, its usage limit is reached',
    ],
    ['rested', facts({}, { cooldownUntil: nowMs }), null, null],
    ['well', facts(), 'gpt-5.5', null],
    [
      'forbidden',
      facts({}, { verdicts: [verdict('deactivated')] }),
      null,
      `is not used until 2026-11-28 10:45 UTC: ${deactivated.slice(0, -1)}`,
    ],
    ['advised against', facts({}, { verdicts: [verdict('sign-in')] }), 'gpt-5.5', null],
    [
      'out of a model',
      facts({}, { verdicts: [bucket] }),
      'gpt-5.5',
      'is not used until 2026-11-28 10:45 UTC: Upstream says that the limit of this model on the account is reached (spark). Its other models go on',
    ],
    ['out of another model', facts({}, { verdicts: [bucket] }), 'gpt-6', null],
    ['out of a model, asked without one', facts({}, { verdicts: [bucket] }), null, null],
    ['forbidden before', facts({}, { verdicts: [verdict('deactivated', { untilMs: nowMs })] }), null, null],
  ])('%s', (_what, given, asked, why) => {
    const found = whyNot({ ...given, label: 'ann' }, asked);
    expect(found === null ? null : english.told(found.text)).toBe(why === null ? null : `ann ${why}.`);
    expect(found?.isResting ?? false).toBe(why?.startsWith('rests') ?? false);
    const code = 'account_unusable';
    const message = english.told(
      tell('failures.turn.unusable', {
        accounts: tellAll([found?.text ?? tell('failures.unused.tried', { account: 'ann' })]),
      }),
    );
    expect(chinese.failure({ code, message })).not.toMatch(/[a-z]{3,} [a-z]{2,} /);
  });

  const because = (label: string, text: string, isResting = false) => ({
    label,
    why: { isResting, text: othersWords(text) },
  });
  const unused = (count: number) => Array.from({ length: count }, (_, at) => because(`a${at}`, `a${at} is ${at}.`));
  const told = (...args: Parameters<typeof noneUsable>) => {
    const error = noneUsable(...args);
    return [error.code, error.message, error.upstreamBody];
  };

  it('is told for each of them, up to twelve', () => {
    const choice = { ok: false, reason: 'account_unusable', resetsAt: null } as const;
    expect(told(choice, unused(2), nowMs)).toEqual([
      'account_unusable',
      'No account can be used. a0 is 0. a1 is 1.',
      undefined,
    ]);
    const none = [{ label: 'a', why: null }];
    expect(told(choice, none, nowMs)[1]).toBe('No account can be used. a was tried already.');
    expect(told(choice, unused(12), nowMs)[1]).toMatch(/a11 is 11\.$/);
    expect(told(choice, unused(14), nowMs)[1]).toMatch(/a11 is 11\. And 2 more\.$/);
    expect(told({ ...choice, reason: 'account_none' }, unused(1), nowMs)[0]).toBe('account_unusable');
    expect(told({ ...choice, reason: 'account_none' }, [], nowMs)[0]).toBe('account_none');
  });

  it('is said again in another language out of what was kept in English, whatever accounts are called', () => {
    const named = ['Dr. Bob', 'a is disabled. b', 'ann@example.org (plus) #2'];
    const texts = named.flatMap((label) =>
      [
        facts({ label, account: account('one', { enabled: false }) }),
        facts({ label }, { signedOut: 'token' }),
        facts({ label }, { verdicts: [verdict('deactivated', { words: 'It is off. Ask them' })] }),
        facts({ label }, { cooldownUntil: nowMs + 1 }),
      ].map((given) => whyNot(given, null)?.text ?? othersWords('')),
    );
    const accounts = tellAll([...texts, tell('failures.unused.more', { more: '3' })]);
    const kept = english.told(tell('failures.turn.unusable', { accounts }));
    const said = chinese.failure({ code: 'account_unusable', message: kept });
    expect(said).toContain('没有可用的账号');
    expect(said).toContain('Dr. Bob 已停用。');
    expect(said).toContain('ann@example.org (plus) #2 在 2026-11-28 10:45 UTC 之前不使用：上游表示：');
    expect(said).toContain('原文：It is off');
    expect(said).toMatch(/另有 3 个。$/);
    for (const word of ['signed out', 'rests until', 'not used', 'Upstream says', 'Ask its owner', 'more.'])
      expect(said).not.toContain(word);
    expect(chinese.told('No account can be used. Nobody knows why.')).toContain('Nobody knows why.');
  });

  it('is the limit alone where all of them rest, and when it is over', () => {
    const choice = { ok: false, reason: 'accounts_exhausted', resetsAt: nowMs + 1_500 } as const;
    const resting = [because('a', 'a rests until then.', true), { label: 'b', why: null }];
    const [code, message, body] = told(choice, resting, nowMs);
    expect(code).toBe('accounts_exhausted');
    expect(message).not.toContain('rests');
    expect(body).toEqual({
      error: {
        type: 'usage_limit_reached',
        message: 'The usage limit has been reached',
        resets_at: Math.ceil((nowMs + 1_500) / 1_000),
        resets_in_seconds: 2,
      },
    });
    expect(told(choice, [...resting, because('c', 'c is disabled.')], nowMs)[1]).toBe(
      'No account can serve this turn now. a rests until then. b was tried already. c is disabled.',
    );
    expect(told({ ...choice, resetsAt: null }, resting, nowMs)[2]).toBeUndefined();
    expect(JSON.stringify(told({ ...choice, resetsAt: nowMs - 5 }, resting, nowMs)[2])).toContain(
      '"resets_in_seconds":0',
    );
  });
});
