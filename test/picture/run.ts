import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { buildIfStale } from '../../src-main/build/build-if-stale.ts';
import { launchBrowser } from '../renderer/chromium.ts';
import { Headless } from '../support/headless.ts';
import { type Frame, makeApng } from './apng.ts';
import { takeStills } from './stills.ts';

// Entry of `npm run picture`: makes the pictures of the README out of the real program with its demo accounts: the moving one, and
// the stills. `npm run picture stills` makes those alone, `npm run picture moving` that.

const rootDir = resolve(import.meta.dirname, '..', '..');
const pictureFile = join(rootDir, 'assets', 'screenshot-moving.png');
const maxBytes = 1_500_000;
const size = { width: 1120, height: 680 };
const rowsOfList = 11;
const stillSize = { width: 1280, height: 760 };

const say = (line: string) => process.stdout.write(`${line}\n`);
buildIfStale(rootDir, say);
const browser = await launchBrowser();
try {
  if (process.argv[2] !== 'stills') {
    const picture = makeApng(await ofDemo({ viewport: size, colorScheme: 'dark' }, playScene));
    if (picture.length > maxBytes) throw new Error(`The picture has ${picture.length} bytes, of at most ${maxBytes}.`);
    writeFileSync(pictureFile, picture);
    say(`${pictureFile}: ${picture.length} bytes`);
  }
  if (process.argv[2] !== 'moving')
    await ofDemo({ viewport: stillSize }, (page) => takeStills(page, join(rootDir, 'assets'), say));
} finally {
  await browser.close();
}

/** Runs something on the first page of a demo of its own. */
async function ofDemo<T>(options: BrowserContextOptions, run: (page: Page) => Promise<T>): Promise<T> {
  const program = new Headless();
  try {
    const { dashboardUrl } = await program.serve('--demo');
    const page = await (await browser.newContext({ locale: 'en-GB', ...options })).newPage();
    page.setDefaultTimeout(60_000);
    await page.goto(dashboardUrl);
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
    return await run(page);
  } finally {
    program.dispose();
  }
}

/** Fast is switched on, requests come in, one is opened, and latency is looked at. */
async function playScene(page: Page): Promise<readonly Frame[]> {
  const frames: Frame[] = [];
  const take = async (delayMs: number) => {
    // What a key did is drawn.
    await page.waitForTimeout(600);
    frames.push({ png: await page.screenshot({ animations: 'disabled' }), delayMs });
  };
  await page.getByRole('button', { name: 'Not now' }).click();
  const done = page.getByRole('row').filter({ hasText: 'completed' });
  await done.nth(2).waitFor();
  await take(1_800);
  await page.keyboard.press('Alt+Shift+F');
  await take(1_500);
  await page.keyboard.type('gr');
  await page.getByRole('heading', { name: 'Requests', level: 1 }).waitFor();
  // As many as make a list, of which one can be opened; a moment of every second new row.
  const fast = done.filter({ hasText: 'priority' }).filter({ hasNotText: 'prewarm' });
  for (let taken = 0; taken < rowsOfList || (await fast.count()) === 0; ) {
    const rows = await page.getByRole('row').count();
    if (rows >= taken + 2) {
      await take(700);
      taken = rows;
    }
    await page.waitForTimeout(100);
  }
  await fast.first().click();
  await page.getByText('overhead').waitFor();
  await take(3_000);
  await page.keyboard.press('Escape');
  await page.keyboard.type('gl');
  await page.getByRole('heading', { name: 'Latency', level: 1 }).waitFor();
  await take(2_500);
  return frames;
}
