import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SlipstreamError } from '../../src-main/shared/errors.ts';
import type { AccountView } from '../../src-main/shared/model.ts';
import { buildPage } from './built-page.ts';
import { launchBrowser } from './chromium.ts';
import { makeAccount, makeAccounts, makeSnapshot } from './fixtures.ts';
import { type OpenedPage, openPage } from './open-page.ts';
import { ScriptedServer } from './scripted-server.ts';

/** The accounts screen, in a real browser. */
describe('the accounts screen', () => {
  let built: Awaited<ReturnType<typeof buildPage>>;
  let browser: Browser;
  let server: ScriptedServer;
  let opened: OpenedPage;

  beforeAll(async () => {
    [built, browser] = await Promise.all([buildPage(), launchBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await built.remove();
  });
  afterEach(async () => {
    await opened.context.close();
    await server.stop();
    expect(opened.problems).toEqual([]);
  });

  async function open(accounts: AccountView[]): Promise<Page> {
    server = await ScriptedServer.start(built.folder, makeSnapshot({ accounts }));
    opened = await openPage(browser, server.url());
    await opened.page.getByText('Connected', { exact: true }).waitFor();
    await opened.page.keyboard.type('ga');
    await opened.page.getByRole('heading', { name: 'Accounts', level: 1 }).waitFor();
    return opened.page;
  }

  const card = (page: Page, email: string) => page.getByRole('article', { name: email });

  it('shows who, in what state, what is left and when it comes back', async () => {
    const page = await open(makeAccounts(Date.now()));
    const ready = await card(page, 'ada@example.com').innerText();
    expect(ready).toMatch(/pro\s+Ready/);
    expect(ready).toMatch(/5 h\s+34 % used\s+resets in 2 h 1[12] min\s+7 d\s+61 % used\s+resets in 4 d 7 h/);
    expect(ready).toContain('not encrypted on disk');
    expect(await card(page, 'grace.hopper@example.org').innerText()).toMatch(/rests until its reset in 2 h/);
    const off = card(page, 'linus@example.net');
    expect(await off.innerText()).toContain('Quota not read yet');
    expect(await off.getByLabel('Websockets').inputValue()).toBe('no');
  });

  it('says plainly whether tokens are encrypted', async () => {
    const page = await open([makeAccount()]);
    await page.getByText('not encrypted on disk: there is no system keychain here').waitFor();
    expect(await page.locator('.storage-note').innerText()).toContain('/home/ada/.local/share/slipstream');
    server.push({ kind: 'accounts', accounts: [makeAccount({ encrypted: true })] });
    await page.getByText("Tokens are encrypted on disk with a key from the system's keychain.").waitFor();
  });

  it('switches an account, its websockets and the pin', async () => {
    const page = await open(makeAccounts(Date.now()));
    const { handlers } = server;
    handlers['accounts.setEnabled'] = ({ enabled }) => makeAccount({ enabled });
    handlers['accounts.setWebsockets'] = ({ websockets }) => makeAccount({ websockets });
    handlers['accounts.setPolicy'] = ({ pinnedAccountId = null }) => ({ strategy: 'most-headroom', pinnedAccountId });
    const account = card(page, 'ada@example.com');
    await account.getByText('Enabled').click();
    await account.getByText('Gets no turns until it is enabled.').waitFor();
    await account.getByLabel('Websockets').selectOption('no');
    await expect.poll(() => server.calls.at(-1)?.input).toEqual({ id: 'a1', websockets: false });
    await account.getByLabel('Websockets').selectOption('default');
    await expect.poll(() => server.calls.at(-1)?.input).toEqual({ id: 'a1', websockets: null });
    await account.getByRole('button', { name: 'Pin' }).click();
    await account.getByRole('button', { name: 'Pinned', pressed: true }).waitFor();
    await page.getByText('ad…@e… (pro) is pinned').waitFor();
  });

  it('removes an account only after asking', async () => {
    const page = await open([makeAccount()]);
    server.handlers['accounts.remove'] = () => null;
    const remove = card(page, 'ada@example.com').getByRole('button', { name: 'Remove' });
    await remove.click();
    const dialog = page.getByRole('dialog', { name: 'Remove this account?' });
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(server.countCalls('accounts.remove')).toBe(0);
    await remove.click();
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await page.getByText('No account is signed in').waitFor();
    expect(server.calls.at(-1)).toEqual({ name: 'accounts.remove', input: { id: 'a1' } });
  });

  it('imports pasted text, empties the field when it worked and keeps it when not', async () => {
    const page = await open([]);
    const field = page.getByLabel('or paste its text');
    const button = page.getByRole('button', { name: 'Import the text' });
    expect(await button.isDisabled()).toBe(true);
    server.handlers['accounts.import'] = () => {
      throw new SlipstreamError('account_file_invalid');
    };
    await field.fill('{"tokens":{}}');
    await button.click();
    expect(await page.getByRole('alert').textContent()).toContain('This file is not a Codex sign-in.');
    expect(await field.inputValue()).toBe('{"tokens":{}}');
    server.handlers['accounts.import'] = () => [makeAccount()];
    await button.click();
    await card(page, 'ada@example.com').waitFor();
    expect(await field.inputValue()).toBe('');
    expect(server.calls.at(-1)).toEqual({ name: 'accounts.import', input: { text: '{"tokens":{}}' } });
  });

  it('imports a chosen file, and refuses one that cannot be an auth.json', async () => {
    const page = await open([]);
    server.handlers['accounts.import'] = () => [makeAccount()];
    const picker = page.getByLabel('Choose auth.json');
    const file = (buffer: Buffer) => ({ name: 'auth.json', mimeType: 'application/json', buffer });
    await picker.setInputFiles(file(Buffer.alloc(1_048_577, 'x')));
    expect(await page.getByRole('alert').textContent()).toContain('larger than 1 MB');
    expect(server.countCalls('accounts.import')).toBe(0);
    await picker.setInputFiles(file(Buffer.from('{"tokens":"ü"}')));
    await card(page, 'ada@example.com').waitFor();
    expect(server.calls.at(-1)?.input).toEqual({ text: '{"tokens":"ü"}' });
  });
});
