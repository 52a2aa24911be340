import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Account, usesWebsockets } from '../../src-main/core/accounts/account.ts';
import { parseAuthFile } from '../../src-main/core/accounts/auth-file.ts';
import { AccountStore } from '../../src-main/core/accounts/store.ts';
import type { SecretBox } from '../../src-main/core/ports.ts';
import { SlipstreamError } from '../../src-main/shared/errors.ts';
import { english } from '../../src-main/shared/words/english.ts';
import { realClock, recordingLog, troublesIn } from '../support/host.ts';
import { account, authFile, jwt, origin } from './account-fixtures.ts';

const idA = 'aaaaaaaaaaaaaaaa';
const idB = 'bbbbbbbbbbbbbbbb';

let dataDir: string;
let log: ReturnType<typeof recordingLog>;

/** Turns text around, so that what is on disk is not what went in. */
const mirrorBox: SecretBox = {
  encrypts: true,
  seal: async (plain) => [...plain].reverse().join(''),
  open: async (sealed) => ({ plain: [...sealed].reverse().join(''), isStale: false }),
};

/** Opens all but what is sealed in one file. */
function boxThatCannotOpen(fileText: string): SecretBox {
  const { sealedTokens } = JSON.parse(fileText);
  return {
    ...mirrorBox,
    open: async (sealed) => {
      if (sealed === sealedTokens) throw new SlipstreamError('secrets_locked');
      return mirrorBox.open(sealed);
    },
  };
}

function openStore(secrets: SecretBox = mirrorBox): AccountStore {
  return new AccountStore({ dataDir, troubles: troublesIn(dataDir), secrets, clock: realClock, log });
}

/** Another run of the program on the same folder. */
async function reopened(secrets?: SecretBox): Promise<AccountStore> {
  const store = openStore(secrets);
  await store.load();
  return store;
}

const folder = () => join(dataDir, 'accounts');
const fileOf = (id: string) => join(folder(), `${id}.json`);

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'slipstream-store-'));
  log = recordingLog();
});

afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

it('is idle once what was asked for is on disk, or has failed', async () => {
  const store = await reopened();
  const { id } = await store.add(account(idA));
  const renamed = store.update(id, { nickname: 'Work' });
  store.update('unknown', {}).catch(() => {});
  await store.idle();
  expect(readFileSync(fileOf(id), 'utf8')).toContain('"Work"');
  await renamed;
});

describe('the account store', () => {
  it('gives back after a restart what was put in', async () => {
    const store = await reopened();
    const one = await store.add(account(idA));
    expect((await reopened()).list()).toEqual([one]);
  });

  it('lists accounts by age', async () => {
    const store = await reopened();
    await store.add(account(idB, { addedAt: 1 }));
    await store.add(account(idA, { addedAt: 2 }));
    expect((await reopened()).list().map(({ id }) => id)).toEqual([idB, idA]);
  });

  it('writes one file per account that only its owner may read, and leaves no other file', async () => {
    const store = await reopened();
    await Promise.all([store.add(account(idA)), store.add(account(idB))]);
    expect(readdirSync(folder()).sort()).toEqual([`${idA}.json`, `${idB}.json`]);
    expect(statSync(fileOf(idA)).mode & 0o777).toBe(0o600);
    expect(statSync(folder()).mode & 0o777).toBe(0o700);
  });

  it('puts no token on disk that the secret box did not seal', async () => {
    const store = await reopened();
    const { tokens } = await store.add(account(idA));
    const text = readFileSync(fileOf(idA), 'utf8');
    for (const token of Object.values(tokens)) expect(text).not.toContain(token);
  });

  it('replaces the file whole: a reader never sees half of one', async () => {
    const store = await reopened();
    await store.add(account(idA));
    const before = statSync(fileOf(idA)).ino;
    await store.update(idA, { enabled: false });
    expect(statSync(fileOf(idA)).ino).not.toBe(before);
    expect(statSync(fileOf(idA)).mode & 0o777).toBe(0o600);
  });

  it('removes the file with the account', async () => {
    const store = await reopened();
    await store.add(account(idA));
    await store.remove(idA);
    expect(store.list()).toEqual([]);
    expect(readdirSync(folder())).toEqual([]);
  });

  it.each<[string, (store: AccountStore) => Promise<unknown>]>([
    ['changing', (store) => store.update(idB, { enabled: true })],
    ['removing', (store) => store.remove(idB)],
  ])('says so when %s an account that is not there', async (_what, action) => {
    await expect(action(await reopened())).rejects.toMatchObject({ code: 'account_unknown' });
  });

  it('says so when the folder cannot be written', async () => {
    const store = await reopened();
    rmSync(folder(), { recursive: true });
    writeFileSync(folder(), 'in the way');
    await expect(store.add(account(idA))).rejects.toMatchObject({ code: 'store_unwritable' });
    expect(store.list()).toEqual([]);
  });

  it('tells its listeners of every change until they leave', async () => {
    const store = await reopened();
    const seen: number[] = [];
    const leave = store.onChange(() => seen.push(store.list().length));
    await store.add(account(idA));
    await store.update(idA, { enabled: false });
    await store.remove(idA);
    leave();
    await store.add(account(idA));
    expect(seen).toEqual([1, 1, 0]);
  });
});

