import { describe, expect, it } from 'vitest';
import { belongsTo } from '../../src-main/core/accounts/account.ts';
import { readExpiry, readHolder, readUnverifiedClaims, readUserId } from '../../src-main/core/accounts/claims.ts';
import {
  clientId,
  type IssuerAnswer,
  type IssuerRequest,
  revokeToken,
} from '../../src-main/core/accounts/issuer-api.ts';
import { checkLinkPath } from '../../src-main/core/accounts/linked-file.ts';
import { readRouting } from '../../src-main/core/accounts/routing.ts';
import { RunningTurns } from '../../src-main/core/accounts/running-turns.ts';
import { readVerdict, verdictTable } from '../../src-main/core/accounts/verdict-table.ts';
import {
  concerns,
  inTheWay,
  keptVerdicts,
  type Saying,
  stands,
  type Verdict,
  withoutLifted,
  withoutServed,
  withSaying,
} from '../../src-main/core/accounts/verdicts.ts';
import { account, jwt, origin } from './account-fixtures.ts';
import { fakeClock } from './fake-clock.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

const verdict = (kind: Verdict['kind'], more: Partial<Verdict> = {}): Verdict => ({
  kind,
  scope: null,
  models: [],
  saidAtMs: 0,
  untilMs: hourMs,
  count: 1,
  words: '',
  ...more,
});
const saying = (more: Partial<Saying> = {}): Saying => ({
  kind: 'refused',
  scope: null,
  models: [],
  untilMs: null,
  words: '',
  ...more,
});

