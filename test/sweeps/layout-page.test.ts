import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { tell } from '../../src-main/shared/words/told.ts';
import { screens } from '../../src-renderer/lib/screens.ts';
import { makeDetail } from '../renderer/detail-fixtures.ts';
import { answerScreens, longClient, longNames } from '../renderer/long-names.ts';
import { usePageStand } from '../renderer/page-stand.ts';
import type { ScriptedServer } from '../renderer/scripted-server.ts';
import { makeUsage } from '../renderer/usage-fixtures.ts';

/** CSS pixels of common windows; a zoom of 200 % halves them, and one of 400 % leaves 320 of 1280. */
const sizes = [
  [1440, 900],
  [1280, 800],
  [1024, 768],
  [900, 700],
  [800, 600],
  [720, 450],
  [640, 400],
  [500, 700],
  [320, 640],
] as const;

const places = [
  ...screens.map(({ name }) => `#/${name === 'overview' ? '' : name}`),
  '#/requests/x00055',
  '#/sessions/01a2091c-35f3-7960-8b0b-166583eb2b00',
];

/** What is wrong with how the page is laid out: texts over texts, columns that hold nothing, parts that stick out. */
async function faults(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    /** What each element cuts off: nothing, all of it, or what is outside its box. */
    const cuts = new Map<Element, 'nothing' | 'all' | DOMRect>();
    const cutOf = (element: Element): 'nothing' | 'all' | DOMRect => {
      const style = getComputedStyle(element);
      if (style.visibility === 'hidden' || style.clipPath !== 'none') return 'all';
      const isOpen = style.overflowX === 'visible' && style.overflowY === 'visible';
      return isOpen ? 'nothing' : element.getBoundingClientRect();
    };
    /** What of a box is left by those that cut it off. */
    const clipped = (element: Element, box: DOMRect): DOMRect | null => {
      let { left, top, right, bottom } = box;
      for (let each: Element | null = element; each !== null; each = each.parentElement) {
        const own = cuts.get(each) ?? cutOf(each);
        cuts.set(each, own);
        if (own === 'all') return null;
        if (own === 'nothing') continue;
        left = Math.max(left, own.left);
        top = Math.max(top, own.top);
        right = Math.min(right, own.right);
        bottom = Math.min(bottom, own.bottom);
      }
      return right - left > 1 && bottom - top > 1 ? new DOMRect(left, top, right - left, bottom - top) : null;
    };
    const isAfloat = (element: Element): boolean =>
      element.closest('[role="status"][class*="toast"], [class*="toasts"], thead, [class*="unsaved"]') !== null;
    const texts: { readonly text: string; readonly element: Element; readonly box: DOMRect }[] = [];
    // What a dialog stands over is dimmed, and not read.
    const walker = document.createTreeWalker(
      document.querySelector('dialog[open]') ?? document.body,
      NodeFilter.SHOW_TEXT,
    );
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement;
      const text = node.textContent?.trim() ?? '';
      if (
        element === null ||
        text === '' ||
        !element.checkVisibility() ||
        isAfloat(element) ||
        element.closest('svg, option, canvas') !== null
      )
        continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const rect of range.getClientRects()) {
        const box = clipped(element, rect);
        if (box !== null) texts.push({ text: text.slice(0, 40), element, box });
      }
    }
    texts.sort((one, other) => one.box.top - other.box.top);
    for (const [index, one] of texts.entries()) {
      for (let next = index + 1; next < texts.length; next += 1) {
        const other = texts[next];
        const down = Math.min(one.box.bottom, other?.box.bottom ?? 0) - (other?.box.top ?? 0);
        // Those that begin lower still are below it as well.
        if (other === undefined || other.box.top > one.box.bottom - 4) break;
        const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
        // What an ellipsis stands for has a box of its own.
        if (one.element === other.element) continue;
        if (across > 2 && down > 4) found.push(`"${one.text}" and "${other.text}" overlap by ${across} × ${down} px`);
      }
    }
    for (const head of document.querySelectorAll('th[scope="col"]')) {
      const width = head.getBoundingClientRect().width;
      if (width > 0 && width < 60 && head.textContent !== '') found.push(`column "${head.textContent}" is ${width} px`);
    }
    for (const head of document.querySelectorAll('th[scope="col"]')) {
      const [node] = head.childNodes;
      for (const { index, 0: word } of node instanceof Text ? node.data.matchAll(/[a-z]+/gi) : []) {
        const range = document.createRange();
        range.setStart(node ?? head, index);
        range.setEnd(node ?? head, index + word.length);
        const lines = new Set([...range.getClientRects()].map(({ top }) => top));
        if (lines.size > 1) found.push(`the head "${word}" is broken`);
      }
    }
    for (const table of document.querySelectorAll('table')) {
      const place = table.checkVisibility() ? table.parentElement : null;
      if (!table.hasAttribute('aria-label')) found.push(`a table has no name: ${table.textContent?.slice(0, 40)}`);
      const isWide = place !== null && place.scrollWidth > place.clientWidth;
      if (isWide && !place.matches('[tabindex="0"][role="region"][aria-label]'))
        found.push(`keys cannot scroll the table ${table.ariaLabel}`);
    }
    for (const element of [document.documentElement, ...document.querySelectorAll('main, header, article, section')]) {
      if (element.clientWidth > 1 && element.scrollWidth > element.clientWidth + 1)
        found.push(
          `${element.tagName} ${element.className} is ${element.scrollWidth} px wide in ${element.clientWidth}`,
        );
    }
    return found;
  });
}

