import {
  appendFileSync,
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AccountTokens } from '../../src-main/core/accounts/account.ts';
import type { IssuerAnswer } from '../../src-main/core/accounts/issuer-api.ts';
import { isLinked, LinkedAccounts, type LinkState } from '../../src-main/core/accounts/linked-accounts.ts';
import { readLinkedFile, tokenHash, writeLinkedTokens } from '../../src-main/core/accounts/linked-file.ts';
import { Refresher } from '../../src-main/core/accounts/refresh.ts';
import type { AccountStore } from '../../src-main/core/accounts/store.ts';
import type { Clock } from '../../src-main/core/ports.ts';
import { recordingLog } from '../support/host.ts';
import { accountsInMemory, authFile, idToken, jwt, origin } from './account-fixtures.ts';

/** A sign-in that is shared with another program, which writes its file whenever it likes. */

const nowMs = 1_795_449_000_000;
const spent = 'rt_refresh-token-1';

let dir: string;
let path: string;
let linked: LinkedAccounts;
/** What was said of the account's file. */
let said: (readonly [LinkState, boolean])[];
/** Delays that were waited for; none takes time. */
let waitedMs: number[];
/** The watch's own timers, which gather events, end at once too. */
let hears: boolean;
/** Happens when the time is asked for, which is just before a file is read as a sign-in or written. */
let whenTimed: (count: number) => unknown;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'slipstream-linked-'));
  path = join(dir, 'auth.json');
  said = [];
  waitedMs = [];
  hears = false;
  whenTimed = () => {};
});

afterEach(() => {
  linked?.stop();
  rmSync(dir, { recursive: true });
});

const tokens = (number: number): AccountTokens => ({
  accessToken: jwt({ exp: 2_000_000_000 + number }),
  refreshToken: `rt_refresh-token-${number}`,
  idToken: idToken(),
});
/** The file as another program leaves it that has renewed the sign-in so often. */
const renewedFile = (number: number) => authFile(tokens(number));
const inFile = (at = path): unknown => JSON.parse(readFileSync(at, 'utf8')).tokens.refresh_token;

/** Time that nobody has to wait for. */
function hastyClock(): Clock {
  let timed = 0;
  return {
    monotonicMs: () => 0,
    epochMs: () => {
      timed += 1;
      whenTimed(timed);
      return nowMs;
    },
    after: (delayMs, action) => {
      if (delayMs === 50 && !hears) return { cancel: () => {} };
      if (delayMs !== 50) waitedMs.push(delayMs);
      const timer = setImmediate(action);
      return { cancel: () => clearImmediate(timer) };
    },
  };
}

/** Linked accounts over a store in memory; `write` stands in for the way files are written. */
function linkedAccounts(write?: (target: string, text: string) => Promise<void>) {
  const clock = hastyClock();
  const log = recordingLog();
  const saved: string[] = [];
  const { store } = accountsInMemory(clock, { writeFile: async (_path, text) => void saved.push(text) });
  linked = new LinkedAccounts({
    store,
    clock,
    log,
    origin,
    noteState: (_id, state, isRenewed) => void said.push([state, isRenewed]),
    ...(write === undefined ? {} : { writeFile: write }),
  });
  return { store, log, saved };
}

/** One account that is linked to the file, which holds the first tokens unless a text is given. */
async function start(write?: (target: string, text: string) => Promise<void>, text = authFile()) {
  writeFileSync(path, text);
  const { store, log, saved } = linkedAccounts(write);
  const account = await linked.link(path);
  if (!isLinked(account)) throw new Error('it is not linked');
  const now = () => {
    const found = store.get(account.id);
    if (found === null || !isLinked(found)) throw new Error('it is not linked any more');
    return found;
  };
  said.length = 0;
  saved.length = 0;
  return { account, now, store, log, saved };
}

