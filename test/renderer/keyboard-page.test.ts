import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { makeDetail } from './detail-fixtures.ts';
import { makeRow, makeSnapshot } from './fixtures.ts';
import { usePageStand } from './page-stand.ts';
import type { ScriptedServer } from './scripted-server.ts';

/** What has the focus, by its name; `body` where nothing has. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const { activeElement } = document;
    if (activeElement === null || activeElement === document.body) return 'body';
    return activeElement.ariaLabel ?? (activeElement.id || (activeElement.textContent ?? ''));
  });

/** Who goes by the keyboard is still somewhere when what had the focus has gone. */
describe('the focus of something that leaves the page', () => {
  const stand = usePageStand();
  let server: ScriptedServer;

  async function open(hash: string, show = stand.show): Promise<Page> {
    server = await stand.serve(makeSnapshot({ requests: [makeRow({ id: 'r2' }), makeRow({ id: 'r1' })] }));
    server.handlers['settings.set'] = (patch) => {
      server.push({ kind: 'settings', settings: patch });
      return { ...server.snapshot.settings, ...patch };
    };
    const { page } = await show(server.urlOf(hash));
    await page.getByText('Connected', { exact: true }).waitFor();
    return page;
  }

  it('goes to what comes in its stead, and one press is one', async () => {
    // A key that is held down would be so in the next test's page.
    const page = await open('#/', stand.showAlone);
    await page.getByRole('button', { name: 'Pause Slipstream: refuse new turns' }).focus();
    await page.keyboard.down('Enter');
    await expect.poll(() => focused(page)).toBe('Resume');
    // Still held down: the system repeats it.
    await page.keyboard.down('Enter');
    await page.keyboard.up('Enter');
    expect(server.countCalls('settings.set')).toBe(1);
    await page.keyboard.press('Enter');
    await expect.poll(() => focused(page)).toBe('Pause Slipstream: refuse new turns');
    expect(server.countCalls('settings.set')).toBe(2);
  });

  it('goes to the list from a detail that is closed, and to the screen that a button leads to', async () => {
    const page = await open('#/requests/r1');
    await page.getByRole('button', { name: 'Close the detail (Esc)' }).press('Enter');
    await expect.poll(() => focused(page)).toBe('Requests, newest first');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await page.getByRole('complementary').waitFor();
    await page.getByRole('button', { name: 'Limits in Settings' }).press('Enter');
    await expect.poll(() => focused(page)).toBe('main');
  });

  it('stays in a panel of which a line goes, and Esc closes that', async () => {
    const page = await open('#/requests?q=model%3Agpt*');
    const saved = page.getByRole('button', { name: 'Saved filters' });
    await saved.press('Enter');
    await page.keyboard.type('mine');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Forget mine' }).press('Enter');
    await expect.poll(() => focused(page)).toBe('Name');
    await page.keyboard.press('Escape');
    expect(await saved.getAttribute('aria-expanded')).toBe('false');
    expect(await focused(page)).toBe('Saved filters');
  });

  it('keeps a message there that it is on, and lets it leave after that', async () => {
    const page = await open('#/', async (url) => {
      const opened = await stand.showAlone('about:blank');
      await opened.page.clock.install();
      await opened.page.goto(url);
      return opened;
    });
    await page.keyboard.press('Alt+Shift+P');
    const undo = page.getByRole('button', { name: 'Undo' });
    await undo.focus();
    await page.clock.runFor(60_000);
    expect(await focused(page)).toBe('Undo');
    await page.getByRole('button', { name: 'Resume' }).focus();
    await page.clock.runFor(1_000);
    await undo.waitFor({ state: 'detached' });
  });

  it('is nowhere after a dialog that was opened while it was nowhere, and the page stays where it is', async () => {
    const page = await open('#/');
    for (const keys of ['?', 'Control+k']) {
      await page.keyboard.press(keys);
      await page.getByRole('dialog').waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      expect(await focused(page)).toBe('body');
      expect(await page.locator('main').evaluate(({ scrollTop }) => scrollTop)).toBe(0);
    }
  });

  it('is nowhere for who uses a pointer, whose Esc still closes the panel', async () => {
    const page = await open('#/requests/r1?q=model%3Agpt*');
    const saved = page.getByRole('button', { name: 'Saved filters' });
    await saved.click();
    await page.getByLabel('Name', { exact: true }).fill('mine');
    await page.getByRole('button', { name: 'Save this filter' }).click();
    await page.getByRole('button', { name: 'Forget mine' }).click();
    await page.getByRole('button', { name: 'Forget mine' }).waitFor({ state: 'detached' });
    expect(await focused(page)).toBe('body');
    await page.keyboard.press('Escape');
    expect(await saved.getAttribute('aria-expanded')).toBe('false');
    expect(await page.getByRole('complementary').count()).toBe(1);
  });
});

