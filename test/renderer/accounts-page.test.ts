import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { AccountView } from '../../src-main/shared/account-model.ts';
import { SlipstreamError } from '../../src-main/shared/errors.ts';
import { makeAccount, makeAccounts, makeSignIn, makeSnapshot } from './fixtures.ts';
import type { OpenedPage } from './open-page.ts';
import { usePageStand } from './page-stand.ts';
import type { ScriptedServer } from './scripted-server.ts';

/** The accounts screen, in a real browser. */
describe('the accounts screen', () => {
  const stand = usePageStand();
  let server: ScriptedServer;
  let opened: OpenedPage;

  async function open(accounts: AccountView[]): Promise<Page> {
    server = await stand.serve(makeSnapshot({ accounts }));
    opened = await stand.show(server.urlOf('#/accounts'));
    await opened.page.getByText('Connected', { exact: true }).waitFor();
    await opened.page.getByRole('heading', { name: 'Accounts', level: 1 }).waitFor();
    return opened.page;
  }

  const plain = {
    tool: 'codex' as const,
    accounts: [{ email: 'new@example.test', plan: null, isThere: false }],
    settings: [],
    left: [],
  };
  const importOne = (): AccountView[] => {
    server.push({ kind: 'accounts', accounts: [makeAccount()] });
    return [makeAccount()];
  };
  const card = (page: Page, email: string) => page.getByRole('article', { name: email });

  it('shows who, in what state, what is left and when it comes back', async () => {
    const page = await open(makeAccounts(Date.now()));
    const ready = await card(page, 'ada@example.com').innerText();
    expect(ready).toMatch(/pro\s+Ready/);
    expect(ready).toMatch(/5 h\s+34 % used\s+resets in 2 h 1[12] min\s+7 d\s+61 % used\s+resets in 4 d 7 h/);
    expect(ready).toContain('Not encrypted on disk');
    expect(await card(page, 'grace.hopper@example.org').innerText()).toMatch(
      /Limit reached until .*\d\d:\d\d.*no turns before the reset in 2 h/s,
    );
    const off = card(page, 'linus@example.net');
    expect(await off.innerText()).toContain('Quota not read yet');
    expect(await off.getByLabel('Websockets').inputValue()).toBe('no');
  });

  it('names the workspace, and calls windows by their length; one that was reset since is not said to be full', async () => {
    const now = Date.now();
    const usage = {
      primary: { usedPercent: 97, windowMinutes: 43_200, resetAt: now - 2 * 3_600_000 - 5_000 },
      secondary: null,
      credits: { hasCredits: true, unlimited: false, balance: '12.50' },
      readAt: now - 3 * 3_600_000,
    };
    const page = await open([makeAccount({ workspace: 'Engineering', usage })]);
    const text = await card(page, 'ada@example.com').innerText();
    expect(text).toContain('Workspace Engineering');
    expect(text).toMatch(/30 d\s+not read\s+was reset 2 h ago/);
    expect(text).toContain('Credits 12.50');
    expect(await page.getByRole('meter').getAttribute('aria-valuenow')).toBe('0');
  });

  it('finds those that are meant among many, by who they are and how they stand', async () => {
    const many = Array.from({ length: 12 }, (_, n) => makeAccount({ id: `a${n}`, email: `user${n}@example.test` }));
    const page = await open(many.map((one, n) => (n === 7 ? { ...one, workspace: 'Research', enabled: false } : one)));
    await page.keyboard.press('/');
    await page.keyboard.type('research disabled');
    await page.getByText('1 of 12 accounts').waitFor();
    expect(await page.getByRole('article').count()).toBe(1);
    await card(page, 'user7@example.test').waitFor();
    // With few there is nothing to look for.
    server.push({ kind: 'accounts', accounts: many.slice(0, 9) });
    await expect.poll(() => page.getByRole('article').count()).toBe(9);
    expect(await page.getByRole('searchbox').or(page.getByLabel('Search accounts')).count()).toBe(0);
  });

  it('calls an account in the palette as on every screen', async () => {
    const page = await open([makeAccount({ nickname: 'Work' }), ...makeAccounts(Date.now()).slice(1)]);
    await page.keyboard.press('Control+k');
    const palette = page.getByRole('dialog', { name: 'Commands' });
    await palette.getByRole('option', { name: 'Read the quota of Work', exact: true }).waitFor();
    await palette.getByRole('option', { name: 'Read the quota of grace.hopper@e… (team)', exact: true }).waitFor();
  });

  it('does not offer to sign out at the issuer what belongs to another one', async () => {
    const page = await open([makeAccount({ state: 'other-upstream' })]);
    await card(page, 'ada@example.com').getByRole('button', { name: 'Remove' }).click();
    await page.getByText('the issuer is not told').waitFor();
    expect(await page.getByRole('checkbox', { name: 'Also sign it out' }).count()).toBe(0);
  });

  it('tells a sign-in that has ended everywhere, and nothing of its token', async () => {
    const page = await open([makeAccount(), makeAccount({ id: 'a2', email: 'grace@example.org' })]);
    const link = page.getByRole('navigation').getByRole('link', { name: /Accounts/ });
    expect(await link.innerText()).toMatch(/Accounts\s+2/);
    server.push({
      kind: 'accounts',
      accounts: [makeAccount({ state: 'signed-out', tokenExpiresAt: Date.now() + 6e8 })],
    });
    await link.getByText('1 signed out').waitFor();
    expect(await card(page, 'ada@example.com').innerText()).not.toContain('Access token');
  });

  it('says that and why a quota could not be read, and that a window is used up', async () => {
    const now = Date.now();
    const usageTrouble = { text: 'Upstream answered with status 500.', atMs: now - 180_000 };
    const page = await open([makeAccount({ usageTrouble })]);
    const words = 'The quota could not be read 3 min ago: Upstream answered with status 500.';
    await card(page, 'ada@example.com').getByText(words).waitFor();
    await page.keyboard.type('go');
    await page.getByRole('region', { name: 'Accounts' }).getByText(words).waitFor();
  });

  it('takes a nickname, and names accounts as their owner wants to see them', async () => {
    const page = await open([makeAccount()]);
    server.handlers['accounts.setNickname'] = ({ nickname }) => makeAccount({ nickname });
    await page.getByLabel('Nickname').fill('Work');
    await page.getByLabel('Nickname').press('Enter');
    await page.getByRole('heading', { name: 'Work' }).waitFor();
    await expect.poll(() => server.inputsOf('accounts.setNickname')).toEqual([{ id: 'a1', nickname: 'Work' }]);
    await page.keyboard.type('go');
    const overview = page.getByRole('region', { name: 'Accounts' });
    await overview.getByText('Work').waitFor();
    server.push({ kind: 'accounts', accounts: [makeAccount()] });
    await overview.getByText('ada@e… (pro)').waitFor();
    server.push({ kind: 'settings', settings: { accountNames: 'email' } });
    await overview.getByText('ada@example.com (pro)').waitFor();
    server.push({ kind: 'settings', settings: { accountNames: 'masked' } });
    await overview.getByText('ad…@e… (pro)').waitFor();
  });

  it('takes a nickname of which nothing can be seen for none', async () => {
    const page = await open([makeAccount({ nickname: 'Work' })]);
    server.handlers['accounts.setNickname'] = ({ nickname }) => makeAccount({ nickname });
    await page.getByLabel('Nickname').fill('\u202e\u200b\u3164');
    await page.getByLabel('Nickname').press('Enter');
    await page.getByRole('heading', { name: 'ada@example.com' }).waitFor();
    expect(server.inputsOf('accounts.setNickname')).toEqual([{ id: 'a1', nickname: null }]);
  });

  it('says plainly whether tokens are encrypted', async () => {
    const page = await open([makeAccount()]);
    await page.getByText('not encrypted on disk: there is no system keychain here').waitFor();
    expect(await page.locator('p').filter({ hasText: 'no system keychain here' }).innerText()).toContain(
      '/home/ada/.local/share/slipstream',
    );
    server.push({ kind: 'accounts', accounts: [makeAccount({ encrypted: true })] });
    await page.getByText("Tokens are encrypted on disk with a key from the system's keychain.").waitFor();
  });

  it('sends what is changed while an earlier answer is awaited, and leaves the focus where it is', async () => {
    const page = await open(makeAccounts(Date.now()));
    const { handlers } = server;
    const held = Promise.withResolvers<AccountView>();
    handlers['accounts.setEnabled'] = () => held.promise;
    handlers['accounts.setWebsockets'] = ({ websockets }) => makeAccount({ websockets });
    handlers['accounts.remove'] = () => null;
    const account = card(page, 'ada@example.com');
    await account.getByText('Enabled').click();
    await account.getByLabel('Websockets').selectOption('no');
    await expect.poll(() => server.inputsOf('accounts.setWebsockets')).toEqual([{ id: 'a1', websockets: false }]);
    expect(await page.evaluate(() => document.activeElement?.matches(':disabled'))).toBe(false);
    await account.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await expect.poll(() => server.inputsOf('accounts.remove')).toEqual([{ id: 'a1' }]);
    held.resolve(makeAccount({}));
  });

  it('switches an account, its websockets and the pin', async () => {
    const page = await open(makeAccounts(Date.now()));
    const { handlers } = server;
    handlers['accounts.setEnabled'] = ({ enabled }) => makeAccount({ enabled });
    handlers['accounts.setWebsockets'] = ({ websockets }) => makeAccount({ websockets });
    const account = card(page, 'ada@example.com');
    await account.getByText('Enabled').click();
    await account.getByText('Gets no turns until it is enabled.').waitFor();
    await account.getByLabel('Websockets').selectOption('no');
    await expect.poll(() => server.inputsOf('accounts.setWebsockets')).toEqual([{ id: 'a1', websockets: false }]);
    await account.getByLabel('Websockets').selectOption('default');
    await expect.poll(() => server.inputsOf('accounts.setWebsockets').at(-1)).toEqual({ id: 'a1', websockets: null });
    await account.getByRole('button', { name: 'Pin' }).click();
    await account.getByRole('button', { name: 'Pinned', pressed: true }).waitFor();
    await page.getByText('ada@e… (pro) is pinned').waitFor();
  });

  it('says what upstream refused an account and until when, and has it tried again', async () => {
    const untilMs = Date.now() + 3_600_000;
    const text = 'Upstream says that this account or its workspace is deactivated. Ask its owner.';
    const refusals = [{ kind: 'deactivated', scope: null, text, isHard: true, untilMs }];
    const page = await open([makeAccount({ state: 'refused', problem: text, refusals })]);
    server.handlers['accounts.tryAgain'] = () =>
      makeAccount({ overHttp: { untilMs, why: 'Upstream refused its websockets again and again.' } });
    const account = card(page, 'ada@example.com');
    await account.getByText('Refused by upstream').waitFor();
    await account.getByText('is deactivated').waitFor();
    await account.getByText('Every turn: not sent here until').waitFor();
    await account.getByRole('button', { name: 'Try again' }).click();
    await account.getByText('Served over HTTP until').waitFor();
    await account.getByRole('button', { name: 'Try websockets now' }).click();
    await expect.poll(() => server.inputsOf('accounts.tryAgain')).toEqual([{ id: 'a1' }, { id: 'a1' }]);
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
    await expect.poll(() => server.inputsOf('accounts.remove')).toEqual([{ id: 'a1' }]);
  });

  it('imports pasted text, empties the field when it worked and keeps it when not', async () => {
    const page = await open([]);
    const field = page.getByLabel('or paste its text');
    const button = page.getByRole('button', { name: 'Import the text' });
    expect(await button.isDisabled()).toBe(true);
    server.handlers['accounts.preview'] = () => {
      throw new SlipstreamError('account_file_invalid');
    };
    await field.fill('{"tokens":{}}');
    await button.click();
    expect(await page.getByRole('alert').textContent()).toContain('This file is not a Codex sign-in.');
    expect(await field.inputValue()).toBe('{"tokens":{}}');
    server.handlers['accounts.preview'] = () => plain;
    server.handlers['accounts.import'] = importOne;
    await button.click();
    await card(page, 'ada@example.com').waitFor();
    expect(await field.inputValue()).toBe('');
    await expect.poll(() => server.inputsOf('accounts.import').at(-1)).toEqual({ text: '{"tokens":{}}' });
  });

  it('imports a chosen file, and refuses one that cannot be an auth.json', async () => {
    const page = await open([]);
    server.handlers['accounts.preview'] = () => plain;
    server.handlers['accounts.import'] = importOne;
    const picker = page.getByLabel('Choose a file');
    const file = (buffer: Buffer) => ({ name: 'auth.json', mimeType: 'application/json', buffer });
    await picker.setInputFiles(file(Buffer.alloc(1_048_577, 'x')));
    expect(await page.getByRole('alert').textContent()).toContain('larger than 1 MB');
    expect(server.countCalls('accounts.import')).toBe(0);
    await picker.setInputFiles(file(Buffer.from('{"tokens":"ü"}')));
    await card(page, 'ada@example.com').waitFor();
    await expect.poll(() => server.inputsOf('accounts.import')).toEqual([{ text: '{"tokens":"ü"}' }]);

    // The same by dropping it there: the page takes the file, and the browser does not open it.
    const dropped = await page.evaluateHandle(() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(['{"tokens":"dropped"}'], 'auth.json', { type: 'application/json' }));
      return transfer;
    });
    const place = page.getByRole('region', { name: 'Import a file' });
    const isTaken = (name: string) =>
      place.evaluate(
        (node, [type, dataTransfer]) =>
          !node.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true })),
        [name, dropped] as const,
      );
    expect(await isTaken('dragover')).toBe(true);
    expect(await isTaken('drop')).toBe(true);
    await expect.poll(() => server.inputsOf('accounts.import').at(-1)).toEqual({ text: '{"tokens":"dropped"}' });
  });

  it('shows what it would take of another proxy and what not, and takes it after a yes alone', async () => {
    const page = await open([]);
    server.handlers['accounts.preview'] = () => ({
      ...plain,
      tool: 'codex-proxy',
      accounts: [...plain.accounts, { email: 'there@example.test', plan: 'pro', isThere: true }],
      settings: [{ name: 'strategy', value: 'round-robin' }],
      left: [{ what: 'server.proxy_api_key', why: 'own-keys' }],
    });
    server.handlers['accounts.import'] = importOne;
    const picker = page.getByLabel('Choose a file');
    const file = { name: 'accounts.json', mimeType: 'application/json', buffer: Buffer.from('{}') };
    await picker.setInputFiles(file);
    const shown = page.getByRole('status').filter({ hasText: 'codex-proxy' });
    expect(await shown.innerText()).toMatch(
      /new@example\.test · new[\s\S]*there@example\.test \(pro\) · already here[\s\S]*round-robin[\s\S]*Will not be taken[\s\S]*server\.proxy_api_key/,
    );
    expect(server.countCalls('accounts.import')).toBe(0);
    await shown.getByRole('button', { name: 'Cancel' }).click();
    await shown.waitFor({ state: 'detached' });
    await picker.setInputFiles(file);
    await shown.getByRole('button', { name: 'Import' }).click();
    await card(page, 'ada@example.com').waitFor();
    await expect.poll(() => server.inputsOf('accounts.import')).toEqual([{ text: '{}' }]);
    await shown.waitFor({ state: 'detached' });
  });

  it('sets a priority when the field is left, and refuses what is no whole number', async () => {
    const page = await open(makeAccounts(Date.now()));
    server.handlers['accounts.setPriority'] = ({ priority }) => makeAccount({ priority });
    const field = card(page, 'ada@example.com').getByLabel('Priority');
    await field.fill('1.5');
    await field.blur();
    expect(await field.inputValue()).toBe('0');
    await field.fill('7');
    await field.press('Enter');
    // The field is left before the answer is there, which says the same thing once more.
    await field.blur();
    await expect.poll(() => server.inputsOf('accounts.setPriority')).toEqual([{ id: 'a1', priority: 7 }]);
    await field.focus();
    await field.blur();
    await field.fill('8');
    await field.blur();
    await expect.poll(() => server.inputsOf('accounts.setPriority').at(-1)).toEqual({ id: 'a1', priority: 8 });
    expect(server.countCalls('accounts.setPriority')).toBe(2);
    // Who scrolls the page over the field where they are sets nothing.
    await field.focus();
    await field.hover();
    await page.mouse.wheel(0, -200);
    await expect.poll(() => field.evaluate((input) => input === document.activeElement)).toBe(false);
    expect(await field.inputValue()).toBe('8');
    expect(server.countCalls('accounts.setPriority')).toBe(2);
  });

  it('keeps the focus in the priority field on Enter, and shows what is stored where setting it fails', async () => {
    const page = await open(makeAccounts(Date.now()));
    server.handlers['accounts.setPriority'] = () => {
      throw new SlipstreamError('store_unwritable');
    };
    const field = card(page, 'ada@example.com').getByLabel('Priority');
    await field.fill('7');
    await field.press('Enter');
    await page.getByRole('alert').getByText('cannot be written').waitFor();
    await expect.poll(() => field.inputValue()).toBe('0');
    expect(await field.evaluate((node) => node === document.activeElement)).toBe(true);
    server.handlers['accounts.setPriority'] = ({ priority }) => makeAccount({ priority });
    await field.fill('7');
    await field.press('Enter');
    await expect.poll(() => server.countCalls('accounts.setPriority')).toBe(2);
    expect(await field.inputValue()).toBe('7');
  });

  it('signs out at the issuer only when that is ticked, and never for a shared file', async () => {
    const link = { path: '/home/ada/.codex/auth.json', state: 'ok' } as const;
    const shared = makeAccount({ id: 'a2', email: 'shared@example.com', source: 'linked', link });
    const page = await open([makeAccount(), shared]);
    server.handlers['accounts.signOut'] = () => ({ revoked: true });
    await card(page, 'shared@example.com').getByText('shares /home/ada/.codex/auth.json').waitFor();
    await card(page, 'shared@example.com').getByRole('button', { name: 'Remove' }).click();
    const dialog = page.getByRole('dialog', { name: 'Remove this account?' });
    await dialog.getByText('that file stays as it is').waitFor();
    expect(await dialog.getByRole('checkbox').count()).toBe(0);
    await page.keyboard.press('Escape');
    await card(page, 'ada@example.com').getByRole('button', { name: 'Remove' }).click();
    await dialog.getByRole('checkbox').check();
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await page.getByText('Signed out at the issuer, and removed.').waitFor();
    await expect.poll(() => server.inputsOf('accounts.signOut')).toEqual([{ id: 'a1', revoke: true }]);
    expect(server.countCalls('accounts.remove')).toBe(0);
  });

  it('says what a link means, and what became of it once: as the problem, or below a disabled account', async () => {
    const link = { path: '/f/auth.json', state: 'ok' } as const;
    const shared = makeAccount({ source: 'linked', link });
    const page = await open([shared]);
    const its = card(page, 'ada@example.com');
    await its.getByText('Shares /f/auth.json with the Codex CLI: what one renews, the other takes over.').waitFor();
    const problem = '/f/auth.json is gone. Run "codex login", or sign in separately.';
    const lost = { ...shared, link: { ...link, state: 'missing' as const }, problem, state: 'signed-out' as const };
    server.push({ kind: 'accounts', accounts: [lost] });
    await its.getByText(problem).waitFor();
    expect(await its.getByText('is gone').count()).toBe(1);
    await its.getByRole('button', { name: 'Sign in separately' }).waitFor();
    server.push({ kind: 'accounts', accounts: [{ ...lost, enabled: false }] });
    await its.getByText('Gets no turns until it is enabled.').waitFor();
    await its.getByText('/f/auth.json is gone.', { exact: true }).waitFor();
  });

  it('says that quota was read now, however old the clock of the page is', async () => {
    const usage = { primary: null, secondary: null, credits: { hasCredits: true, unlimited: true, balance: null } };
    const page = await open([makeAccount({ usage: { ...usage, readAt: Date.now() + 8_000 } })]);
    await card(page, 'ada@example.com').getByText('Unlimited credits · Read now').waitFor();
  });

  it("tells main's own word on what is wrong with an account", async () => {
    const problem = 'The linked file is gone. Run "codex login" again.';
    const page = await open([makeAccount({ state: 'signed-out', problem })]);
    await card(page, 'ada@example.com').getByText(problem).waitFor();
  });

  it('signs in with the browser: shows the page, takes a pasted address, and how it ended', async () => {
    const page = await open([]);
    const waiting = makeSignIn({ url: 'https://auth.openai.com/oauth/authorize?state=x' });
    server.handlers['signIn.start'] = () => waiting;
    server.handlers['signIn.paste'] = () => waiting;
    await page.getByRole('button', { name: 'Sign in with the browser' }).click();
    const link = page.getByRole('link', { name: 'https://auth.openai.com/oauth/authorize' });
    expect(await link.getAttribute('rel')).toBe('noreferrer');
    await page.getByLabel(/Paste the address it ended on/).fill(' http://localhost:1455/auth/callback?code=1 ');
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect
      .poll(() => server.inputsOf('signIn.paste'))
      .toEqual([{ id: 's1', url: 'http://localhost:1455/auth/callback?code=1' }]);
    const message = 'Signed in as ada@example.com.';
    server.push({ kind: 'signIn', signIn: makeSignIn({ state: 'done', message, accountId: 'a1' }) });
    server.push({ kind: 'accounts', accounts: [makeAccount()] });
    await page.getByText(message).waitFor();
    await card(page, 'ada@example.com').waitFor();
  });

  it('signs in with a device code, and cancels', async () => {
    const page = await open([]);
    const device = makeSignIn({
      method: 'device',
      userCode: 'ABCD-12345',
      url: 'https://auth.openai.com/codex/device',
    });
    server.handlers['signIn.start'] = () => device;
    server.handlers['signIn.cancel'] = () => makeSignIn({ state: 'cancelled', message: 'The sign-in was cancelled.' });
    await page.getByRole('button', { name: 'Use a device code' }).click();
    await page.getByText('ABCD-12345').waitFor();
    await expect.poll(() => server.inputsOf('signIn.start')).toEqual([{ method: 'device' }]);
    await page.getByRole('button', { name: 'Cancel the sign-in' }).click();
    await page.getByText('The sign-in was cancelled.').waitFor();
    expect(await page.getByText('ABCD-12345').count()).toBe(0);
  });

  it('keeps quotas from growing old while it is looked at', async () => {
    await open([makeAccount()]);
    await expect.poll(() => server.countCalls('accounts.freshenUsage')).toBe(1);
  });
});
