import { readFile } from 'node:fs/promises';
import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { SlipstreamError } from '../../src-main/shared/errors.ts';
import type { AppInfo, Snapshot } from '../../src-main/shared/model.ts';
import { noUpdates, type UpdateView } from '../../src-main/shared/update-model.ts';
import { appInfo, makeSnapshot, plainSettings } from './fixtures.ts';
import type { OpenedPage } from './open-page.ts';
import { usePageStand } from './page-stand.ts';
import type { ScriptedServer } from './scripted-server.ts';

const desktop: AppInfo = { ...appInfo, face: 'desktop', demo: false, autostartUnsupported: null };

/** The settings screen, in a real browser. */
describe('the settings screen', () => {
  const stand = usePageStand();
  let server: ScriptedServer;
  let opened: OpenedPage;

  async function open(snapshot: Partial<Snapshot> = {}): Promise<Page> {
    const answered = { ...plainSettings, startAtLogin: false };
    server = await stand.serve(makeSnapshot({ settings: answered, ...snapshot }));
    opened = await stand.show(server.urlOf('#/settings'));
    await opened.page.getByText('Connected', { exact: true }).waitFor();
    return opened.page;
  }

  const save = (page: Page) => page.getByRole('button', { name: 'Save' });

  it('shows what is set, saves what was edited and nothing else, and only then', async () => {
    const page = await open();
    await save(page).waitFor();
    expect(await save(page).isDisabled()).toBe(true);
    expect(await page.getByLabel('Originator').inputValue()).toBe('codex-toy-app-server');
    expect(await page.getByLabel('Turns', { exact: true }).inputValue()).toBe('100000');
    await page.getByLabel('Upstream proxy').fill('http://127.0.0.1:3128');
    await page.getByLabel('Allowed web origins').fill('https://a.example\n\n https://b.example ');
    await page.getByLabel('Days', { exact: true }).fill('7');
    await page.getByLabel('Keep bodies and frames too').check();
    expect(server.countCalls('settings.set')).toBe(0);
    await save(page).click();
    await page.getByText('Settings saved.').waitFor();
    await expect
      .poll(() => server.inputsOf('settings.set'))
      .toEqual([
        {
          proxyUrl: 'http://127.0.0.1:3128',
          allowedOrigins: ['https://a.example', 'https://b.example'],
          traceDays: 7,
          traceBodies: true,
        },
      ]);
    expect(await save(page).isDisabled()).toBe(true);
    expect(await page.getByLabel('Allowed web origins').inputValue()).toBe('https://a.example\nhttps://b.example');
  });

  it('warns plainly of bodies on the disk, and takes back what is discarded', async () => {
    const page = await open();
    const warning = page.getByText('written to this disk in full');
    await page.getByLabel('Keep bodies and frames too').check();
    expect(await warning.getAttribute('data-tone')).toBe('warn');
    await page.getByRole('button', { name: 'Discard' }).click();
    expect(await page.getByLabel('Keep bodies and frames too').isChecked()).toBe(false);
    expect(await warning.getAttribute('data-tone')).toBeNull();
    expect(server.countCalls('settings.set')).toBe(0);
  });

  it('does not send a field where it cannot be right, says why beside it, and leads there', async () => {
    const page = await open();
    for (const [label, text, why] of [
      ['Originator', 'two words', 'one word of plain ASCII'],
      ['Upstream proxy', 'ftp://127.0.0.1:1080', 'http://, https://, socks5://'],
      ['Days', '0', 'from 1 to 3650'],
    ] as const) {
      const field = page.getByLabel(label, { exact: true });
      await field.fill(text);
      await field.press('Enter');
      const alert = field.locator('..').getByRole('alert');
      expect(await alert.textContent()).toMatch(new RegExp(`^${label} .*${why}`));
      await expect.poll(() => field.evaluate((input) => input === document.activeElement)).toBe(true);
      expect(await field.getAttribute('aria-invalid')).toBe('true');
      await field.press('End');
      await field.press('x');
      await alert.waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Discard' }).click();
    }
    expect(server.countCalls('settings.set')).toBe(0);
  });

  it('keeps what is edited, and why it is wrong, above the bar that saves', async () => {
    const page = await open();
    await page.setViewportSize({ width: 720, height: 500 });
    const field = page.getByLabel('Upstream proxy');
    await field.focus();
    // As a user who scrolled it to the lower edge and clicked it there.
    await field.evaluate((input) => {
      input.style.scrollMarginBlockEnd = '0';
      input.scrollIntoView({ block: 'end' });
      input.style.scrollMarginBlockEnd = '';
    });
    const overBar = async (part: Locator) => {
      const [shown, bar] = [await part.boundingBox(), await save(page).boundingBox()];
      return (bar?.y ?? 0) - ((shown?.y ?? 0) + (shown?.height ?? 0));
    };
    await page.keyboard.type('ftp://x');
    await expect.poll(() => overBar(field)).toBeGreaterThan(10);
    await page.keyboard.press('Enter');
    await expect.poll(() => overBar(field.locator('..').getByRole('alert'))).toBeGreaterThan(10);
    await page.keyboard.press('Shift+Tab');
    await page.getByRole('heading', { name: 'Requests' }).evaluate((head) => head.scrollIntoView({ block: 'end' }));
    await page.keyboard.press('Tab');
    await expect.poll(() => overBar(field)).toBeGreaterThan(10);
  });

  it('makes an API key, shows it once, lists what it may do, and revokes it at the second click', async () => {
    const page = await open();
    const key = 'sk-slip-made-for-this-test';
    const facts = { name: 'Ada laptop', expiresAt: null, models: ['gpt-5.5'], tiers: ['standard'], requestsPerDay: 20 };
    const view = { ...facts, tokensPerDay: null, id: 'k1', createdAt: 1, lastUsedAt: null };
    const listed = { ...view, usedToday: { requests: 3, tokens: 500 } };
    server.handlers['keys.create'] = () => ({ key, keys: [listed] });
    server.handlers['keys.revoke'] = () => [];
    await page.getByRole('button', { name: 'Make a key' }).click();
    const wrongName = page.getByText('A key needs a name of plain ASCII, at most 40 characters long.');
    await wrongName.waitFor();
    expect(server.countCalls('keys.create')).toBe(0);
    const unnamed = page.getByLabel('Name', { exact: true });
    await expect.poll(() => unnamed.evaluate((input) => input === document.activeElement)).toBe(true);
    await unnamed.fill('a'.repeat(41));
    expect(await wrongName.count()).toBe(0);
    await page.getByRole('button', { name: 'Make a key' }).click();
    await wrongName.waitFor();
    expect(await unnamed.getAttribute('aria-describedby')).toContain(await page.getByRole('alert').getAttribute('id'));
    await page.getByLabel('Name', { exact: true }).fill('Ada laptop');
    await page.getByLabel('Models', { exact: true }).fill('gpt-5.5');
    await page.getByLabel('Requests a day').fill('20');
    await page.getByRole('button', { name: 'Make a key' }).click();
    await page.getByText(key).waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Copy the key');
    expect(server.calls.findLast(({ name }) => name === 'keys.create')?.input).toMatchObject({
      name: 'Ada laptop',
      models: ['gpt-5.5'],
      requestsPerDay: 20,
    });
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByText('today 3/20 requests').waitFor();
    expect(await page.getByText(key).count()).toBe(0);
    const until = Date.UTC(2099, 0, 2);
    const changed = { ...listed, name: 'Ada', expiresAt: until, models: null, tiers: ['standard', 'flex'] };
    server.handlers['keys.update'] = () => [changed];
    const updated = () => server.calls.findLast(({ name }) => name === 'keys.update')?.input;
    await page.getByRole('button', { name: 'Change', exact: true }).click();
    const form = page.getByRole('form', { name: 'Change the key Ada laptop' });
    const name = form.getByLabel('Name', { exact: true });
    await expect.poll(() => name.evaluate((field) => field === document.activeElement)).toBe(true);
    expect(await form.getByLabel('Models', { exact: true }).inputValue()).toBe('gpt-5.5');
    expect(await form.getByLabel('Tiers').inputValue()).toBe('standard');
    await name.fill('Ada');
    await form.getByLabel('Models', { exact: true }).fill('');
    await form.getByLabel('Requests a day').fill('');
    await form.getByLabel('Tokens a day').fill('9000');
    await form.getByLabel('Tiers').selectOption('all');
    await form.getByLabel('Expires').selectOption('7');
    const nowMs = Date.now();
    await form.getByRole('button', { name: 'Save the key' }).click();
    await page.getByText('all models · standard').waitFor();
    await page.getByText(/ · until \d+ Jan 2099 \d\d:\d\d$/).waitFor();
    const limits = { requestsPerDay: null, tokensPerDay: 9000 };
    expect(updated()).toMatchObject({ id: 'k1', facts: { name: 'Ada', models: null, tiers: null, ...limits } });
    const { facts: sent } = updated() as { readonly facts: { readonly expiresAt: number } };
    expect(sent.expiresAt - nowMs).toBeGreaterThanOrEqual(7 * 86_400_000);
    // What the form has no field for stays as it is.
    await page.getByRole('button', { name: 'Change', exact: true }).click();
    await page.getByRole('button', { name: 'Save the key' }).click();
    await page.getByRole('form', { name: 'Change the key Ada' }).waitFor({ state: 'detached' });
    expect(server.countCalls('keys.update')).toBe(2);
    expect(updated()).toMatchObject({ facts: { name: 'Ada', expiresAt: until, tiers: ['standard', 'flex'] } });
    // Another page changes it, and then revokes it, while it is being edited here.
    const comeBack = () => page.evaluate(() => window.dispatchEvent(new Event('focus')));
    await page.getByRole('button', { name: 'Change', exact: true }).click();
    server.handlers['keys.list'] = () => [{ ...changed, models: ['gpt-6'] }];
    await comeBack();
    await page.getByRole('button', { name: 'Begin with that' }).click();
    const renewed = page.getByRole('form', { name: 'Change the key Ada' });
    await expect.poll(() => renewed.getByLabel('Models', { exact: true }).inputValue()).toBe('gpt-6');
    server.handlers['keys.list'] = () => [];
    await comeBack();
    await renewed.waitFor({ state: 'detached' });
    server.handlers['keys.list'] = () => [changed];
    await comeBack();
    await page.getByRole('button', { name: 'Revoke' }).click();
    expect(server.countCalls('keys.revoke')).toBe(0);
    await page.getByRole('button', { name: /Revoke it/ }).click();
    await page.getByText('No further key yet.').waitFor();
  });

  it('keeps the form of a key that was opened while another is still being saved', async () => {
    const page = await open();
    const [ada, grace] = ['Ada', 'Grace'].map((name, index) => ({
      ...{ id: `k${index}`, name, createdAt: 1, lastUsedAt: null, expiresAt: null, models: null, tiers: null },
      ...{ requestsPerDay: null, tokensPerDay: null, usedToday: { requests: 0, tokens: 0 } },
    }));
    if (ada === undefined || grace === undefined) throw new Error('no keys');
    server.handlers['keys.list'] = () => [ada, grace];
    const saved = Promise.withResolvers<void>();
    server.handlers['keys.update'] = async () => {
      await saved.promise;
      return [{ ...ada, models: ['gpt-6'] }, grace];
    };
    await page.reload();
    const change = page.getByRole('button', { name: 'Change', exact: true });
    await change.first().click();
    await page.getByRole('button', { name: 'Save the key' }).click();
    await change.last().click();
    const form = page.getByRole('form', { name: 'Change the key Grace' });
    await form.getByLabel('Name', { exact: true }).fill('Grace H.');
    saved.resolve();
    await page.getByText('gpt-6 · ').waitFor();
    expect(await form.getByLabel('Name', { exact: true }).inputValue()).toBe('Grace H.');
  });

  it('tests the proxy that is typed, and says what came of it for each host', async () => {
    const page = await open();
    server.handlers['ways.test'] = ({ proxyUrl }) => ({
      proxyUrl,
      decidedBy: 'settings',
      hosts: [
        { host: 'chatgpt.com', tookMs: 87, problem: null },
        { host: 'auth.openai.com', tookMs: 9, problem: { kind: 'credentials', detail: '407' } },
      ],
    });
    await page.getByLabel('Upstream proxy').fill('socks5h://proxy.example:1080');
    await page.getByRole('button', { name: 'Test', exact: true }).click();
    await page.getByText('Through socks5h://proxy.example:1080').waitFor();
    await page.getByText(/chatgpt\.com: answered after 87/).waitFor();
    await page.getByText('auth.openai.com: The proxy wants a user and password').waitFor();
    await page.getByLabel('Upstream proxy').fill('http://other.example');
    expect(await page.getByText('chatgpt.com: answered').count()).toBe(0);
    expect(server.countCalls('settings.set')).toBe(0);
  });

  it('keeps what was typed when it is refused, and says why', async () => {
    const page = await open();
    server.handlers['settings.set'] = () => {
      throw new SlipstreamError('call_invalid', { message: 'The input of settings.set is wrong at "proxyUrl": no.' });
    };
    await page.getByLabel('Upstream proxy').fill('http://proxy.example');
    await save(page).click();
    expect(await page.getByRole('alert').textContent()).toContain('wrong at "proxyUrl"');
    expect(await page.getByLabel('Upstream proxy').inputValue()).toBe('http://proxy.example');
  });

  it('keeps what was typed when the screen is left, until it is saved or discarded', async () => {
    const page = await open();
    await page.getByLabel('Originator').fill('another');
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByRole('link', { name: 'Settings' }).click();
    expect(await page.getByLabel('Originator').inputValue()).toBe('another');
    await page.getByText('Not saved yet.').waitFor();
    await page.getByRole('button', { name: 'Discard' }).click();
    expect(await page.getByLabel('Originator').inputValue()).toBe('codex-toy-app-server');
  });

  it('keeps what is typed while the rest is being saved', async () => {
    const page = await open();
    const { promise, resolve } = Promise.withResolvers<void>();
    server.handlers['settings.set'] = async (patch) => {
      await promise;
      server.push({ kind: 'settings', settings: patch });
      return server.snapshot.settings;
    };
    await page.getByRole('textbox', { name: 'Days' }).fill('7');
    await save(page).click();
    await expect.poll(() => server.countCalls('settings.set')).toBe(1);
    await page.getByRole('textbox', { name: 'Turns' }).fill('500');
    resolve();
    await page.getByText('Settings saved').waitFor();
    expect(await page.getByRole('textbox', { name: 'Turns' }).inputValue()).toBe('500');
    expect(await page.getByRole('textbox', { name: 'Days' }).inputValue()).toBe('7');
    await page.getByText('Not saved yet.').waitFor();
    await page.getByRole('button', { name: 'Discard' }).click();
  });

  it('shows how far a download is that was asked for', async () => {
    const page = await open({ app: desktop });
    let view: UpdateView = { ...noUpdates(''), state: 'available', why: null, version: '0.2.0' };
    const { promise, resolve } = Promise.withResolvers<void>();
    server.handlers['updates.get'] = () => view;
    server.handlers['updates.download'] = async () => {
      view = { ...view, state: 'downloading', percent: 40 };
      await promise;
      view = { ...view, state: 'ready', percent: null };
      return view;
    };
    await page.reload();
    await page.getByRole('button', { name: 'Download', exact: true }).click();
    await page.getByText('Version 0.2.0 is being downloaded: 40').waitFor();
    resolve();
    await page.getByRole('button', { name: 'Install' }).waitFor();
  });

  it('shows the page light or dark, whatever the system says', async () => {
    const page = await open();
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await ground();
    await page.getByLabel('Theme').selectOption('dark');
    await expect.poll(ground).not.toBe(light);
    // Paper is white: letters for a dark ground would not be seen there.
    await page.emulateMedia({ colorScheme: 'dark', media: 'print' });
    await expect.poll(ground).toBe(light);
    await page.emulateMedia({ colorScheme: 'dark', media: null });
    await page.getByLabel('Theme').selectOption('light');
    await expect.poll(ground).toBe(light);
    await page.getByLabel('Theme').selectOption('as the system');
    await expect.poll(ground).not.toBe(light);
    await expect
      .poll(() => server.inputsOf('settings.set'))
      .toEqual([{ theme: 'dark' }, { theme: 'light' }, { theme: 'system' }]);
  });

  it('takes the settings to a file without secrets, and back', async () => {
    const page = await open({
      settings: { ...plainSettings, proxyUrl: 'http://ada:secret@proxy.example:1', traceDays: 9 },
    });
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export settings' }).click(),
    ]);
    const text = await readFile(await download.path(), 'utf8');
    expect(text).not.toMatch(/secret|pinnedAccountId|paused/);
    const restore = page.getByLabel('Restore from a file');
    await restore.setInputFiles({ name: 'a.json', mimeType: 'application/json', buffer: Buffer.from('{}') });
    await page.getByText('This file is not a backup of these settings.').waitFor();
    expect(server.countCalls('settings.set')).toBe(0);
    await restore.setInputFiles({ name: 'a.json', mimeType: 'application/json', buffer: Buffer.from(text) });
    await page.getByText('Settings restored.').waitFor();
    await expect
      .poll(() => server.inputsOf('settings.set'))
      .toMatchObject([{ traceDays: 9, originator: 'codex-toy-app-server' }]);
  });

  it('keeps edits while something else is set at once', async () => {
    const page = await open({ app: desktop });
    await page.getByLabel('Originator').fill('mine');
    await page.getByLabel('A plain click on the tray icon').selectOption('toggles fast mode');
    await expect.poll(() => server.inputsOf('settings.set')).toEqual([{ trayClick: 'fast' }]);
    expect(await page.getByLabel('Originator').inputValue()).toBe('mine');
    expect(await save(page).isDisabled()).toBe(false);
    server.push({ kind: 'settings', settings: { originator: 'theirs' } });
    const told = page.getByRole('status').filter({ hasText: 'Set elsewhere meanwhile, to theirs' });
    await told.waitFor();
    expect(await page.getByLabel('Originator').inputValue()).toBe('mine');
    await told.getByRole('button', { name: 'Take that one' }).click();
    expect(await page.getByLabel('Originator').inputValue()).toBe('theirs');
    await told.waitFor({ state: 'detached' });
  });

  it('has every policy of fast mode, off too, and says what each does', async () => {
    const page = await open();
    const card = page.getByRole('region', { name: 'Behaviour' });
    await card.getByText('Each client decides').waitFor();
    await card.getByText('Off', { exact: true }).click();
    await card.getByText('No turn asks for priority').waitFor();
    await expect.poll(() => server.inputsOf('settings.set')).toEqual([{ fastPolicy: 'off' }]);
  });

  it('speaks another language as soon as it is chosen, and the one that the browser likes where none is', async () => {
    const page = await open();
    await page.getByLabel('Language').selectOption('简体中文');
    await page.getByRole('heading', { name: '浏览器' }).waitFor();
    await expect.poll(() => server.inputsOf('settings.set')).toEqual([{ language: 'zh-CN' }]);
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
    server.push({ kind: 'settings', settings: { language: 'en' } });
    await page.getByRole('heading', { name: 'Browsers' }).waitFor();
    server.push({ kind: 'settings', settings: { language: 'system' } });
    const chinese = await stand.show(`${server.url()}`, { locale: 'zh-CN' });
    await chinese.page.locator('html[lang="zh-CN"]').waitFor();
  });

  it('switches the start at login', async () => {
    const page = await open({ app: desktop });
    const login = page.getByRole('switch', { name: 'Start at login' });
    await login.press(' ');
    await expect.poll(() => login.isChecked()).toBe(true);
    await expect.poll(() => server.inputsOf('settings.set')).toEqual([{ startAtLogin: true }]);
  });

  it('follows what is set elsewhere: in the tray, by a command, on another page', async () => {
    const page = await open({ app: desktop });
    const login = page.getByRole('switch', { name: 'Start at login' });
    await expect.poll(() => login.isChecked()).toBe(false);
    server.push({ kind: 'settings', settings: { fastPolicy: 'off', originator: 'elsewhere', startAtLogin: true } });
    await expect.poll(() => page.getByLabel('Originator').inputValue()).toBe('elsewhere');
    await page.getByText('No turn asks for priority').waitFor();
    await expect.poll(() => login.isChecked()).toBe(true);
  });

  it('looks again, when the user comes back, at what the system may have changed by itself', async () => {
    const page = await open({ app: desktop });
    const login = page.getByRole('switch', { name: 'Start at login' });
    await expect.poll(() => login.isChecked()).toBe(false);
    server.handlers['settings.get'] = () => ({ ...server.snapshot.settings, startAtLogin: true });
    await page.evaluate(() => window.dispatchEvent(new Event('focus')));
    await expect.poll(() => login.isChecked()).toBe(true);
  });

  it('says why there is no start at login, and asks nothing of a tray, where there is none', async () => {
    const page = await open();
    await page.getByText('The headless Slipstream does not start itself.').waitFor();
    expect(await page.getByRole('switch', { name: 'Start at login' }).isDisabled()).toBe(true);
    expect(await page.getByLabel('A plain click on the tray icon').count()).toBe(0);
  });

  it('asks nothing about a click on the tray icon on macOS, where every click opens the menu', async () => {
    server = await stand.serve(makeSnapshot({ app: desktop }));
    const userAgent = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36';
    opened = await stand.show(server.urlOf('#/settings'), { userAgent });
    await opened.page.getByText('Connected', { exact: true }).waitFor();
    await save(opened.page).waitFor();
    expect(await opened.page.getByLabel('A plain click on the tray icon').count()).toBe(0);
  });

  it('says what this instance is, and copies its diagnostics', async () => {
    const page = await open();
    await page.getByText('/home/ada/.local/share/slipstream').waitFor();
    expect(await page.getByText('https://chatgpt.com/backend-api/codex').count()).toBe(1);
    await opened.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    server.handlers['app.diagnostics'] = () => ({ text: '## Slipstream\nversion 0.1.0\n' });
    await page.getByRole('button', { name: 'Copy diagnostics' }).click();
    await page.getByText('Diagnostics copied.').waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('## Slipstream\nversion 0.1.0\n');
  });

  it('sets in the desktop app the keys that are pressed, what notifications are about, and quiet hours', async () => {
    const page = await open({ app: desktop });
    const button = page.getByRole('button', { name: /^Fast mode from any program/ });
    expect(await button.textContent()).toBe('Fast mode from any program: no shortcut');
    await button.click();
    await page.keyboard.press('g');
    await page.keyboard.press('Control+Alt+KeyF');
    await page.getByRole('button', { name: 'Fast mode from any program: Control+Alt+F' }).waitFor();
    await page.getByLabel('an experiment has ended').click();
    await page.getByText('Quiet hours', { exact: true }).click();
    await expect
      .poll(() => server.inputsOf('settings.set'))
      .toEqual([
        { fastShortcut: 'Control+Alt+F' },
        { notices: ['quota', 'account', 'update'] },
        { quietHours: { fromMinute: 1320, toMinute: 480 } },
      ]);
  });
});
