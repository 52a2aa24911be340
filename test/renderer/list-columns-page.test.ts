import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { makeRow, makeSnapshot } from './fixtures.ts';
import { usePageStand } from './page-stand.ts';
import { ScriptedHistory } from './scripted-history.ts';
import type { ScriptedServer } from './scripted-server.ts';

/** A machine that is busy with other tests takes its time. */
const soon = { timeout: 8_000 };

/** What a person makes of the list: its columns and order, stars and notes, and links to it. */
describe('the request list as a person has it', () => {
  const stand = usePageStand();
  let server: ScriptedServer;

  const rows = Array.from({ length: 600 }, (_, n) =>
    makeRow({
      id: `r${n}`,
      startedAt: Date.now() - n * 1_000,
      model: `model-${n}`,
      totalMs: 1_000 + ((n * 37) % 600),
      usage: { inputTokens: 10 * n, cachedTokens: 0, outputTokens: n, reasoningTokens: 0 },
    }),
  );

  async function open(): Promise<Page> {
    server = await stand.serve(makeSnapshot({ requests: rows.slice(0, 300) }));
    server.history = new ScriptedHistory(rows);
    server.handlers['requests.mark'] = ({ id, ...mark }) => {
      const row = server.history.mark(id, mark);
      if (row === null) throw new Error('There is no such turn.');
      server.push({ kind: 'marked', row });
      return row;
    };
    const { page } = await stand.show(server.urlOf('#/requests'), {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    await page.getByText('Connected', { exact: true }).waitFor();
    await page.locator('#request-r0').waitFor();
    return page;
  }
  const heads = (page: Page) => page.locator('main thead th').allInnerTexts();
  const menu = (page: Page) => page.getByRole('button', { name: 'Columns and order' });
  const first = (page: Page, column: string) =>
    page.locator(`main tbody tr[id] td[data-column="${column}"]`).first().innerText();

  it('is sorted by any column, to its very end, and has what arrives once it is read again', async () => {
    const page = await open();
    const total = page.locator('main th[data-column="total"]');
    await total.getByRole('button').click();
    await expect.poll(() => first(page, 'total'), soon).toBe('1.60 s');
    expect(await total.getAttribute('aria-sort')).toBe('descending');
    // However long the store takes: what the page knew before is shown meanwhile, and its end is not the list's.
    const held = Promise.withResolvers<void>();
    server.handlers['requests.query'] = async (query) => {
      await held.promise;
      return { ...server.history.query(query), asOf: server.snapshot.seq };
    };
    await total.getByRole('button').click();
    await expect.poll(() => first(page, 'total'), soon).toBe('1.00 s');
    await page.keyboard.press('End');
    held.resolve();
    await expect.poll(() => page.locator('main tbody tr[aria-selected="true"]').innerText(), soon).toContain('1.60 s');
    expect(await page.locator('main tbody tr[id]').last().getAttribute('aria-selected')).toBe('true');
    const late = makeRow({ id: 'late', startedAt: Date.now(), model: 'late', totalMs: 5 });
    server.history.add(late);
    server.push({ kind: 'requests', rows: [late] });
    await page.getByRole('button', { name: '1 new' }).click();
    await expect.poll(() => first(page, 'model'), soon).toBe('late');
    // It is kept, as the columns are.
    await page.reload();
    await expect.poll(() => first(page, 'model'), soon).toBe('late');
    await total.getByRole('button').click();
    await expect
      .poll(() => page.locator('main th[data-column="time"]').getAttribute('aria-sort'), soon)
      .toBe('descending');
  });

  it('has the columns that were chosen with the keyboard, in their order, also after a reload', async () => {
    const page = await open();
    await menu(page).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('checkbox', { name: 'Output' }).focus();
    await page.keyboard.press('Space');
    await expect.poll(() => heads(page), soon).toContain('Output');
    await page.getByRole('checkbox', { name: 'Via' }).focus();
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Move Output left' }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    const chosen = ['Time', 'Client', 'Model', 'Tier', 'Account', 'First token', 'Total', 'Output', 'Status'];
    await expect.poll(() => heads(page), soon).toEqual(chosen);
    await page.reload();
    await expect.poll(() => heads(page), soon).toEqual(chosen);
    await menu(page).click();
    await page.getByLabel('Sort by').selectOption('out');
    await expect.poll(() => first(page, 'out'), soon).toBe('599');
    await page.getByRole('button', { name: 'Reset', exact: true }).click();
    await expect.poll(() => heads(page), soon).not.toContain('Output');
  });

  it.each([
    ['en', 'Connected'],
    ['zh-CN', '已连接'],
  ] as const)('has whole times and spans in every row at every width, in %s', async (language, connected) => {
    // Months whose names are long, in English and in Chinese, and figures that are as long as they come.
    const months = [8, 10];
    const long = Array.from({ length: 8 }, (_, n) =>
      makeRow({
        id: `l${n}`,
        sessionId: `session-${n}`,
        startedAt: Date.UTC(2025, months[n % 2] ?? 0, 28 - n, 22),
        totalMs: 59 * 60_000 + 58_000,
      }),
    );
    const running = makeRow({ id: 'now', startedAt: Date.now() - 754_000, status: 'running', totalMs: null });
    const { settings } = makeSnapshot();
    server = await stand.serve(
      makeSnapshot({ requests: [running, ...long], settings: { ...settings, language, traceDays: 3_650 } }),
    );
    const { page } = await stand.show(server.urlOf('#/requests'));
    await page.getByText(connected, { exact: true }).waitFor();
    const cut: string[] = [];
    for (const hash of ['#/requests', '#/overview', '#/sessions']) {
      await page.evaluate((to) => location.assign(to), hash);
      await page.locator('main td[data-column="model"]').first().waitFor();
      for (let width = 1440; width >= 320; width -= 80) {
        await page.setViewportSize({ width, height: 400 });
        const found = await page.evaluate(async () => {
          await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
          return [...document.querySelectorAll('main td:is([data-column="time"], [data-column="last"])')]
            .concat(...document.querySelectorAll('main td:is([data-column="total"], [data-column="span"])'))
            .filter((cell) => cell.checkVisibility() && cell.scrollWidth > cell.clientWidth)
            .map((cell) => cell.textContent);
        });
        if (found.length > 0) cut.push(`${hash} at ${width}: ${found[0]} and ${found.at(-1)}`);
      }
    }
    expect(cut).toEqual([]);
  });

  it('has what is about the whole list on one line, at every width', async () => {
    const page = await open();
    const bar = page.locator('[data-part="requests-bar"]');
    const tools = [
      bar.getByRole('status').filter({ hasText: 'turns' }),
      menu(page),
      bar.getByRole('button', { name: 'Copy link' }),
      bar.getByRole('button', { name: 'Export HAR…' }),
    ];
    for (let width = 1440; width >= 320; width -= 80) {
      await page.setViewportSize({ width, height: 400 });
      const boxes = await Promise.all(tools.map((tool) => tool.boundingBox()));
      const middles = boxes.map((box) => Math.round(((box?.y ?? 0) + (box?.height ?? 0) / 2) / 4));
      expect([width, new Set(middles).size]).toEqual([width, 1]);
    }
  });

  it('has rows to see however low the window is', async () => {
    const page = await open();
    await page.setViewportSize({ width: 500, height: 240 });
    await page.locator('#request-r0').scrollIntoViewIfNeeded();
    const list = page.getByRole('grid').locator('..');
    await expect.poll(() => list.evaluate(({ clientHeight }) => clientHeight), soon).toBeGreaterThan(120);
  });

  it('has its menu within a low window, to its last line', async () => {
    const page = await open();
    await page.setViewportSize({ width: 640, height: 480 });
    await menu(page).click();
    const last = page.getByRole('button', { name: 'Reset', exact: false }).last();
    await last.scrollIntoViewIfNeeded();
    const box = await last.boundingBox();
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(480);
  });

  it('has stars and notes, which are found again', async () => {
    const page = await open();
    await page.locator('#request-r3').click();
    const pane = page.getByRole('complementary', { name: 'Request detail' });
    await pane.getByRole('button', { name: 'Star', exact: true }).click();
    await page.locator('#request-r3').getByRole('img', { name: 'Star' }).waitFor();
    await pane.getByRole('button', { name: 'Add a note' }).click();
    await page.keyboard.type('slow on the train');
    await page.keyboard.press('Escape');
    expect(await pane.getByRole('textbox').count()).toBe(0);
    await pane.getByRole('button', { name: 'Add a note' }).click();
    await page.keyboard.type('slow on the train');
    await pane.getByRole('button', { name: 'Save the note' }).click();
    await expect.poll(() => server.inputsOf('requests.mark'), soon).toHaveLength(2);
    await pane.getByRole('paragraph').filter({ hasText: 'slow on the train' }).waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent), soon).toBe('Edit the note');
    expect(server.inputsOf('requests.mark')).toEqual([
      { id: 'r3', starred: true, note: null },
      { id: 'r3', starred: true, note: 'slow on the train' },
    ]);
    await page.getByRole('button', { name: 'Starred', exact: true }).click();
    await expect.poll(() => page.locator('main tbody tr[id]').count(), soon).toBe(1);
    // What does not match any longer is not shown.
    await pane.getByRole('button', { name: 'Star', exact: true }).click();
    await expect.poll(() => page.locator('main tbody tr[id]').count(), soon).toBe(0);
  });

  it('keeps the note of an old turn on show, whatever else is starred elsewhere', async () => {
    const page = await open();
    await page.goto(`${server.origin}/#/requests/r400`);
    const pane = page.getByRole('complementary', { name: 'Request detail' });
    await pane.getByRole('button', { name: 'Add a note' }).click();
    await page.keyboard.type('slow on the train');
    await pane.getByRole('button', { name: 'Save the note' }).click();
    await pane.getByRole('paragraph').filter({ hasText: 'slow on the train' }).waitFor();
    const other = server.history.mark('r1', { starred: true, note: null });
    if (other !== null) server.push({ kind: 'marked', row: other });
    await page.locator('#request-r1').getByRole('img', { name: 'Star' }).waitFor();
    await pane.getByRole('button', { name: 'Star', exact: true }).click();
    await expect
      .poll(() => server.inputsOf('requests.mark').at(-1), soon)
      .toEqual({ id: 'r400', starred: true, note: 'slow on the train' });
  });

  it('keeps a note that is still being written while the turn is starred', async () => {
    const page = await open();
    const written = Promise.withResolvers<void>();
    const mark = server.handlers['requests.mark'];
    server.handlers['requests.mark'] = async (input) => {
      await written.promise;
      return mark?.(input) ?? makeRow();
    };
    await page.locator('#request-r3').click();
    const pane = page.getByRole('complementary', { name: 'Request detail' });
    await pane.getByRole('button', { name: 'Add a note' }).click();
    await page.keyboard.type('slow on the train');
    await pane.getByRole('button', { name: 'Save the note' }).click();
    await pane.getByRole('button', { name: 'Star', exact: true }).click();
    await expect
      .poll(() => server.inputsOf('requests.mark'), soon)
      .toEqual([false, true].map((starred) => ({ id: 'r3', starred, note: 'slow on the train' })));
    written.resolve();
    await pane.getByRole('paragraph').filter({ hasText: 'slow on the train' }).waitFor();
  });

  it('tells who writes a note that another was written elsewhere meanwhile, and takes it on a wish', async () => {
    const page = await open();
    await page.locator('#request-r3').click();
    const pane = page.getByRole('complementary', { name: 'Request detail' });
    await pane.getByRole('button', { name: 'Add a note' }).click();
    await page.keyboard.type('mine');
    const other = server.history.mark('r3', { starred: false, note: 'theirs' });
    if (other !== null) server.push({ kind: 'marked', row: other });
    const told = pane.getByRole('status').filter({ hasText: 'Written elsewhere meanwhile: “theirs”' });
    await told.waitFor();
    expect(await pane.getByRole('textbox', { name: 'Note' }).inputValue()).toBe('mine');
    await told.getByRole('button', { name: 'Take that one' }).click();
    await told.waitFor({ state: 'detached' });
    expect(await pane.getByRole('textbox', { name: 'Note' }).inputValue()).toBe('theirs');
  });

  it('is linked to with its filter, and saved filters are in the palette', async () => {
    const page = await open();
    await page.evaluate(() => {
      localStorage.setItem('slipstream.saved-filters', JSON.stringify([{ name: 'mine', params: 'q=model-7' }]));
    });
    await page.keyboard.press('Control+k');
    await page.keyboard.type('mine');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.url(), soon).toContain('q=model-7');
    await page.getByRole('button', { name: 'Copy link' }).click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(page.url());
  });
});
