import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { AccountTokens } from '../../src-main/core/accounts/account.ts';
import { isLinked, LinkedAccounts } from '../../src-main/core/accounts/linked-accounts.ts';
import { realClock, recordingLog } from '../support/host.ts';
import { accountsInMemory, authFile, idToken, jwt, origin } from './account-fixtures.ts';

/** Renewals of a shared sign-in that meet: whatever comes first, file and store end with the newest tokens. */

let dir: string;
let path: string;
/** Ends the first write to the file. */
let gate: PromiseWithResolvers<void>;
let writes: number;
let linked: LinkedAccounts;

const tokens = (number: number): AccountTokens => ({
  accessToken: jwt({ exp: 2_000_000_000 + number }),
  refreshToken: `rt_refresh-token-${number}`,
  idToken: idToken(),
});
const inFile = (): unknown => JSON.parse(readFileSync(path, 'utf8')).tokens.refresh_token;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'slipstream-linked-'));
  path = join(dir, 'auth.json');
  gate = Promise.withResolvers();
  writes = 0;
});

afterEach(() => {
  linked.stop();
  rmSync(dir, { recursive: true });
});

async function start() {
  writeFileSync(path, authFile());
  const { store } = accountsInMemory(realClock);
  linked = new LinkedAccounts({
    store,
    clock: realClock,
    log: recordingLog(),
    origin,
    noteState: () => {},
    writeFile: async (target, text) => {
      writes += 1;
      if (writes === 1) await gate.promise;
      writeFileSync(target, text);
    },
  });
  const account = await linked.link(path);
  if (!isLinked(account)) throw new Error('it is not linked');
  const now = () => {
    const found = store.get(account.id);
    if (found === null || !isLinked(found)) throw new Error('it is not linked any more');
    return found;
  };
  return { account, now };
}

it('a renewal while the tokens of the one before are still being written ends with its own in both', async () => {
  const { account, now } = await start();
  const first = linked.renew(account, tokens(2), 'rt_refresh-token-1');
  await expect.poll(() => writes).toBe(1);
  const second = linked.renew(now(), tokens(3), 'rt_refresh-token-2');
  await expect.poll(() => now().tokens.refreshToken).toBe('rt_refresh-token-3');
  gate.resolve();
  await Promise.all([first, second]);
  expect(now()).toMatchObject({ tokens: { refreshToken: 'rt_refresh-token-3' }, link: { spentHash: null } });
  expect(inFile()).toBe('rt_refresh-token-3');
  expect((await second).tokens.refreshToken).toBe('rt_refresh-token-3');
});

it('a file that is given its tokens back has them once that is over', async () => {
  const { account } = await start();
  let isOver = false;
  const handed = linked.handBack(account, tokens(2), 'rt_refresh-token-1').then(() => {
    isOver = true;
  });
  await expect.poll(() => writes).toBe(1);
  expect(isOver).toBe(false);
  gate.resolve();
  await handed;
  expect(inFile()).toBe('rt_refresh-token-2');
});