describe('changes at the same time', () => {
  it('keeps both of two changes', async () => {
    const store = await reopened();
    await store.add(account(idA));
    await Promise.all([store.update(idA, { enabled: false }), store.update(idA, { websockets: false })]);
    expect(store.get(idA)).toMatchObject({ enabled: false, websockets: false });
    expect((await reopened()).get(idA)).toMatchObject({ enabled: false, websockets: false });
  });

  it('does not bring an account back that was removed meanwhile', async () => {
    const store = await reopened();
    await store.add(account(idA));
    await Promise.allSettled([store.update(idA, { enabled: false }), store.remove(idA)]);
    expect(store.get(idA)).toBeNull();
    expect((await reopened()).list()).toEqual([]);
  });

  it('has on disk what was said last', async () => {
    const store = await reopened();
    await store.add(account(idA));
    const flags = Array.from({ length: 20 }, (_, index) => index % 2 === 0);
    await Promise.all(flags.map((enabled) => store.update(idA, { enabled })));
    expect((await reopened()).get(idA)?.enabled).toBe(false);
  });
});

describe('files that cannot be read', () => {
  it.each([
    ['an empty file', ''],
    ['a cut file', '{"version":1,"id":"'],
    ['no object', 'null'],
    ['no version', '{"id":"cccccccccccccccc"}'],
    ['members missing', '{"version":1,"id":"cccccccccccccccc"}'],
    ['tokens that are none', JSON.stringify({ ...stored(account('cccccccccccccccc')), sealedTokens: 'x' })],
  ])('sets %s aside, reports it and loads the others', async (_what, text) => {
    await (await reopened()).add(account(idA));
    writeFileSync(fileOf('cccccccccccccccc'), text);
    const store = await reopened();
    expect(store.list().map(({ id }) => id)).toEqual([idA]);
    const [aside] = readdirSync(folder()).filter((name) => name.startsWith('cccccccccccccccc.json.damaged-'));
    expect(readFileSync(join(folder(), aside ?? ''), 'utf8')).toBe(text);
    expect(log.lines).toContainEqual(
      expect.objectContaining({ level: 'error', message: expect.stringMatching(/damaged/) }),
    );
    expect((await reopened()).list()).toHaveLength(1);
  });

  it('says of a folder with the name of an account file that it cannot be read', async () => {
    const store = await reopened();
    mkdirSync(fileOf(idB));
    const [problem = '', ...others] = await store.load();
    expect([english.told(problem), others]).toEqual([expect.stringMatching(new RegExp(`${idB}\\.json.*EISDIR`)), []]);
  });

  it('loads the others although a folder has the name of an account file', async () => {
    await (await reopened()).add(account(idA));
    mkdirSync(fileOf('cccccccccccccccc'));
    expect((await reopened()).list().map(({ id }) => id)).toEqual([idA]);
  });

  it('leaves a file of a newer Slipstream as it is', async () => {
    await (await reopened()).add(account(idA));
    const text = JSON.stringify({ ...stored(account('cccccccccccccccc')), version: 99, sealedTokens: 'x' });
    writeFileSync(fileOf('cccccccccccccccc'), text);
    expect((await reopened()).list().map(({ id }) => id)).toEqual([idA]);
    expect(readFileSync(fileOf('cccccccccccccccc'), 'utf8')).toBe(text);
  });

  it('puts a file that was left alone aside, whole, where its account signs in again', async () => {
    await (await reopened()).add(account(idA));
    const text = readFileSync(fileOf(idA), 'utf8').replace('"version": 5', '"version": 99');
    writeFileSync(fileOf(idA), text);
    const store = await reopened();
    await store.add(account(idA));
    const [aside = '', ...others] = readdirSync(folder()).filter((name) => name !== `${idA}.json`);
    expect([aside, others]).toEqual([expect.stringMatching(/^a{16}\.json\.left-\d+$/), []]);
    expect(readFileSync(join(folder(), aside), 'utf8')).toBe(text);
    await store.update(idA, { priority: 1 });
    expect(readdirSync(folder())).toHaveLength(2);
  });

  it('takes for the rest of a crash what has its name whole, and nothing else', async () => {
    await (await reopened()).add(account(idA));
    const text = readFileSync(fileOf(idA), 'utf8');
    const newer = text.replace('"priority": 0', '"priority": 7');
    const kept = [`${idA}.json.12x`, `x${idA}.json.12`, `${idB}.json.99`].toSorted();
    for (const name of kept) writeFileSync(join(folder(), name), '{"version":99}');
    writeFileSync(`${fileOf(idA)}.123`, newer);
    writeFileSync(`${fileOf(idB)}.123`, text);
    writeFileSync(`${fileOf(idB)}.124`, '{');
    expect((await reopened()).get(idA)?.priority).toBe(7);
    expect(readdirSync(folder()).toSorted()).toEqual([`${idA}.json`, ...kept].toSorted());
  });

  it('leaves out the account whose newest file cannot be had, and loads the others', async () => {
    const store = await reopened();
    await store.add(account(idA));
    await store.add(account(idB));
    const newest = `${fileOf(idA)}.123`;
    writeFileSync(newest, '');
    truncateSync(newest, 2 ** 33);
    // Nothing of ours is a folder.
    mkdirSync(`${fileOf(idB)}.124`);
    const given = openStore();
    const [problem = '', ...others] = await given.load();
    expect([english.told(problem), others]).toEqual([expect.stringMatching(/\.json\.123 .*too large/), []]);
    expect(given.list().map(({ id }) => id)).toEqual([idB]);
    expect(existsSync(newest)).toBe(true);
    await given.add(account(idA, { email: 'new@example.test' }));
    rmSync(newest);
    expect((await reopened()).get(idA)?.email).toBe('new@example.test');
    expect(readdirSync(folder())).toContainEqual(expect.stringMatching(new RegExp(`${idA}\\.json\\.left-`)));
  });

  it('uses no older file of an account beside the newest that a newer Slipstream left, for its tokens may be spent', async () => {
    await (await reopened()).add(account(idA));
    const before = readFileSync(fileOf(idA), 'utf8');
    writeFileSync(`${fileOf(idA)}.123`, '{"version":99}');
    const store = openStore();
    expect((await store.load()).map(english.told)).toEqual([expect.stringMatching(/\.json\.123 .*newer Slipstream/)]);
    expect(store.all()).toEqual([]);
    expect(readFileSync(fileOf(idA), 'utf8')).toBe(before);
  });

  it('keeps the way out of an account that signs in again, unless it came with another', async () => {
    const store = await reopened();
    await store.add(account(idA, { proxyUrl: 'http://127.0.0.1:1' }));
    expect((await store.add(account(idA))).proxyUrl).toBe('http://127.0.0.1:1');
    expect((await store.add(account(idA, { proxyUrl: 'http://127.0.0.1:2' }))).proxyUrl).toBe('http://127.0.0.1:2');
    expect((await store.add(account(idB))).proxyUrl).toBeNull();
  });

  it('locks, and leaves as it is, the one account that its box cannot open, and takes a new sign-in for it', async () => {
    const store = await reopened();
    await store.add(account(idA));
    await store.add(account(idB, { tokens: { accessToken: 'at-b', refreshToken: 'rt-b', idToken: 'id-b' } }));
    const foreign = readFileSync(fileOf(idB), 'utf8');
    const again = openStore(boxThatCannotOpen(foreign));
    expect(await again.load()).toEqual([]);
    expect(again.locked()).toMatchObject([{ id: idB }]);
    expect(again.list().map(({ id }) => id)).toEqual([idA]);
    expect(readFileSync(fileOf(idB), 'utf8')).toBe(foreign);
    await again.add(account(idB, { email: 'new@example.test' }));
    expect((await reopened()).get(idB)?.email).toBe('new@example.test');
  });

  it('locks what cannot be opened, changes nothing of it, and opens it when its box can', async () => {
    await (await reopened()).add(account(idA));
    const before = readFileSync(fileOf(idA), 'utf8');
    let isOpen = false;
    const box: SecretBox = {
      ...mirrorBox,
      open: async (sealed) => {
        if (!isOpen) throw new SlipstreamError('secrets_locked');
        return mirrorBox.open(sealed);
      },
    };
    const store = await reopened(box);
    expect([store.list(), store.get(idA), store.has(idA)]).toEqual([[], null, true]);
    expect(store.locked()).toMatchObject([{ id: idA, email: account(idA).email }]);
    await expect(store.update(idA, { enabled: false })).rejects.toMatchObject({ code: 'secrets_locked' });
    await store.unlock();
    expect(store.locked()).toHaveLength(1);
    expect(readFileSync(fileOf(idA), 'utf8')).toBe(before);
    isOpen = true;
    let changes = 0;
    store.onChange(() => {
      changes += 1;
    });
    expect(store.all().map(({ id }) => id)).toEqual([idA]);
    await store.unlock();
    expect(changes).toBe(1);
    expect([store.locked(), store.list().map(({ id }) => id)]).toEqual([[], [idA]]);
  });

  it('removes a locked account with its file', async () => {
    await (await reopened()).add(account(idA));
    const open = () => Promise.reject(new SlipstreamError('secrets_locked'));
    const store = await reopened({ ...mirrorBox, open });
    await store.remove(idA);
    expect([store.has(idA), readdirSync(folder())]).toEqual([false, []]);
  });

  it('seals again what its box calls stale, once, and goes on where the disk takes nothing', async () => {
    await (await reopened()).add(account(idA));
    let sealed = 0;
    const box: SecretBox = {
      encrypts: true,
      seal: async (plain) => {
        sealed += 1;
        return `new:${plain}`;
      },
      open: async (text) =>
        text.startsWith('new:')
          ? { plain: text.slice(4), isStale: false }
          : { ...(await mirrorBox.open(text)), isStale: true },
    };
    const writeFile = () => Promise.reject(new Error('ENOSPC'));
    const full = new AccountStore({
      dataDir,
      troubles: troublesIn(dataDir),
      secrets: box,
      clock: realClock,
      log,
      writeFile,
    });
    await full.load();
    expect(full.get(idA)).not.toBeNull();
    expect(log.lines).toMatchObject([
      { level: 'warn', message: 'Tokens could not be sealed again with the new key.', fields: { error: {} } },
    ]);
    await reopened(box);
    expect((await reopened(box)).get(idA)?.tokens).toEqual(account(idA).tokens);
    expect(sealed).toBe(2);
  });
});

