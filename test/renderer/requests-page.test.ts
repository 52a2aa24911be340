import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { SlipstreamError } from '../../src-main/shared/errors.ts';
import type { RequestRow, Snapshot } from '../../src-main/shared/model.ts';
import { makeDetail } from './detail-fixtures.ts';
import { makeAccount, makeRow, makeRows, makeSnapshot } from './fixtures.ts';
import { tabOpenedBy } from './new-tab.ts';
import type { OpenedPage } from './open-page.ts';
import { usePageStand } from './page-stand.ts';
import type { ScriptedServer } from './scripted-server.ts';

/** The request list and the detail, in a real browser. */
describe('the requests screen', () => {
  const stand = usePageStand();
  let server: ScriptedServer;
  let opened: OpenedPage;

  async function open(snapshot: Partial<Snapshot>, viewport = { width: 1440, height: 900 }): Promise<Page> {
    server = await stand.serve(makeSnapshot(snapshot));
    opened = await stand.show(server.urlOf('#/requests'), { viewport });
    await opened.page.getByText('Connected', { exact: true }).waitFor();
    await opened.page.getByRole('heading', { name: 'Requests' }).waitFor({ state: 'attached' });
    const hasRows = snapshot.requests !== undefined && snapshot.requests.length > 0;
    if (hasRows) await opened.page.locator('tbody tr[aria-rowindex]').first().waitFor();
    return opened.page;
  }

  const five = (): RequestRow[] =>
    [5, 4, 3, 2, 1].map((n) => makeRow({ id: `r${n}`, startedAt: 1e12 + n * 1_000, model: `model-${n}` }));
  const grid = (page: Page) => page.getByRole('grid', { name: 'Requests, newest first' });
  const models = (page: Page) => grid(page).locator('tbody [data-column="model"]').allTextContents();
  const cursor = (page: Page) => grid(page).locator('[aria-selected="true"] [data-column="model"]').textContent();
  const detail = (page: Page) => page.getByRole('complementary', { name: 'Request detail' });
  const tab = (page: Page, name: string) => detail(page).getByRole('tab', { name });

  it('shows rows as they arrive, newest first, and follows them to their end', async () => {
    const page = await open({ requests: five() });
    const running = makeRow({ id: 'r6', startedAt: 2e12, model: 'model-6', status: 'running', totalMs: null });
    server.push({ kind: 'requests', rows: [{ ...running, tierAsked: 'fast', tierSent: 'priority' }] });
    const row = page.locator('#request-r6');
    await row.waitFor();
    expect(await models(page)).toEqual(['model-6', 'model-5', 'model-4', 'model-3', 'model-2', 'model-1']);
    const copied = (from: string, to: string) =>
      page.evaluate(
        ([first, last]) => {
          const range = document.createRange();
          for (const [which, selector] of [
            ['setStart', first],
            ['setEnd', last],
          ] as const) {
            const cell = document.querySelector(selector);
            if (cell !== null) range[which](cell, cell.childNodes.length * Number(which === 'setEnd'));
          }
          getSelection()?.removeAllRanges();
          getSelection()?.addRange(range);
          const clipboardData = new DataTransfer();
          document.body.dispatchEvent(new ClipboardEvent('copy', { clipboardData, bubbles: true, cancelable: true }));
          return clipboardData.getData('text/plain');
        },
        [from, to] as const,
      );
    // As from any table, though the cells have parts that stand as blocks.
    const lines = (await copied('#request-r6 [data-column="model"]', '#request-r4 [data-column="model"]')).split('\n');
    expect(lines.map((line) => line.split('\t').filter((cell) => cell.startsWith('model-')))).toEqual([
      ['model-6'],
      ['model-5'],
      ['model-4'],
    ]);
    expect(lines[0]).toMatch(/^model-6\t.*→ priority\t/);
    expect(await copied('#request-r5 [data-column="model"]', '#request-r5 [data-column="model"]')).toBe('');
    expect(await row.locator('[data-column="tier"]').innerText()).toMatch(/fast.*→.*priority/s);
    expect(await row.locator('[data-column="status"]').innerText()).toMatch(/^running/);
    server.push({ kind: 'requests', rows: [{ ...running, status: 'failed', httpStatus: 502, totalMs: 1_240 }] });
    await row.getByText('failed 502').waitFor();
    expect(await row.locator('[data-column="total"]').innerText()).toBe('1.24 s');
  });

  it('says how long upstream is silent, and stops a turn from the list and from its detail', async () => {
    const now = Date.now();
    const running = { status: 'running', totalMs: null, firstTokenMs: null } as const;
    const quiet = makeRow({ id: 'quiet', startedAt: now - 60_000, lastEventAt: now - 41_000, ...running });
    const fresh = makeRow({ id: 'fresh', startedAt: now - 500, ...running });
    const page = await open({ requests: [fresh, quiet] });
    server.handlers['requests.stop'] = () => null;
    const status = (id: string) => page.locator(`#request-${id} [data-column="status"]`);
    expect(await status('fresh').innerText()).toContain('no event yet');
    expect(await status('quiet').innerText()).toMatch(/4\d s ago/);
    await status('fresh').getByRole('button', { name: 'Stop this turn' }).click();
    await page.getByText('The turn was stopped.').waitFor();
    expect(await detail(page).count()).toBe(0);
    await status('quiet').locator('[data-status]').click();
    await detail(page)
      .getByText(/^Last event 4\d s ago\. It may have stalled/)
      .waitFor();
    await detail(page).getByRole('button', { name: 'Stop' }).click();
    await expect.poll(() => server.inputsOf('requests.stop')).toEqual([{ id: 'fresh' }, { id: 'quiet' }]);
  });

  it('opens a tab of its own on Ctrl-click, for a request and for a screen', async () => {
    const page = await open({ requests: five() });
    for (const [target, address] of [
      [page.locator('#request-r3'), '#/requests/r3'],
      [page.getByRole('link', { name: /Settings/ }), '#/settings'],
    ] as const) {
      const tab = await tabOpenedBy(opened.context, () => target.click({ modifiers: ['ControlOrMeta'] }));
      await expect.poll(async () => (await tab.url()).hash, { timeout: 8_000 }).toBe(address);
      expect(new URL(page.url()).hash).toBe('#/requests');
      // A page behind another is not drawn, and cannot be clicked.
      await tab.close();
      await page.bringToFront();
    }
  });

  it('goes through the list by keyboard, opens the detail and closes it', async () => {
    const page = await open({ requests: five() });
    await page.keyboard.type('jj');
    await expect.poll(() => cursor(page), { timeout: 8_000 }).toBe('model-4');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.type('k');
    await page.keyboard.press('Enter');
    await detail(page).getByRole('heading', { name: 'model-4' }).waitFor();
    expect(page.url()).toBe(`${server.origin}/#/requests/r4`);
    await page.keyboard.press('ArrowDown');
    await detail(page).getByRole('heading', { name: 'model-3' }).waitFor();
    await page.keyboard.press('End');
    await detail(page).getByRole('heading', { name: 'model-1' }).waitFor();
    await page.keyboard.press('Escape');
    await detail(page).waitFor({ state: 'detached' });
    await expect.poll(() => cursor(page), { timeout: 8_000 }).toBe('model-1');
    await expect.poll(() => grid(page).getAttribute('aria-activedescendant'), { timeout: 8_000 }).toBe('request-r1');
    await page.keyboard.press('Home');
    await expect.poll(() => cursor(page), { timeout: 8_000 }).toBe('model-5');
  });

  it('scrolls with the cursor through a long list of which only a window is in the page', async () => {
    const page = await open({ requests: makeRows(1_500, Date.now()) });
    await expect.poll(() => grid(page).getAttribute('aria-rowcount'), { timeout: 8_000 }).toBe('1501');
    expect(await grid(page).locator('tbody tr[aria-rowindex]').count()).toBeLessThan(60);
    await page.keyboard.press('End');
    await page.locator('#request-x00001').waitFor();
    // The row is in the page a frame before the list has moved to it.
    await page.waitForFunction(() => {
      const row = document.querySelector('#request-x00001');
      const scroller = row?.closest(':has(> [role="grid"])')?.getBoundingClientRect();
      const own = row?.getBoundingClientRect();
      if (scroller === undefined || own === undefined) return false;
      return own.bottom <= scroller.bottom + 1 && own.top >= scroller.top + 29;
    });
  });

  it('leaves what is being read where it is while rows arrive above it', async () => {
    const page = await open({ requests: makeRows(300, Date.now() - 60_000) });
    const scroller = page.locator('[role="grid"]').locator('..');
    await scroller.evaluate((element) => {
      element.scrollTop = 3_200;
    });
    const row = page.locator('#request-x00195');
    const before = await row.boundingBox();
    const fresh = Array.from({ length: 7 }, (_, n) => makeRow({ id: `n${n}`, startedAt: Date.now() + n }));
    server.push({ kind: 'requests', rows: fresh });
    await page.waitForFunction(() => document.querySelector('[role="grid"]')?.getAttribute('aria-rowcount') === '308');
    expect(await row.boundingBox()).toEqual(before);
    await page.getByRole('button', { name: '7 new' }).click();
    await page.locator('#request-n6').waitFor();
    await page.getByRole('button', { name: '7 new' }).waitFor({ state: 'detached' });
  });

  it('holds the list still when it is paused, and counts what arrives', async () => {
    const page = await open({ requests: five() });
    await page.locator('main footer').getByText('5 ended turns stored since').waitFor();
    await page.keyboard.type('p');
    server.push({ kind: 'requests', rows: [makeRow({ id: 'r6', startedAt: 2e12, model: 'model-6' })] });
    await page.getByRole('button', { name: 'Paused · 1 new' }).waitFor();
    expect(await models(page)).not.toContain('model-6');
    await page.keyboard.type('p');
    await page.locator('#request-r6').waitFor();
  });

  it('shows where the time went, with its own share and every attempt', async () => {
    const page = await open({ requests: five() });
    await page.locator('#request-r3').click();
    const panel = detail(page).getByRole('tabpanel');
    await panel.getByText('Slipstream’s overhead').waitFor();
    const text = await panel.innerText();
    expect(text).toMatch(/overhead\s*8\.46 ms/);
    expect(text).toContain('0.2 % of 4.00 s in total');
    expect(text).toMatch(/TLS · 2\s+19\.0 ms/);
    expect(text).toMatch(/First reasoning\s+800 ms/);
    expect(text).toMatch(/Attempts n = 2.*Marks n = 13/s);
    expect(text).toContain(
      'waited: 64 turns ran on this account, the most it may have at once · open socket reused · status 101 · usage_limit_reached: The usage limit has been reached.',
    );
  });

  it('leaves parts of the name of an account out where they have no room, and never cuts within one', async () => {
    const account = makeAccount({ email: 'ada.lovelace@example.com' });
    const page = await open({ requests: five(), accounts: [account] });
    const cell = page.locator('#request-r3 [data-column="account"] > span');
    /** What is seen of it where there is room for so many of its parts, and a little more. */
    const seenOf = (count: number) =>
      cell.evaluate((name, count) => {
        name.style.width = '400px';
        const parts = [...name.querySelectorAll('span')];
        const { left } = name.getBoundingClientRect();
        name.style.width = `${Math.ceil((parts[count - 1]?.getBoundingClientRect().right ?? 0) - left) + 3}px`;
        const { bottom } = name.getBoundingClientRect();
        const seen = parts.filter((part) => part.getBoundingClientRect().top < bottom - 2);
        return seen.map(({ textContent }) => textContent).join('');
      }, count);
    expect([await seenOf(3), await seenOf(2), await seenOf(1)]).toEqual([
      'ada.lovelace@e… (pro)',
      'ada.lovelace@e…',
      'ada.lovelace',
    ]);
    expect(await cell.innerText()).toBe('ada.lovelace@e… (pro)');
  });

  it('has whole, where one points, the kind and the id of a turn that its place cuts', async () => {
    const page = await open({ requests: [makeRow({ id: 'r1', kind: 'prewarm' })] });
    const kind = page.locator('#request-r1 [data-column="model"] [data-tag]');
    expect(await kind.getAttribute('title')).toBe(await kind.textContent());
    await kind.click();
    expect(await detail(page).getByText('r1', { exact: true }).getAttribute('title')).toBe('r1');
  });

  it('says transports in words, in the list and in all of the detail', async () => {
    const page = await open({ requests: five() });
    await page.locator('#request-r3').click();
    expect(await page.locator('#request-r5 [data-column="transport"]').textContent()).toBe('websocket');
    await detail(page)
      .getByText(/ over websocket$/)
      .waitFor();
    for (const name of ['Timing', 'Headers', 'Fast']) {
      await tab(page, name).click();
      expect(await page.locator('main').innerText(), name).not.toMatch(/\b(ws|http)\b(?!:)/);
    }
  });

  it('shows every change with its reason, and both bodies side by side', async () => {
    const page = await open({ requests: five() });
    await page.locator('#request-r3').click();
    await tab(page, 'Changes').click();
    expect(await detail(page).getByRole('listitem').count()).toBe(8);
    const change = detail(page).getByRole('listitem').filter({ hasText: 'body.temperature' });
    expect(await change.innerText()).toMatch(/removed.*body\.temperature.*upstream refuses it/s);
    const members = await detail(page).locator('[data-state="changed"]').allInnerTexts();
    expect(members).toContain('"service_tier": "fast"');
    expect(members).toContain('"service_tier": "priority"');
    expect(await detail(page).locator('[data-state="removed"]').first().innerText()).toBe('"temperature": 0.2');
  });

  it('shows the headers of both sides and of each attempt', async () => {
    const page = await open({ requests: five() });
    await page.locator('#request-r3').click();
    await tab(page, 'Headers').click();
    expect(await detail(page).locator('summary > :first-child').allInnerTexts()).toEqual([
      'Client request',
      'Client response',
      'Upstream request 1',
      'Upstream response 1',
      'Upstream request 2',
      'Upstream response 2',
    ]);
    const hint = detail(page).getByRole('row', { name: /x-codex-routing-hint/ });
    expect(await hint.innerText()).toContain('model=model-3');
  });

  it('shows frames with their gaps, and says how many were not kept', async () => {
    const page = await open({ requests: five() });
    server.handlers['requests.detail'] = () => makeDetail(makeRow({ id: 'r3' }), { framesDropped: 1_234 });
    await page.locator('#request-r3').click();
    await tab(page, 'Frames').click();
    await detail(page).getByText('1,234 more frames').waitFor();
    const rows = detail(page).getByRole('grid', { name: 'Frames' }).locator('tbody tr:not([role])');
    expect(await rows.count()).toBeLessThan(60);
    expect(await rows.nth(1).innerText()).toMatch(/2\.90 ms\s+\+2\.50 ms\s+upstream out\s+response\.create\s+70\.6 kB/);
    // Its last word is the direction.
    const cell = rows.nth(1).getByText('upstream out');
    expect(await cell.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
    await detail(page).getByText('Upstream', { exact: true }).click();
    expect(await rows.first().innerText()).not.toContain('client');
    await detail(page).getByText('is what Slipstream itself said').waitFor({ state: 'detached' });
    await detail(page).getByRole('tabpanel').getByText('Client', { exact: true }).click();
    await detail(page).getByText('is what Slipstream itself said').waitFor();
    expect(await rows.count()).toBe(1);
  });

  it('never takes the echoed tier for proof', async () => {
    const page = await open({
      requests: [makeRow({ id: 'r3', tierAsked: 'fast', tierSent: 'priority', transport: 'http' })],
    });
    await page.locator('#request-r3').click();
    await tab(page, 'Fast').click();
    expect(await detail(page).locator('[data-step]').allInnerTexts()).toEqual([
      expect.stringMatching(/Requested\s+fast/),
      expect.stringMatching(/Sent\s+priority/),
      expect.stringMatching(/Echoed\s+default\s+not proof/),
    ]);
    const tops = (part: string) =>
      detail(page)
        .locator(`[data-step] > span:nth-child(${part})`)
        .evaluateAll((all) => new Set(all.map((each) => each.getBoundingClientRect().top)).size);
    expect([await tops('1'), await tops('2')]).toEqual([1, 1]);
    await detail(page).getByText('4 of 5 met').waitFor();
    const unmet = detail(page).getByRole('listitem').filter({ hasText: 'Websocket upstream' });
    expect(await unmet.getByRole('img', { name: 'not met' }).count()).toBe(1);
    expect(await detail(page).getByRole('img', { name: 'met', exact: true }).count()).toBe(4);
  });

  it('moves between tabs with the arrow keys and keeps the tab from request to request', async () => {
    const page = await open({ requests: five() });
    await page.locator('#request-r3').click();
    await tab(page, 'Timing').focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    expect(await tab(page, 'Fast').getAttribute('aria-selected')).toBe('true');
    await page.keyboard.type('j');
    await detail(page).getByRole('heading', { name: 'model-2' }).waitFor();
    expect(await tab(page, 'Fast').getAttribute('aria-selected')).toBe('true');
  });

  it('fetches the detail again when the request ends', async () => {
    const running = makeRow({ id: 'r1', status: 'running', totalMs: null, firstTokenMs: null });
    const page = await open({ requests: [running] });
    await page.locator('#request-r1').click();
    await detail(page).getByRole('tablist').waitFor();
    expect(server.countCalls('requests.detail')).toBe(1);
    server.push({ kind: 'requests', rows: [makeRow({ id: 'r1', totalMs: 2_500 })] });
    await detail(page).locator('dl').getByText('2.50 s').waitFor();
    await expect.poll(() => server.countCalls('requests.detail')).toBe(2);
  });

  it('says so when a request is no longer kept', async () => {
    const page = await open({ requests: five() });
    server.handlers['requests.detail'] = () => {
      throw new SlipstreamError('exchange_unknown');
    };
    await page.locator('#request-r2').click();
    await detail(page).getByRole('heading', { name: 'No longer kept' }).waitFor();
    expect(await detail(page).innerText()).toContain('This request is no longer kept.');
  });

  it('opens the request its address names, and Back closes it', async () => {
    const page = await open({ requests: five() });
    await page.locator('#request-r2').click();
    await page.reload();
    await detail(page).getByRole('heading', { name: 'model-2' }).waitFor();
    await page.goBack();
    await detail(page).waitFor({ state: 'detached' });
  });

  it('gives the detail the whole width where there is little', async () => {
    const page = await open({ requests: five() }, { width: 900, height: 700 });
    await page.locator('#request-r2').click();
    await detail(page).waitFor();
    expect(await grid(page).isVisible()).toBe(false);
    expect((await detail(page).boundingBox())?.width).toBeGreaterThan(800);
    await page.keyboard.press('Escape');
    expect(await grid(page).isVisible()).toBe(true);
  });

  it('says in row and detail why a turn failed, in the words of upstream', async () => {
    const said = {
      code: 'invalid_value',
      message: 'No such tool.',
      param: 'tools[0]',
      closeCode: 1011,
      closeReason: 'bye',
    };
    const error = { code: 'upstream_closed', message: 'The connection ended.' };
    const page = await open({
      requests: [
        makeRow({ id: 'r2', startedAt: 1e12 + 1, status: 'failed', error, said }),
        makeRow({ id: 'r1', startedAt: 1e12, status: 'incomplete', said: { ...said, code: 'max_output_tokens' } }),
      ],
    });
    const status = (id: string) => page.locator(`#request-${id} [data-column="status"]`).innerText();
    expect(await status('r2')).toMatch(/failed\s+invalid_value/);
    expect(await status('r1')).toMatch(/incomplete\s+max_output_tokens/);
    await page.locator('#request-r2').click();
    const note = await detail(page).getByRole('note').first().innerText();
    expect(note).toMatch(/upstream_closed The connection ended\.\s+Upstream said: No such tool\./);
    expect(note).toMatch(/Upstream code\s+invalid_value\s+Parameter\s+tools\[0\]\s+Closed with\s+code 1011, bye/);
    await page.getByPlaceholder(/^Search/).fill('invalid_value');
    await page.locator('#request-r1').waitFor({ state: 'detached' });
    expect(await page.locator('#request-r2').count()).toBe(1);
  });

  it('shows without alarm a turn that its client sends again by itself, and can be asked for those', async () => {
    const error = { code: 'upgrade_required', message: 'This account is served over HTTP; use POST.' };
    const page = await open({
      requests: [
        makeRow({ id: 'r2', startedAt: 1e12 + 1, kind: 'prewarm', status: 'sent-back', error }),
        makeRow({ id: 'r1', startedAt: 1e12, status: 'failed', error }),
      ],
    });
    const status = page.locator('#request-r2 [data-column="status"]');
    expect(await status.innerText()).toMatch(/sent back\s+upgrade_required/);
    const colour = (id: string) =>
      page.locator(`#request-${id} [data-status]`).evaluate((word) => getComputedStyle(word).color);
    expect(await colour('r2')).not.toBe(await colour('r1'));
    await page.locator('#request-r2').click();
    const note = await detail(page).getByRole('note').first().innerText();
    expect(note).toMatch(
      /No trouble: the client sends this again by itself[\s\S]*upgrade_required This account is served/,
    );
    await page.getByPlaceholder(/^Search/).fill('status:sent-back');
    await page.locator('#request-r1').waitFor({ state: 'detached' });
    expect(await page.locator('#request-r2').count()).toBe(1);
  });

  it('says why nobody knows the tokens of a turn that was left after its answer had begun', async () => {
    const ends = { status: 'cancelled', usage: null } as const;
    const page = await open({
      requests: [
        makeRow({ id: 'r2', startedAt: 1e12 + 1, ...ends, firstTokenMs: 400 }),
        makeRow({ id: 'r1', startedAt: 1e12, ...ends, firstTokenMs: null }),
      ],
    });
    await page.locator('#request-r2').click();
    const told = detail(page).getByText('not told: it was left or cut, and upstream counts at the end');
    await told.waitFor();
    await page.locator('#request-r1').click();
    await told.waitFor({ state: 'detached' });
  });

  it('has a splitter that keys and pointer move', async () => {
    const page = await open({ requests: five() });
    await page.locator('#request-r2').click();
    const width = async () => Math.round((await detail(page).boundingBox())?.width ?? 0);
    const splitter = page.getByRole('separator', { name: 'Width of the detail' });
    const before = await width();
    await splitter.focus();
    await page.keyboard.press('ArrowLeft');
    expect(await width()).toBe(before + 32);
    await splitter.hover();
    await page.mouse.down();
    await page.mouse.move(900, 400);
    await page.mouse.up();
    expect(await width()).toBe(1440 - 900);
  });
});