describe('linking a file', () => {
  it('keeps whose it is and where it lies, and says that other tokens came', async () => {
    writeFileSync(path, authFile());
    const { store } = linkedAccounts();
    const made = await linked.link(path);
    expect(made).toMatchObject({ source: 'linked', link: { path, spentHash: null }, addedAt: nowMs, origin });
    expect(store.list()).toEqual([made]);
    expect(said).toEqual([['ok', true]]);
  });

  it.each<[string, (at: string) => void, string, number]>([
    ['is not there', () => {}, 'There is no ', 0],
    [
      'has no refresh token',
      (at) => writeFileSync(at, authFile({ refreshToken: null })),
      ' holds no refresh token. Run',
      0,
    ],
    ['stays half written', (at) => writeFileSync(at, '{"tokens":'), 'This file is not JSON.', 4],
    ['is a folder', (at) => mkdirSync(at), ' is not a file.', 4],
    [
      'is larger than any sign-in',
      (at) => writeFileSync(at, ' '.repeat(1_048_577)),
      ' is too large to be a sign-in.',
      4,
    ],
    ['leads to itself', (at) => symlinkSync(at, at), ' cannot be read.', 4],
  ])('is refused where it %s, with why', async (_what, make, message, looks) => {
    make(path);
    const { store } = linkedAccounts();
    await expect(linked.link(path)).rejects.toMatchObject({
      code: 'link_invalid',
      message: expect.stringContaining(message),
    });
    expect([store.list(), said, waitedMs]).toEqual([[], [], Array(looks).fill(100)]);
  });

  it('takes one that is just as large as a sign-in may be', async () => {
    const text = authFile();
    writeFileSync(path, text + ' '.repeat(1_048_576 - text.length));
    expect((await readLinkedFile(path, origin, nowMs)).kind).toBe('ok');
  });

  it('is missing where its folder is a file', async () => {
    writeFileSync(path, '');
    expect(await readLinkedFile(join(path, 'auth.json'), origin, nowMs)).toEqual({ kind: 'missing' });
  });

  it('waits for one that is being written', async () => {
    writeFileSync(path, '{"tok');
    whenTimed = (count) => count === 3 && writeFileSync(path, authFile());
    linkedAccounts();
    expect(await linked.link(path)).toMatchObject({ source: 'linked' });
    expect(waitedMs).toEqual([100, 100]);
  });

  it('whose tokens were renewed here and could not be written gives them to the file that it is linked to now', async () => {
    let isFull = true;
    const other = join(dir, 'other.json');
    const { account, now } = await start(async (target, text) => {
      if (isFull) throw new Error('full');
      writeFileSync(target, text);
    });
    await linked.renew(account, tokens(2), spent);
    isFull = false;
    writeFileSync(other, authFile());
    const moved = await linked.link(other);
    expect(moved).toEqual(now());
    expect(moved).toMatchObject({ link: { path: other, spentHash: null }, tokens: tokens(2), addedAt: nowMs });
    expect([inFile(other), inFile()]).toEqual(['rt_refresh-token-2', spent]);
  });
});

