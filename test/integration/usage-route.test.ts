import { afterEach, expect, it } from 'vitest';
import { type JsonObject, objectMember } from '../../src-main/core/json.ts';
import type { Settings } from '../../src-main/shared/settings.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { ask, post } from '../support/turn-client.ts';

/** What a Codex client asks that costs no quota: its own usage, and the models there are. */

let rig: Rig;
afterEach(() => rig.stop());

/** Two accounts whose quota tells them apart. */
async function start(settings: Partial<Settings> = {}): Promise<void> {
  rig = await startRig({ accounts: 0, settings });
  for (const primaryPercent of [20, 60]) {
    const account = rig.simulator.addAccount({ usage: { primaryPercent } });
    await rig.app.handlers['accounts.import']({ text: account.authJson() });
  }
}

const get = (path: string) => fetch(`${rig.baseUrl}${path}`, { headers: { authorization: `Bearer ${rig.apiKey}` } });
const usedPercent = async (path: string) => {
  const answer = await get(path);
  const body: JsonObject = await answer.json();
  return [answer.status, objectMember(objectMember(body, 'rate_limit'), 'primary_window')?.used_percent];
};

const paths = ['/api/codex/usage', '/backend-api/wham/usage'];

it.each(paths)('%s is that of the account which a new session would get', async (path) => {
  await start();
  expect(await usedPercent(path)).toEqual([200, 20]);
  rig.simulator.accounts[0]?.exhaust();
  expect((await post(rig, ask('hello'))).status).toBe(200);
  expect(await usedPercent(path)).toEqual([200, 60]);
});

it('is told where every account has reached its limit, of the one that can be used again first', async () => {
  await start();
  const now = Math.ceil(Date.now() / 1000);
  for (const [index, account] of rig.simulator.accounts.entries())
    account.exhaust({ resetsAt: now + 900 - 600 * index });
  expect((await post(rig, ask('hello'))).status).toBe(429);
  for (const path of paths) expect(await usedPercent(path)).toEqual([200, 100]);
  const asked = rig.simulator.log.requests.filter(({ path }) => path.endsWith('/wham/usage')).slice(-paths.length);
  expect(asked.map(({ accountId }) => accountId)).toEqual(paths.map(() => rig.simulator.accounts[1]?.id));
  expect((await get('/v1/models?client_version=0.170.0')).status).toBe(200);
});

it('says that nobody is signed in', async () => {
  rig = await startRig({ accounts: 0 });
  for (const path of paths) {
    const answer = await get(path);
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: { code: 'account_none' } }]);
  }
});

it('is no turn: whose turn it is stays so', async () => {
  await start({ strategy: 'round-robin' });
  const served: unknown[] = [];
  for (let count = 0; count < 4; count += 1) {
    await post(rig, ask(`hello ${count}`));
    served.push((await rig.lastTrace()).row.account?.id);
    await get('/api/codex/usage');
  }
  expect(served).toEqual([served[0], served[1], served[0], served[1]]);
  expect(served[0]).not.toBe(served[1]);
});

it('is read with a new token where upstream has taken the old one back, and no account is renewed again for nothing', async () => {
  await start();
  // What comes with an import, and ends before the test begins.
  for (const { id } of rig.app.snapshot().accounts) await rig.app.handlers['accounts.readUsage']({ id });
  const refused = { kind: 'status', status: 401 } as const;
  const ofUsage = { when: ({ path }: { readonly path: string }) => path.endsWith('/wham/usage') };
  const renewals = () => rig.simulator.log.requests.filter(({ path }) => path === '/oauth/token').length;
  rig.simulator.faults.next('side', refused, ofUsage);
  expect([await usedPercent('/api/codex/usage'), renewals()]).toEqual([[200, 20], 1]);
  rig.simulator.faults.always('side', refused, ofUsage);
  for (let count = 0; count < 3; count += 1) expect((await get('/api/codex/usage')).status).toBe(503);
  expect(renewals()).toBe(2);
});
