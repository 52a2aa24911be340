import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { LatencyAnswer, LatencyQuery } from '../../src-main/shared/trace-query.ts';
import { choices, estimate, makeExperiment, makeLatency, passive } from './figure-fixtures.ts';
import { makeAccount, makeRow, makeSnapshot } from './fixtures.ts';
import { usePageStand } from './page-stand.ts';
import { pollOnClock } from './poll-on-clock.ts';
import type { ScriptedServer } from './scripted-server.ts';

const nobody = { n: 0, p50: null, p90: null, p95: null, p99: null };

/** The latency screen, and what it shares with the fast lab, in a real browser. */
describe('latency', () => {
  const stand = usePageStand();
  let server: ScriptedServer;

  async function open(show = stand.show): Promise<Page> {
    server = await stand.serve(makeSnapshot({ requests: [makeRow()] }));
    server.handlers['latency.query'] = makeLatency;
    server.handlers['latency.passive'] = () => passive;
    server.handlers['lab.estimate'] = () => estimate;
    server.handlers['lab.list'] = () => [makeExperiment()];
    server.handlers['requests.choices'] = () => choices;
    const { page } = await show(server.urlOf('#/latency'), { timezoneId: 'UTC' });
    await page.getByText('Connected', { exact: true }).waitFor();
    await page.getByRole('row', { name: /standard \(none\) 240 900 ms/ }).waitFor();
    return page;
  }

  it('draws the chart anew where another theme is set elsewhere', async () => {
    const page = await open();
    const drawn = (): Promise<string> =>
      page.locator('canvas').evaluate((canvas) => (canvas instanceof HTMLCanvasElement ? canvas.toDataURL() : ''));
    const light = await drawn();
    expect(await drawn()).toBe(light);
    server.push({ kind: 'settings', settings: { theme: 'dark' } });
    await expect.poll(drawn).not.toBe(light);
  });

  it('prints the chart with the colours of the light theme, and has its own again after that', async () => {
    const page = await open(stand.showAlone);
    const drawn = (): Promise<string> =>
      page.locator('canvas').evaluate((canvas) => (canvas instanceof HTMLCanvasElement ? canvas.toDataURL() : ''));
    const light = await drawn();
    server.push({ kind: 'settings', settings: { theme: 'dark' } });
    await expect.poll(drawn).not.toBe(light);
    const dark = await drawn();
    await page.evaluate(() => {
      const printed: string[] = [];
      Object.assign(window, { printed });
      const look = (): unknown => printed.push(document.querySelector('canvas')?.toDataURL() ?? '');
      matchMedia('print').addEventListener('change', look);
    });
    await page.pdf();
    const printed = await page.evaluate(() => (window as unknown as { printed: string[] }).printed);
    expect(printed.map((picture) => picture === light)).toEqual([true, false]);
    await expect.poll(drawn).toBe(dark);
  });

  it('shows percentiles with their n, and asks again for another figure without another chart', async () => {
    const page = await open();
    await page.locator('canvas').evaluate((canvas) => canvas.setAttribute('data-first', 'yes'));
    await page.getByText('Tokens/s').click();
    await page.getByRole('row', { name: /standard \(none\) 240 900 t\/s/ }).waitFor();
    expect(await page.locator('canvas').count()).toBe(1);
    expect(await page.locator('canvas').getAttribute('data-first')).toBe('yes');
    await expect
      .poll(() => server.inputsOf('latency.query').at(-1))
      .toMatchObject({ metric: 'tokensPerSecond', groupBy: 'tier' });
  });

  it('narrows the figures with the filters of turns, and says when nothing passes them', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Model: any' }).click();
    await page.getByRole('checkbox', { name: 'gpt-6.1-sol' }).check();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Effort: any' }).click();
    server.handlers['latency.query'] = (query) => ({ ...makeLatency(query), n: 0, groups: [], bucketStarts: [] });
    expect(await page.getByRole('checkbox', { name: 'not given' }).count()).toBe(1);
    await page.getByRole('checkbox', { name: 'low' }).check();
    await page.getByRole('heading', { name: 'No completed turn passes the filters' }).waitFor();
    await expect
      .poll(() => server.inputsOf('latency.query').at(-1))
      .toMatchObject({
        filter: { model: ['gpt-6.1-sol'], effort: ['low'] },
      });
    await page.keyboard.press('Escape');
    server.handlers['latency.query'] = makeLatency;
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await page.getByRole('row', { name: /standard \(none\) 240/ }).waitFor();
    await expect.poll(() => server.inputsOf('latency.query').at(-1)).toMatchObject({ filter: {} });
  });

  it('zooms to what is brushed, shows its requests, and saves figures and picture', async () => {
    const page = await open();
    await page.locator('canvas').waitFor();
    for (const [name, ending] of [
      ['CSV', 'csv'],
      ['PNG', 'png'],
    ] as const) {
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name, exact: true }).click();
      expect((await download).suggestedFilename()).toBe(`latency-firstToken-p50.${ending}`);
    }
    const brush = async (): Promise<void> => {
      const box = await page.locator('.u-over').boundingBox();
      if (box === null) throw new Error('there is no chart');
      await page.mouse.move(box.x + box.width * 0.25, box.y + 50);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * 0.5, box.y + 60, { steps: 3 });
      await page.mouse.up();
    };
    await brush();
    await page.getByText(/^23 Nov .* to .*: \d+ turns$/).waitFor();
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await page.getByRole('button', { name: 'Zoom out' }).waitFor();
    const zoomed = server.inputsOf('latency.query').at(-1) as LatencyQuery;
    expect(zoomed.filter.fromMs).toBeLessThan(zoomed.filter.toMs ?? 0);
    await page.getByRole('button', { name: 'Zoom out' }).click();
    await brush();
    await page.getByRole('button', { name: 'Show these requests' }).click();
    await page.getByRole('heading', { name: 'Requests', level: 1 }).waitFor({ state: 'attached' });
    expect(page.url()).toMatch(/from=.*to=.*q=status%3Acompleted/);
  });

  it('saves a picture and figures that say what they show, and of which turns', async () => {
    const page = await open();
    await page.setViewportSize({ width: 340, height: 800 });
    await page.locator('canvas').waitFor();
    await page.getByRole('radio', { name: 'p95' }).check({ force: true });
    const csv = page.waitForEvent('download');
    await page.getByRole('button', { name: 'CSV', exact: true }).click();
    const text = await readFile(await (await csv).path(), 'utf8');
    expect(text.split('\n', 1)[0]?.trim()).toBe(
      'from,to,"standard (none), p95 (ms)","standard (none), p95 n","priority, p95 (ms)","priority, p95 n"',
    );
    const drawn = async (): Promise<readonly string[]> => {
      await page.evaluate(() => {
        const written: string[] = [];
        Object.assign(window, { written });
        const pen = CanvasRenderingContext2D.prototype;
        const { fillText } = pen;
        pen.fillText = function (said, x, y, ...more) {
          const isInside = x + this.measureText(said).width <= this.canvas.width / window.devicePixelRatio;
          written.push(isInside ? said : `cut: ${said}`);
          return fillText.call(this, said, x, y, ...more);
        };
      });
      const png = page.waitForEvent('download');
      await page.getByRole('button', { name: 'PNG', exact: true }).click();
      await (await png).path();
      return page.evaluate(() => (window as unknown as { written: string[] }).written);
    };
    expect(await drawn()).toEqual(['First token, p95', 'standard (none) n = 240', 'priority n = 80']);
    await page.getByRole('button', { name: 'standard (none) n = 240' }).click();
    expect(await drawn()).toEqual(['First token, p95', 'priority n = 80']);
  });

  it('calls accounts as the user does, and by their labels in what leaves the machine', async () => {
    const accounts = [makeAccount({ nickname: 'Work' }), makeAccount({ id: 'a2', nickname: 'Home' })];
    server = await stand.serve(makeSnapshot({ accounts, requests: [makeRow()] }));
    server.handlers['requests.choices'] = () => choices;
    server.handlers['latency.query'] = (query) => {
      const answer = makeLatency(query);
      const groups = answer.groups.map((group, at) => ({
        ...group,
        key: `a${at + 1}`,
        label: `${'ag'[at]}…@e… (pro)`,
      }));
      return { ...answer, groups };
    };
    const { page } = await stand.show(server.urlOf('#/latency'), { timezoneId: 'UTC' });
    await page.getByRole('combobox', { name: 'By' }).selectOption('account');
    await page.getByRole('button', { name: 'Work n = 240' }).waitFor();
    await page.getByRole('row', { name: /^Home 80/ }).waitFor();
    await page.getByRole('button', { name: 'Account: any' }).click();
    await page.getByRole('checkbox', { name: 'Work' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('experiments of the Fast lab and replays are left out').waitFor();
    await page.locator('canvas').waitFor();
    const csv = page.waitForEvent('download');
    await page.getByRole('button', { name: 'CSV', exact: true }).click();
    const [head] = (await readFile(await (await csv).path(), 'utf8')).split('\n', 1);
    expect(head).toContain('"a…@e… (pro), p50 (ms)"');
    expect(head).not.toContain('Work');
  });

  it('has each line in a legend with its n, and hides it', async () => {
    const page = await open();
    const line = page.getByRole('button', { name: 'priority n = 80' });
    await line.press('Enter');
    expect(await line.getAttribute('aria-pressed')).toBe('false');
    await page.locator('canvas').waitFor();
    await page.locator('.uplot').hover({ position: { x: 400, y: 100 } });
    await page.getByText(/^23 Nov \d\d:\d\d:\d\d to \d\d:\d\d:\d\d: standard \(none\) [\d.]+ m?s \(n = 6\)$/).waitFor();
  });

  it('gives the chart as a table, where times without a turn are left out and a missing group is no number', async () => {
    const page = await open();
    server.handlers['latency.query'] = withGap;
    await page.getByRole('button', { name: 'Refresh' }).click();
    await page.getByText('The same as a table').press('Enter');
    const table = page.locator('details table');
    await table.getByRole('row', { name: /^23 Nov 08:05:00 to 08:06:40 — n = 0 \d+ ms n = 2$/ }).waitFor();
    expect(await table.getByRole('row').count()).toBe(1 + 39);
  });

  it('says why figures cannot be read, and tries again', async () => {
    const page = await open();
    server.handlers['latency.query'] = () => {
      throw new Error('The store is closed.');
    };
    await page.getByRole('button', { name: 'Refresh' }).click();
    await page.getByRole('alert').getByRole('button', { name: 'Try again' }).waitFor();
    server.handlers['latency.query'] = (query) => ({ ...makeLatency(query), n: 5 });
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('n = 5 completed turns').waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  it('is read again by itself when turns have ended, once for many, and so is the ordinary traffic', async () => {
    const page = await open(stand.showAlone);
    await page.clock.install();
    const appears = (text: string) => pollOnClock(page, () => page.getByText(text).count(), 1);
    const before = server.countCalls('latency.query');
    server.handlers['latency.query'] = (query) => ({ ...makeLatency(query), n: 323 });
    server.push({ kind: 'requests', rows: ['n1', 'n2', 'n3'].map((id) => makeRow({ id, startedAt: 5 })) });
    await appears('n = 323 completed turns');
    await page.clock.fastForward(60_000);
    expect(server.countCalls('latency.query')).toBe(before + 1);
    await page.keyboard.type('gf');
    await page.getByText('n = 320 completed turns').waitFor();
    const seen = server.countCalls('latency.passive');
    server.handlers['latency.passive'] = () => ({ ...passive, n: 321 });
    server.push({ kind: 'requests', rows: [makeRow({ id: 'n4', startedAt: 6, status: 'running' })] });
    await page.clock.fastForward(60_000);
    expect(server.countCalls('latency.passive')).toBe(seen);
    server.push({ kind: 'requests', rows: [makeRow({ id: 'n4', startedAt: 6 })] });
    await appears('n = 321 completed turns');
    expect(server.countCalls('latency.passive')).toBe(seen + 1);
    // A list that is left open over night tells the turns of today from those of yesterday.
    await page.keyboard.type('gr');
    const startedAt = await page.evaluate(() => Date.now());
    server.push({ kind: 'requests', rows: [makeRow({ id: 'n5', startedAt })] });
    const time = page.locator('#request-n5 [data-column="time"]');
    await expect.poll(() => time.innerText()).toMatch(/^\d\d:\d\d:\d\d$/);
    await page.clock.fastForward(24 * 3_600_000);
    await expect.poll(() => time.innerText()).toMatch(/^\d+ \w+ \d\d:\d\d$/);
  });
});

/** Bucket 3 has no turn of the first group, bucket 7 none at all. */
function withGap(query: LatencyQuery): LatencyAnswer {
  const answer = makeLatency(query);
  const groups = answer.groups.map((group, at) => ({
    ...group,
    series: group.series.map((point, bucket) => (bucket === 7 || (bucket === 3 && at === 0) ? nobody : point)),
  }));
  return { ...answer, groups };
}