describe('a linked file', () => {
  it('is read again once it has changed, and not before', async () => {
    const { account, saved } = await start();
    await linked.current(account);
    expect([said, saved]).toEqual([[['ok', false]], []]);
    expect(await linked.current(account)).toEqual(account);
    expect(said).toHaveLength(1);
    writeFileSync(path, renewedFile(2));
    expect((await linked.current(account)).tokens).toEqual(tokens(2));
    expect([said, saved.length]).toEqual([
      [
        ['ok', false],
        ['ok', true],
      ],
      1,
    ]);
  });

  it('is read when it changes, without anybody who asks, until that is stopped', async () => {
    hears = true;
    const { now, store } = await start();
    const later: LinkState[] = [];
    const parts = { store, clock: hastyClock(), log: recordingLog(), origin };
    const others = new LinkedAccounts({ ...parts, noteState: (_id, state) => void later.push(state) });
    // Nothing has changed in the store since it was opened.
    await others.checkAll();
    // Either of the two may be the first that takes the tokens.
    const isHeard = () => said.length > 0 && now().tokens.refreshToken !== spent;
    for (let number = 2; number < 1_000 && !isHeard(); number += 1) {
      writeFileSync(path, renewedFile(number));
      await new Promise((done) => setTimeout(done, 2));
    }
    expect([isHeard(), said[0]?.[0]]).toEqual([true, 'ok']);
    linked.stop();
    const heard = async (first: number) => {
      later.length = 0;
      for (let number = first; number < first + 1_000 && later.length === 0; number += 1) {
        writeFileSync(path, renewedFile(number));
        await new Promise((done) => setTimeout(done, 2));
      }
    };
    // What it was reading just then it reads to its end, however late; after that, nothing more.
    let silentRounds = 0;
    for (let round = 1; round <= 30 && silentRounds < 3; round += 1) {
      const soFar = said.length;
      await heard(round * 10_000);
      silentRounds = later[0] === 'ok' && said.length === soFar ? silentRounds + 1 : 0;
    }
    expect(silentRounds).toBe(3);
    others.stop();
  });

  it('that was led away from and back is a sign-in again, though it is the same file', async () => {
    const real = join(dir, 'real.json');
    writeFileSync(real, authFile());
    symlinkSync(real, path);
    linkedAccounts();
    const made = await linked.link(path);
    if (!isLinked(made)) throw new Error('it is not linked');
    await linked.current(made);
    rmSync(path);
    await expect(linked.current(made)).rejects.toMatchObject({ code: 'account_signed_out' });
    symlinkSync(real, path);
    await linked.current(made);
    expect(said.at(-1)).toEqual(['ok', false]);
  });

  it('of an account that was removed meanwhile is not looked into', async () => {
    const { account, store } = await start();
    await linked.current(account);
    await store.remove(account.id);
    expect(await linked.current(account)).toBe(account);
    await expect(linked.reread(account)).rejects.toMatchObject({ code: 'account_unknown' });
    expect(said).toHaveLength(1);
  });

  it.each<[string, Parameters<typeof authFile>[0]]>([
    ['access', { accessToken: tokens(2).accessToken }],
    ['refresh', { refreshToken: 'rt_refresh-token-2' }],
  ])('with another %s token is another sign-in', async (_which, parts) => {
    const { account, now } = await start();
    writeFileSync(path, authFile(parts));
    await linked.current(account);
    expect(now().tokens).toMatchObject(parts ?? {});
    expect(said).toEqual([['ok', true]]);
  });

  it.each<[string, () => void, LinkState, string]>([
    ['is gone', () => rmSync(path), 'missing', 'is gone'],
    ['is damaged', () => writeFileSync(path, '{'), 'unreadable', 'holds no sign-in'],
    ['is of another', () => writeFileSync(path, authFile({ accountId: 'ws-2' })), 'other-account', 'holds another'],
  ])('that %s signs the account out, until it is as it was', async (_what, spoil, state, message) => {
    const { account, now } = await start();
    await linked.current(account);
    spoil();
    await expect(linked.current(account)).rejects.toMatchObject({
      code: 'account_signed_out',
      message: expect.stringContaining(message),
    });
    expect([now(), said.at(-1)]).toEqual([account, [state, false]]);
    // Even with the same stamp.
    await expect(linked.current(account)).rejects.toMatchObject({ code: 'account_signed_out' });
    writeFileSync(path, authFile());
    expect(await linked.current(account)).toEqual(account);
    expect(said.at(-1)).toEqual(['ok', false]);
  });

  it('is left to an account that was signed in separately while it was read', async () => {
    const { account, store } = await start();
    writeFileSync(path, renewedFile(2));
    const reading = linked.reread(account);
    const own = await store.add({ ...account, source: 'device', link: null });
    expect(await reading).toEqual(own);
    expect(said).toEqual([]);
  });

  it('is looked at with all others at once, those of another upstream left alone', async () => {
    const { account, store } = await start();
    const lost = { path: join(dir, 'lost.json'), spentHash: null };
    await store.add({ ...account, id: 'bbbbbbbbbbbbbbbb', link: lost });
    await store.add({
      ...account,
      id: 'cccccccccccccccc',
      link: lost,
      origin: { ...origin, issuer: 'http://other.test' },
    });
    await store.add({ ...account, id: 'dddddddddddddddd', link: null });
    await linked.checkAll();
    expect(said.toSorted()).toEqual([
      ['missing', false],
      ['ok', false],
    ]);
  });
});

