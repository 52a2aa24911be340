import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { SlipstreamError } from '../../src-main/shared/errors.ts';
import type { AppInfo, Snapshot } from '../../src-main/shared/model.ts';
import { appInfo, makeAccount, makeSignIn, makeSnapshot, plainSettings } from './fixtures.ts';
import { usePageStand } from './page-stand.ts';
import type { ScriptedServer } from './scripted-server.ts';

const desktop: AppInfo = { ...appInfo, face: 'desktop', demo: false, autostartUnsupported: null };

/** The first-run screen, and what takes its place where there is no question to ask. */
describe('the first run', () => {
  const stand = usePageStand();
  let server: ScriptedServer;

  async function open(snapshot: Partial<Snapshot> = {}): Promise<Page> {
    server = await stand.serve(makeSnapshot({ app: desktop, ...snapshot }));
    const { page } = await stand.show(server.url());
    await page.getByText('Connected', { exact: true }).waitFor();
    return page;
  }

  const welcome = (page: Page) => page.getByRole('heading', { name: 'Welcome to Slipstream' });
  const press = async (page: Page, name: string) => {
    await page.getByRole('button', { name }).focus();
    await page.keyboard.press('Enter');
  };

  it('leads by keyboard from the heading over the sign-in and the question to the dashboard, and asks once', async () => {
    const page = await open();
    await welcome(page).waitFor();
    await expect.poll(() => welcome(page).evaluate((heading) => heading === document.activeElement)).toBe(true);
    server.handlers['signIn.start'] = ({ method }) => makeSignIn({ method, url: 'https://auth.openai.com/oauth/x' });
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('Waiting for the browser').waitFor();
    await expect.poll(() => server.inputsOf('signIn.start')).toEqual([{ method: 'browser' }]);
    expect(await page.getByRole('button', { name: "Link Codex CLI's login" }).count()).toBe(0);
    server.push({ kind: 'signIn', signIn: makeSignIn({ state: 'done', message: 'Signed in.' }) });
    server.push({ kind: 'accounts', accounts: [makeAccount()] });
    await page.getByText('Your account is ready').waitFor();
    await press(page, 'Start at login');
    await page.getByRole('heading', { name: 'Starts at login' }).waitFor();
    // The answered question has left the focus to the way out.
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Figures' }).waitFor();
    await expect.poll(() => server.inputsOf('settings.set')).toEqual([{ startAtLogin: true }]);
    await page.reload();
    await page.getByRole('region', { name: 'Figures' }).waitFor();
    expect(await welcome(page).count()).toBe(0);
  });

  it('links the login of the Codex CLI', async () => {
    const page = await open();
    server.handlers['accounts.link'] = () => {
      server.push({ kind: 'accounts', accounts: [makeAccount()] });
      return server.snapshot.accounts;
    };
    await press(page, "Link Codex CLI's login");
    await page.getByText('Your account is ready').waitFor();
    await expect.poll(() => server.inputsOf('accounts.link')).toEqual([{ path: null }]);
  });

  it.each([
    ['Not now', 'Does not start at login'],
    ['Go to the dashboard', null],
  ])('takes “%s” for a no that is kept', async (button, heading) => {
    const page = await open();
    await press(page, button);
    if (heading === null) await page.getByRole('region', { name: 'Figures' }).waitFor();
    else await page.getByRole('heading', { name: heading }).waitFor();
    await expect.poll(() => server.inputsOf('settings.set')).toEqual([{ startAtLogin: false }]);
  });

  it('stays where its answer could not be kept, with the reason', async () => {
    const page = await open();
    server.handlers['settings.set'] = () => {
      throw new SlipstreamError('store_unwritable', { message: 'The autostart folder cannot be written.' });
    };
    await press(page, 'Start at login');
    expect(await page.getByRole('alert').textContent()).toContain('The autostart folder cannot be written.');
    expect(await page.getByRole('heading', { name: 'Start Slipstream at login?' }).count()).toBe(1);
  });

  it('is in nobody’s way: other screens open, and it waits on the overview', async () => {
    const page = await open();
    await welcome(page).waitFor();
    await page.keyboard.type('gr');
    await page.getByText('so turns would be refused').waitFor();
    expect(await welcome(page).count()).toBe(0);
    await page.keyboard.type('go');
    await welcome(page).waitFor();
  });

  it.each<[string, Partial<Snapshot>]>([
    ['was answered', { settings: { ...plainSettings, startAtLogin: false } }],
    ['cannot be asked', { app: { ...desktop, autostartUnsupported: 'Not here.' } }],
  ])('is not shown where the question %s; the overview leads to an account', async (_name, snapshot) => {
    const page = await open(snapshot);
    const card = page.getByRole('region', { name: 'Accounts' });
    await card.getByText('No account is signed in').waitFor();
    expect(await welcome(page).count()).toBe(0);
    server.handlers['signIn.start'] = ({ method }) => makeSignIn({ method, url: 'https://auth.openai.com/oauth/x' });
    await card.getByRole('button', { name: 'Sign in with ChatGPT' }).click();
    await page.getByText('Waiting for the browser').waitFor();
    expect(new URL(page.url()).hash).toBe('#/accounts');
  });
});

describe('a pause', () => {
  const stand = usePageStand();

  it('is seen on every screen, and ends by its button; the key sets it and ends it too', async () => {
    const server = await stand.serve(makeSnapshot({ settings: { ...plainSettings, paused: true } }));
    const { page } = await stand.show(server.url());
    const word = page.getByText('Paused: new turns are refused');
    await word.waitFor();
    await page.keyboard.type('ga');
    expect(await word.isVisible()).toBe(true);
    await page.getByRole('button', { name: 'Resume' }).click();
    await word.waitFor({ state: 'detached' });
    await page.keyboard.press('Alt+Shift+P');
    await word.waitFor();
    server.push({ kind: 'settings', settings: { paused: false } });
    await word.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Pause Slipstream' }).click();
    await word.waitFor();
    await expect
      .poll(() => server.inputsOf('settings.set'))
      .toEqual([{ paused: false }, { paused: true }, { paused: true }]);
    await page.keyboard.type('?');
    await page.getByRole('dialog').getByText('Pause Slipstream, or resume').waitFor();
  });

  it('fits a narrow window with its word and its button', async () => {
    const server = await stand.serve(makeSnapshot({ settings: { ...plainSettings, paused: true } }));
    const { page } = await stand.show(server.url(), { viewport: { width: 760, height: 480 } });
    await page.getByRole('button', { name: 'Resume' }).waitFor();
    const isCut = await page.getByRole('banner').evaluate((bar) => bar.scrollWidth > bar.clientWidth);
    expect(isCut).toBe(false);
  });
});