/** Those that are there still when the page has come to know how wide its parts are. */
async function lasting(page: Page): Promise<string[]> {
  const found = await faults(page);
  if (found.length === 0) return found;
  await page.waitForFunction(() => new Promise((done) => requestIdleCallback(() => done(true))));
  return faults(page);
}

describe('the layout', () => {
  const stand = usePageStand();

  let server: ScriptedServer;

  async function open(language: 'en' | 'zh-CN' = 'en'): Promise<Page> {
    const state = longNames(Date.now());
    server = await stand.serve({ ...state, settings: { ...state.settings, language } });
    answerScreens(server);
    server.handlers['usage.sums'] = (query) => makeUsage(query);
    server.handlers['requests.detail'] = ({ id }) => {
      const row = server.history.get(id);
      if (row === undefined) throw new Error('There is no such turn.');
      return makeDetail(row, {
        changes: [
          { step: 'tier', path: 'body.service_tier', action: 'set', why: tell('why.tier.asked') },
          { step: 'headers', path: 'headers.originator', action: 'added', why: tell('why.official.shape') },
        ],
      });
    };
    const { page } = await stand.show(server.url());
    await page.getByText(language === 'en' ? 'Connected' : '已连接', { exact: true }).waitFor();
    return page;
  }

  /** English sentences in what is seen: four words in a row, where no code, no name and no word of upstream's stands. */
  const englishOn = (page: Page): Promise<string[]> =>
    page.evaluate(() => {
      const found: string[] = [];
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
        const element = node.parentElement;
        const text = node.textContent ?? '';
        if (element === null || !element.checkVisibility()) continue;
        if (element.closest('code, pre, kbd, textarea, script, [data-words="as they came"]') !== null) continue;
        // A value of the model is no word of the page.
        const isBareValue = /^(?:prewarm|replay|experiment|varies|same|always|sometimes)$/.test(text.trim());
        if (isBareValue || /(?:\b[a-z]{2,}\b[ ,]+){3}\b[a-z]{2,}\b/i.test(text)) found.push(text.trim());
      }
      return found;
    });

  interface Walked {
    readonly wrong: string[];
    readonly wideFrames: string[];
  }
  /** The screens are walked once for both tests. */
  let walked: Promise<Walked> | null = null;

  async function walk(): Promise<Walked> {
    const page = await open();
    const wrong: string[] = [];
    const wideFrames: string[] = [];
    for (const place of places) {
      await page.evaluate((hash) => location.assign(hash), place);
      await page.locator('main h1, main [role="tabpanel"]').last().waitFor({ state: 'attached' });
      await page.waitForLoadState('networkidle');
      for (const [width, height] of sizes) {
        await page.setViewportSize({ width, height });
        await page.evaluate(() => {
          for (const details of document.querySelectorAll('details')) details.open = true;
          return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        });
        wrong.push(...(await lasting(page)).map((fault) => `${place} at ${width}: ${fault}`));
        if (width === 1440) wideFrames.push(...(await wideFramesOn(page)).map((frame) => `${place}: ${frame}`));
      }
    }
    return { wrong, wideFrames };
  }

  /** Frames of choices that are wider than their segments. */
  const wideFramesOn = (page: Page): Promise<string[]> =>
    page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('fieldset:has(input[type="radio"])')].flatMap((group) => {
        const ends = [...group.querySelectorAll('label')].map((label) => label.getBoundingClientRect().right);
        const left = group.getBoundingClientRect().right - Math.max(...ends);
        return left > 12 ? [`${group.innerText} has ${left} px left`] : [];
      }),
    );

  it('holds long names at every width and zoom, on every screen', async () => {
    walked ??= walk();
    expect((await walked).wrong).toEqual([]);
  });

  it('draws the frame of a choice no wider than its segments', async () => {
    walked ??= walk();
    expect((await walked).wideFrames).toEqual([]);
  });

  it('leaves a model room for its name in every list, at every width', async () => {
    const page = await open();
    const narrow: string[] = [];
    for (const place of ['#/', '#/requests', '#/sessions']) {
      await page.evaluate((hash) => location.assign(hash), place);
      await page.locator('main th[data-column="model"]').waitFor();
      for (let width = 1440; width >= 320; width -= 40) {
        // Few rows: each is drawn anew at each width.
        await page.setViewportSize({ width, height: 400 });
        const shown = await page.evaluate(async () => {
          await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
          return document.querySelector('main th[data-column="model"]')?.getBoundingClientRect().width ?? 0;
        });
        if (shown < 64) narrow.push(`${place} at ${width}: ${shown} px`);
      }
    }
    expect(narrow).toEqual([]);
  });

  it('gives the filters beside an open turn two rows, in the order of the keyboard, and keeps all of them at hand', async () => {
    const page = await open();
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.evaluate(() => location.assign('#/requests/x00055'));
    await page.locator('[aria-label="Request detail"]').waitFor();
    const bar = page.locator('[data-part="requests-bar"] search');
    /** By rows, each from left to right, as they follow each other in the page. */
    const rows = () =>
      bar.evaluate((search) => {
        const boxes = [...search.querySelectorAll('button, input')]
          .filter((element) => element.checkVisibility())
          .map((element) => element.getBoundingClientRect());
        const found: number[][] = [];
        for (const { left, top, height } of boxes) {
          const middle = Math.round((top + height / 2) / 10);
          if (found.at(-1)?.[0] === middle) found.at(-1)?.push(left);
          else found.push([middle, left]);
        }
        return found.map(([, ...lefts]) => lefts);
      });
    await expect.poll(async () => (await rows()).length, { timeout: 8_000 }).toBeLessThanOrEqual(2);
    for (const lefts of await rows()) expect(lefts).toEqual(lefts.toSorted((a, b) => a - b));
    expect(await bar.getByRole('button', { name: 'Transport' }).count()).toBe(0);
    await bar.getByRole('button', { name: 'More', exact: true }).press('Enter');
    await bar.getByRole('button', { name: 'Transport' }).waitFor();
    // A pause is said in the top bar, over nothing.
    server.push({ kind: 'settings', settings: { paused: true } });
    await page.getByRole('button', { name: 'Resume' }).waitFor();
    expect(await faults(page)).toEqual([]);
    await page.setViewportSize({ width: 1600, height: 900 });
    await expect.poll(async () => (await rows()).length, { timeout: 8_000 }).toBeLessThanOrEqual(2);
  });

  it('holds Chinese as well, on every screen, with no English sentence left', async () => {
    const page = await open('zh-CN');
    await page.setViewportSize({ width: 1280, height: 800 });
    const wrong: string[] = [];
    for (const place of places) {
      await page.evaluate((hash) => location.assign(hash), place);
      await page.locator('main h1, main [role="tabpanel"]').last().waitFor({ state: 'attached' });
      await page.waitForLoadState('networkidle');
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      wrong.push(...[...(await faults(page)), ...(await englishOn(page))].map((fault) => `${place}: ${fault}`));
    }
    for (const tab of await page.getByRole('tab').all()) {
      await tab.click();
      await page.getByRole('tabpanel').waitFor();
      wrong.push(...[...(await faults(page)), ...(await englishOn(page))].map((fault) => `a tab: ${fault}`));
    }
    for (const [dialog, keys] of [
      ['keys', '?'],
      ['palette', 'Control+k'],
    ] as const) {
      await page.keyboard.press(keys);
      await page.getByRole('dialog').waitFor();
      wrong.push(...[...(await faults(page)), ...(await englishOn(page))].map((fault) => `${dialog}: ${fault}`));
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
    expect(wrong).toEqual([]);
  });

  it('gives the detail what the list can spare, follows the window, and covers the list where there is no room', async () => {
    const page = await open();
    await page.evaluate(() => location.assign('#/requests/x00055'));
    const width = async (selector: string) => Math.round((await page.locator(selector).boundingBox())?.width ?? 0);
    const model = 'th[data-column="model"]';
    const detail = '[aria-label="Request detail"]';
    await page.locator(detail).waitFor();
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.waitForFunction(
      () => document.querySelector('[role="separator"]')?.getAttribute('aria-valuemax') === '584',
    );
    expect(await width(detail)).toBe(584);
    expect(await width(model)).toBeGreaterThan(100);
    await page.setViewportSize({ width: 1024, height: 768 });
    await page.getByRole('button', { name: '← All requests' }).waitFor();
    expect([await width(detail), await page.locator(model).isVisible()]).toEqual([828, false]);
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.locator(model).waitFor();
    // What was wished for comes back with the room.
    await page.waitForFunction(
      () => document.querySelector('[role="separator"]')?.getAttribute('aria-valuenow') === '640',
    );
    await page.setViewportSize({ width: 900, height: 700 });
    await page.getByRole('button', { name: '← All requests' }).click();
    await page.locator(model).waitFor();
    expect(longClient).toHaveLength(78);
  });

  it('leaves the tabs of a turn room in the smallest window, and under a reason of many lines', async () => {
    const page = await open();
    const failed = server.snapshot.requests.find(({ status }) => status === 'failed');
    if (failed === undefined) throw new Error('None has failed.');
    const message = 'upstream had very much to say '.repeat(60);
    server.push({ kind: 'requests', rows: [{ ...failed, error: { code: 'upstream_closed', message } }] });
    const pane = page.locator('[aria-label="Request detail"]');
    for (const id of ['x00058', failed.id]) {
      await page.evaluate((hash) => location.assign(hash), `#/requests/${id}`);
      await pane.getByText(id, { exact: true }).waitFor();
      await pane.getByRole('tab', { name: 'Timing' }).click();
      for (const [width, height] of [...sizes, [760, 480]] as const) {
        await page.setViewportSize({ width, height });
        const panel = page.getByRole('tabpanel');
        await panel.getByText('Attempts').waitFor();
        const shown = await panel.evaluate((element) => {
          element.scrollIntoView({ block: 'end' });
          const { top, bottom } = element.getBoundingClientRect();
          const main = document.querySelector('main');
          if (main === null) throw new Error('There is no screen.');
          const screen = main.getBoundingClientRect();
          const seen = Math.min(bottom, screen.bottom) - Math.max(top, screen.top);
          return { isRoomy: seen >= 180, hasHole: main.scrollHeight > main.clientHeight };
        });
        expect([id, width, shown]).toEqual([id, width, { isRoomy: true, hasHole: false }]);
      }
    }
  });
});