describe('what was renewed here', () => {
  it('is in the store before the file is touched, and in the file then', async () => {
    let before: unknown = null;
    const { account, now } = await start(async (target, text) => {
      before = now();
      writeFileSync(target, text);
    });
    const kept = await linked.renew(account, tokens(2), spent);
    expect(before).toMatchObject({ tokens: tokens(2), link: { path, spentHash: tokenHash(spent) } });
    expect(kept).toEqual(now());
    expect(kept).toMatchObject({ tokens: tokens(2), link: { path, spentHash: null } });
    expect([inFile(), said]).toEqual(['rt_refresh-token-2', [['ok', false]]]);
    // What was written here is nothing new.
    await linked.current(kept as typeof account);
    expect(said).toHaveLength(1);
  });

  it('and cannot be written is told of, kept, and written at the next look', async () => {
    let isFull = true;
    const { account, now, log } = await start(async (target, text) => {
      if (isFull) throw new Error('full');
      writeFileSync(target, text);
    });
    await linked.current(account);
    said.length = 0;
    const kept = await linked.renew(account, tokens(2), spent);
    expect(kept).toMatchObject({ tokens: tokens(2), link: { path, spentHash: tokenHash(spent) } });
    expect([inFile(), said]).toEqual([spent, [['unsaved', false]]]);
    expect(log.lines).toMatchObject([
      { level: 'warn', message: expect.stringContaining('is tried again'), fields: { account: account.id } },
    ]);
    isFull = false;
    expect(await linked.current(now())).toMatchObject({ link: { spentHash: null } });
    expect([inFile(), said.at(-1)]).toEqual(['rt_refresh-token-2', ['ok', false]]);
  });

  it('and was in the file already when the program was killed is not waited for any more', async () => {
    const { account, store, now, saved } = await start();
    await store.update(account.id, { tokens: tokens(2), link: { path, spentHash: tokenHash(spent) } });
    writeFileSync(path, renewedFile(2));
    await linked.current(now());
    expect([now().link.spentHash, said, saved.length]).toEqual([null, [['ok', false]], 2]);
  });

  it('gives way to what another program has put into the file before, or in the moment of writing', async () => {
    const { account, now } = await start();
    writeFileSync(path, renewedFile(3));
    expect((await linked.renew(account, tokens(2), spent)).tokens).toEqual(tokens(3));
    let timed = 0;
    whenTimed = () => {
      timed += 1;
      // The file was read with what is to be replaced; now it is written.
      if (timed === 2) writeFileSync(path, renewedFile(5));
    };
    expect((await linked.renew(now(), tokens(4), 'rt_refresh-token-3')).tokens).toEqual(tokens(5));
    expect([inFile(), now().link.spentHash]).toEqual(['rt_refresh-token-5', null]);
    writeFileSync(path, authFile({ ...tokens(6), refreshToken: null }));
    expect((await linked.renew(now(), tokens(7), 'rt_refresh-token-5')).tokens.refreshToken).toBeNull();
    expect(said).toEqual(Array(3).fill(['ok', true]));
  });
});

/** Ends the first write to the file. */
function gatedWrites() {
  const gate = Promise.withResolvers<void>();
  let writes = 0;
  const write = async (target: string, text: string) => {
    writes += 1;
    if (writes === 1) await gate.promise;
    writeFileSync(target, text);
  };
  return { write, open: () => gate.resolve(), writes: () => writes };
}

it('a renewal while the tokens of the one before are still being written ends with its own in both', async () => {
  const gate = gatedWrites();
  const { account, now } = await start(gate.write);
  const first = linked.renew(account, tokens(2), 'rt_refresh-token-1');
  await expect.poll(gate.writes).toBe(1);
  const second = linked.renew(now(), tokens(3), 'rt_refresh-token-2');
  await expect.poll(() => now().tokens.refreshToken).toBe('rt_refresh-token-3');
  gate.open();
  await Promise.all([first, second]);
  expect(now()).toMatchObject({ tokens: { refreshToken: 'rt_refresh-token-3' }, link: { spentHash: null } });
  expect(inFile()).toBe('rt_refresh-token-3');
  expect((await second).tokens.refreshToken).toBe('rt_refresh-token-3');
});

describe('a file that is linked no more', () => {
  it('has its tokens back once that is over', async () => {
    const gate = gatedWrites();
    const { account } = await start(gate.write);
    let isOver = false;
    const handed = linked.handBack(account, tokens(2), 'rt_refresh-token-1').then(() => {
      isOver = true;
    });
    await expect.poll(gate.writes).toBe(1);
    expect(isOver).toBe(false);
    gate.open();
    await handed;
    expect(inFile()).toBe('rt_refresh-token-2');
  });

  it('and cannot be written is a line in the log', async () => {
    const { account, log } = await start(() => Promise.reject(new Error('full')));
    await linked.handBack(account, tokens(2), spent);
    expect(log.lines).toMatchObject([
      { level: 'warn', message: expect.stringContaining('could not be given'), fields: { account: account.id } },
    ]);
  });
});