/** The members of an account file, its tokens left out. */
function stored({ tokens: _tokens, ...facts }: Account) {
  return { version: 5, ...facts };
}

describe('S1: a stored account uses websockets unless its own value says no', () => {
  it.each([
    [null, true],
    [true, true],
    [false, false],
  ])('S1: the stored value %s means %s, after a restart too', async (websockets, expected) => {
    await (await reopened()).add(account(idA, { websockets }));
    const one = (await reopened()).get(idA);
    expect(one?.websockets).toBe(websockets);
    expect(one === null ? null : usesWebsockets(one)).toBe(expected);
  });

  it.each([true, false])('S1: an explicit %s is kept when the account is imported again', async (websockets) => {
    const store = await reopened();
    const first = await store.add(parseAuthFile(authFile(), origin, 1));
    await store.update(first.id, { websockets, enabled: false });
    const renewed = authFile({ accessToken: jwt({ exp: 2_100_000_000 }), refreshToken: 'rt_refresh-token-2' });
    await store.add(parseAuthFile(renewed, origin, 2));
    const [one, ...others] = (await reopened()).list();
    expect(others).toEqual([]);
    expect(one).toMatchObject({
      websockets,
      enabled: false,
      addedAt: 1,
      tokens: { refreshToken: 'rt_refresh-token-2' },
      tokenExpiresAt: 2_100_000_000_000,
    });
  });

  it('S1: a value that comes with an import is taken', async () => {
    const store = await reopened();
    await store.add(account(idA, { websockets: true }));
    await store.add(account(idA, { websockets: false }));
    expect(store.get(idA)?.websockets).toBe(false);
  });

  it('S1: the default can be set again', async () => {
    const store = await reopened();
    await store.add(account(idA, { websockets: false }));
    await store.update(idA, { websockets: null });
    expect((await reopened()).get(idA)?.websockets).toBeNull();
  });
});
