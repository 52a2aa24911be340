import { generateKeyPairSync } from 'node:crypto';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SetupJournal, type SetupRecord } from '../../src-main/clients/journal.ts';
import { AccountStore } from '../../src-main/core/accounts/store.ts';
import { KeyBook } from '../../src-main/core/keys/key-book.ts';
import { openCoinFile } from '../../src-main/core/latency/coin-file.ts';
import { LearnedStore } from '../../src-main/core/learn/learned-store.ts';
import { SessionFile } from '../../src-main/core/turn/session-file.ts';
import { openBrowserKeys } from '../../src-main/node/browser-keys.ts';
import { openSettings } from '../../src-main/node/settings.ts';
import { english } from '../../src-main/shared/words/english.ts';
import { recordingLog } from '../support/host.ts';
import { filesWith } from '../support/sources.ts';
import { account } from './account-fixtures.ts';
import { fakeClock } from './fake-clock.ts';

let dataDir: string;
let log: ReturnType<typeof recordingLog>;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'slipstream-state-'));
  log = recordingLog();
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const host = () => ({ dataDir, log, clock: fakeClock() });
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
  readonly path: string;
  readonly versionMember?: string;
  /** What the members are of, where they are wrong. */
  readonly members: readonly string[];
  /** Opens it, has it written as soon as the program would, and closes it. May tell of trouble by what it throws or answers. */
  readonly use: () => unknown;
}

/** Every file that outlives a run and is written whole. */
const files: Readonly<Record<string, StateOf>> = {
  coins: {
    path: 'coins.json',
    members: ['coins'],
    use: () => openCoinFile(host()).write([]),
  },
  sessions: {
    path: 'sessions.json',
    members: ['names', 'places'],
    use: async () => {
      const file = new SessionFile(host());
      file.sessions.resolve('a name');
      await file.close();
    },
  },
  'learned profiles': {
    path: 'learned-profiles.json',
    versionMember: 'format',
    members: ['profiles', 'notes'],
    use: () => {
      const store = new LearnedStore({ ...host(), changed: () => {} });
      store.put({ ...profile, ...shape, ...lists });
      store.flush();
    },
  },
  browsers: {
    path: 'browsers.json',
    members: ['instance', 'browsers'],
    use: () => openBrowserKeys(host()).enrol(browserKey.toString('base64url'), page),
  },
  keys: {
    path: 'keys.json',
    members: ['keys'],
    use: async () => {
      const limits = { expiresAt: null, models: null, tiers: null, requestsPerDay: null, tokensPerDay: null };
      const book = new KeyBook(host());
      const name = `Ada ${book.list().length}`;
      await book.create({ name, ...limits }).finally(() => book.close());
    },
  },
  settings: {
    path: 'settings.json',
    members: ['apiKey', 'fastPolicy'],
    use: () => {
      const store = openSettings({ dataDir, log });
      store.write({ fastPolicy: 'off' });
      return store.problems().map(english.told).join();
    },
  },
  'an account': {
    path: `accounts/${accountId}.json`,
    members: ['id', 'email'],
    use: async () => {
      const store = new AccountStore({ ...host(), secrets });
      const problems = await store.load();
      await store.add(account(accountId));
      return problems.join();
    },
  },
  "a client's set-up": {
    // The name is made of the client and the path of its file.
    path: 'clients/codex-466b9055381c.json',
    members: ['path', 'phase'],
    use: () => new SetupJournal(dataDir).save(setup),
  },
};

const mark = 'what-somebody-may-miss';
const whole = ({ versionMember = 'version' }: StateOf, version: number, more: object) =>
  JSON.stringify({ [versionMember]: version, mark, ...more });

/** `left`: the very file stays where it is. */
const troubles: Readonly<
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
const movedAside = ['settings', 'an account'];

const textOf = (path: string) => globSync(`${path}{,/**}`, { withFileTypes: true }).filter((entry) => entry.isFile());
const isKeptUnder = (path: string) =>
  textOf(path).some(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8').includes(mark));

/** Members count without a version, and a damaged record is of a set-up that the client's own file shows. */
const untold = [
  'settings that has no version',
  ...Object.entries(troubles).flatMap(([trouble, { left }]) => (left ? [] : [`a client's set-up that ${trouble}`])),
];

describe.each(Object.entries(files))('the file of %s', (name, file) => {
  it.each(Object.entries(troubles))('that %s is not written over, and is told of', async (trouble, { left, put }) => {
    const path = join(dataDir, file.path);
    mkdirSync(dirname(path), { recursive: true });
    put(file, path);
    let told = '';
    try {
      told = String(await file.use());
    } catch (error) {
      told = String(error);
    }
    expect(isKeptUnder(dataDir)).toBe(true);
    if (left && !movedAside.includes(name)) expect(isKeptUnder(path)).toBe(true);
    const lines = [...log.lines.map(({ message }) => message), told].join('\n');
    const stem = basename(path, '.json');
    if (!untold.includes(`${name} that ${trouble}`)) expect(lines).toContain(stem);
  });

  it('that is there for the first time is told of to nobody, and is there for the next run', async () => {
    await file.use();
    await file.use();
    expect(globSync('{*,*/*}', { cwd: dataDir }).filter((found) => found.includes('damaged'))).toEqual([]);
    expect(log.lines).toEqual([]);
  });
});

it('the files above are those of every part of the program that writes one whole', () => {
  const elsewhere = [
    // Of one run: lock, how it is reached, what opens a page.
    'node/instance.ts',
    'node/open-browser.ts',
    'node/ready-file.ts',
    // Not in the data folder: the files of clients, of Codex and of the system.
    'clients/config-file.ts',
    'core/accounts/linked-file.ts',
    'electron/xdg-autostart.ts',
    'node/service/',
  ];
  const writers = filesWith(/from 'write-file-atomic'|from 'conf'/)
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
    'node/settings.ts',
  ]);
});
