import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterEach, describe, expect, it } from 'vitest';
import type { SimulatedAccount } from '../../src-main/simulator/accounts/accounts.ts';
import { type AccountsRig, startAccountsRig, visitIssuer } from '../support/accounts-rig.ts';
import { type SkippingClock, skippingClock } from '../support/skipping-clock.ts';
import { askTurn } from '../support/turns.ts';
import { builtPage } from './built-page.ts';
import { tabOpenedBy } from './new-tab.ts';
import type { OpenedPage } from './open-page.ts';
import { usePageStand } from './page-stand.ts';

/** Signing in, in a real browser: the real program behind the dashboard, and the simulator's issuer in a second tab. */
describe('signing in from the dashboard', () => {
  let rig: AccountsRig;
  // Before the stand: what is set up first is ended last, so the page is closed before its server goes away.
  afterEach(() => rig.stop());
  const stand = usePageStand();
  let clock: SkippingClock;
  let opened: OpenedPage;
  let page: Page;
  let ada: SimulatedAccount;
  /** The tab has compiled the program of this address. */
  let usualPort = 0;

  async function start(): Promise<void> {
    clock = skippingClock();
    rig = await startAccountsRig({ clock, rendererDir: builtPage });
    ada = rig.simulator.addAccount({ email: 'ada@example.test', plan: 'pro' });
  }

  async function show(): Promise<void> {
    const link = await rig.dashboard(usualPort);
    usualPort = Number(new URL(link).port);
    opened = await stand.show(link);
    ({ page } = opened);
    await page.getByText('Connected', { exact: true }).waitFor();
    await page.keyboard.type('ga');
    await page.getByRole('heading', { name: 'Accounts', level: 1 }).waitFor();
  }

  async function open(): Promise<void> {
    await start();
    await show();
  }

  const card = (email: string) => page.getByRole('article', { name: email });
  const click = (name: string) => page.getByRole('button', { name }).click();
  const waiting = (text: string) => page.getByText(`Waiting for the ${text}`).waitFor();
  const startBrowser = async (): Promise<string> => {
    await click('Sign in with the browser');
    await waiting('browser');
    return rig.opened.at(-1) ?? '';
  };
  const startDevice = async (): Promise<string> => {
    await click('Use a device code');
    await waiting('code to be entered');
    return (await page.getByRole('status').locator('code').first().innerText()).trim();
  };
  /** Another tab of the same browser; what it says once it is there. */
  const visit = async (url: string): Promise<string> => {
    const tab = await opened.context.newPage();
    await tab.goto(url);
    return tab.locator('body').innerText();
  };
  const ended = (message: string) => page.getByRole('status').getByText(message).waitFor();

  it('opens the page, waits, and shows who signed in with their card and quota', async () => {
    await open();
    expect(await page.getByText('No account is signed in').count()).toBe(1);
    const url = await startBrowser();
    expect(rig.opened).toEqual([url]);
    expect(await page.getByRole('link', { name: '/oauth/authorize' }).getAttribute('href')).toBe(url);
    await page.getByText(/ends in [45] min/).waitFor();
    expect(await visit(url)).toContain('You are signed in to Slipstream.');
    await ended('Signed in as ada@example.test (pro).');
    const text = card('ada@example.test');
    await text.getByText('0 % used').first().waitFor();
    expect(await text.innerText()).toMatch(/Signed in by browser.*pro\s+Ready.*Not encrypted on disk/s);
    expect(await page.getByRole('button', { name: 'Cancel the sign-in' }).count()).toBe(0);
  });

  it('ends in a tab whose address and history hold no code', async () => {
    await open();
    await startBrowser();
    const tab = await tabOpenedBy(opened.context, () => page.getByRole('link', { name: '/oauth/authorize' }).click());
    await expect.poll(async () => (await tab.url()).pathname, { timeout: 8_000 }).toBe('/success');
    expect(await tab.url()).toMatchObject({ search: '', hash: '' });
    expect(tab.canAccessOpener).toBe(false);
    await tab.close();
    await ended('Signed in as ada@example.test (pro).');
  });

  it('can be gone through with the keyboard alone', async () => {
    await open();
    const focused = () => page.evaluate(() => document.activeElement?.textContent);
    await page.getByRole('button', { name: 'Use a device code' }).focus();
    await page.keyboard.press('Enter');
    await waiting('code to be entered');
    for (const text of ['', '/codex/device', '', 'Cancel the sign-in']) {
      await page.keyboard.press('Tab');
      await expect.poll(focused).toContain(text);
    }
    await page.keyboard.press('Enter');
    await ended('The sign-in was cancelled.');
    await page.keyboard.press('Tab');
    await expect.poll(focused).toBe('Sign in with the browser');
  });

  it('says how it ended until that is dismissed, and the keyboard goes on there', async () => {
    await open();
    await startBrowser();
    await click('Cancel the sign-in');
    await ended('The sign-in was cancelled.');
    await page
      .getByRole('status')
      .filter({ hasText: 'The sign-in was cancelled.' })
      .getByRole('button', { name: 'Dismiss' })
      .press('Enter');
    await page.getByRole('status').filter({ hasText: 'The sign-in was cancelled.' }).waitFor({ state: 'detached' });
    expect(rig.app.snapshot().signIn).toBeNull();
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Sign in with the browser');
  });

  it('is cancelled, after which its page leads nowhere and another can be started', async () => {
    await open();
    const url = await startBrowser();
    await click('Cancel the sign-in');
    await ended('The sign-in was cancelled.');
    await expect(visit(url)).rejects.toThrow('ERR_CONNECTION_REFUSED');
    expect(rig.app.snapshot().accounts).toEqual([]);
    expect(await startBrowser()).not.toBe(url);
  });

  it('says that the person at the page said no', async () => {
    await open();
    const url = await startBrowser();
    rig.simulator.issuer.denyNext();
    expect(await visit(url)).toContain('The sign-in was refused.');
    await ended('The sign-in was refused in the browser. Start again to try once more.');
    expect(rig.app.snapshot().accounts).toEqual([]);
  });

  it('says that the issuer did not take the code, and that it was away', async () => {
    await open();
    for (const [fault, message] of [
      [{ kind: 'status', status: 400, code: 'invalid_grant' }, 'The issuer refused the sign-in (invalid_grant).'],
      [{ kind: 'reset' }, 'The issuer could not be reached.'],
    ] as const) {
      rig.simulator.faults.next('issuer', fault);
      expect(await visit(await startBrowser())).toContain('Slipstream says why');
      await ended(message);
    }
    expect(rig.app.snapshot().accounts).toEqual([]);
  });

  it('takes no callback from another site, and goes on waiting', async () => {
    await open();
    const query = new URL(await startBrowser()).searchParams;
    const callback = `${query.get('redirect_uri')}?code=ac_evil&state=`;
    const state = query.get('state');
    const evil = await serve(
      `<iframe src="${callback}${state}"></iframe><img src="${callback}${state}"><p>done</p>
       <script>fetch("${callback}${state}").catch(() => document.body.append("refused"))</script>`,
    );
    const tab = await opened.context.newPage();
    await tab.goto(evil.url, { waitUntil: 'networkidle' });
    await tab.getByText('refused').waitFor();
    await evil.close();
    expect(await visit(`${callback}made-up`)).toContain('State mismatch');
    await waiting('browser');
    expect([rig.asked('/oauth/token'), rig.app.snapshot().accounts]).toEqual([[], []]);
  });

  it('takes a pasted address, and refuses one that is not of this sign-in', async () => {
    await open();
    const address = await visitIssuer(await startBrowser());
    const field = page.getByLabel(/Paste the address it ended on/);
    await field.fill(address.replace(/state=[^&]+/, 'state=other'));
    await click('Continue');
    await page.getByRole('alert').getByText('This address does not belong to the sign-in that is waiting.').waitFor();
    await waiting('browser');
    await field.fill(address);
    await field.press('Enter');
    await ended('Signed in as ada@example.test (pro).');
    await card('ada@example.test').waitFor();
  });

  it('gives up after 5 minutes, and says so', async () => {
    await open();
    await startBrowser();
    clock.skip(5 * 60_000);
    await ended('Nobody signed in within 5 minutes.');
  });

  it('signs in with a code that is entered in another tab', async () => {
    await open();
    const code = await startDevice();
    expect(rig.opened).toEqual([]);
    const tab = await opened.context.newPage();
    await tab.goto((await page.getByRole('link', { name: '/codex/device' }).getAttribute('href')) ?? '');
    await tab.getByRole('textbox').fill(code);
    await tab.getByRole('button', { name: 'Continue' }).click();
    await tab.getByText('Signed in.').waitFor();
    await ended('Signed in as ada@example.test (pro).');
    await card('ada@example.test').getByText('Signed in by device code').waitFor();
  });

  it('lets a device code run out after 15 minutes, and cancels one', async () => {
    await open();
    const code = await startDevice();
    await page.getByText(/ends in 1[45] min/).waitFor();
    clock.skip(15 * 60_000);
    await ended('Nobody entered the code within 15 minutes.');
    expect(await page.getByText(code).count()).toBe(0);
    await startDevice();
    await click('Cancel the sign-in');
    await ended('The sign-in was cancelled.');
    expect(rig.app.snapshot().accounts).toEqual([]);
  });

  it('says that the issuer cannot be reached', async () => {
    await open();
    await rig.simulator.stop();
    await click('Use a device code');
    await page.getByRole('alert').getByText('The issuer could not be reached.').waitFor();
    expect(await page.getByRole('button', { name: 'Use a device code' }).isEnabled()).toBe(true);
  });

  it('signs a signed-out account in again from its card, with its settings kept', async () => {
    await start();
    await rig.app.handlers['accounts.import']({ text: ada.authJson() });
    await rig.app.handlers['accounts.import']({ text: rig.simulator.addAccount().authJson() });
    const id = rig.app.snapshot().accounts[0]?.id ?? '';
    await rig.app.handlers['accounts.setWebsockets']({ id, websockets: false });
    await rig.app.handlers['accounts.setPriority']({ id, priority: 5 });
    await rig.app.handlers['settings.set']({ pinnedAccountId: id });
    await show();
    ada.invalidateAccess();
    ada.spoilRefresh('expired');
    expect((await askTurn(rig, rig.app.snapshot().app.baseUrl)).status).toBe(200);
    const its = card('ada@example.test');
    await its.getByText('Its sign-in has ended. Sign in again; its settings are kept.').waitFor();
    rig.simulator.issuer.signInNext(ada);
    await its.getByRole('button', { name: 'Sign in again' }).click();
    await waiting('browser');
    expect(await visit(rig.opened.at(-1) ?? '')).toContain('You are signed in');
    await its.getByText('Ready', { exact: true }).waitFor();
    expect(await its.getByRole('button', { name: 'Sign in again' }).count()).toBe(0);
    expect(await its.getByLabel('Priority').inputValue()).toBe('5');
    expect(await its.getByLabel('Websockets').inputValue()).toBe('no');
    await its.getByRole('button', { name: 'Pinned', pressed: true }).waitFor();
    expect(rig.app.snapshot().accounts).toHaveLength(2);
  });

  it('keeps two workspaces under one e-mail apart', async () => {
    await open();
    const team = rig.simulator.addAccount({ email: 'ada@example.test', userId: ada.userId, plan: 'team' });
    for (const [person, plan] of [
      [ada, 'pro'],
      [team, 'team'],
    ] as const) {
      rig.simulator.issuer.signInNext(person);
      await visit(await startBrowser());
      await ended(`Signed in as ada@example.test (${plan}).`);
    }
    await expect.poll(() => card('ada@example.test').count()).toBe(2);
  });
});

/** A page of another site. */
async function serve(body: string): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end(`<!doctype html><body>${body}</body>`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
