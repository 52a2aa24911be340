import { describe, expect, it } from 'vitest';
import type { Account } from '../../src-main/core/accounts/account.ts';
import type { IssuerAnswer } from '../../src-main/core/accounts/issuer-api.ts';
import { LinkedAccounts } from '../../src-main/core/accounts/linked-accounts.ts';
import { Refresher } from '../../src-main/core/accounts/refresh.ts';
import { AccountStore } from '../../src-main/core/accounts/store.ts';
import type { RawHeaders } from '../../src-main/core/headers.ts';
import { plainSecrets } from '../../src-main/node/secrets.ts';
import { english } from '../../src-main/shared/words/english.ts';
import { recordingLog, troublesIn } from '../support/host.ts';
import { account, jwt, origin } from './account-fixtures.ts';
import { fakeClock } from './fake-clock.ts';

const id = 'aaaaaaaaaaaaaaaa';
const minute = 60_000;
const busy: IssuerAnswer = { kind: 'answered', status: 503, body: Buffer.from('') };

/** A refresher over one account whose token has so long to live, and an issuer that answers as told. */
async function refresherOf(leftMs: number, answers: readonly IssuerAnswer[], issuerAheadMs = 0) {
  const clock = fakeClock();
  const log = recordingLog();
  const accessToken = jwt({ exp: Math.floor((clock.epochMs() + leftMs) / 1000) });
  const before = account(id);
  const disk = { isFull: false };
  const writeFile = async () => {
    if (disk.isFull) throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
  };
  const store = new AccountStore({
    dataDir: '/nowhere',
    troubles: troublesIn('/nowhere'),
    secrets: plainSecrets,
    clock,
    log,
    writeFile,
  });
  await store.add({ ...before, tokens: { ...before.tokens, accessToken }, tokenExpiresAt: clock.epochMs() + leftMs });
  const left = [...answers];
  /** Happens while the issuer thinks. */
  const meanwhile = { act: async () => {} };
  const spent: unknown[] = [];
  const hidden: string[] = [];
  const signedOut: string[] = [];
  const troubles: (string | null)[] = [];
  const refresher = new Refresher({
    store,
    clock,
    log,
    linked: new LinkedAccounts({ store, clock, log, origin, noteState: () => {} }),
    send: async ({ body }) => {
      spent.push('refresh_token' in body ? body.refresh_token : null);
      await meanwhile.act();
      return left.shift() ?? busy;
    },
    nowMs: () => clock.epochMs() + issuerAheadMs,
    hide: (secret) => hidden.push(secret),
    signedOut: (account) => void signedOut.push(account),
    noteTrouble: (_account, trouble) => void troubles.push(trouble),
  });
  const current = (): Account => store.get(id) ?? before;
  return { refresher, clock, log, spent, hidden, current, store, signedOut, meanwhile, disk, troubles };
}

const renewal = (seconds = 2_000_000_000): IssuerAnswer => ({
  kind: 'answered',
  status: 200,
  body: Buffer.from(JSON.stringify({ access_token: jwt({ exp: seconds, jti: 'new' }), refresh_token: 'rt_new' })),
});

describe('when a token is renewed', () => {
  it.each([
    [6 * minute, 0, 0],
    [4 * minute, 0, 1],
    [6 * minute, 2 * minute, 1],
    [4 * minute, -2 * minute, 0],
    [60 * minute, 58 * minute, 1],
  ])('%i ms before its end, with the issuer %i ms ahead: %i times', async (leftMs, aheadMs, times) => {
    const { refresher, spent, current } = await refresherOf(leftMs, [renewal()], aheadMs);
    await refresher.ready(current());
    expect(spent).toHaveLength(times);
  });

  it('is planned by the clock of this machine', async () => {
    const { refresher, clock, current } = await refresherOf(60 * minute, [], 10 * minute);
    expect(refresher.dueAtMs(current())).toBe(clock.epochMs() + 45 * minute);
  });

  it('whoever holds the old token gets the new one without another refresh', async () => {
    const { refresher, spent, current } = await refresherOf(60 * minute, [renewal()]);
    const old = current();
    const [first, second] = await Promise.all([
      refresher.refresh(old, 'unauthorized_recovery'),
      refresher.refresh(old, 'unauthorized_recovery'),
    ]);
    expect(second).toEqual(first);
    expect(await refresher.refresh(old, 'unauthorized_recovery')).toEqual(first);
    expect(spent).toHaveLength(1);
  });
});

