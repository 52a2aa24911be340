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

const maxBytes = 250_000;
/** An experiment of the smallest size, at the simulator's pace. */
const experimentMs = 8 * 60_000;

const stills: readonly Still[] = [
  {
    name: 'overview',
    theme: 'light',
    show: async (page) => {
      await page.keyboard.type('go');
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
      await page.keyboard.type('gf');
      const running = page.getByText(english.t('lab.verdict.running'), { exact: true });
      await running.waitFor({ state: 'detached', timeout: experimentMs });
      await page.getByText('New experiment').waitFor();
    },
  },
];

/** A fast turn that is not the first of its session. */
async function openTurn(page: Page): Promise<void> {
  await page.keyboard.type('gr');
  await page.getByRole('heading', { name: 'Requests', level: 1 }).waitFor();
  const fast = page.getByRole('row').filter({ hasText: 'completed' }).filter({ hasText: 'priority' });
  await fast.filter({ hasNotText: 'prewarm' }).first().click();
}

/** Takes them of a page of the demo and writes them; says what it wrote. Throws where one is too large. */
export async function takeStills(page: Page, folder: string, say: (line: string) => void): Promise<void> {
  await page.keyboard.type('gf');
  await page.getByLabel('Size').first().selectOption({ index: 0 });
  await page.getByRole('button', { name: 'Start the experiment' }).click();
  for (const { name, theme, show } of stills) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await show(page);
    // What has just come is drawn, and the pointer is over nothing.
    await page.mouse.move(0, 0);
    await page.waitForTimeout(800);
    const png = await page.screenshot({ animations: 'disabled' });
    const file = join(folder, `screenshot-${name}.png`);
    if (png.length > maxBytes) throw new Error(`${file} has ${png.length} bytes, of at most ${maxBytes}.`);
    writeFileSync(file, png);
    say(`${file}: ${png.length} bytes`);
    await page.keyboard.press('Escape');
  }
}
