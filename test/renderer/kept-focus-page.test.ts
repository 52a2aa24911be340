import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { Snapshot } from '../../src-main/shared/model.ts';
import { makeAccount, makeSnapshot, plainSettings } from './fixtures.ts';
import { usePageStand } from './page-stand.ts';
import type { ScriptedServer } from './scripted-server.ts';

/** Who goes by the keyboard is where the last button was pressed, though that can do nothing more now. */
describe('a button that is unavailable once it is pressed', () => {
  const stand = usePageStand();
  let server: ScriptedServer;

  async function open(hash: string, snapshot: Partial<Snapshot> = {}): Promise<Page> {
    server = await stand.serve(makeSnapshot(snapshot));
    const { page } = await stand.show(server.urlOf(hash));
    await page.getByText('Connected', { exact: true }).waitFor();
    return page;
  }

  const hasFocus = (button: Locator) => button.evaluate((element) => element === document.activeElement);
  /** Presses it by the keyboard; it has the focus still when it has become unavailable. */
  async function press(page: Page, button: Locator): Promise<void> {
    await button.focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => button.isDisabled()).toBe(true);
    // Once the page was painted, which is when a browser takes the focus from what is disabled.
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    expect(await hasFocus(button)).toBe(true);
  }

  it('keeps the focus after Save and Discard, does nothing, and is passed by once the focus has left it', async () => {
    const page = await open('#/settings', { settings: { ...plainSettings, startAtLogin: false } });
    const [save, discard] = ['Save', 'Discard'].map((name) => page.getByRole('button', { name, exact: true }));
    if (save === undefined || discard === undefined) throw new Error('There are two.');
    const proxy = page.getByLabel('Upstream proxy');
    await proxy.fill('http://127.0.0.1:3128');
    await press(page, discard);
    expect(await proxy.inputValue()).toBe('');
    await proxy.fill('http://127.0.0.1:3129');
    await press(page, save);
    await page.getByText('Settings saved.').waitFor();
    for (const key of ['Enter', 'Space']) await page.keyboard.press(key);
    await page.keyboard.press('Shift+Tab');
    expect([await hasFocus(save), await save.evaluate((element) => element.matches(':disabled'))]).toEqual([
      false,
      true,
    ]);
    await page.keyboard.press('Tab');
    expect([await hasFocus(save), await hasFocus(discard)]).toEqual([false, false]);
    expect(server.countCalls('settings.set')).toBe(1);
  });

  it('keeps the focus while it is busy, and can be pressed again after that', async () => {
    const text = 'Upstream says that this account or its workspace is deactivated. Ask its owner.';
    const refusals = [
      { kind: 'deactivated' as const, scope: null, text, isHard: true, untilMs: Date.now() + 3_600_000 },
    ];
    const account = makeAccount({ state: 'refused', problem: text, refusals });
    const page = await open('#/accounts', { accounts: [account] });
    const held = Promise.withResolvers<typeof account>();
    server.handlers['accounts.tryAgain'] = () => held.promise;
    const again = page.getByRole('button', { name: 'Try again' });
    await press(page, again);
    await page.keyboard.press('Enter');
    held.resolve(account);
    await expect.poll(() => again.isEnabled()).toBe(true);
    expect(await hasFocus(again)).toBe(true);
    expect(server.countCalls('accounts.tryAgain')).toBe(1);
    await page.keyboard.press('Enter');
    await expect.poll(() => server.countCalls('accounts.tryAgain')).toBe(2);
  });

  it('keeps the focus in the form that it has sent', async () => {
    const page = await open('#/requests?q=model%3Agpt*');
    await page.getByRole('button', { name: 'Saved filters' }).click();
    await page.getByLabel('Name', { exact: true }).fill('mine');
    await press(page, page.getByRole('button', { name: 'Save this filter' }));
    await page.keyboard.press('Enter');
    expect(await page.getByRole('listitem').filter({ hasText: 'mine' }).count()).toBe(1);
  });

  it('keeps the focus where it has an icon alone', async () => {
    const page = await open('#/requests');
    await page.getByRole('button', { name: 'Columns and order' }).click();
    const left = page.getByRole('button', { name: /^Move .* left$/ }).nth(1);
    const name = await left.getAttribute('aria-label');
    await press(page, page.getByRole('button', { name: name ?? '', exact: true }));
  });

  it('keeps the focus where it takes a file', async () => {
    const page = await open('#/accounts');
    const held = Promise.withResolvers<never>();
    server.handlers['accounts.preview'] = () => held.promise;
    const picker = page.locator('input[type="file"]');
    await picker.focus();
    await picker.setInputFiles({ name: 'a.json', mimeType: 'application/json', buffer: Buffer.from('{}') });
    await expect.poll(() => picker.isDisabled()).toBe(true);
    expect(await hasFocus(picker)).toBe(true);
  });
});
