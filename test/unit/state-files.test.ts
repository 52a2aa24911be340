import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import {
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SetupJournal, type SetupRecord } from '../../src-main/clients/journal.ts';
import { AccountStore } from '../../src-main/core/accounts/store.ts';
import { FileTroubles, type StateFileKind, stateFiles } from '../../src-main/core/file-troubles.ts';
import { KeyBook } from '../../src-main/core/keys/key-book.ts';
import { openCoinFile } from '../../src-main/core/latency/coin-file.ts';
import { LearnedStore } from '../../src-main/core/learn/learned-store.ts';
import { SessionFile } from '../../src-main/core/turn/session-file.ts';
import { openBrowserKeys } from '../../src-main/node/browser-keys.ts';
import { openSettings } from '../../src-main/node/settings.ts';
import { english } from '../../src-main/shared/words/english.ts';
import { othersWords } from '../../src-main/shared/words/told-text.ts';
import { createWords } from '../../src-main/shared/words/words.ts';
import { chineseCatalogue } from '../../src-main/shared/words/zh-cn/catalogue.ts';
import { recordingLog } from '../support/host.ts';
import { filesWith } from '../support/sources.ts';
import { account } from './account-fixtures.ts';
import { fakeClock } from './fake-clock.ts';

let dataDir: string;
let log: ReturnType<typeof recordingLog>;
let troubles: FileTroubles;
/** What the settings that were opened last say of themselves. */
let ofSettings: () => readonly string[];
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'slipstream-state-'));
  log = recordingLog();
  troubles = new FileTroubles(dataDir, log);
  ofSettings = () => [];
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const host = () => ({ dataDir, log, troubles, clock: fakeClock() });
const secrets = {
  encrypts: false,
  seal: async (plain: string) => plain,
  open: async (sealed: string) => ({ plain: sealed, isStale: false }),
};
const accountId = 'aaaaaaaaaaaaaaaa';
const setup: SetupRecord = {
  version: 1,
  clientId: 'codex',
  path: '/home/ann/.codex/config.toml',
  phase: 'written',
  before: null,
  after: { hash: 'a', mode: 'login', copy: null },
  replaces: null,
  temporary: '/home/ann/.codex/.config.toml.1',
  undoneHash: null,
  madeFolders: [],
};
const browserKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'der', type: 'spki' });
const page = { origin: 'http://127.0.0.1:2575', agent: 'Firefox/140.0' };
const profile = { version: '0.171.0', source: 'cli', learnedAt: 1, originator: null, userAgent: null } as const;
const shape = { websocketBeta: null, betaFeatures: null, acceptEncoding: null, bodyEncoding: null } as const;
const lists = { headers: [], fields: [], clientMetadata: [], turnMetadata: [] };

interface StateOf {
  readonly versionMember?: string;
  /** What the members are of, where they are wrong. */
  readonly members: readonly string[];
  /** Opens it, has it written as soon as the program would, and closes it; it may refuse to. */
  readonly use: () => unknown;
}

/** Every file that outlives a run and is written whole. */
const files: Readonly<Record<StateFileKind | 'settings', StateOf>> = {
  coins: {
    members: ['coins'],
    use: async () => (await openCoinFile(host())).write([]),
  },
  sessions: {
    members: ['names', 'places'],
    use: async () => {
      const file = new SessionFile(host());
      file.sessions.resolve('a name');
      await file.close();
    },
  },
  learned: {
    versionMember: 'format',
    members: ['profiles', 'notes'],
    use: () => {
      const store = new LearnedStore({ ...host(), changed: () => {} });
      store.put({ ...profile, ...shape, ...lists });
      store.flush();
    },
  },
  browsers: {
    members: ['instance', 'browsers'],
    use: () => openBrowserKeys(host()).enrol(browserKey.toString('base64url'), page),
  },
  keys: {
    members: ['keys'],
    use: async () => {
      const limits = { expiresAt: null, models: null, tiers: null, requestsPerDay: null, tokensPerDay: null };
      const book = new KeyBook(host());
      const name = `Ada ${book.list().length}`;
      await book.create({ name, ...limits }).finally(() => book.close());
    },
  },
  settings: {
    members: ['apiKey', 'fastPolicy'],
    use: () => {
      const store = openSettings({ dataDir, log });
      ofSettings = store.problems;
      store.write({ fastPolicy: 'off' });
    },
  },
  accounts: {
    members: ['id', 'email'],
    use: async () => {
      const store = new AccountStore({ ...host(), secrets });
      await store.load();
      await store.add(account(accountId));
    },
  },
  clients: {
    members: ['path', 'phase'],
    use: () => new SetupJournal(dataDir, troubles).save(setup),
  },
};

