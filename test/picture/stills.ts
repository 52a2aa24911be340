import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { english } from '../../src-main/shared/words/english.ts';

/** The still pictures of the README, each with what it takes to be seen. */
interface Still {
  readonly name: string;
  readonly theme: 'light' | 'dark';
  readonly show: (page: Page) => Promise<void>;
}

const maxBytes = 200_000;
const webpQuality = 90;
/** As crisp as the screens of today. */
const pixelRatio = 1.5;
const rowsOfList = 16;
/** An experiment of the smallest size, at the simulator's pace. */
const experimentMs = 8 * 60_000;

const stills: readonly Still[] = [
  {
    name: 'overview',
    theme: 'light',
    show: async (page) => {
      await go(page, '');
      await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
      const notNow = page.getByRole('button', { name: 'Not now' });
      if ((await notNow.count()) > 0) await notNow.click();
      await notNow.waitFor({ state: 'detached' });
    },
  },
  {
    name: 'timing',
    theme: 'dark',
    show: async (page) => {
      await openTurn(page);
      await page.getByRole('tab', { name: 'Timing' }).click();
      await page.getByText('overhead').waitFor();
    },
  },
  {
    name: 'conversation',
    theme: 'light',
    show: async (page) => {
      await openTurn(page);
      await page.getByRole('tab', { name: 'Conversation' }).click();
      await page.getByRole('article').nth(2).waitFor();
    },
  },
  {
    name: 'lab',
    theme: 'dark',
    show: async (page) => {
      await go(page, 'lab');
      await page.getByLabel('Size').first().selectOption('12');
      await page.getByRole('button', { name: 'Start the experiment' }).click();
      const running = page.getByText(english.t('lab.verdict.running'), { exact: true }).first();
      await running.waitFor();
      await running.waitFor({ state: 'detached', timeout: experimentMs });
      await page.getByText('New experiment').waitFor();
    },
  },
];

/** To a screen, whatever has the focus. */
async function go(page: Page, screen: string): Promise<void> {
  await page.evaluate((hash) => location.assign(hash), `#/${screen}`);
}

/** A fast turn that is not the first of its session. */
async function openTurn(page: Page): Promise<void> {
  await go(page, 'requests');
  await page.getByRole('heading', { name: 'Requests', level: 1 }).waitFor();
  const fast = page.getByRole('row').filter({ hasText: 'completed' }).filter({ hasText: 'priority' });
  await fast.filter({ hasNotText: 'prewarm' }).first().click();
}

/** Takes them of a page of the demo and writes them; says what it wrote. Throws where one is too large. */
export async function takeStills(page: Page, folder: string, say: (line: string) => void): Promise<void> {
  await go(page, 'requests');
  // As many turns as fill a list.
  await page.waitForFunction((most) => document.querySelectorAll('main tbody tr[id]').length >= most, rowsOfList, {
    timeout: 120_000,
  });
  for (const { name, theme, show } of stills) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await show(page);
    // What has just come is drawn, and the pointer is over nothing.
    await page.mouse.move(0, 0);
    await page.waitForTimeout(800);
    const picture = await takeWebp(page);
    const file = join(folder, `screenshot-${name}.webp`);
    if (picture.length > maxBytes) throw new Error(`${file} has ${picture.length} bytes, of at most ${maxBytes}.`);
    writeFileSync(file, picture);
    say(`${file}: ${picture.length} bytes`);
    await page.keyboard.press('Escape');
  }
}

/** Playwright itself writes PNG and JPEG alone. */
async function takeWebp(page: Page): Promise<Buffer> {
  const { width, height } = page.viewportSize() ?? { width: 0, height: 0 };
  const clip = { x: 0, y: 0, width, height, scale: pixelRatio };
  const protocol = await page.context().newCDPSession(page);
  const { data } = await protocol.send('Page.captureScreenshot', { format: 'webp', quality: webpQuality, clip });
  await protocol.detach();
  return Buffer.from(data, 'base64');
}
