import { beforeEach, describe, expect, it } from 'vitest';
import type { Account } from '../../src-main/core/accounts/account.ts';
import { plainSecrets } from '../../src-main/node/secrets.ts';
import { account, accountsInMemory } from './account-fixtures.ts';
import { fakeClock } from './fake-clock.ts';

const id = 'aaaaaaaaaaaaaaaa';
const link = { path: '/home/ann/.codex/auth.json', spentHash: null };
/** What the disk holds, from one run to the next. */
let disk: Account | null;
let told: string[];
let isDiskFull: boolean;

beforeEach(() => {
  disk = null;
  told = [];
  isDiskFull = false;
});

/** One run of the program on that disk. */
async function run(first: Partial<Account> = {}) {
  const clock = fakeClock();
  const writeFile = async (_path: string, text: string) => {
    if (isDiskFull) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
    const { version: _version, sealedTokens, ...facts } = JSON.parse(text);
    disk = { ...facts, tokens: JSON.parse((await plainSecrets.open(sealedTokens)).plain) };
  };
  const { store, accounts } = accountsInMemory(clock, {
    writeFile,
    watchSignedOut: () => void told.push('signed out'),
  });
  await store.add(disk ?? account(id, first));
  /** Resolves when everything said so far is on the disk. */
  const written = () => store.update(id, {});
  const state = () => accounts.views()[0]?.state;
  return { accounts, store, written, state };
}

describe('an account whose refresh token is dead', () => {
  it('is out at once and after a restart, gets no turns, and is told of once', async () => {
    const first = await run();
    first.accounts.signedOut(id, 'token');
    expect(first.state()).toBe('signed-out');
    await first.written();
    const second = await run();
    expect(second.state()).toBe('signed-out');
    expect(second.accounts.renewable()).toEqual([]);
    expect(() => second.accounts.choose(null, new Set())).toThrow('No account can be used');
    second.accounts.signedOut(id, 'token');
    expect(told).toEqual(['signed out']);
  });

  it('is back with the next sign-in, and told of again when that ends', async () => {
    const { accounts, state, written } = await run({ priority: 4 });
    accounts.signedOut(id, 'token');
    await written();
    await accounts.add(account(id));
    expect(state()).toBe('ready');
    expect(disk).toMatchObject({ signedOut: null, priority: 4 });
    accounts.signedOut(id, 'token');
    expect(told).toHaveLength(2);
  });

  it('is out for this run also where the disk takes nothing', async () => {
    const { accounts, state } = await run();
    isDiskFull = true;
    accounts.signedOut(id, 'token');
    expect(state()).toBe('signed-out');
  });
});

describe('a linked account', () => {
  it('whose token is dead stays out when its file is lost and comes back as it was', async () => {
    const { accounts, state } = await run({ link });
    accounts.signedOut(id, 'token');
    accounts.noteLink(id, 'missing', false);
    accounts.noteLink(id, 'ok', false);
    expect(state()).toBe('signed-out');
    accounts.noteLink(id, 'ok', true);
    expect(state()).toBe('ready');
    expect(told).toEqual(['signed out']);
  });

  it('whose file was away for a moment is in again on the disk too', async () => {
    const { accounts, written } = await run({ link });
    accounts.noteLink(id, 'unreadable', false);
    accounts.noteLink(id, 'ok', false);
    await written();
    expect(disk?.signedOut).toBeNull();
    expect((await run()).state()).toBe('ready');
  });

  it('whose file is lost is out after a restart too, is not told of twice, and is back with the file', async () => {
    const first = await run({ link });
    first.accounts.noteLink(id, 'missing', false);
    await first.written();
    const second = await run();
    expect(second.state()).toBe('signed-out');
    second.accounts.noteLink(id, 'missing', false);
    expect(told).toEqual(['signed out']);
    second.accounts.noteLink(id, 'ok', false);
    await second.written();
    expect([second.state(), disk?.signedOut]).toEqual(['ready', null]);
  });
});
