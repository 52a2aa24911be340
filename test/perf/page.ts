/**
 * The page over 50,000 stored turns while 200 rows a second arrive: frames while it is scrolled, tasks that are too long,
 * and how much its heap grows; `--seconds` is how long that is watched. `npm run build`, then
 * `node test/perf/page.ts [--seconds N]`; JSON out.
 */
import type { Page } from 'playwright-core';
import { builtPage } from '../renderer/built-page.ts';
import { launchBrowser } from '../renderer/chromium.ts';
import { makeRow, makeRows, makeSnapshot } from '../renderer/fixtures.ts';
import { openPage } from '../renderer/open-page.ts';
import { tasksMs } from '../renderer/page-tasks.ts';
import { ScriptedHistory } from '../renderer/scripted-history.ts';
import { ScriptedServer } from '../renderer/scripted-server.ts';
import { readArguments } from '../support/arguments.ts';

const { values } = readArguments({ options: { seconds: { type: 'string', default: '300' } } });
const watchedSeconds = Number(values.seconds);
const storedTurns = 50_000;
const deltasPerSecond = 20;
const rowsPerDelta = 10;
const warmUpMs = 10_000;
const scrolledMs = 5_000;
const targets = { framesPerSecond: 55, longestTaskMs: 200, heapGrowthMebibytes: 20 };

/** Scrolls the list evenly, a thousand pixels a second, and counts the frames that were drawn meanwhile. */
function scrollFrames(page: Page): Promise<number> {
  return page
    .locator('[role="grid"]')
    .locator('..')
    .evaluate(
      (element, spanMs) =>
        new Promise<number>((resolve) => {
          const start = performance.now();
          let frames = 0;
          const step = (now: number): void => {
            frames += 1;
            element.scrollTop = now - start;
            if (now - start < spanMs) requestAnimationFrame(step);
            else resolve((frames * 1_000) / (now - start));
          };
          requestAnimationFrame(step);
        }),
      scrolledMs,
    );
}

const browser = await launchBrowser();
const rows = makeRows(storedTurns, Date.now());
const server = await ScriptedServer.start(builtPage, makeSnapshot({ requests: rows.slice(0, 1_000) }));
server.history = new ScriptedHistory(rows);
const { page, context, problems } = await openPage(browser, server.url());
await page.getByText('Connected', { exact: true }).waitFor();
await page.keyboard.type('gr');
await page.getByRole('grid').locator('tbody tr[aria-rowindex]').first().waitFor();
const devtools = await context.newCDPSession(page);

/** What is in use once nothing is there that could be thrown away. */
async function heapMebibytes(): Promise<number> {
  await devtools.send('HeapProfiler.collectGarbage');
  const { usedSize } = await devtools.send('Runtime.getHeapUsage');
  return usedSize / 1024 ** 2;
}

let sent = 0;
const timer = setInterval(() => {
  const live = Array.from({ length: rowsPerDelta }, () => {
    sent += 1;
    return makeRow({ id: `live-${String(sent).padStart(8, '0')}`, startedAt: Date.now(), model: 'gpt-live' });
  });
  server.push({ kind: 'requests', rows: live.map((row) => ({ ...row, status: 'running', totalMs: null })) });
  server.push({ kind: 'requests', rows: live });
}, 1_000 / deltasPerSecond);

await browser.startTracing(page, { categories: ['toplevel'] });
const framesPerSecond = await scrollFrames(page);
const tasks = tasksMs(await browser.stopTracing());
await page
  .locator('[role="grid"]')
  .locator('..')
  .evaluate((element) => element.scrollTo({ top: 0 }));
await page.waitForTimeout(warmUpMs);
const before = await heapMebibytes();
await page.waitForTimeout(watchedSeconds * 1_000);
const after = await heapMebibytes();
clearInterval(timer);

const seen = {
  framesPerSecond: Math.round(framesPerSecond),
  longestTaskMs: Math.round(Math.max(0, ...tasks)),
  heapGrowthMebibytes: Number((after - before).toFixed(1)),
};
const isMet =
  seen.framesPerSecond >= targets.framesPerSecond &&
  seen.longestTaskMs <= targets.longestTaskMs &&
  seen.heapGrowthMebibytes <= targets.heapGrowthMebibytes;
process.stdout.write(
  `${JSON.stringify({ storedTurns, rowsSent: sent, watchedSeconds, ...seen, heapMebibytes: Math.round(after), targets, isMet, problems })}\n`,
);
await context.close();
await browser.close();
await server.stop();
process.exitCode = isMet && problems.length === 0 ? 0 : 1;
