import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LinkedAccounts } from '../../src-main/core/accounts/linked-accounts.ts';
import { AccountStore } from '../../src-main/core/accounts/store.ts';
import type { SimulatedAccount } from '../../src-main/simulator/accounts/accounts.ts';
import type { Simulator } from '../../src-main/simulator/simulator.ts';
import { type AccountsRig, startAccountsRig } from '../support/accounts-rig.ts';
import { type TestHost, testHost } from '../support/host.ts';
import { type LinkedHome, linkedHome } from '../support/linked-home.ts';

/* An account belongs to one upstream and one issuer: a Slipstream that was started with others leaves it alone. */

let host: TestHost;
let first: AccountsRig;
let second: AccountsRig;
let person: SimulatedAccount;
let home: LinkedHome;

const view = () => second.app.snapshot().accounts[0];
const id = () => view()?.id ?? '';

/** The same data folder, opened by a Slipstream with another upstream and issuer. */
async function moveOn(add: (rig: AccountsRig) => unknown): Promise<void> {
  await add(first);
  await first.app.stop();
  second = await startAccountsRig({ host: { ...host, dispose: () => {} } });
  await second.listen();
}

beforeEach(async () => {
  host = testHost();
  first = await startAccountsRig({ host: { ...host, dispose: () => {} } });
  person = first.simulator.addAccount();
  home = linkedHome(person.authJson());
});
afterEach(async () => {
  await second.stop();
  await first.simulator.stop();
  home.dispose();
  host.dispose();
});

describe('an account of another upstream', () => {
  it('is not asked for its quota, and says why', async () => {
    await moveOn((rig) => rig.app.handlers['accounts.import']({ text: person.authJson() }));
    await expect(second.app.handlers['accounts.readUsage']({ id: id() })).rejects.toMatchObject({
      code: 'account_unusable',
      message: expect.stringContaining('another upstream'),
    });
    expect(tokensSeen(second.simulator)).toEqual([]);
  });

  it('is removed without telling the wrong issuer its token', async () => {
    await moveOn((rig) => rig.app.handlers['accounts.import']({ text: person.authJson() }));
    expect(await second.app.handlers['accounts.signOut']({ id: id(), revoke: true })).toEqual({ revoked: false });
    expect([second.app.snapshot().accounts, second.asked('/oauth/revoke')]).toEqual([[], []]);
  });

  it('that is linked is not taken for signed out', async () => {
    await moveOn((rig) => rig.app.handlers['accounts.link']({ path: home.path }));
    const store = new AccountStore(host);
    await store.load();
    const states: unknown[] = [];
    const { upstreamUrl: upstream, issuerUrl: issuer } = second.simulator;
    const parts = { store, clock: host.clock, log: host.log, origin: { upstream, issuer } };
    const linked = new LinkedAccounts({ ...parts, noteState: (...state) => void states.push(state) });
    await linked.checkAll();
    linked.stop();
    expect([store.list().length, states]).toEqual([1, []]);
  });
});

/** Requests of this simulator's log that carry the person's tokens. */
function tokensSeen(simulator: Simulator): unknown[] {
  return simulator.log.entries.filter((entry) => {
    const text = JSON.stringify(entry);
    return text.includes(person.accessToken) || text.includes(person.refreshToken);
  });
}