describe('what another program has just renewed', () => {
  it('is taken as soon as it is in the file, over moments in which that is gone', async () => {
    const { account } = await start();
    rmSync(path);
    let looks = 0;
    whenTimed = () => {
      looks += 1;
      if (looks === 4) writeFileSync(path, renewedFile(2));
    };
    expect((await linked.newer(account, 5_000))?.tokens).toEqual(tokens(2));
    expect(waitedMs).toEqual([250, 250, 250]);
  });

  it.each([
    [0, 0],
    [5_000, 20],
  ])('and does not come within %i ms is given up', async (ms, looks) => {
    const { account } = await start();
    expect(await linked.newer(account, ms)).toBeNull();
    expect(waitedMs).toEqual(Array(looks).fill(250));
    expect(said).toHaveLength(looks + 1);
  });
});

describe('renewing a shared sign-in', () => {
  const minute = 60_000;
  const endsIn = (ms: number) => jwt({ exp: (nowMs + ms) / 1_000 });
  const refused = (code: string): IssuerAnswer => ({
    kind: 'answered',
    status: 400,
    body: Buffer.from(JSON.stringify({ error: code })),
  });
  const renewed: IssuerAnswer = {
    kind: 'answered',
    status: 200,
    body: Buffer.from(JSON.stringify({ access_token: tokens(9).accessToken, refresh_token: 'rt_new' })),
  };

  /** A refresher over a file whose token ends in so many ms, and an issuer that answers so, while `act` happens. */
  async function renewing(leftMs: number, answer: IssuerAnswer, act = async (_store: AccountStore) => {}) {
    const made = await start(undefined, authFile({ accessToken: endsIn(leftMs) }));
    const signedOut: string[] = [];
    let asked = 0;
    const refresher = new Refresher({
      store: made.store,
      clock: hastyClock(),
      log: recordingLog(),
      linked,
      send: async () => {
        asked += 1;
        await act(made.store);
        return answer;
      },
      nowMs: () => nowMs,
      hide: () => {},
      signedOut: (id) => signedOut.push(id),
    });
    return { ...made, refresher, signedOut, asked: () => asked };
  }

  it.each([
    [3 * minute, 0],
    [minute, 1],
  ])('is left to the other program longer: with %i ms left it is done %i times', async (leftMs, times) => {
    const { refresher, account, asked } = await renewing(leftMs, renewed);
    const { refreshToken } = (await refresher.ready(account)).tokens;
    expect([asked(), inFile()]).toEqual([times, refreshToken]);
    expect(refreshToken).toBe(times === 0 ? spent : 'rt_new');
  });

  it('is not done where the file holds a token that is good by now', async () => {
    const { refresher, account, asked } = await renewing(minute, renewed);
    writeFileSync(path, renewedFile(3));
    expect((await refresher.refresh(account, 'unauthorized_recovery')).tokens).toEqual(tokens(3));
    expect(asked()).toBe(0);
  });

  it.each([
    ['refresh_token_reused', 20],
    ['refresh_token_invalidated', 0],
  ])('ends the sign-in at a dead token (%s) after %i looks at the file', async (code, looks) => {
    const { refresher, account, signedOut } = await renewing(minute, refused(code));
    await expect(refresher.refresh(account, 'proactive_expiry')).rejects.toMatchObject({ code: 'account_signed_out' });
    expect([waitedMs.length, signedOut]).toEqual([looks, [account.id]]);
  });

  it('takes what the other program was faster with', async () => {
    const { refresher, account, signedOut } = await renewing(minute, refused('refresh_token_invalidated'), async () =>
      writeFileSync(path, renewedFile(3)),
    );
    expect((await refresher.refresh(account, 'proactive_expiry')).tokens).toEqual(tokens(3));
    expect(signedOut).toEqual([]);
  });

  it.each<[string, (store: AccountStore) => Promise<void>]>([
    ['is shared', async () => {}],
    [
      'was unlinked meanwhile',
      async (store) => {
        for (const { id } of store.list()) await store.update(id, { link: null });
      },
    ],
  ])('puts nobody else’s sign-in into the file where it %s', async (_how, act) => {
    const others = { ...tokens(9), idToken: idToken({ email: 'bob@example.test' }), refreshToken: 'rt_bob' };
    const body = { access_token: others.accessToken, id_token: others.idToken, refresh_token: others.refreshToken };
    const answer: IssuerAnswer = { kind: 'answered', status: 200, body: Buffer.from(JSON.stringify(body)) };
    const { refresher, account, store } = await renewing(minute, answer, act);
    await expect(refresher.refresh(account, 'proactive_expiry')).rejects.toMatchObject({ code: 'refresh_failed' });
    expect([inFile(), store.get(account.id)?.tokens.refreshToken]).toEqual([spent, spent]);
  });

  it('gives the file its tokens where the account was unlinked or removed meanwhile', async () => {
    const unlinked = await renewing(minute, renewed, async (store) => {
      for (const { id } of store.list()) await store.update(id, { link: null });
    });
    await unlinked.refresher.refresh(unlinked.account, 'proactive_expiry');
    expect(inFile()).toBe('rt_new');
    linked.stop();
    const removed = await renewing(minute, renewed, async (store) => {
      for (const { id } of store.list()) await store.remove(id);
    });
    await expect(removed.refresher.refresh(removed.account, 'proactive_expiry')).rejects.toThrow();
    expect(inFile()).toBe('rt_new');
  });
});

