import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { englishAccount } from '../../src-main/node/english-account.ts';
import type { AccountView } from '../../src-main/shared/account-model.ts';
import type { SimulatedAccount } from '../../src-main/simulator/accounts/accounts.ts';
import { type AccountsRig, startAccountsRig } from '../support/accounts-rig.ts';
import { type LinkedHome, linkedHome } from '../support/linked-home.ts';
import { askTurn } from '../support/turns.ts';

let rig: AccountsRig;
let person: SimulatedAccount;
let home: LinkedHome;

const link = () => rig.app.handlers['accounts.link']({ path: home.path });
const accounts = () => rig.app.snapshot().accounts.map(englishAccount);
const refreshes = () => rig.asked('/oauth/token').length;

async function listening(seed: Parameters<typeof rig.simulator.addAccount>[0] = {}): Promise<string> {
  rig = await startAccountsRig();
  person = rig.simulator.addAccount({ email: 'ada@example.test', ...seed });
  home = linkedHome(person.authJson());
  await link();
  return rig.listen();
}

const turn = async (baseUrl: string) => (await askTurn(rig, baseUrl)).status;

/** Resolves with the account once it looks so. */
function account(wanted: (view: AccountView) => boolean): Promise<AccountView> {
  return new Promise((resolve) => {
    const look = () => {
      const found = accounts().find(wanted);
      if (found === undefined) return;
      undo();
      resolve(found);
    };
    const undo = rig.app.onDelta(look);
    look();
  });
}

/** What `codex` does when it renews: spends the token in the file and writes the new ones. */
function codexRenews(): void {
  const answer = person.issueTokens();
  const file = home.read();
  const tokens = {
    ...file.tokens,
    access_token: answer.accessToken,
    refresh_token: answer.refreshToken,
    id_token: answer.idToken,
  };
  home.write(JSON.stringify({ ...file, tokens }));
}

afterEach(async () => {
  await rig.stop();
  home.dispose();
});

