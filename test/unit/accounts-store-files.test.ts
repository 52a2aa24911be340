import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseAccountFile } from '../../src-main/core/accounts/account-file.ts';
import { AccountStore, type StoreHost } from '../../src-main/core/accounts/store.ts';
import { realClock, recordingLog, troublesIn } from '../support/host.ts';
import { account } from './account-fixtures.ts';

const id = 'aaaaaaaaaaaaaaaa';
let dataDir: string;
let log: ReturnType<typeof recordingLog>;

const secrets = {
  encrypts: false,
  seal: async (plain: string) => plain,
  open: async (sealed: string) => ({ plain: sealed, isStale: false }),
};

async function opened(more: Partial<StoreHost> = {}): Promise<AccountStore> {
  const store = new AccountStore({ dataDir, troubles: troublesIn(dataDir), secrets, clock: realClock, log, ...more });
  await store.load();
  return store;
}

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'slipstream-store-files-'));
  log = recordingLog();
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

/** The account as version 1 wrote it: no priority, no link, no expiry, no sign-out. */
function versionOne() {
  const {
    tokens,
    tokenExpiresAt: _expiry,
    priority: _priority,
    link: _link,
    signedOut: _signedOut,
    ...facts
  } = account(id, { websockets: false });
  return JSON.stringify({ version: 1, ...facts, sealedTokens: JSON.stringify(tokens) });
}

describe('account files of other versions', () => {
  it('version 1 is read as if its owner had set nothing that came later', async () => {
    mkdirSync(join(dataDir, 'accounts'));
    writeFileSync(join(dataDir, 'accounts', `${id}.json`), versionOne());
    const store = await opened();
    expect(store.get(id)).toEqual(account(id, { websockets: false }));
    expect(log.lines).toEqual([]);
  });

  it('is written as the newest version when the account changes, and not before', async () => {
    const path = join(dataDir, 'accounts', `${id}.json`);
    mkdirSync(join(dataDir, 'accounts'));
    writeFileSync(path, versionOne());
    const store = await opened();
    expect(readFileSync(path, 'utf8')).toBe(versionOne());
    await store.update(id, { priority: 4 });
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({
      version: 5,
      priority: 4,
      link: null,
      websockets: false,
    });
    expect((await opened()).get(id)?.priority).toBe(4);
  });

  it('version 2 is read as signed in, since it did not say', async () => {
    const { tokens, signedOut: _signedOut, ...facts } = account(id, { priority: 3 });
    const text = JSON.stringify({ version: 2, ...facts, sealedTokens: JSON.stringify(tokens) });
    mkdirSync(join(dataDir, 'accounts'));
    writeFileSync(join(dataDir, 'accounts', `${id}.json`), text);
    expect((await opened()).get(id)).toEqual(account(id, { priority: 3 }));
    expect(log.lines).toEqual([]);
  });

  it('of a newer Slipstream is left alone and reported', async () => {
    mkdirSync(join(dataDir, 'accounts'));
    writeFileSync(join(dataDir, 'accounts', `${id}.json`), '{"version":99}');
    expect((await opened()).list()).toEqual([]);
    expect(readdirSync(join(dataDir, 'accounts'))).toEqual([`${id}.json`]);
    expect(log.lines).toMatchObject([{ level: 'warn', message: expect.stringContaining('newer Slipstream') }]);
  });

  it.each(['{"version":0}', '{"version":-1}', '{"version":"1"}', '{}', '[]', '1', '"', '{"version":1e9'])(
    '%s is not taken for one',
    (text) => {
      expect(parseAccountFile(text).kind).toBe('damaged');
    },
  );

  it('an expiry that the token itself does not tell is kept', async () => {
    const opaque = { accessToken: 'opaque', refreshToken: null, idToken: 'x' };
    await (await opened()).add(account(id, { tokens: opaque, tokenExpiresAt: 7_000 }));
    expect((await opened()).get(id)?.tokenExpiresAt).toBe(7_000);
  });
});

describe('an account that is signed out', () => {
  it('is so after a restart, until it gets other tokens', async () => {
    const store = await opened();
    const { tokens } = await store.add(account(id));
    await store.update(id, { signedOut: 'token' });
    await store.update(id, { priority: 2 });
    expect((await opened()).get(id)).toMatchObject({ signedOut: 'token', priority: 2 });
    await (await opened()).renew(id, tokens);
    expect((await opened()).get(id)).toMatchObject({ signedOut: null, priority: 2 });
  });

  it('is not any more once somebody has signed in again', async () => {
    const store = await opened();
    await store.add(account(id, { signedOut: 'token' }));
    await store.add(account(id));
    expect((await opened()).get(id)?.signedOut).toBeNull();
  });
});

describe('a disk that takes nothing', () => {
  it.each([
    ['ENOSPC', 'the disk is full'],
    ['EDQUOT', 'the disk quota is used up'],
    ['EACCES', 'permissions'],
    ['EROFS', 'read-only'],
    ['EIO', 'EIO'],
  ])('%s: says so, and the store is as it was', async (code, text) => {
    await (await opened()).add(account(id));
    const before = readFileSync(join(dataDir, 'accounts', `${id}.json`), 'utf8');
    const full = await opened({ writeFile: () => Promise.reject(Object.assign(new Error(code), { code })) });
    const changes: number[] = [];
    full.onChange(() => changes.push(1));
    await expect(full.update(id, { enabled: false })).rejects.toMatchObject({
      code: 'store_unwritable',
      message: expect.stringContaining(text),
    });
    await expect(full.add(account('bbbbbbbbbbbbbbbb'))).rejects.toMatchObject({ code: 'store_unwritable' });
    expect(full.list()).toEqual([account(id)]);
    expect(changes).toEqual([]);
    expect(readFileSync(join(dataDir, 'accounts', `${id}.json`), 'utf8')).toBe(before);
  });
});
