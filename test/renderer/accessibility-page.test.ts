import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { screens } from '../../src-renderer/lib/screens.ts';
import { answerScreens, longNames } from './long-names.ts';
import { usePageStand } from './page-stand.ts';
import { makeUsage } from './usage-fixtures.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const places = [
  ...screens.map(({ name }) => `#/${name === 'overview' ? '' : name}`),
  '#/requests/x00055',
  // A palette over it.
  '#/requests/x00055 Control+k',
];

const contrastOnly = { runOnly: ['color-contrast', 'link-in-text-block'] };

/** What axe finds against WCAG 2.2 A and AA and its own good practice, with where. */
async function violations(page: Page, rules: object): Promise<string[]> {
  const { violations: found } = await page.evaluate(async (only): Promise<AxeResults> => {
    const { axe } = globalThis as unknown as { readonly axe: { run(options: object): Promise<AxeResults> } };
    return axe.run({ resultTypes: ['violations'], ...only });
  }, rules);
  return found.flatMap(({ id, nodes }) => nodes.map(({ target, html }) => `${id} at ${target.join(' ')}: ${html}`));
}

describe('accessibility', () => {
  const stand = usePageStand();

  it('has no violation that axe knows, on every screen, in both themes', async () => {
    const server = await stand.serve(longNames(Date.now()));
    answerScreens(server);
    server.handlers['usage.sums'] = (query) => makeUsage(query);
    const { page } = await stand.show(server.url(), { reducedMotion: 'reduce' });
    await page.getByText('Connected', { exact: true }).waitFor();
    await page.evaluate(axeSource);
    const found: string[] = [];
    for (const place of places) {
      const [hash = '', keys] = place.split(' ');
      await page.evaluate((to) => location.assign(to), hash);
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      // What a screen that is still fetched covers is hidden, not gone.
      await page.locator('main h1:visible, main [role="tabpanel"]:visible').last().waitFor();
      await page.waitForLoadState('networkidle');
      if (keys !== undefined) await page.keyboard.press(keys);
      // A theme changes colours and nothing else.
      for (const [colorScheme, rules] of [
        ['dark', contrastOnly],
        ['light', {}],
      ] as const) {
        await page.emulateMedia({ colorScheme });
        found.push(...(await violations(page, rules)).map((violation) => `${place} in ${colorScheme}: ${violation}`));
      }
    }
    expect(found).toEqual([]);
  }, 180_000);
});