describe('a verdict', () => {
  it('stands from when it was said, but for a clock that is a bit off, until its end', () => {
    const said = verdict('refused', { saidAtMs: 10_000 });
    expect([7_999, 8_000, 10_000, hourMs - 1, hourMs].map((now) => stands(said, now))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
  });

  it.each<[Verdict, string | null, boolean]>([
    [verdict('deactivated'), null, true],
    [verdict('region'), 'm', true],
    [verdict('model', { scope: 'm' }), 'm', true],
    [verdict('model', { scope: 'm' }), 'n', false],
    [verdict('model'), null, false],
    [verdict('bucket', { scope: 'b', models: ['m'] }), 'm', true],
    [verdict('bucket', { scope: 'm', models: [] }), 'm', false],
    [verdict('bucket', { scope: 'b', models: ['m'] }), null, false],
  ])('%j concerns the model %s: %s', (said, model, does) => {
    expect(concerns(said, model)).toBe(does);
  });

  it('that forbids is in the way before one that advises against', () => {
    const [soft, hard, over] = [verdict('refused'), verdict('unpaid'), verdict('deactivated', { untilMs: 1 })];
    expect(inTheWay([over, soft, hard], null, 5)).toBe(hard);
    expect(inTheWay([over, soft], null, 5)).toBe(soft);
    expect(inTheWay([over], null, 5)).toBeNull();
    expect(inTheWay([verdict('model', { scope: 'm' })], 'n', 5)).toBeNull();
  });

  it('holds longer each time it is said anew, up to its longest', () => {
    let list: readonly Verdict[] = [];
    const spans: number[] = [];
    let now = 0;
    for (let time = 0; time < 6; time += 1) {
      list = withSaying(list, saying(), now);
      const until = list[0]?.untilMs ?? 0;
      spans.push((until - now) / minuteMs);
      now = until;
    }
    expect(spans).toEqual([5, 10, 20, 40, 60, 60]);
  });

  it.each<[string, Saying, number, number, number]>([
    ['at the same moment', saying(), 9_999, 0, 1],
    ['a bit later', saying(), 10_000, 0, 2],
    ['while it forbids', saying({ kind: 'unpaid' }), 20 * minuteMs, 0, 1],
    ['once it is over, at that moment', saying({ kind: 'unpaid' }), hourMs, 0, 2],
    ['under another clock', saying({ kind: 'unpaid' }), 0, 5_000, 2],
  ])('said again %s counts so often', (_what, said, nowMs, saidAtMs, count) => {
    expect(withSaying([verdict(said.kind, { saidAtMs })], said, nowMs)[0]?.count).toBe(count);
  });

  it('takes over what was known, and what is said now', () => {
    const before = [
      verdict('bucket', { scope: 'b', models: ['m', 'n'], words: 'old' }),
      verdict('bucket', { scope: 'c' }),
    ];
    const after = withSaying(
      before,
      saying({ kind: 'bucket', scope: 'b', models: ['n', 'o'], untilMs: 77, words: 'w'.repeat(400) }),
      5,
    );
    expect(after).toEqual([
      before[1],
      verdict('bucket', { scope: 'b', models: ['m', 'n', 'o'], saidAtMs: 5, untilMs: 77, words: 'w'.repeat(300) }),
    ]);
  });

  it('is forgotten a day after its end, and where there are fifty', () => {
    const dayMs = 24 * hourMs;
    const old = verdict('model', { scope: 'm', untilMs: 10 });
    expect(withSaying([old], saying(), 9 + dayMs)).toHaveLength(2);
    expect(withSaying([old], saying(), 10 + dayMs)).toHaveLength(1);
    const many = Array.from({ length: 50 }, (_, at) => verdict('model', { scope: `m${at}` }));
    const next = withSaying(many, saying(), 5);
    expect([next.length, next[0]?.scope, next.at(-1)?.kind]).toEqual([50, 'm1', 'refused']);
  });

  it.each(
    Object.entries(verdictTable).flatMap(([kind, { liftedBy }]) =>
      (['quota read', 'plan', 'network'] as const).map(
        (lift) => [kind as Verdict['kind'], lift, (liftedBy as readonly string[]).includes(lift)] as const,
      ),
    ),
  )('%s ends by %s: %s', (kind, lift, ends) => {
    expect(withoutLifted([verdict(kind)], lift, 1)).toHaveLength(ends ? 0 : 1);
  });

  it('goes with a turn that was served, where it was about that', () => {
    const [whole, of] = [verdict('refused'), verdict('model', { scope: 'm' })];
    expect(withoutServed([whole, of], 'm', 1)).toEqual([]);
    expect(withoutServed([whole, of], 'n', 1)).toEqual([of]);
  });

  it('is kept on disk where it holds long', () => {
    const kinds = Object.keys(verdictTable) as Verdict['kind'][];
    expect(keptVerdicts(kinds.map((kind) => verdict(kind))).map(({ kind }) => kind)).toEqual([
      'deactivated',
      'unpaid',
      'plan',
      'sign-in',
      'model',
      'bucket',
    ]);
  });
});

describe('the turns of an account', () => {
  it('count from begin to end, each end once', () => {
    const turns = new RunningTurns();
    const [one, two] = [turns.begin('a'), turns.begin('a')];
    turns.begin('b');
    one();
    one();
    expect([turns.of('a'), turns.of('b'), turns.of('c')]).toEqual([1, 1, 0]);
    two();
    expect(turns.of('a')).toBe(0);
  });

  it('load it with the sessions of the last ten seconds, in fours, where those are more', () => {
    const turns = new RunningTurns();
    for (let at = 0; at < 9; at += 1) turns.give('a', at * 1_000);
    const loads = [8_000, 10_000, 10_001, 14_000, 14_001, 18_000, 18_001].map((now) => turns.loadOf('a', now));
    expect(loads).toEqual([8, 8, 8, 4, 4, 0, 0]);
    turns.begin('a');
    expect([turns.loadOf('a', 18_001), turns.loadOf('b', 0)]).toEqual([1, 0]);
    for (let at = 0; at < 4; at += 1) turns.give('b', 0);
    turns.forget('b');
    expect(turns.loadOf('b', 0)).toBe(0);
  });
});

describe('the claims of a token', () => {
  const auth = (more: object) => ({ 'https://api.openai.com/auth': more });
  it.each<[object, string | null]>([
    [{ ...auth({ chatgpt_user_id: 'a', user_id: 'b' }), sub: 'c' }, 'a'],
    [{ ...auth({ chatgpt_user_id: '', user_id: 'b' }), sub: 'c' }, 'b'],
    [{ ...auth({ user_id: 3 }), sub: 'c' }, 'c'],
    [{ sub: '' }, null],
    [{}, null],
  ])('%j name the user %s', (claims, user) => {
    expect(readUserId(jwt(claims))).toBe(user);
  });

  it('are read of three parts alone', () => {
    const [head, payload, signature] = jwt({ sub: 'a' }).split('.');
    expect(readUnverifiedClaims(`${head}.${payload}.${signature}`)).toEqual({ sub: 'a' });
    for (const token of [`${head}.${payload}`, `${head}.${payload}.${signature}.x`, '', 'a.b.c'])
      expect(readUnverifiedClaims(token)).toBeNull();
  });

  it('name holder, plan, workspace and end', () => {
    const profile = { 'https://api.openai.com/profile': { email: 'p@x.test' } };
    const of = auth({ chatgpt_plan_type: 'pro', chatgpt_account_id: 'ws' });
    expect(readHolder(jwt({ ...profile, ...of }))).toEqual({ email: 'p@x.test', plan: 'pro', workspaceId: 'ws' });
    expect(readHolder(jwt({ email: 'e@x.test', ...profile })).email).toBe('e@x.test');
    expect([readExpiry(jwt({ exp: 1_900_000_000 })), readExpiry(jwt({ exp: 'x' })), readExpiry('x')]).toEqual([
      1_900_000_000_000,
      null,
      null,
    ]);
  });
});

describe('the routing of a workspace', () => {
  const read = (...entries: readonly unknown[]) =>
    readRouting(Buffer.from(JSON.stringify({ accounts: entries })), 'ws');
  const of = (more: object) => read({ id: 'other', account_routing_override: 'x' }, { id: 'ws', ...more });
  it.each<[object, object | undefined]>([
    [{}, { override: null, origin: null, name: null }],
    [
      { account_routing_override: 'NO_CONSTRAINT', workspace_backend_origin: 'NO_CONSTRAINT' },
      { override: null, origin: null, name: null },
    ],
    [{ account_routing_override: 'eu-1.a_B' }, { override: 'eu-1.a_B', origin: null, name: null }],
    [{ account_routing_override: 'x'.repeat(64) }, { override: 'x'.repeat(64), origin: null, name: null }],
    [{ account_routing_override: 'x'.repeat(65) }, undefined],
    [{ account_routing_override: 'a b' }, undefined],
    [{ account_routing_override: 'a\r\n' }, undefined],
    [{ account_routing_override: '' }, undefined],
    [
      { workspace_backend_origin: 'https://eu.example/x' },
      { override: null, origin: 'https://eu.example', name: null },
    ],
    [{ workspace_backend_origin: 'none' }, { override: null, origin: null, name: null }],
    [{ name: ' The\n\u0007 Team ' }, { override: null, origin: null, name: 'The Team' }],
    [
      { name: '  ', structure: 'personal' },
      { override: null, origin: null, name: 'Personal' },
    ],
    [
      { name: 'Mine', structure: 'personal' },
      { override: null, origin: null, name: 'Mine' },
    ],
    [{ structure: 'workspace' }, { override: null, origin: null, name: null }],
  ])('%j', (more, routing) => {
    expect(of(more)).toEqual(routing);
  });

  it('is none where it is named twice, not at all, or in no list', () => {
    expect([read({ id: 'ws' }, { id: 'ws' }), read({ id: 'x' }, 'ws', null), read()]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect([readRouting(Buffer.from('{"accounts":{}}'), 'ws'), readRouting(Buffer.from('x'), 'ws')]).toEqual([
      undefined,
      undefined,
    ]);
  });
});

it.each([
  ['/home/ann/auth.json', true],
  ['auth.json', false],
  ['/home/ann/auth.txt', false],
  ['/home/ann/\0/auth.json', false],
])('a link to %j is taken: %s', (path, isTaken) => {
  if (isTaken) expect(checkLinkPath(path)).toBe(path);
  else expect(() => checkLinkPath(path)).toThrow('Give the absolute path of an auth.json.');
});

it.each([
  [{}, true],
  [{ upstream: 'http://other.test' }, false],
  [{ issuer: 'http://other.test' }, false],
])('an account belongs to the upstream and the issuer that it signed in for: %j', (more, isIts) => {
  expect(belongsTo(account('a'), { ...origin, ...more })).toBe(isIts);
});

it.each<[IssuerAnswer, boolean]>([
  [{ kind: 'answered', status: 200, body: Buffer.from('') }, true],
  [{ kind: 'answered', status: 299, body: Buffer.from('') }, true],
  [{ kind: 'answered', status: 300, body: Buffer.from('') }, false],
  [{ kind: 'unreachable', message: 'away' }, false],
])('a sign-in is revoked as the official client does it, and only a yes counts: %#', async (answer, isRevoked) => {
  const asked: IssuerRequest[] = [];
  const send = async (request: IssuerRequest) => {
    asked.push(request);
    return answer;
  };
  expect(await revokeToken(send, 'rt_1', fakeClock())).toBe(isRevoked);
  const body = { token: 'rt_1', token_type_hint: 'refresh_token', client_id: clientId };
  expect(asked).toMatchObject([{ path: '/oauth/revoke', body, isIdentified: true, timeoutMs: 10_000 }]);
  expect(asked[0]?.signal?.aborted).toBe(false);
});

it.each([
  ['unsupported_country', 'input', 'region'],
  ['model_not_found', 'input', null],
  ['model_not_available', 'input', null],
  ['model_not_available', 'model', 'model'],
])('a refusal with the code %s about %s is the verdict %s', (code, param, kind) => {
  expect(readVerdict({ status: 400, code, type: null, param, message: '' })).toBe(kind);
});