/** The name of a set-up is made of its client and the path of its file. */
const names: Readonly<Record<string, string>> = { accounts: accountId, clients: 'codex-466b9055381c' };
const pathOf = (name: string) =>
  join(
    dataDir,
    name === 'settings' ? 'settings.json' : stateFiles[name as StateFileKind].replace('*', names[name] ?? ''),
  );
const chinese = createWords('zh-CN', chineseCatalogue);

const mark = 'what-somebody-may-miss';
const whole = ({ versionMember = 'version' }: StateOf, version: number, more: object) =>
  JSON.stringify({ [versionMember]: version, mark, ...more });

/** `left`: the very file stays where it is. */
const troubleKinds: Readonly<
  Record<string, { readonly left: boolean; readonly put: (file: StateOf, path: string) => void }>
> = {
  'cannot be read': {
    left: true,
    put: (_file, path) => {
      mkdirSync(path);
      writeFileSync(join(path, 'inside'), mark);
    },
  },
  'is of a newer version': { left: true, put: (file, path) => writeFileSync(path, whole(file, 99, { more: {} })) },
  'is half written': { left: false, put: (file, path) => writeFileSync(path, whole(file, 1, {}).slice(0, -1)) },
  'is a list': { left: false, put: (_file, path) => writeFileSync(path, JSON.stringify([mark])) },
  'is a text': { left: false, put: (_file, path) => writeFileSync(path, JSON.stringify(mark)) },
  'has no version': { left: false, put: (_file, path) => writeFileSync(path, JSON.stringify({ mark })) },
  'has a version that is none': {
    left: false,
    put: ({ versionMember = 'version' }, path) => writeFileSync(path, JSON.stringify({ [versionMember]: '99', mark })),
  },
  'holds members of another kind': {
    left: false,
    put: (file, path) =>
      writeFileSync(path, whole(file, 1, Object.fromEntries(file.members.map((name) => [name, { mark }])))),
  },
};

/** What is in their way is kept beside them. */
const movedAside = ['settings', 'accounts'];

