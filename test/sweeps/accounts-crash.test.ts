import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Account } from '../../src-main/core/accounts/account.ts';
import { parseAuthFile } from '../../src-main/core/accounts/auth-file.ts';
import { AccountStore } from '../../src-main/core/accounts/store.ts';
import { plainSecrets } from '../../src-main/node/secrets.ts';
import type { SimulatedAccount } from '../../src-main/simulator/accounts/accounts.ts';
import { type Simulator, startSimulator } from '../../src-main/simulator/simulator.ts';
import { bundledChild } from '../support/bundled-child.ts';
import { crashingRefresh } from '../support/crashing-refresh.ts';
import { realClock, recordingLog, troublesIn } from '../support/host.ts';
import { type LinkedHome, linkedHome } from '../support/linked-home.ts';

const childFolder = mkdtempSync(join(tmpdir(), 'slipstream-crash-child-'));
let childPath: string;

beforeAll(async () => {
  childPath = await bundledChild(join(import.meta.dirname, '..', 'support', 'crash-child.ts'), childFolder);
});
afterAll(() => rmSync(childFolder, { recursive: true, force: true }));

let dataDir: string;
let simulator: Simulator;
let person: SimulatedAccount;
let home: LinkedHome;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'slipstream-crash-'));
  simulator = await startSimulator();
  person = simulator.addAccount({ tokenLifetimeMs: 60_000 });
  home = linkedHome(person.authJson());
});
afterEach(async () => {
  await simulator.stop();
  home.dispose();
  rmSync(dataDir, { recursive: true, force: true });
});

async function openStore(): Promise<AccountStore> {
  const store = new AccountStore({
    dataDir,
    troubles: troublesIn(dataDir),
    secrets: plainSecrets,
    clock: realClock,
    log: recordingLog(),
  });
  await store.load();
  return store;
}

/** Puts the account into the data folder, with settings that must survive. */
async function store(link: Account['link']): Promise<Account> {
  const origin = { upstream: simulator.upstreamUrl, issuer: simulator.issuerUrl };
  const parsed = parseAuthFile(person.authJson(), origin, 1);
  return (await openStore()).add({ ...parsed, link, websockets: false, priority: 7 });
}

/** Runs a refresh that dies at a step in a process of its own; what it printed and the signal it died of. */
async function dieAt(step: string): Promise<{ readonly printed: string; readonly signal: string | null }> {
  const args = [childPath, dataDir, simulator.upstreamUrl, simulator.issuerUrl, step];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.on('data', (chunk) => {
    printed += chunk;
  });
  const [, signal] = await once(child, 'close');
  return { printed, signal };
}

/** What the next start comes to. It needs no process of its own: all it has of the one that died is the data folder. */
const goOn = () =>
  crashingRefresh({ dataDir, upstream: simulator.upstreamUrl, issuer: simulator.issuerUrl, step: 'none' });

const accountSteps = [
  'before the request',
  'half of the account file',
  'the account file not renamed',
  'after the account file',
] as const;

/** The token was rotated at the issuer, and this machine had not written it yet: no program can get it back. */
const lostSteps = ['with the answer in hand', 'before the account file'] as const;

describe('kill -9 in the middle of refreshing an own sign-in', () => {
  it.each(accountSteps.filter((step) => step !== 'half of the account file'))(
    '%s: the account goes on as if nothing had been',
    async (step) => {
      const before = await store(null);
      expect(await dieAt(step)).toEqual({ printed: '', signal: 'SIGKILL' });
      expect(await goOn()).toBe('ok');
      await expectWhole(before, person.refreshToken);
    },
  );

  it.each([...lostSteps, 'half of the account file'])(
    '%s: the account and its settings are there; it has to sign in again',
    async (step) => {
      const before = await store(null);
      expect(await dieAt(step)).toEqual({ printed: '', signal: 'SIGKILL' });
      expect(await goOn()).toBe('account_signed_out');
      await expectWhole(before, before.tokens.refreshToken);
    },
  );
});

describe('kill -9 in the middle of refreshing a linked sign-in', () => {
  const link = () => ({ path: home.path, spentHash: null });

  it.each([
    ...accountSteps.filter((step) => step !== 'half of the account file'),
    'before the linked file',
    'half of the linked file',
    'after the linked file',
    'before the mark that the file took it',
    'half of the mark that the file took it',
    'the mark that the file took it not renamed',
    'after the mark that the file took it',
  ])('%s: the account goes on, and the file has the newest tokens', async (step) => {
    const before = await store(link());
    expect(await dieAt(step)).toEqual({ printed: '', signal: 'SIGKILL' });
    expect(await goOn()).toBe('ok');
    await expectWhole(before, person.refreshToken);
    expect(home.read().tokens).toMatchObject({ refresh_token: person.refreshToken, access_token: person.accessToken });
    expect(readdirSync(home.dir)).toEqual(['auth.json']);
  });

  it.each([...lostSteps, 'half of the account file'])(
    '%s: the account, its settings and the file are there; it has to sign in again',
    async (step) => {
      const before = await store(link());
      const file = home.read();
      expect(await dieAt(step)).toEqual({ printed: '', signal: 'SIGKILL' });
      expect(await goOn()).toBe('account_signed_out');
      await expectWhole(before, before.tokens.refreshToken);
      expect(home.read()).toEqual(file);
    },
  );
});

/** The account is there once, with its settings and this refresh token, and no file beside it. */
async function expectWhole(before: Account, refreshToken: string | null): Promise<void> {
  const accounts = (await openStore()).list();
  expect(accounts).toMatchObject([{ id: before.id, websockets: false, priority: 7, tokens: { refreshToken } }]);
  expect(accounts[0]?.link?.spentHash ?? null).toBeNull();
  expect(readdirSync(join(dataDir, 'accounts'))).toEqual([`${before.id}.json`]);
}
