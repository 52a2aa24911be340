import type { Browser, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { builtPage } from './built-page.ts';
import { sharedBrowser } from './chromium.ts';
import { estimate, makeClient, makeExperiment, makeLatency, makePlan, passive } from './figure-fixtures.ts';
import { appInfo, makeAccounts, makeRows, makeSnapshot, plainSettings } from './fixtures.ts';
import { openPage } from './open-page.ts';
import { ScriptedServer } from './scripted-server.ts';

/** Every text on every screen against the ground it stands on: at least 4.5:1 (WCAG AA). */
describe('contrast', () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await sharedBrowser();
  });

  it.each(['dark', 'light'] as const)('is enough everywhere in %s', async (colorScheme) => {
    const now = Date.now();
    const state = makeSnapshot({
      accounts: makeAccounts(now),
      requests: makeRows(60, now),
      app: { ...appInfo, autostartUnsupported: null },
      settings: { ...plainSettings, fastPolicy: 'on', paused: true },
    });
    const server = await ScriptedServer.start(builtPage, state);
    server.handlers['latency.query'] = makeLatency;
    server.handlers['latency.passive'] = () => passive;
    server.handlers['lab.estimate'] = () => estimate;
    server.handlers['lab.list'] = () => [makeExperiment()];
    server.handlers['clients.list'] = () => [makeClient({ state: 'changed-since' })];
    server.handlers['clients.plan'] = makePlan;
    const { page, context } = await openPage(browser, server.url(), { colorScheme, reducedMotion: 'reduce' });
    await page.getByText('Connected', { exact: true }).waitFor();
    const found: Record<string, readonly string[]> = {};
    await page.getByText('Your account is ready').waitFor();
    found.welcome = await weakTexts(page);
    await page.getByRole('button', { name: 'Go to the dashboard' }).click();
    await page.getByRole('region', { name: 'Figures' }).waitFor();
    found.overview = await weakTexts(page);
    await page.keyboard.type('gr');
    await page.getByRole('grid').locator('tbody tr[id]').first().waitFor();
    found.requests = await weakTexts(page);
    // A request that failed, for its error box.
    await page.locator('[data-status="failed"]').first().click();
    for (const tab of ['Timing', 'Changes', 'Headers', 'Frames', 'Fast']) {
      await page.getByRole('tab', { name: tab }).click();
      found[tab] = await weakTexts(page);
    }
    await page.keyboard.type('ga');
    await page.getByRole('article').first().waitFor();
    await page.keyboard.press('Alt+Shift+F');
    await page.locator('[data-policy="auto"]').waitFor();
    found.accounts = await weakTexts(page);
    await page.getByRole('button', { name: 'Remove' }).first().click();
    found.dialog = await weakTexts(page);
    await page.keyboard.press('Escape');
    await page.keyboard.type('gs');
    await page.getByLabel('Originator').waitFor();
    await page.getByLabel('Keep bodies and frames too').check();
    await page.getByLabel('Originator').fill('two words');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    found.settings = await weakTexts(page);
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'Settings' }).click();
    await page.keyboard.type('gl');
    await page.locator('main table:visible').first().waitFor();
    found.latency = await weakTexts(page);
    await page.keyboard.type('gf');
    await page.getByRole('note', { name: 'Cost' }).waitFor();
    found.lab = await weakTexts(page);
    await page.keyboard.type('gc');
    await page.getByRole('button', { name: 'Set up…' }).click();
    await page.locator('[data-kind="added"]').first().waitFor();
    found.clients = await weakTexts(page);
    expect(found).toEqual(Object.fromEntries(Object.keys(found).map((name) => [name, []])));
    await context.close();
    await server.stop();
  });
});

/** Texts below the limit, with their contrast. Disabled controls are exempt, as the guideline has it. */
function weakTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
    // Drawn, since computed colours come in several notations (color-mix gives color(srgb …)).
    const paint = (...colours: string[]): readonly number[] => {
      if (canvas === null) throw new Error('No canvas');
      canvas.clearRect(0, 0, 1, 1);
      for (const colour of colours) {
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
      }
      return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const grounds = (element: Element | null): string[] =>
      element === null ? [] : [...grounds(element.parentElement), getComputedStyle(element).backgroundColor];
    const luminance = (rgba: readonly number[]): number => {
      const [r = 0, g = 0, b = 0] = rgba.map((value) => {
        const share = value / 255;
        return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    /** Said by screen readers alone, or out of the page until it has the focus. */
    const isUnseen = (element: Element): boolean => {
      const { clipPath, position } = getComputedStyle(element);
      return clipPath !== 'none' || (position === 'fixed' && element.getBoundingClientRect().bottom <= 0);
    };
    const weak = new Set<string>();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement;
      const text = node.textContent?.trim() ?? '';
      if (element === null || text === '' || !element.checkVisibility()) continue;
      if (element.closest(':disabled, option') !== null || isUnseen(element)) continue;
      const ground = grounds(element);
      const lights = [luminance(paint(...ground)), luminance(paint(...ground, getComputedStyle(element).color))];
      const ratio = (Math.max(...lights) + 0.05) / (Math.min(...lights) + 0.05);
      if (ratio < 4.5) weak.add(`${ratio.toFixed(2)} ${element.className} "${text.slice(0, 30)}"`);
    }
    return [...weak];
  });
}