describe('a sign-in that is new while the old one is renewed', () => {
  const fresh = { accessToken: jwt({ exp: 2_000_000_000, jti: 'fresh' }), refreshToken: 'rt_fresh', idToken: 'x.y.z' };
  const dead: IssuerAnswer = {
    kind: 'answered',
    status: 401,
    body: Buffer.from('{"error":{"code":"refresh_token_invalidated"}}'),
  };

  it.each([
    ['is refused', dead],
    ['works', renewal()],
    ['fails', busy],
  ])('stays, also when the renewal %s', async (_what, answer) => {
    const { refresher, current, store, signedOut, meanwhile } = await refresherOf(2 * minute, [answer]);
    meanwhile.act = async () => void (await store.add({ ...current(), tokens: fresh }));
    expect((await refresher.refresh(current(), 'proactive_expiry')).tokens).toEqual(fresh);
    expect([store.get(id)?.tokens, signedOut]).toEqual([fresh, []]);
  });

  it('does not come where the old one is refused', async () => {
    const { refresher, current, signedOut } = await refresherOf(2 * minute, [dead]);
    await expect(refresher.refresh(current(), 'proactive_expiry')).rejects.toMatchObject({
      code: 'account_signed_out',
    });
    expect(signedOut).toEqual([id]);
  });
});

describe('a disk that takes nothing when the token was rotated', () => {
  it('loses nothing: the token is kept, told of, and stored without asking the issuer again', async () => {
    const { refresher, current, spent, disk, troubles, signedOut } = await refresherOf(2 * minute, [renewal()]);
    disk.isFull = true;
    await expect(refresher.refresh(current(), 'proactive_expiry')).rejects.toMatchObject({ code: 'store_unwritable' });
    expect(current().tokens.refreshToken).not.toBe('rt_new');
    expect(english.told(troubles.at(-1) ?? '')).toContain('the disk is full');
    disk.isFull = false;
    expect((await refresher.refresh(current(), 'proactive_expiry')).tokens.refreshToken).toBe('rt_new');
    expect([spent.length, troubles.at(-1), signedOut]).toEqual([1, null, []]);
  });

  it('is tried once more at the end, which says so where that is in vain', async () => {
    const { refresher, current, spent, disk, log } = await refresherOf(2 * minute, [renewal()]);
    disk.isFull = true;
    await refresher.refresh(current(), 'proactive_expiry').catch(() => {});
    await refresher.idle();
    expect(JSON.stringify(log.lines)).toContain('may have to sign in again');
    disk.isFull = false;
    await refresher.idle();
    expect([current().tokens.refreshToken, spent.length]).toEqual(['rt_new', 1]);
  });

  it('is not written to all the time', async () => {
    const { refresher, clock, current, disk } = await refresherOf(2 * minute, [renewal()]);
    disk.isFull = true;
    await refresher.refresh(current(), 'proactive_expiry').catch(() => {});
    expect(refresher.backOffUntilMs(id) - clock.monotonicMs()).toBe(30_000);
    expect(await refresher.ready(current())).toEqual(current());
  });
});

describe('after a failure', () => {
  it('waits 30 s, then twice as long each time, 10 min at most', async () => {
    const { refresher, clock, current } = await refresherOf(2 * minute, []);
    const waits: number[] = [];
    for (let tries = 0; tries < 7; tries += 1) {
      await refresher.refresh(current(), 'proactive_expiry').catch(() => {});
      waits.push(refresher.backOffUntilMs(id) - clock.monotonicMs());
    }
    expect(waits).toEqual([30_000, 60_000, 120_000, 240_000, 480_000, 600_000, 600_000]);
  });

  it('a token that is still good is used, and one that has ended is tried at once', async () => {
    const { refresher, clock, spent, current } = await refresherOf(2 * minute, [busy, renewal()]);
    expect(await refresher.ready(current())).toEqual(current());
    expect(await refresher.ready(current())).toEqual(current());
    expect(spent).toHaveLength(1);
    clock.advance(2 * minute + 1);
    expect((await refresher.ready(current())).tokens.refreshToken).toBe('rt_new');
    expect(refresher.backOffUntilMs(id)).toBe(Number.NEGATIVE_INFINITY);
  });
});

describe('a renewal that leaves the account as due as before', () => {
  const answered = (tokens: object): IssuerAnswer => ({
    kind: 'answered',
    status: 200,
    body: Buffer.from(JSON.stringify(tokens)),
  });

  it.each([
    ['nothing', {}],
    ['no access token', { refresh_token: 'rt_new' }],
    ['an access token that no header can carry', { access_token: 'a\nb', refresh_token: 'rt_new' }],
  ])('has failed where the issuer gives %s', async (_what, tokens) => {
    const { refresher, clock, current, spent, troubles } = await refresherOf(2 * minute, [answered(tokens)]);
    const before = current().tokens;
    await expect(refresher.refresh(current(), 'proactive_expiry')).rejects.toMatchObject({ code: 'refresh_failed' });
    expect(english.told(troubles.at(-1) ?? '')).toContain('did not renew its sign-in');
    // What it has rotated counts all the same.
    expect(current().tokens).toEqual({ ...before, ...('refresh_token' in tokens && { refreshToken: 'rt_new' }) });
    expect(refresher.backOffUntilMs(id) - clock.monotonicMs()).toBe(30_000);
    expect([await refresher.ready(current()), spent.length]).toEqual([current(), 1]);
  });

  it('rests, where the issuer gives tokens that end within the time they are renewed ahead', async () => {
    const brief = renewal(Math.floor((fakeClock().epochMs() + 4 * minute) / 1000));
    const { refresher, clock, current, spent, troubles } = await refresherOf(2 * minute, [brief, brief, renewal()]);
    const waits: number[] = [];
    for (const passesMs of [0, 30_000, 60_000]) {
      clock.advance(passesMs);
      await refresher.ready(current());
      await refresher.ready(current());
      waits.push(refresher.backOffUntilMs(id) - clock.monotonicMs());
    }
    expect([waits, spent.length]).toEqual([[30_000, 60_000, Number.NEGATIVE_INFINITY], 3]);
    expect(troubles).toEqual([null, null, null]);
  });
});