describe('a linked auth.json', () => {
  it('is shown as what it is', async () => {
    await listening();
    expect(accounts()).toMatchObject([
      {
        email: 'ada@example.test',
        source: 'linked',
        state: 'ready',
        link: { path: home.path, state: 'ok' },
        problem: null,
      },
    ]);
  });

  it('lends its token while that is valid, and is not touched', async () => {
    const baseUrl = await listening({ tokenLifetimeMs: 3 * 60_000 });
    const before = readFileSync(home.path, 'utf8');
    expect(await turn(baseUrl)).toBe(200);
    expect(refreshes()).toBe(0);
    expect(readFileSync(home.path, 'utf8')).toBe(before);
  });

  it('is renewed within 2 minutes of the end, and given the new tokens with everything else kept', async () => {
    const baseUrl = await listening({ tokenLifetimeMs: 100_000 });
    const before = home.read();
    expect(await turn(baseUrl)).toBe(200);
    expect(refreshes()).toBe(1);
    const after = home.read();
    expect(after.tokens.refresh_token).toBe(person.refreshToken);
    expect(after.tokens.access_token).toBe(person.accessToken);
    const { tokens: oldTokens, last_refresh: oldTime, ...oldRest } = before;
    const { tokens: newTokens, last_refresh: newTime, ...newRest } = after;
    expect(newRest).toEqual(oldRest);
    expect(Object.keys(newTokens)).toEqual(Object.keys(oldTokens));
    expect([newTime >= oldTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/.test(newTime)]).toEqual([true, true]);
    expect(statSync(home.path).mode & 0o777).toBe(0o600);
  });

  it('that is a symbolic link stays one, and its mode is kept', async () => {
    rig = await startAccountsRig();
    person = rig.simulator.addAccount({ tokenLifetimeMs: 100_000 });
    home = linkedHome(person.authJson());
    const real = join(home.dir, 'real', 'auth.json');
    mkdirSync(join(home.dir, 'real'));
    renameSync(home.path, real);
    chmodSync(real, 0o640);
    symlinkSync(real, home.path);
    await link();
    expect(await turn(await rig.listen())).toBe(200);
    expect(home.read().tokens.refresh_token).toBe(person.refreshToken);
    expect([lstatSync(home.path).isSymbolicLink(), statSync(real).mode & 0o777]).toEqual([true, 0o640]);
  });

  it('is read again when the Codex command has written it', async () => {
    const baseUrl = await listening({ tokenLifetimeMs: 100_000 });
    codexRenews();
    expect(await turn(baseUrl)).toBe(200);
    expect(refreshes()).toBe(0);
    expect((await account((view) => (view.tokenExpiresAt ?? 0) > Date.now() + 3_600_000)).state).toBe('ready');
  });

  it('is noticed without a turn', async () => {
    await listening({ tokenLifetimeMs: 100_000 });
    codexRenews();
    expect((await account((view) => (view.tokenExpiresAt ?? 0) > Date.now() + 3_600_000)).state).toBe('ready');
  });

  it('on a 401, is read before anything is spent', async () => {
    const baseUrl = await listening();
    person.invalidateAccess();
    codexRenews();
    expect(await turn(baseUrl)).toBe(200);
    expect(refreshes()).toBe(0);
  });

  it('on a 401 with nothing new in it, is renewed', async () => {
    const baseUrl = await listening();
    person.invalidateAccess();
    expect(await turn(baseUrl)).toBe(200);
    expect(refreshes()).toBe(1);
    expect(home.read().tokens.access_token).toBe(person.accessToken);
  });

  it('whose token was used by the Codex command a moment ago is taken over when that has written it', async () => {
    const baseUrl = await listening({ tokenLifetimeMs: 100_000 });
    rig.simulator.faults.next('issuer', { kind: 'status', status: 401, code: 'refresh_token_reused' });
    const asked = turn(baseUrl);
    while (refreshes() === 0) await new Promise((resolve) => setImmediate(resolve));
    codexRenews();
    expect(await asked).toBe(200);
    expect(accounts()[0]).toMatchObject({ state: 'ready', problem: null });
    expect(rig.notices).toEqual([]);
  });

  it('whose token is dead is signed out after a while, with a notification, and comes back with a new login', async () => {
    const baseUrl = await listening({ expired: true });
    person.spoilRefresh('invalidated');
    expect(await turn(baseUrl)).toBe(503);
    expect(accounts()[0]).toMatchObject({ state: 'signed-out', problem: expect.stringContaining('codex login') });
    expect(rig.notices).toMatchObject([expect.stringContaining('Signed out: ad…@e…')]);
    codexRenews();
    expect(await account((view) => view.state === 'ready')).toMatchObject({ problem: null });
    expect(await turn(baseUrl)).toBe(200);
  });

  it.each<[string, (path: string) => void, string, string]>([
    ['is gone, as after "codex logout"', (path) => rmSync(path), 'missing', 'is gone'],
    ['is damaged', (path) => writeFileSync(path, '{"tokens":'), 'unreadable', 'holds no sign-in'],
    [
      'is in the keyring now',
      (path) => writeFileSync(path, '{"OPENAI_API_KEY":null}'),
      'unreadable',
      'holds no sign-in',
    ],
    [
      'holds another account now',
      (path) => writeFileSync(path, rig.simulator.addAccount().authJson()),
      'other-account',
      'holds another account',
    ],
  ])('that %s is reported and not used, until it is mended', async (_what, spoil, state, problem) => {
    const baseUrl = await listening();
    const text = readFileSync(home.path, 'utf8');
    spoil(home.path);
    expect(await account((view) => view.link?.state === state)).toMatchObject({
      state: 'signed-out',
      problem: expect.stringContaining(problem),
    });
    expect(await turn(baseUrl)).toBe(400);
    home.write(text);
    expect(await account((view) => view.link?.state === 'ok')).toMatchObject({ state: 'ready', problem: null });
    expect(await turn(baseUrl)).toBe(200);
  });

  it('unlinked is left as it is, and nothing is revoked', async () => {
    await listening();
    const text = readFileSync(home.path, 'utf8');
    const [linked] = accounts();
    expect(await rig.app.handlers['accounts.signOut']({ id: linked?.id ?? '', revoke: true })).toEqual({
      revoked: false,
    });
    expect([accounts(), rig.asked('/oauth/revoke'), readFileSync(home.path, 'utf8')]).toEqual([[], [], text]);
  });

  it('that is signed in separately is shared no more', async () => {
    await listening();
    const view = await rig.app.handlers['signIn.start']({ method: 'device' });
    person.approveDevice(view.userCode ?? '');
    await rig.signIn('done');
    expect(rig.app.snapshot().accounts).toMatchObject([{ source: 'device', link: null }]);
  });
});

describe('linking', () => {
  beforeEach(async () => {
    rig = await startAccountsRig();
    person = rig.simulator.addAccount();
    home = linkedHome(person.authJson());
  });

  it.each([
    ['a path that is not absolute', () => 'auth.json', 'absolute path'],
    ['another kind of file', () => '/etc/passwd', 'absolute path'],
    ['a file that is not there', () => join(home.dir, 'none.json'), 'system keyring'],
    [
      'a folder',
      () => {
        const path = join(home.dir, 'folder.json');
        mkdirSync(path);
        return path;
      },
      'not a file',
    ],
    [
      'a login in the keyring',
      () => {
        home.write('{"OPENAI_API_KEY":null}');
        return home.path;
      },
      'system keyring',
    ],
    [
      'an API key',
      () => {
        home.write('{"OPENAI_API_KEY":"sk-0123456789"}');
        return home.path;
      },
      'API key',
    ],
  ])('refuses %s, says why, and leaves the store as it was', async (_what, path, message) => {
    await expect(rig.app.handlers['accounts.link']({ path: path() })).rejects.toMatchObject({
      code: 'link_invalid',
      message: expect.stringContaining(message),
    });
    expect(rig.app.snapshot().accounts).toEqual([]);
  });
});
