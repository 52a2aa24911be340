import { beforeEach, describe, expect, it } from 'vitest';
import type { Account, AccountHealth } from '../../src-main/core/accounts/account.ts';
import { type SpareQuestion, Spares, upgradeKind } from '../../src-main/core/turn/spares.ts';
import type { SocketPool } from '../../src-main/core/upstream/pool.ts';
import type { RawHeader } from '../../src-main/shared/model.ts';
import { recordingLog } from '../support/host.ts';
import { healthy as well } from './account-fixtures.ts';
import { type FakeClock, fakeClock } from './fake-clock.ts';

type Warmed = Parameters<SocketPool['warm']>[0];
type Opened = Awaited<ReturnType<SocketPool['warm']>>;

const tokens = { idToken: 'i', accessToken: 'token-1', refreshToken: 'r' };
const accountOf = (id: string, accessToken = 'token-1') =>
  ({ id, workspaceId: id, proxyUrl: null, tokens: { ...tokens, accessToken } }) as unknown as Account;

let clock: FakeClock;
let asked: Warmed[];
let closed: string[];
let answer: Promise<Opened>;
let usable: Map<string, Account>;
let health: AccountHealth;
let mayKeep: boolean;
let spares: Spares;

beforeEach(() => {
  [clock, asked, closed, health, mayKeep] = [fakeClock(), [], [], well, true];
  answer = Promise.resolve({ headers: [], reused: false });
  usable = new Map(['a', 'b', 'c'].map((id) => [id, accountOf(id)]));
  spares = new Spares({
    accounts: { peek: (id: string) => usable.get(id) ?? null, health: () => health } as never,
    pool: {
      warm: (request: Warmed) => {
        asked.push(request);
        return answer;
      },
      renewSpare: (key: string) => asked.some(({ socketKey }) => socketKey === key) && !closed.includes(key),
      closeSpare: (key: string) => void closed.push(key),
    } as never,
    clock,
    log: recordingLog(),
    upstreamUrl: 'https://upstream.test/backend-api/codex',
    mayKeepSpares: () => mayKeep,
  });
});

const headersOf = (model: string, id: string): RawHeader[] => [
  ['session-id', id],
  ['x-codex-routing-hint', model],
];
const kindOf = (model: string) => upgradeKind(headersOf(model, 'anything'), 'anything');

const upgradeOf = (model: string): SpareQuestion['upgradeOf'] => {
  return (session) => ({ headers: headersOf(model, session.id), routingHint: model });
};

function keep(id = 'a', model = 'm', accessToken = 'token-1') {
  spares.keep({
    account: accountOf(id, accessToken),
    model,
    kind: kindOf(model),
    upgradeOf: upgradeOf(model),
  });
}

const settled = () => new Promise(setImmediate);

describe('spare sockets', () => {
  it('are one of each kind, which goes with its id to the one who takes it', () => {
    keep();
    keep();
    expect([asked.length, spares.size]).toEqual([1, 1]);
    expect([spares.take('b', kindOf('m')), spares.take('a', kindOf('n'))]).toEqual([null, null]);
    const id = spares.take('a', kindOf('m'));
    expect(asked[0]?.headers).toContainEqual(['session-id', id]);
    expect([spares.take('a', kindOf('m')), spares.size, closed]).toEqual([null, 0, []]);
  });

  it('are two of an account and four in all: those asked for longest ago go first', () => {
    for (const model of ['m', 'n', 'm', 'o']) keep('a', model);
    expect(['m', 'n', 'o'].map((model) => spares.take('a', kindOf(model)) !== null)).toEqual([true, false, true]);
    for (const id of ['a', 'b', 'c']) for (const model of ['m', 'n']) keep(id, model);
    expect(spares.size).toBe(4);
    expect(spares.hasFor('a')).toBe(false);
  });

  it.each<[string, () => void]>([
    ['the user wants none', () => (mayKeep = false)],
    ['the account takes no turn of this model', () => usable.delete('a')],
    ['the account is asked to slow down', () => (health = { ...well, avoidUntil: clock.epochMs() + 1 })],
    ['the way of the account rests', () => (health = { ...well, wayRestsUntil: clock.epochMs() + 1 })],
    [
      'a window of the account is full',
      () => {
        const full = { usedPercent: 100, windowMinutes: 300, resetAt: clock.epochMs() + 1 };
        health = { ...well, usage: { primary: full, secondary: null, readAt: 0 } } as AccountHealth;
      },
    ],
    ['the account has another token by now', () => usable.set('a', accountOf('a', 'token-2'))],
  ])('are not opened where %s, and those that stand close', (_why, change) => {
    keep();
    change();
    spares.review();
    const isSetting = !mayKeep;
    expect([spares.size, closed.length]).toEqual(isSetting ? [1, 0] : [0, 1]);
    spares.close();
    keep();
    expect([spares.size, asked.length]).toEqual([0, 1]);
  });

  it('are not opened where the client says something of its own in the upgrade', () => {
    spares.keep({
      account: accountOf('a'),
      model: 'm',
      kind: `${kindOf('m')} more`,
      upgradeOf: upgradeOf('m'),
    });
    expect(asked).toEqual([]);
  });

  it('are not tried again for some minutes where upstream refuses one', async () => {
    answer = Promise.resolve({ outcome: { kind: 'refused', status: 429, headers: [], body: '' } });
    keep();
    await settled();
    keep();
    expect([asked.length, spares.size]).toEqual([1, 0]);
    clock.advance(5 * 60_000);
    keep();
    expect(asked.length).toBe(2);
  });

  it.each([
    ['closes one at once', 1_000, false, 1],
    ['closes one after a while', 60_000, false, 2],
    ['is left by us', 1_000, true, 2],
  ])('are opened again unless upstream %s', async (_what, afterMs, byUs, opened) => {
    keep();
    await settled();
    clock.advance(afterMs);
    asked[0]?.whenSpareGone?.(byUs);
    expect(spares.size).toBe(0);
    keep();
    expect(asked.length).toBe(opened);
  });

  it('that open when nobody wants them any more are closed', async () => {
    const { promise, resolve } = Promise.withResolvers<Opened>();
    answer = promise;
    keep();
    spares.close();
    resolve({ headers: [], reused: false });
    await settled();
    expect(closed).toEqual([asked[0]?.socketKey, asked[0]?.socketKey]);
  });
});
