import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { SignInView } from '../../src-main/shared/account-model.ts';
import { type AccountsRig, startAccountsRig, visitIssuer } from '../support/accounts-rig.ts';
import { testHost } from '../support/host.ts';
import { canMount, mountSmallDisk, type SmallDisk } from '../support/small-disk.ts';

/** What can go wrong with a sign-in: each has its message, and leaves the accounts that are there as they were. */

let rig: AccountsRig;
let disk: SmallDisk | null = null;
let before: readonly unknown[];
let view: SignInView;

const folder = () => join(rig.host.dataDir, 'accounts');
/** Every file of the store, byte by byte, with its mode. */
const files = () =>
  readdirSync(folder())
    .sort()
    .map((name) => [name, readFileSync(join(folder(), name), 'utf8'), statSync(join(folder(), name)).mode]);
const accounts = () => rig.app.snapshot().accounts.map(({ email, source, state }) => [email, source, state]);
const param = (name: string) => new URL(view.url ?? '').searchParams.get(name) ?? '';
const start = async () => {
  view = await rig.app.handlers['signIn.start']({ method: 'browser' });
};
const callback = async (query: Record<string, string>, headers: Record<string, string> = {}) => {
  const response = await fetch(`${param('redirect_uri')}?${new URLSearchParams(query)}`, {
    headers,
    redirect: 'manual',
  });
  return { status: response.status, text: await response.text() };
};
const comeBack = async (body: unknown) => {
  rig.simulator.faults.next('issuer', { kind: 'status', status: 200, body: JSON.stringify(body) });
  await callback({ code: 'ac_x', state: param('state') });
};
const jwt = (claims: unknown) => `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;
const failed = (message: string) =>
  expect(rig.signIn('failed')).resolves.toMatchObject({ message: expect.stringContaining(message), accountId: null });

/** The program with one account that has to stay as it is, and a sign-in that waits. */
async function prepare(host = testHost()): Promise<void> {
  rig = await startAccountsRig({ host });
  const there = rig.simulator.addAccount({ email: 'there@example.test' });
  await rig.app.handlers['accounts.import']({ text: there.authJson() });
  // What comes with an import is written by now.
  await rig.app.handlers['accounts.readUsage']({ id: rig.app.snapshot().accounts[0]?.id ?? '' });
  before = [files(), accounts()];
  rig.simulator.addAccount({ email: 'ada@example.test' });
  await start();
}

afterEach(async () => {
  await rig.stop();
  disk?.dispose();
  disk = null;
});

const expectUntouched = () => expect([files(), accounts()]).toEqual(before);

describe('a sign-in that meets', () => {
  afterEach(expectUntouched);

  it('a wrong state says so in the browser, and waits on', async () => {
    await prepare();
    expect(await callback({ code: 'x', state: 'wrong' })).toMatchObject({
      status: 400,
      text: expect.stringContaining('State mismatch: this page does not belong to the sign-in'),
    });
    expect(rig.app.snapshot().signIn?.state).toBe('waiting');
  });

  it('an error callback says who refused', async () => {
    await prepare();
    await callback({ error: 'access_denied', state: param('state') });
    await failed('The sign-in was refused in the browser. Start again to try once more.');
  });

  it('an error of the issuer names it', async () => {
    await prepare();
    await callback({ error: 'server_error', error_description: '<b>evil</b>', state: param('state') });
    await failed('The issuer refused the sign-in (server_error). Start again to try once more.');
  });

  it('a code that was used before is refused by the issuer, and says so', async () => {
    await prepare();
    const used = new URL(await visitIssuer(view.url)).searchParams.get('code') ?? '';
    await fetch(`${rig.simulator.issuerUrl}/oauth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ grant_type: 'authorization_code', client_id: param('client_id'), code: used }),
    });
    await callback({ code: used, state: param('state') });
    await failed('The issuer refused the sign-in (invalid_grant). Start again to try once more.');
  });

  it('a callback from another site refuses it, and waits on', async () => {
    await prepare();
    const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'image' };
    expect(await callback({ code: 'x', state: param('state') }, headers)).toMatchObject({
      status: 403,
      text: expect.stringContaining('Other pages may not do this.'),
    });
    expect(rig.app.snapshot().signIn?.state).toBe('waiting');
  });

  it('an issuer that is down says to check the network', async () => {
    await prepare();
    await rig.simulator.stop();
    await callback({ code: 'ac_x', state: param('state') });
    await failed('The issuer could not be reached. Check the network and the proxy.');
  });

  it('tokens that are no JWTs says that it does not know them', async () => {
    await prepare();
    await comeBack({ access_token: 'opaque', id_token: 'opaque', refresh_token: 'r' });
    await failed('The issuer answered with tokens in a form that Slipstream does not know.');
  });

  it('an id token without an e-mail says to use another account', async () => {
    await prepare();
    const token = jwt({ 'https://api.openai.com/auth': { chatgpt_account_id: 'w' } });
    await comeBack({ access_token: token, id_token: token, refresh_token: 'r' });
    await failed('This sign-in names no e-mail address, so it cannot be told from others.');
  });

  it('an id token without a workspace says to use an account that has Codex', async () => {
    await prepare();
    const token = jwt({ email: 'ada@example.test' });
    await comeBack({ access_token: token, id_token: token, refresh_token: 'r' });
    await failed('This sign-in names no ChatGPT workspace. Sign in with an account that has Codex.');
  });

  it('a data folder that cannot be written names it', async () => {
    await prepare();
    renameSync(folder(), `${folder()}.away`);
    writeFileSync(folder(), 'in the way');
    await callback(Object.fromEntries(new URL(await visitIssuer(view.url)).searchParams));
    await failed(`${folder()}/`);
    await failed('cannot be written');
    rmSync(folder());
    renameSync(`${folder()}.away`, folder());
  });

  describe.runIf(canMount())('a real disk that', () => {
    const prepareDisk = async (): Promise<SmallDisk> => {
      const mounted = mountSmallDisk();
      disk = mounted;
      await prepare({ ...testHost(), dataDir: mounted.dir });
      return mounted;
    };

    it('is full says so, and works once there is space again', async () => {
      const full = await prepareDisk();
      full.fill();
      await callback(Object.fromEntries(new URL(await visitIssuer(view.url)).searchParams));
      await failed('cannot be written: the disk is full (ENOSPC). Nothing was changed.');
      expectUntouched();
      full.free();
      await start();
      await callback(Object.fromEntries(new URL(await visitIssuer(view.url)).searchParams));
      const { accountId } = await rig.signIn('done');
      await rig.app.handlers['accounts.remove']({ id: accountId ?? '' });
    });

    it('is read-only says so', async () => {
      const readOnly = await prepareDisk();
      readOnly.setReadOnly(true);
      await callback(Object.fromEntries(new URL(await visitIssuer(view.url)).searchParams));
      await failed('cannot be written: the disk is read-only (EROFS). Nothing was changed.');
      readOnly.setReadOnly(false);
    });
  });
});

it('two workspaces under one e-mail become two accounts, and the first stays as it was', async () => {
  await prepare();
  for (const plan of ['team', 'pro']) {
    const workspace = rig.simulator.addAccount({ email: 'there@example.test', userId: 'user-1', plan });
    rig.simulator.issuer.signInNext(workspace);
    if (rig.app.snapshot().signIn?.state !== 'waiting') await start();
    await callback(Object.fromEntries(new URL(await visitIssuer(view.url)).searchParams));
    expect(await rig.signIn('done')).toMatchObject({ message: `Signed in as there@example.test (${plan}).` });
  }
  expect(rig.app.snapshot().accounts.map(({ email, label }) => [email, label])).toEqual([
    ['there@example.test', 'th…@e… (plus)'],
    ['there@example.test', 'th…@e… (team)'],
    ['there@example.test', 'th…@e… (pro)'],
  ]);
  const [oldFiles] = before as [unknown[]];
  expect(files()).toEqual(expect.arrayContaining(oldFiles));
  expect(files()).toHaveLength(3);
});
