import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { screens } from '../../src-renderer/lib/screens.ts';
import { answerScreens, longNames } from '../renderer/long-names.ts';
import { usePageStand } from '../renderer/page-stand.ts';
import type { ScriptedServer } from '../renderer/scripted-server.ts';
import { makeUsage } from '../renderer/usage-fixtures.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Place {
  readonly hash: string;
  /** What of it is not seen at once. */
  readonly open?: (page: Page) => Promise<unknown>;
  /** The part that is new there, where the rest was looked at before. */
  readonly part?: string;
}

const tab = (name: string) => (page: Page) => page.getByRole('tab', { name }).click();

const places: readonly Place[] = [
  ...screens.map(({ name }) => ({ hash: `#/${name === 'overview' ? '' : name}` })),
  { hash: '#/requests/x00055', part: 'aside' },
  {
    hash: '#/requests/x00055',
    part: 'aside [role="tabpanel"]',
    open: async (page) => {
      await tab('Conversation')(page);
      await page.getByText('I see.').waitFor();
      await page.getByText('Done.').waitFor();
    },
  },
  {
    hash: '#/requests/x00055',
    part: 'aside [role="tabpanel"]',
    open: async (page) => {
      await page.getByText('Raw JSON').click();
      await page.getByRole('tree').first().waitFor();
    },
  },
  { hash: '#/requests/x00055', part: 'aside [role="tabpanel"]', open: tab('Frames') },
  // A palette over it.
  {
    hash: '#/requests/x00055',
    part: 'dialog',
    open: async (page) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('dialog').waitFor();
    },
  },
];

/** Rows are like each other; a list has every kind of them among its first. */
const manyRows = ['main tbody tr:nth-child(n + 12)'];
/** There are no frames, and no style sheet asks for an orientation (test/contract/container-layout.test.ts), which axe would read them for. */
const quick = { resultTypes: ['violations'], iframes: false, preload: false };
const contrastOnly = { runOnly: ['color-contrast', 'link-in-text-block'] };

interface Look {
  readonly isDark: boolean;
  /** Null: the whole page. */
  readonly part: string | null;
  readonly rules: object;
}

/** What axe finds against WCAG 2.2 A and AA and its own good practice, with where, look by look. */
async function violations(page: Page, looks: readonly Look[]): Promise<string[]> {
  const results = await page.evaluate(
    async ([all, exclude]): Promise<AxeResults[]> => {
      const { axe } = globalThis as unknown as {
        readonly axe: { run(context: object, options: object): Promise<AxeResults> };
      };
      const dark = [...document.styleSheets]
        .flatMap((sheet) => [...sheet.cssRules])
        .filter((rule) => rule instanceof CSSMediaRule && /color-scheme: dark|^(not )?all$/.test(rule.media.mediaText));
      if (dark.length === 0) throw new Error('There are no dark rules.');
      const found: AxeResults[] = [];
      for (const { isDark, part, rules } of all) {
        // As the setting does it, and without a way to the browser and back.
        for (const rule of dark) if (rule instanceof CSSMediaRule) rule.media.mediaText = isDark ? 'all' : 'not all';
        const context = { ...(part === null ? {} : { include: [part] }), exclude: [exclude] };
        found.push(await axe.run(context, rules));
      }
      return found;
    },
    [looks.map((look) => ({ ...look, rules: { ...quick, ...look.rules } })), manyRows] as const,
  );
  return results.flatMap(({ violations: found }, index) =>
    found.flatMap(({ id, nodes }) =>
      nodes.map(
        ({ target, html }) => `${looks[index]?.isDark ? 'dark' : 'light'}: ${id} at ${target.join(' ')}: ${html}`,
      ),
    ),
  );
}

/** A turn in which all was said that there is to say. */
function answerConversation(server: ScriptedServer): void {
  server.texts.set(
    'client',
    JSON.stringify({
      instructions: 'Be brief.',
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'Look.' },
            { type: 'input_image', image_url: 'https://a.test/b.png' },
          ],
        },
        {
          type: 'function_call',
          name: 'read_file',
          call_id: 'call_1',
          arguments: '{"path":"a.ts","lines":5,"whole":false}',
        },
        { type: 'function_call_output', call_id: 'call_1', output: 'x'.repeat(2_000) },
      ],
    }),
  );
  const items = [
    { type: 'reasoning', summary: [{ text: 'I see.' }] },
    { role: 'assistant', content: 'Done.' },
  ];
  server.payloads = () => ({
    payloads: items.map((item, index) => ({
      atMs: index,
      direction: 'upstream-in',
      type: 'response.output_item.done',
      bytes: 9,
      index,
      text: JSON.stringify({ type: 'response.output_item.done', output_index: index, item }),
      isCut: false,
    })),
    next: items.length,
    total: items.length,
  });
}

describe('accessibility', () => {
  const stand = usePageStand();

  it('has no violation that axe knows, on every screen, in both themes', async () => {
    const server = await stand.serve(longNames(Date.now()));
    answerScreens(server);
    answerConversation(server);
    server.handlers['usage.sums'] = (query) => makeUsage(query);
    const { page } = await stand.show(server.url(), {
      reducedMotion: 'reduce',
      // Few rows of long lists are in the page then; what lies below is judged all the same.
      viewport: { width: 1280, height: 420 },
    });
    await page.getByText('Connected', { exact: true }).waitFor();
    await page.evaluate(axeSource);
    const found: string[] = [];
    for (const [index, { hash, open, part = null }] of places.entries()) {
      await page.evaluate((to) => location.assign(to), hash);
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      // What a screen that is still fetched covers is hidden, not gone.
      await page.locator('main h1:visible, main [role="tabpanel"]:visible').last().waitFor();
      await page.waitForLoadState('networkidle');
      await open?.(page);
      // A theme changes colours and nothing else, and what stands around every screen does so once.
      const looks = [
        { isDark: true, part: part ?? (index === 0 ? null : 'main'), rules: contrastOnly },
        { isDark: false, part, rules: {} },
      ];
      found.push(...(await violations(page, looks)).map((line) => `${hash} in ${line}`));
    }
    expect(found).toEqual([]);
  }, 180_000);
});
