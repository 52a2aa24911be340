import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { SlipstreamError } from '../../src-main/shared/errors.ts';
import type { RequestRow, Snapshot } from '../../src-main/shared/model.ts';
import { makeDetail } from './detail-fixtures.ts';
import { makeRow, makeRows, makeSnapshot } from './fixtures.ts';
import { usePageStand } from './page-stand.ts';
import { ScriptedHistory } from './scripted-history.ts';
import type { ScriptedServer } from './scripted-server.ts';

/** The request list over a long history, in a real browser. */
describe('the history on the requests screen', () => {
  const stand = usePageStand();
  let server: ScriptedServer;

  async function open(kept: readonly RequestRow[], snapshot: Partial<Snapshot> = {}, hash = 'requests'): Promise<Page> {
    server = await stand.serve(makeSnapshot({ requests: kept.slice(0, 300), ...snapshot }));
    server.history = new ScriptedHistory(kept);
    const { page } = await stand.show(server.urlOf(`#/${hash}`));
    await page.getByText('Connected', { exact: true }).waitFor();
    await page.getByRole('heading', { name: 'Requests', exact: true }).waitFor({ state: 'attached' });
    return page;
  }

  const row = (n: number, patch: Partial<RequestRow> = {}): RequestRow =>
    makeRow({ id: `t${String(n).padStart(6, '0')}`, startedAt: 1.7e12 + n * 1_000, ...patch });
  const rows = (count: number, patch: (n: number) => Partial<RequestRow> = () => ({})): RequestRow[] =>
    Array.from({ length: count }, (_, n) => row(count - 1 - n, patch(count - 1 - n)));
  const fiftyThousand = rows(50_000, (n) => ({ model: `model-${n}` }));
  const line = (page: Page, n: number) => page.locator(`#request-${row(n).id}`);
  const scrollTo = (page: Page, index: number) =>
    page
      .locator('[role="grid"]')
      .locator('..')
      .evaluate((element, to) => {
        element.scrollTop = to * 32;
      }, index);
  const count = (page: Page) => page.getByRole('status').filter({ hasText: /^[\d,]+( of [\d,]+)? turns?$/ });
  const filterButton = (page: Page, name: string) =>
    page.locator('[data-part="requests-bar"]').getByRole('button', { name });

  it('shows any place of 50,000 turns, with few of them in the page', async () => {
    const page = await open(fiftyThousand);
    await expect.poll(() => count(page).textContent()).toBe('50,000 turns');
    for (const index of [20_000, 49_990, 300, 35_000]) {
      await scrollTo(page, index);
      await line(page, 49_999 - index - 3).waitFor();
      await expect.poll(() => page.locator('tr[aria-busy="true"]').count()).toBe(0);
    }
    expect(await page.getByRole('grid').locator('tbody tr[aria-rowindex]').count()).toBeLessThan(60);
    // Each place is one question, whatever lies between.
    expect(server.countCalls('requests.query')).toBeLessThan(12);
  });

  it('goes to the oldest turn and back by keyboard, and opens what no delta ever told of', async () => {
    const page = await open(fiftyThousand);
    await line(page, 49_999).waitFor();
    await page.keyboard.press('End');
    await line(page, 0).waitFor();
    expect(await line(page, 0).getAttribute('aria-selected')).toBe('true');
    await page.keyboard.type('k');
    await page.keyboard.press('Enter');
    await page.getByRole('complementary').getByRole('heading', { name: 'model-1', exact: true }).waitFor();
    await page.keyboard.press('Home');
    await page.getByRole('complementary').getByRole('heading', { name: 'model-49999' }).waitFor();
  });

  it('takes each key in turn that is pressed while the list is on its way', async () => {
    server = await stand.serve(makeSnapshot({ requests: rows(10) }));
    const asked = Promise.withResolvers<void>();
    server.handlers['requests.query'] = async (query) => {
      await asked.promise;
      return { ...server.history.query(query), asOf: server.snapshot.seq };
    };
    const { page } = await stand.show(server.urlOf('#/requests'));
    await line(page, 9).waitFor();
    await page.keyboard.type('jjj');
    await page.keyboard.press('Enter');
    asked.resolve();
    await page.getByRole('complementary', { name: 'Request detail' }).waitFor();
    expect(page.url()).toMatch(new RegExp(`#/requests/${row(7).id}$`));
  });

  it('keeps what is read in its place deep in the history, counts what is new, and goes there', async () => {
    const page = await open(fiftyThousand);
    await expect.poll(() => count(page).textContent()).toBe('50,000 turns');
    await scrollTo(page, 30_000);
    const read = line(page, 19_990);
    await read.waitFor();
    const before = await read.boundingBox();
    for (let n = 0; n < 12; n += 1) {
      server.push({ kind: 'requests', rows: [row(50_000 + n, { status: 'running', totalMs: null })] });
      server.push({ kind: 'requests', rows: [row(50_000 + n)] });
    }
    await page.getByRole('button', { name: '12 new' }).waitFor();
    expect(await read.boundingBox()).toEqual(before);
    await expect.poll(() => count(page).textContent()).toBe('50,012 turns');
    await page.getByRole('button', { name: '12 new' }).click();
    await line(page, 50_011).waitFor();
    await page.getByRole('button', { name: '12 new' }).waitFor({ state: 'detached' });
  });

  it('keeps a turn that runs on top of newer ones that have ended', async () => {
    const page = await open(rows(10), { requests: [row(5, { id: 'long', status: 'running', totalMs: null })] });
    await line(page, 9).waitFor();
    const first = () => page.getByRole('grid').locator('tbody tr').first().getAttribute('id');
    expect(await first()).toBe('request-long');
    server.push({ kind: 'requests', rows: [row(20)] });
    await line(page, 20).waitFor();
    expect(await first()).toBe('request-long');
    server.push({ kind: 'requests', rows: [row(5, { id: 'long' })] });
    await expect.poll(first).toBe(`request-${row(20).id}`);
  });

  it('filters the whole history by each member, and keeps the filter over a reload', async () => {
    const kept = rows(1_000, (n) => ({
      status: n % 100 === 0 ? 'failed' : 'completed',
      model: n % 3 === 0 ? 'gpt-5.5' : 'gpt-6.1-sol',
      tierSent: n % 2 === 0 ? 'priority' : null,
    }));
    const page = await open(kept);
    await expect.poll(() => count(page).textContent()).toBe('1,000 turns');
    await filterButton(page, 'Status: any').click();
    await page.getByRole('checkbox', { name: 'Failed' }).check();
    await expect.poll(() => count(page).textContent()).toBe('10 of 1,000 turns');
    await page.keyboard.press('Escape');
    await filterButton(page, 'Model: any').click();
    await page.getByRole('checkbox', { name: 'gpt-5.5' }).check();
    await page.keyboard.press('Escape');
    await expect.poll(() => count(page).textContent()).toBe('4 of 1,000 turns');
    expect(page.url()).toContain('#/requests?status=failed&model=gpt-5.5');
    await page.reload();
    await expect.poll(() => count(page).textContent(), { timeout: 8_000 }).toBe('4 of 1,000 turns');
    await filterButton(page, 'Model: 1 chosen').waitFor();
    // A live turn comes in only if it matches.
    server.push({ kind: 'requests', rows: [row(2_000), row(2_001, { status: 'failed', model: 'gpt-5.5' })] });
    await line(page, 2_001).waitFor();
    expect(await line(page, 2_000).count()).toBe(0);
    expect(await count(page).textContent()).toBe('5 of 1,002 turns');
    await filterButton(page, 'Clear filters').click();
    await expect.poll(() => count(page).textContent()).toBe('1,002 turns');
    expect(page.url()).toMatch(/#\/requests$/);
    await filterButton(page, 'Fast').click();
    await expect.poll(() => count(page).textContent()).toBe('500 of 1,002 turns');
    await filterButton(page, 'Fast').click();
    await expect.poll(() => count(page).textContent()).toBe('1,002 turns');
  });

  it('finds text by keyboard, wherever it is in the history', async () => {
    const error = { code: 'pool_full', message: 'Too many turns at once.' };
    const page = await open(rows(3_000, (n) => (n === 17 ? { status: 'failed', error } : {})));
    await line(page, 2_999).waitFor();
    await page.keyboard.type('/MANY pool f?');
    await page.getByText('No request matches').waitFor();
    // Letters are text in the field, not commands.
    expect(server.countCalls('settings.set')).toBe(0);
    await page.keyboard.press('Backspace');
    await page.keyboard.press('Backspace');
    await line(page, 17).waitFor();
    expect(await count(page).textContent()).toBe('1 of 3,000 turns');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await expect.poll(() => count(page).textContent()).toBe('3,000 turns');
  });

  it('narrows by time, as a span before now or as two moments', async () => {
    const page = await open(makeRows(400, Date.now()));
    await expect.poll(() => count(page).textContent()).toBe('400 turns');
    await filterButton(page, 'Time: any').click();
    await page.getByRole('button', { name: 'Last 15 minutes' }).click();
    await filterButton(page, 'Time: since').waitFor();
    await expect.poll(() => count(page).textContent()).toMatch(/^\d\d of 400 turns$/);
    // What the page knows is counted before the store is asked.
    await expect
      .poll(() => server.inputsOf('requests.query').at(-1))
      .toMatchObject({ filter: { fromMs: expect.closeTo(Date.now() - 900_000, -5) } });
    await filterButton(page, 'Time: since').click();
    await page.getByLabel('Before').fill('2020-01-01T00:00');
    await page.getByText('It ends before it begins.').waitFor();
    await page.getByLabel('From').fill('2019-01-01T00:00');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('No request matches').waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).last().click();
    await expect.poll(() => count(page).textContent()).toBe('400 turns');
  });

  it('says that nothing is recorded yet, which no filter is to blame for', async () => {
    const page = await open([]);
    await page.getByRole('heading', { name: 'No requests yet' }).waitFor();
    expect(await page.getByRole('button', { name: 'Clear filters' }).count()).toBe(0);
    await page.locator('main footer').getByText('No ended turn is stored').waitFor();
    expect(await page.getByRole('button', { name: 'Clear history…' }).isDisabled()).toBe(true);
  });

  it('says that the history cannot be read, shows what it knows, and tries again', async () => {
    server = await stand.serve(makeSnapshot({ requests: rows(5) }));
    server.handlers['requests.query'] = () => {
      throw new SlipstreamError('internal', { message: 'The database of traces has stopped.' });
    };
    const { page } = await stand.show(server.urlOf('#/requests'));
    await page.getByText('Connected', { exact: true }).waitFor();
    await page.getByRole('alert').getByText('The database of traces has stopped.').waitFor();
    await line(page, 4).waitFor();
    delete server.handlers['requests.query'];
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('alert').waitFor({ state: 'detached' });
    await line(page, 0).waitFor();
  });

  it('clears the history after it has asked and said what stays', async () => {
    const page = await open(rows(40), { requests: [row(50, { status: 'running', totalMs: null }), ...rows(40)] });
    await line(page, 39).click();
    await page.getByRole('complementary', { name: 'Request detail' }).waitFor();
    await page.getByRole('button', { name: 'Clear history…' }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.innerText()).toContain('Kept: running turns, experiments of the fast lab, accounts');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    expect(server.countCalls('requests.clear')).toBe(0);
    await page.getByRole('button', { name: 'Clear history…' }).click();
    await dialog.getByRole('button', { name: 'Clear 40 turns' }).click();
    await expect.poll(() => count(page).textContent()).toBe('1 turn');
    expect(await line(page, 50).count()).toBe(1);
    expect(await line(page, 39).count()).toBe(0);
    await page.getByRole('complementary', { name: 'Request detail' }).waitFor({ state: 'detached' });
  });

  it('leaves the user on the screen that they went to while the history was cleared', async () => {
    const page = await open(rows(40));
    const { promise, resolve } = Promise.withResolvers<void>();
    server.handlers['requests.clear'] = async () => {
      await promise;
      server.push({ kind: 'cleared' });
      return null;
    };
    await page.getByRole('button', { name: 'Clear history…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Clear 40 turns' }).click();
    await page.keyboard.type('ga');
    await expect.poll(() => new URL(page.url()).hash).toBe('#/accounts');
    resolve();
    await page.getByText('History cleared.').waitFor();
    expect(new URL(page.url()).hash).toBe('#/accounts');
  });

  it('says what is kept, where, and that a damaged database was put aside', async () => {
    server = await stand.serve(makeSnapshot({ requests: rows(5) }));
    server.history.setAsidePath = '/home/ada/traces.sqlite.damaged-1';
    server.history.kind = 'memory';
    const { page } = await stand.show(server.urlOf('#/requests'));
    await page.getByText('Connected', { exact: true }).waitFor();
    const line5 = page.locator('main footer');
    await line5.getByText('5 ended turns stored since').waitFor();
    expect(await line5.innerText()).toContain('In memory only, because the disk cannot be used');
    await page.getByText('/home/ada/traces.sqlite.damaged-1').waitFor();
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await page.reload();
    await line5.getByText('5 ended turns stored since').waitFor();
    expect(await page.getByText('A damaged database was moved').count()).toBe(0);
  });

  it('says of a turn from an earlier run what is not kept, and what cannot be done for it', async () => {
    const page = await open(rows(3));
    const detail = makeDetail(row(1));
    server.handlers['requests.detail'] = () => ({
      ...detail,
      isStored: true,
      clientRequest: { ...detail.clientRequest, body: null },
      upstreamBody: null,
      frames: [],
      framesDropped: 490,
    });
    await line(page, 1).click();
    const pane = page.getByRole('complementary', { name: 'Request detail' });
    await pane.getByText('Cannot be copied as cURL or sent again: its body is not kept.').waitFor();
    expect(await pane.getByRole('button', { name: 'Copy as cURL' }).isDisabled()).toBe(true);
    expect(await pane.getByRole('button', { name: 'Send again…' }).isDisabled()).toBe(true);
    await pane.getByRole('tab', { name: 'Frames' }).click();
    await pane.getByText('490 frames went through but are not kept').waitFor();
    await pane.getByText('Frames of this request are not kept').waitFor();
    await pane.getByRole('tab', { name: 'Changes' }).click();
    await pane.getByText('Bodies of this request are not kept').waitFor();
    await pane.getByRole('button', { name: 'Settings' }).click();
    await page.getByRole('heading', { name: 'Settings', exact: true }).waitFor();
  });

  it('says of a turn that ran when the program ended that it is not there any more', async () => {
    const running = row(9, { status: 'running', totalMs: null });
    const page = await open(rows(3), { requests: [running] });
    await line(page, 9).click();
    const pane = page.getByRole('complementary', { name: 'Request detail' });
    await pane.getByRole('button', { name: 'Stop', exact: true }).waitFor();
    server.snapshot = { ...server.snapshot, seq: 0, requests: [] };
    server.handlers['requests.detail'] = () => {
      throw new SlipstreamError('exchange_unknown');
    };
    server.disconnect();
    await pane.getByRole('heading', { name: 'No longer kept' }).waitFor();
    expect(await pane.getByRole('button', { name: 'Stop', exact: true }).count()).toBe(0);
  });

  it('shows bodies that were kept on the disk, which can be copied but not sent again', async () => {
    const page = await open(rows(3));
    const detail = { ...makeDetail(row(1)), isStored: true };
    server.handlers['requests.detail'] = () => detail;
    await line(page, 1).click();
    const pane = page.getByRole('complementary', { name: 'Request detail' });
    await pane.getByText('Cannot be sent again: its body is no longer in memory.').waitFor();
    expect(await pane.getByRole('button', { name: 'Copy as cURL' }).isDisabled()).toBe(false);
    await pane.getByRole('tab', { name: 'Changes' }).click();
    await pane.getByRole('region', { name: 'Bodies' }).waitFor();
  });

  it('never cuts the tags behind a name, however narrow the list', async () => {
    const model = 'a-model-with-quite-a-long-name-2026-11-23';
    const page = await open(
      rows(3, () => ({ kind: 'prewarm', model, client: 'a-client-with-a-long-name 1.2.3', dialect: 'chat' })),
    );
    const cut = () =>
      page
        .getByRole('grid')
        .locator('[data-tag]')
        .evaluateAll(
          (tags) =>
            tags.filter((tag) => {
              const cell = tag.closest('td')?.getBoundingClientRect();
              const own = tag.getBoundingClientRect();
              return cell !== undefined && own.width > 0 && own.right > cell.right;
            }).length,
        );
    await line(page, 1).waitFor();
    expect(await page.getByRole('grid').locator('[data-tag]').count()).toBe(6);
    expect(await cut()).toBe(0);
    await line(page, 1).click();
    await page.getByRole('complementary', { name: 'Request detail' }).waitFor();
    expect(await cut()).toBe(0);
    await page.keyboard.press('Escape');
    await page.setViewportSize({ width: 1000, height: 700 });
    expect(await cut()).toBe(0);
  });
});