const textOf = (path: string) => globSync(`${path}{,/**}`, { withFileTypes: true }).filter((entry) => entry.isFile());
const asideUnder = (path: string) => textOf(path).filter(({ name }) => /\.(damaged|left)-/.test(name));
const isKeptUnder = (path: string) =>
  textOf(path).some(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8').includes(mark));

/** Members count without a version; and without settings the program does not start, but says why. */
const isElsewhere = (name: string, trouble: string) =>
  name === 'settings' && (trouble === 'has no version' || trouble === 'cannot be read');

describe.each(Object.entries(files))('the file of %s', (name, file) => {
  it.each(Object.entries(troubleKinds))(
    'that %s is not written over, and is told of',
    async (trouble, { left, put }) => {
      const path = pathOf(name);
      mkdirSync(dirname(path), { recursive: true });
      put(file, path);
      try {
        await file.use();
      } catch {}
      expect(isKeptUnder(dataDir)).toBe(true);
      if (left && !movedAside.includes(name)) expect(isKeptUnder(path)).toBe(true);
      if (isElsewhere(name, trouble)) return;
      // A screen, the doctor and the tray are told the same list.
      const told = name === 'settings' ? ofSettings() : troubles.list();
      expect(told.length).toBeGreaterThan(0);
      for (const words of [english, chinese]) {
        const texts = told.map((text) => words.told(text));
        expect(texts.join()).toContain(basename(path, '.json'));
        expect(texts.join()).not.toMatch(/#|problems\.|[{}]/);
        // What, what instead, and what to do.
        for (const text of texts) expect(text).toMatch(/[.;:,；：，。].+[.。]$/s);
      }
      // The log of a run is read by those who have no screen.
      if (name !== 'settings') expect(log.lines.length).toBeGreaterThan(name === 'clients' ? -1 : 0);
      // Another run that finds the copy alone still says where it is.
      if (left || name === 'settings') return;
      expect(new FileTroubles(dataDir, log).list()).toEqual(told);
      for (const { parentPath, name: copy } of asideUnder(dataDir)) rmSync(join(parentPath, copy));
      expect(troubles.list()).toEqual([]);
    },
  );

  it.skipIf(process.platform === 'win32')('that is a pipe is left alone at once, and is told of', async () => {
    const path = pathOf(name);
    mkdirSync(dirname(path), { recursive: true });
    execFileSync('mkfifo', [path]);
    const refusal = await Promise.resolve(0)
      .then(file.use)
      .then(
        () => '',
        (error: Error) => error.message,
      );
    const pipes = globSync('{*,*/*}', { cwd: dataDir, withFileTypes: true }).filter((entry) => entry.isFIFO());
    expect(pipes.map((entry) => entry.name)).toEqual([expect.stringContaining(basename(path))]);
    const told = [refusal, ...troubles.list().map(english.told)].join();
    expect(told).toContain(name === 'accounts' ? `${path}.left-` : 'it is a pipe or a device (ERR_NOT_A_FILE)');
  });

  it('that is a link to something that is not there stays one, for that may only be away, and is told of', async () => {
    const path = pathOf(name);
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(join(dataDir, 'away', 'there.json'), path);
    const refusal = await Promise.resolve(0)
      .then(file.use)
      .then(
        () => '',
        (error: Error) => error.message,
      );
    const links = globSync('{*,*/*}', { cwd: dataDir, withFileTypes: true }).filter((entry) => entry.isSymbolicLink());
    expect(links.map((entry) => entry.name)).toEqual([expect.stringContaining(basename(path))]);
    const told = [refusal, ...troubles.list().map(english.told)].join();
    const why = 'it is a link to something that is not there (ERR_STRAY_LINK)';
    expect(told).toContain(name === 'accounts' ? `${path}.left-` : why);
  });

  it('that is far larger than any is not read', async () => {
    const path = pathOf(name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '');
    truncateSync(path, 2 ** 36);
    const startedMs = performance.now();
    await Promise.resolve(0)
      .then(file.use)
      .catch(() => {});
    expect(performance.now() - startedMs).toBeLessThan(2_000);
  });

  it('that is there for the first time is told of to nobody, and is there for the next run', async () => {
    await file.use();
    await file.use();
    expect(globSync('{*,*/*}', { cwd: dataDir }).filter((found) => found.includes('damaged'))).toEqual([]);
    expect([log.lines, troubles.list(), ofSettings()]).toEqual([[], [], []]);
  });
});

it('a file that cannot be used is told of to whoever shows it, as soon as that is known', () => {
  let tellings = 0;
  troubles.onChange(() => {
    tellings += 1;
  });
  const path = join(dataDir, 'coins.json');
  const noted = troubles.note('coins', path, { why: 'refused', cause: othersWords('no room') });
  expect([troubles.list(), tellings]).toEqual([[noted], 1]);
  expect(english.told(noted)).toContain(': no room.');
  troubles.noteAside('coins', path, `${path}.damaged-1`);
  expect([troubles.list(), tellings]).toEqual([[], 2]);
});

it('the files above are those of every part of the program that writes one whole', () => {
  const elsewhere = [
    // What others of them write by.
    'core/owner-file.ts',
    // Of one run: lock, how it is reached, what opens a page.
    'node/instance.ts',
    'node/open-browser.ts',
    'node/ready-file.ts',
    // Not in the data folder: the files of clients, of Codex and of the system.
    'clients/config-file.ts',
    'core/accounts/linked-file.ts',
    'electron/xdg-autostart.ts',
    'node/commands/service.ts',
    'node/service/',
  ];
  const writers = filesWith(/from '(?:write-file-atomic|atomically|\.\.\/owner-file\.ts)'/)
    .map((path) => path.replace(/^src-main\//, ''))
    .filter((path) => !elsewhere.some((other) => path.startsWith(other)));
  expect(writers.toSorted()).toEqual([
    'clients/journal.ts',
    'core/accounts/store.ts',
    'core/keys/key-book.ts',
    'core/latency/coin-file.ts',
    'core/learn/learned-store.ts',
    'core/turn/session-file.ts',
    'node/browser-keys.ts',
    'node/settings-file.ts',
  ]);
});