describe('keys', () => {
  const stand = usePageStand();

  async function open(hash: string): Promise<Page> {
    const rows = Array.from({ length: 60 }, (_, n) => makeRow({ id: `r${n}`, startedAt: 1_000_000 - n }));
    const server = await stand.serve(makeSnapshot({ requests: rows }));
    server.handlers['requests.detail'] = () => makeDetail(makeRow({ id: 'r1' }));
    const { page } = await stand.show(server.urlOf(hash));
    await page.getByText('Connected', { exact: true }).waitFor();
    return page;
  }
  /** A key as a keyboard for Russian sends it. */
  const pressRussian = (page: Page, key: string, code: string, ctrlKey = false) =>
    page.evaluate(
      (init) => document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { ...init, bubbles: true })),
      { key, code, ctrlKey },
    );

  it('are shortcuts on a keyboard of other letters, too', async () => {
    const page = await open('#/');
    await pressRussian(page, 'п', 'KeyG');
    await pressRussian(page, 'к', 'KeyR');
    await page.getByRole('grid').waitFor();
    await pressRussian(page, 'л', 'KeyK', true);
    await page.getByRole('combobox', { name: 'Search commands' }).waitFor();
  });

  it('are nothing to the page while an input method puts a word together', async () => {
    const page = await open('#/');
    await page.keyboard.press('Control+k');
    const field = page.getByRole('combobox', { name: 'Search commands' });
    await field.waitFor();
    const input = await page.context().newCDPSession(page);
    await input.send('Input.imeSetComposition', { text: 'req', selectionStart: 3, selectionEnd: 3 });
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowDown');
    expect(await field.isVisible()).toBe(true);
    expect(await field.getAttribute('aria-activedescendant')).toMatch(/-0$/);
    await input.send('Input.insertText', { text: 'requests' });
    await page.keyboard.press('Enter');
    await page.getByRole('grid').waitFor();
  });

  it('move the cursor of the list by pages', async () => {
    const page = await open('#/requests');
    const grid = page.getByRole('grid');
    await grid.focus();
    await page.keyboard.press('Home');
    const place = async (): Promise<number> =>
      Number(await page.locator('[role="grid"] tr[aria-selected="true"]').getAttribute('aria-rowindex'));
    await expect.poll(place).toBe(2);
    await page.keyboard.press('PageDown');
    await expect.poll(place).toBeGreaterThan(10);
    await page.keyboard.press('PageUp');
    await expect.poll(place).toBe(2);
  });

  it('go to the first and the last tab', async () => {
    const page = await open('#/requests/r1');
    const tabs = page.getByRole('complementary').getByRole('tab');
    await tabs.first().waitFor();
    await page.getByRole('tab', { name: 'Timing' }).focus();
    await page.keyboard.press('End');
    expect(await tabs.last().getAttribute('aria-selected')).toBe('true');
    await page.keyboard.press('Home');
    expect(await tabs.first().getAttribute('aria-selected')).toBe('true');
  });

  it('leave the page where a file is dropped beside the places that take one', async () => {
    const page = await open('#/');
    const isKept = await page.evaluate(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['{}'], 'auth.json'));
      return ['dragover', 'drop'].map((type) => {
        const event = new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true });
        document.querySelector('main')?.dispatchEvent(event);
        return event.defaultPrevented;
      });
    });
    expect(isKept).toEqual([true, true]);
  });
});