describe('renewed tokens', () => {
  const write = (at = path) => writeLinkedTokens(at, tokens(2), tokenHash(spent), nowMs);

  it('replace those in the file and the time, and nothing else of it', async () => {
    const before = JSON.parse(authFile()) as { tokens: object };
    const real = join(dir, 'real.json');
    writeFileSync(real, JSON.stringify({ ...before, mine: [1], tokens: { ...before.tokens, more: 'x' } }));
    chmodSync(real, 0o640);
    symlinkSync(real, path);
    expect(await write()).toBe(true);
    const { accessToken, refreshToken, idToken: id } = tokens(2);
    const renewed = {
      id_token: id,
      access_token: accessToken,
      refresh_token: refreshToken,
      account_id: 'ws-1',
      more: 'x',
    };
    const after = {
      ...before,
      mine: [1],
      tokens: renewed,
      last_refresh: new Date(nowMs).toISOString().replace('Z', '000000Z'),
    };
    expect(readFileSync(real, 'utf8')).toBe(`${JSON.stringify(after, null, 2)}\n`);
    expect([statSync(real).mode & 0o777, readdirSync(dir).toSorted()]).toEqual([0o640, ['auth.json', 'real.json']]);
  });

  it('go into the file in place where its folder takes no new one', async () => {
    writeFileSync(path, authFile());
    appendFileSync(path, ' '.repeat(3_000));
    const { ino } = statSync(path);
    // Nothing can be written under the name of the temporary file.
    symlinkSync(join(dir, 'none', 'none'), `${path}.slipstream`);
    expect(await write()).toBe(true);
    expect([inFile(), statSync(path).ino, readdirSync(dir)]).toEqual(['rt_refresh-token-2', ino, ['auth.json']]);
    expect(readFileSync(path, 'utf8').endsWith('}\n')).toBe(true);
  });

  it('go into the file in place where it has another name, which would keep the spent token', async () => {
    writeFileSync(path, authFile());
    const other = join(dir, 'other.json');
    linkSync(path, other);
    expect(await write()).toBe(true);
    expect([inFile(), readdirSync(dir)]).toEqual(['rt_refresh-token-2', ['auth.json', 'other.json']]);
    expect(readFileSync(other, 'utf8')).toBe(readFileSync(path, 'utf8'));
  });

  it.each([
    ['beside the file', () => {}],
    ['in place', () => symlinkSync(join(dir, 'none', 'none'), `${path}.slipstream`)],
  ])('give way to another sign-in that comes while they are being written %s', async (_where, begin) => {
    writeFileSync(path, authFile());
    begin();
    const during = {
      ...tokens(2),
      // Read once the file has been read, and before it is written.
      get idToken() {
        writeFileSync(path, renewedFile(9));
        return idToken();
      },
    };
    expect(await writeLinkedTokens(path, during, tokenHash(spent), nowMs)).toBe(false);
    expect([inFile(), readdirSync(dir)]).toEqual(['rt_refresh-token-9', ['auth.json']]);
  });

  it.skipIf(!existsSync('/dev/full'))('leave the file whole where the disk is full', async () => {
    const text = authFile();
    writeFileSync(path, text);
    symlinkSync('/dev/full', `${path}.slipstream`);
    await expect(write()).rejects.toMatchObject({ code: 'ENOSPC' });
    expect([readFileSync(path, 'utf8'), readdirSync(dir)]).toEqual([text, ['auth.json']]);
  });

  it('do not replace those of another program, and need a file that holds an object', async () => {
    writeFileSync(path, renewedFile(3));
    expect(await write()).toBe(false);
    writeFileSync(path, '{"tokens":null}');
    expect(await write()).toBe(false);
    writeFileSync(path, '[]');
    await expect(write()).rejects.toThrow('the file is no JSON object any more');
    await expect(write(join(dir, 'none.json'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
