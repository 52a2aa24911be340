import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { estimate, makeClient, makeExperiment, makeLatency, makePlan, passive } from '../renderer/figure-fixtures.ts';
import { appInfo, makeAccounts, makeRows, makeSnapshot, plainSettings } from '../renderer/fixtures.ts';
import { usePageStand } from '../renderer/page-stand.ts';

const schemes = ['dark', 'light'] as const;
type Found = Record<(typeof schemes)[number], Record<string, readonly string[]>>;

/** Every text on every screen against the ground it stands on: at least 4.5:1 (WCAG AA). */
describe('contrast', () => {
  const stand = usePageStand();
  /** The screens are walked once for all themes. */
  let walked: Promise<Found> | null = null;

  async function walk(): Promise<Found> {
    const now = Date.now();
    const state = makeSnapshot({
      accounts: makeAccounts(now),
      requests: makeRows(60, now),
      app: { ...appInfo, autostartUnsupported: null },
      settings: { ...plainSettings, fastPolicy: 'on', paused: true },
    });
    const server = await stand.serve(state);
    server.handlers['latency.query'] = makeLatency;
    server.handlers['latency.passive'] = () => passive;
    server.handlers['lab.estimate'] = () => estimate;
    server.handlers['lab.list'] = () => [makeExperiment()];
    server.handlers['clients.list'] = () => [makeClient({ state: 'changed-since' })];
    server.handlers['clients.plan'] = makePlan;
    const { page } = await stand.show(server.url(), { reducedMotion: 'reduce' });
    await page.getByText('Connected', { exact: true }).waitFor();
    const found: Found = { dark: {}, light: {} };
    const look = async (name: string): Promise<void> => {
      for (const colorScheme of schemes) {
        await page.emulateMedia({ colorScheme });
        found[colorScheme][name] = await weakTexts(page, colorScheme);
      }
    };
    await page.getByText('Your account is ready').waitFor();
    await look('welcome');
    await page.getByRole('button', { name: 'Go to the dashboard' }).click();
    await page.getByRole('region', { name: 'Figures' }).waitFor();
    await look('overview');
    await page.keyboard.type('gr');
    await page.getByRole('grid').locator('tbody tr[id]').first().waitFor();
    await look('requests');
    // A request that failed, for its error box.
    await page.locator('[data-status="failed"]').first().click();
    for (const tab of ['Timing', 'Changes', 'Headers', 'Frames', 'Fast']) {
      await page.getByRole('tab', { name: tab }).click();
      await look(tab);
    }
    await page.keyboard.type('ga');
    await page.getByRole('article').first().waitFor();
    await page.keyboard.press('Alt+Shift+F');
    await page.locator('[data-policy="auto"]').waitFor();
    await look('accounts');
    await page.getByRole('button', { name: 'Remove' }).first().click();
    await look('dialog');
    await page.keyboard.press('Escape');
    await page.keyboard.type('gs');
    await page.getByLabel('Originator').waitFor();
    await page.getByLabel('Keep bodies and frames too').check();
    await page.getByLabel('Originator').fill('two words');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    await look('settings');
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'Settings' }).click();
    await page.keyboard.type('gl');
    await page.locator('main table:visible').first().waitFor();
    await look('latency');
    await page.keyboard.type('gf');
    await page.getByRole('note', { name: 'Cost' }).waitFor();
    await look('lab');
    await page.keyboard.type('gc');
    await page.getByRole('button', { name: 'Set up…' }).click();
    await page.locator('[data-kind="added"]').first().waitFor();
    await look('clients');
    return found;
  }

  it.each(schemes)('is enough everywhere in %s', async (colorScheme) => {
    walked ??= walk();
    const { [colorScheme]: found } = await walked;
    expect(Object.keys(found)).toHaveLength(14);
    expect(found).toEqual(Object.fromEntries(Object.keys(found).map((name) => [name, []])));
  });
});

/** Texts below the limit, with their contrast. Disabled controls are exempt, as the guideline has it. */
function weakTexts(page: Page, colorScheme: string): Promise<string[]> {
  return page.evaluate((scheme) => {
    if (!matchMedia(`(prefers-color-scheme: ${scheme})`).matches) throw new Error(`The page is not ${scheme}.`);
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
    /** What is painted below a text of an element, from the outermost on; many texts stand on the same. */
    const grounds = new Map<Element, readonly string[]>();
    const groundOf = (element: Element | null): readonly string[] => {
      if (element === null) return [];
      const known = grounds.get(element) ?? [
        ...groundOf(element.parentElement),
        getComputedStyle(element).backgroundColor,
      ];
      grounds.set(element, known);
      return known;
    };
    const luminance = (rgba: readonly number[]): number => {
      const [r = 0, g = 0, b = 0] = rgba.map((value) => {
        const share = value / 255;
        return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const lights = new Map<string, number>();
    const lightOf = (...colours: readonly string[]): number => {
      const key = colours.join();
      const known = lights.get(key) ?? luminance(paint(...colours));
      lights.set(key, known);
      return known;
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
      if (element.closest(':disabled, [aria-disabled="true"], option') !== null || isUnseen(element)) continue;
      const ground = groundOf(element);
      const [below, own] = [lightOf(...ground), lightOf(...ground, getComputedStyle(element).color)];
      const ratio = (Math.max(below, own) + 0.05) / (Math.min(below, own) + 0.05);
      if (ratio < 4.5) weak.add(`${ratio.toFixed(2)} ${element.className} "${text.slice(0, 30)}"`);
    }
    return [...weak];
  }, colorScheme);
}