describe('what the issuer says to a renewal', () => {
  const refused = (status: number, error: unknown, headers: RawHeaders = []): IssuerAnswer => ({
    kind: 'answered',
    status,
    body: Buffer.from(JSON.stringify({ error })),
    headers,
  });

  it.each(['refresh_token_expired', 'refresh_token_reused', 'refresh_token_invalidated', 'invalid_grant'])(
    '%s is the end of the sign-in, and it is not asked again',
    async (code) => {
      const { refresher, current, spent, signedOut, log } = await refresherOf(2 * minute, [refused(400, code)]);
      const outcome = { code: 'account_signed_out' };
      // Though its token is still good for a moment.
      await expect(refresher.ready(current())).rejects.toMatchObject(outcome);
      await expect(refresher.refresh(current(), 'unauthorized_recovery')).rejects.toMatchObject(outcome);
      expect([spent, signedOut]).toEqual([['rt_1234567890'], [id, id]]);
      expect(log.lines).toMatchObject([
        { level: 'warn', message: expect.stringContaining('is no longer valid'), fields: { account: id, code } },
      ]);
    },
  );

  const page = 'Cloudflare answered with a page of its own instead (status 403): it wants';
  it.each<[string, IssuerAnswer, string, string, string]>([
    ['a code that ends nothing', refused(400, 'slow_down'), 'status 400', 'status 400', 'could not be refreshed'],
    ['nothing at all', busy, 'status 503', 'status 503', 'could not be refreshed'],
    [
      'it is not there',
      { kind: 'unreachable', message: 'away' },
      'away',
      'could not be reached',
      'could not be refreshed',
    ],
    ['a page of Cloudflare', refused(403, null, [['cf-mitigated', 'challenge']]), page, page, page],
  ])('is tried again later where it is %s', async (_what, answer, why, trouble, message) => {
    const { refresher, current, log, troubles, signedOut } = await refresherOf(2 * minute, [answer]);
    await expect(refresher.refresh(current(), 'proactive_expiry')).rejects.toMatchObject({
      code: 'refresh_failed',
      message: expect.stringContaining(message),
    });
    expect(english.told(troubles[0] ?? '')).toContain(trouble);
    expect(signedOut).toEqual([]);
    expect(log.lines).toMatchObject([
      {
        level: 'warn',
        message: 'An account could not be refreshed; it is tried again later.',
        fields: { account: id, why: expect.stringContaining(why), waitMs: 30_000 },
      },
    ]);
  });

  it('is hidden from logs where it is a token', async () => {
    const { refresher, current, hidden } = await refresherOf(2 * minute, [renewal()]);
    const { tokens } = await refresher.refresh(current(), 'proactive_expiry');
    expect(hidden).toEqual([tokens.accessToken, 'rt_new']);
  });

  it('matters to a turn whose token ends in this moment', async () => {
    const { refresher, current } = await refresherOf(0, [busy, busy]);
    await expect(refresher.ready(current())).rejects.toMatchObject({ code: 'refresh_failed' });
    // A wait after a failure is for what still works.
    await expect(refresher.ready(current())).rejects.toMatchObject({ code: 'refresh_failed' });
  });

  it('is no trouble of an account that was removed meanwhile', async () => {
    const { refresher, current, store, meanwhile, troubles } = await refresherOf(2 * minute, [renewal()]);
    meanwhile.act = () => store.remove(id);
    await expect(refresher.refresh(current(), 'proactive_expiry')).rejects.toMatchObject({ code: 'account_unknown' });
    expect(troubles).toEqual([]);
  });

  it('is not asked of a sign-in that cannot be renewed', async () => {
    const { refresher, current, store, spent } = await refresherOf(2 * minute, []);
    await store.update(id, { tokens: { ...current().tokens, refreshToken: null } });
    expect(await refresher.ready(current())).toEqual(current());
    await expect(refresher.refresh(current(), 'unauthorized_recovery')).rejects.toMatchObject({
      code: 'account_signed_out',
    });
    expect(spent).toEqual([]);
  });
});
