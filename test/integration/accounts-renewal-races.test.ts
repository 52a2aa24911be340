import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SimulatedAccount } from '../../src-main/simulator/accounts/accounts.ts';
import { type AccountsRig, startAccountsRig } from '../support/accounts-rig.ts';
import { type IssuerGate, startIssuerGate } from '../support/issuer-gate.ts';
import { type LinkedHome, linkedHome } from '../support/linked-home.ts';
import { askTurn } from '../support/turns.ts';

/* A refresh token is spent once the issuer has answered: whatever happens then, the one that replaced it must not be lost. */

let gate: IssuerGate;
let rig: AccountsRig;
let person: SimulatedAccount;
let home: LinkedHome;

const accounts = () => rig.app.snapshot().accounts;
const id = () => accounts()[0]?.id ?? '';
const renewals = () => rig.asked('/oauth/token').length;

beforeEach(async () => {
  gate = await startIssuerGate();
  rig = await startAccountsRig({ issuerUrl: gate.url });
  gate.issuerUrl = rig.simulator.issuerUrl;
  person = rig.simulator.addAccount({ tokenLifetimeMs: 60_000 });
  home = linkedHome(person.authJson());
});
afterEach(async () => {
  await rig.stop();
  gate.close();
  home.dispose();
});

describe('a linked file whose token is being renewed gets the new one', () => {
  it.each([
    ['also when it is unlinked meanwhile', () => rig.app.handlers['accounts.remove']({ id: id() })],
    [
      'also when the account gets a sign-in of its own meanwhile',
      () => {
        person.issueTokens();
        return rig.app.handlers['accounts.import']({ text: person.authJson() });
      },
    ],
  ])('%s', async (_what, act) => {
    await rig.app.handlers['accounts.link']({ path: home.path });
    const baseUrl = await rig.listen();
    let renewed = '';
    gate.beforeTokens = async () => {
      renewed = person.refreshToken;
      await act();
    };
    await askTurn(rig, baseUrl);
    expect(renewals()).toBe(1);
    await expect.poll(() => home.read().tokens.refresh_token).toBe(renewed);
    expect(accounts().every(({ link }) => link === null)).toBe(true);
  });

  it('also when it is linked once more while it cannot be written', async () => {
    await rig.app.handlers['accounts.link']({ path: home.path });
    const baseUrl = await rig.listen();
    // Where the temporary file goes.
    const obstacle = `${home.path}.slipstream`;
    mkdirSync(obstacle);
    await askTurn(rig, baseUrl);
    expect(accounts()[0]?.link?.state).toBe('unsaved');
    await rig.app.handlers['accounts.link']({ path: home.path });
    rmdirSync(obstacle);
    await askTurn(rig, baseUrl);
    expect(home.read().tokens.refresh_token).toBe(person.refreshToken);
    expect([accounts()[0]?.state, renewals()]).toEqual(['ready', 1]);
  });
});

describe('an account that is signed out while its token is renewed leaves no good token behind', () => {
  const signOut = () => rig.app.handlers['accounts.signOut']({ id: id(), revoke: true });

  async function isOver(signedOut: ReturnType<typeof signOut>): Promise<void> {
    expect(await signedOut).toEqual({ revoked: true });
    expect(rig.asked('/oauth/revoke').at(-1)?.body).toMatchObject({ token: person.refreshToken });
    expect([accounts(), renewals()]).toEqual([[], 1]);
  }

  it('where the renewal began before', async () => {
    const [asked, answer] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    gate.beforeTokens = () => {
      asked.resolve();
      return answer.promise;
    };
    await rig.app.handlers['accounts.import']({ text: person.authJson() });
    await asked.promise;
    const signedOut = signOut();
    answer.resolve();
    await isOver(signedOut);
  });

  it('where it comes while the issuer is told', async () => {
    person = rig.simulator.addAccount();
    await rig.app.handlers['accounts.import']({ text: person.authJson() });
    const baseUrl = await rig.listen();
    person.invalidateAccess();
    gate.beforeRevoke = async () => {
      gate.beforeRevoke = async () => {};
      await askTurn(rig, baseUrl);
    };
    await isOver(signOut());
  });
});

it('a program that is told to stop while a token is renewed stores the new one first', async () => {
  await rig.app.handlers['accounts.import']({ text: person.authJson() });
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  gate.beforeTokens = () => {
    asked.resolve();
    return answer.promise;
  };
  await rig.listen();
  await asked.promise;
  const stopped = rig.app.stop();
  answer.resolve();
  await stopped;
  expect(storedText()).toContain(person.refreshToken);
});

function storedText(): string {
  const folder = join(rig.host.dataDir, 'accounts');
  const [name = ''] = existsSync(folder) ? readdirSync(folder) : [];
  return readFileSync(join(folder, name), 'utf8');
}
