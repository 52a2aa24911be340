import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { answerScreens, longNames } from '../renderer/long-names.ts';
import { usePageStand } from '../renderer/page-stand.ts';

/** How an element looks, in what forced colours leave: two that mean different things must differ in it. */
async function look(page: Page, selector: string, pseudo?: string): Promise<string> {
  return page
    .locator(selector)
    .first()
    .evaluate((element, part) => {
      const {
        backgroundColor,
        backgroundImage,
        borderBottomColor,
        outlineStyle,
        outlineColor,
        borderInlineStartWidth,
      } = getComputedStyle(element, part);
      return [
        backgroundColor,
        backgroundImage,
        borderBottomColor,
        outlineStyle,
        outlineColor,
        borderInlineStartWidth,
      ].join();
    }, pseudo);
}

const schemes = ['light', 'dark'] as const;
/** By what is compared: how many looks there are, and how many there must be. */
type Looks = Record<(typeof schemes)[number], Record<string, readonly [found: number, expected: number]>>;

describe('forced colours, as of a high-contrast theme', () => {
  const stand = usePageStand();
  /** The screens are walked once for all themes. */
  let walked: Promise<Looks> | null = null;

  async function walk(): Promise<Looks> {
    const server = await stand.serve(longNames(Date.now()));
    answerScreens(server);
    const { page } = await stand.show(server.url(), { forcedColors: 'active' });
    await page.getByText('Connected', { exact: true }).waitFor();
    const found: Looks = { light: {}, dark: {} };
    const inEach = async (what: string, looks: () => Promise<readonly string[]>): Promise<void> => {
      for (const colorScheme of schemes) {
        await page.emulateMedia({ colorScheme });
        const isSo = await page.evaluate((to) => matchMedia(`(prefers-color-scheme: ${to})`).matches, colorScheme);
        if (!isSo) throw new Error(`The page is not ${colorScheme}.`);
        const all = await looks();
        found[colorScheme][what] = [new Set(all).size, all.length];
      }
    };
    const differ = (what: string, ...selectors: readonly (readonly [string, string?])[]): Promise<void> =>
      inEach(what, () => Promise.all(selectors.map(([selector, pseudo]) => look(page, selector, pseudo))));
    const go = async (hash: string, ready: string): Promise<void> => {
      await page.evaluate((to) => location.assign(to), hash);
      await page.locator(ready).first().waitFor();
    };
    await differ('the screen', ['nav a[aria-current="page"]'], ['nav a:not([aria-current])']);
    const face = (state: string) => [`fieldset input${state} + *`] as const;
    await differ('the fast mode', face(':checked'), face(':not(:checked)'));
    await differ('a tab', ['[role="tab"][aria-selected="true"]'], ['[role="tab"][aria-selected="false"]']);
    await differ('a quota bar and its track', ['[role="meter"] > *'], ['[role="meter"]']);
    await differ(
      'a quota that is used up',
      ['[role="meter"] > [data-tone="bad"]'],
      ['[role="meter"] > [data-tone="accent"]'],
    );
    await go('#/requests/x00055', '[role="tabpanel"] [data-kind="upstream"]');
    await differ('the open row', ['tr[aria-selected="true"]'], ['tr[aria-selected="false"]']);
    const kinds = ['slipstream', 'upstream', 'network', 'client'];
    await differ('who took the time', ...kinds.map((kind) => [`li[data-kind="${kind}"]`, '::before'] as const));
    await differ(
      'bars of the waterfall',
      ...kinds.slice(0, 3).map((kind) => [`div[data-kind="${kind}"], span[data-kind="${kind}"]`] as const),
    );
    await page.getByRole('button', { name: 'Failed', exact: true }).click();
    await differ('a quick filter', ['button[aria-pressed="true"]'], ['button[aria-pressed="false"]']);
    await go('#/accounts', 'article');
    await differ('a switch', ['input:checked + *'], ['input[type="checkbox"]:not(:checked) + *']);
    await go('#/latency', 'figure');
    await inEach('lines of the chart', () =>
      page
        .locator('[aria-pressed] > span:first-child')
        .evaluateAll((all) => all.map((each) => getComputedStyle(each).backgroundColor)),
    );
    return found;
  }

  it.each(schemes)('keep what is chosen, bars and charts apart, in a %s theme', async (colorScheme) => {
    walked ??= walk();
    const looks = Object.entries((await walked)[colorScheme]);
    expect(looks).toHaveLength(11);
    for (const [what, [found, expected]] of looks) {
      expect([what, found]).toEqual([what, expected]);
      expect(found).toBeGreaterThan(1);
    }
  });
});
