import { readFile } from 'node:fs/promises';
import type { Download, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { SlipstreamError } from '../../src-main/shared/errors.ts';
import type { RequestRow } from '../../src-main/shared/model.ts';
import type { HarRequest } from '../../src-main/shared/trace-tools.ts';
import { makeComparison } from './figure-fixtures.ts';
import { makeRow, makeSnapshot } from './fixtures.ts';
import { usePageStand } from './page-stand.ts';
import { ScriptedHistory } from './scripted-history.ts';
import type { ScriptedServer } from './scripted-server.ts';

/** What can be done with a request, and with all that are shown, in a real browser. */
describe('the tools of requests', () => {
  const stand = usePageStand();
  let server: ScriptedServer;

  const row = (n: number, patch: Partial<RequestRow> = {}): RequestRow =>
    makeRow({ id: `r${n}`, startedAt: 1.7e12 + n * 1_000, model: `model-${n}`, ...patch });
  const rows = (count: number, patch: (n: number) => Partial<RequestRow> = () => ({})): RequestRow[] =>
    Array.from({ length: count }, (_, n) => row(count - n, patch(count - n)));

  async function open(kept: readonly RequestRow[]): Promise<Page> {
    server = await stand.serve(makeSnapshot({ requests: kept.slice(0, 100) }));
    server.history = new ScriptedHistory(kept);
    server.handlers['requests.compare'] = makeComparison;
    const { page } = await stand.show(server.urlOf('#/requests'), {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    await page.getByText('Connected', { exact: true }).waitFor();
    await page.locator(`#request-${kept[0]?.id}`).waitFor();
    return page;
  }

  const pane = (page: Page) => page.getByRole('complementary', { name: 'Request detail' });
  const dialog = (page: Page) => page.getByRole('dialog');

  /** Answers parts as the core does: one entry a turn, newest part first. */
  function scriptHar(): void {
    server.handlers['export.har'] = ({ ids, filter, cursor, limit }: HarRequest) => {
      const page = server.history.query({ filter, cursor: cursor ?? null, limit });
      const found = ids ?? page.rows.map(({ id }) => id).toReversed();
      const head = '{"log":{"version":"1.2","entries":[\n';
      const entries = found.map((id) => JSON.stringify({ _exchange: id })).join(',\n');
      return {
        fileName: 'turns.har',
        text: `${head}${entries}\n]}}\n`,
        entriesStart: head.length,
        entriesEnd: head.length + entries.length,
        turns: found.length,
        entries: found.length,
        next: ids === null ? page.next : null,
        total: page.total,
      };
    };
  }

  async function exchangesIn(download: Download): Promise<string[]> {
    const { log } = JSON.parse(await readFile(await download.path(), 'utf8'));
    return log.entries.map(({ _exchange }: { readonly _exchange: string }) => _exchange);
  }

  it('copies a request as curl, and sends it again', async () => {
    const page = await open(rows(2));
    server.handlers['requests.curl'] = () => ({ text: 'curl http://127.0.0.1:2575' });
    server.handlers['requests.replay'] = () => ({ id: 'r1' });
    await page.locator('#request-r2').click();
    await pane(page).getByRole('button', { name: 'Copy as cURL' }).click();
    await page.getByText('curl command copied.').waitFor();
    await pane(page).getByRole('button', { name: 'Copy link' }).click();
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(page.url());
    expect(page.url()).toMatch(/#\/requests\/r2$/);
    await pane(page).getByRole('button', { name: 'Send again…' }).click();
    await dialog(page).getByLabel('Tier').selectOption('priority');
    await dialog(page).getByRole('button', { name: 'Send', exact: true }).click();
    await pane(page).getByRole('heading', { name: 'model-1' }).waitFor();
    await expect
      .poll(() => server.inputsOf('requests.replay'))
      .toEqual([{ id: 'r2', tier: 'priority', model: null, transport: null }]);
  });

  it('says in the dialog why a request was not sent again', async () => {
    const page = await open(rows(2));
    server.handlers['requests.replay'] = () => {
      throw new SlipstreamError('replay_impossible', { message: 'It goes on from a response of another connection.' });
    };
    await page.locator('#request-r2').click();
    await pane(page).getByRole('button', { name: 'Send again…' }).click();
    await dialog(page).getByRole('button', { name: 'Send', exact: true }).click();
    await dialog(page).getByRole('alert').getByText('It goes on from a response of another connection.').waitFor();
  });

  it('compares with any turn of the history, found by its id, model or status', async () => {
    const page = await open(rows(3_000, (n) => ({ status: n === 7 ? 'failed' : 'completed' })));
    await page.locator('#request-r3000').click();
    await pane(page).getByRole('button', { name: 'Compare…' }).click();
    await dialog(page).getByText('the newest 50 of 3,000').waitFor();
    await dialog(page).getByRole('row', { name: 'Total 2.00 s 1.00 s −50.0 %' }).waitFor();
    await dialog(page).getByRole('row', { name: 'service_tier absent "priority"' }).waitFor();
    await expect.poll(() => server.inputsOf('requests.compare')).toEqual([{ a: 'r3000', b: 'r2999' }]);
    await dialog(page).getByLabel('Filter by text').fill('model-42');
    await dialog(page).getByText('n = 11').waitFor();
    await dialog(page)
      .getByRole('radio', { name: /model-42\b/ })
      .check();
    await expect.poll(() => server.inputsOf('requests.compare').at(-1)).toEqual({ a: 'r3000', b: 'r42' });
    await dialog(page).getByRole('button', { name: 'Clear filters' }).click();
    await dialog(page).getByRole('button', { name: 'Status: any' }).click();
    await dialog(page).getByRole('checkbox', { name: 'Failed' }).check();
    // Esc closes the list of choices, and only then the dialog.
    await page.keyboard.press('Escape');
    await dialog(page)
      .getByRole('radio', { name: /model-7\b/ })
      .check();
    await expect.poll(() => server.inputsOf('requests.compare').at(-1)).toEqual({ a: 'r3000', b: 'r7' });
    await page.keyboard.press('Escape');
    await dialog(page).waitFor({ state: 'detached' });
    await pane(page).waitFor();
  });

  it('goes on comparing with the turn that it began with while newer ones end', async () => {
    const page = await open(rows(3));
    await page.locator('#request-r3').click();
    await pane(page).getByRole('button', { name: 'Compare…' }).click();
    await dialog(page).getByRole('row', { name: 'Total 2.00 s 1.00 s −50.0 %' }).waitFor();
    server.push({ kind: 'requests', rows: [row(4)] });
    await dialog(page)
      .getByRole('radio', { name: /model-4\b/ })
      .waitFor();
    expect(
      await dialog(page)
        .getByRole('radio', { name: /model-2\b/ })
        .isChecked(),
    ).toBe(true);
    await dialog(page).getByLabel('Filter by text').fill('model-1');
    await expect
      .poll(() => server.inputsOf('requests.compare'))
      .toEqual([
        { a: 'r3', b: 'r2' },
        { a: 'r3', b: 'r1' },
      ]);
  });

  it('lets an export that was cancelled save nothing, and close no dialog that is open by then', async () => {
    const page = await open(rows(2));
    const { promise, resolve } = Promise.withResolvers<void>();
    scriptHar();
    const answer = server.handlers['export.har'];
    server.handlers['export.har'] = async (input) => {
      await promise;
      if (answer === undefined) throw new Error('Not scripted');
      return answer(input);
    };
    let downloads = 0;
    page.on('download', () => {
      downloads += 1;
    });
    await page.locator('#request-r2').click();
    await pane(page).getByRole('button', { name: 'Export HAR…' }).click();
    await dialog(page).getByRole('button', { name: 'Save the file' }).click();
    await expect.poll(() => server.countCalls('export.har')).toBe(1);
    await dialog(page).getByRole('button', { name: 'Cancel' }).click();
    await pane(page).getByRole('button', { name: 'Send again…' }).click();
    resolve();
    await promise;
    // It comes after the answer.
    server.push({ kind: 'requests', rows: [row(9)] });
    await page.locator('#request-r9').waitFor();
    expect(await dialog(page).getByRole('button', { name: 'Send', exact: true }).count()).toBe(1);
    expect(downloads).toBe(0);
  });

  it('says that there is no other request to compare with', async () => {
    const page = await open(rows(1));
    await page.locator('#request-r1').click();
    await pane(page).getByRole('button', { name: 'Compare…' }).click();
    await dialog(page).getByText('No other request matches.').waitFor();
    expect(server.countCalls('requests.compare')).toBe(0);
  });

  it('saves a request as a HAR file, without bodies unless they are asked for', async () => {
    const page = await open(rows(2));
    scriptHar();
    await page.locator('#request-r2').click();
    await pane(page).getByRole('button', { name: 'Export HAR…' }).click();
    const saved = page.waitForEvent('download');
    await dialog(page).getByRole('button', { name: 'Save the file' }).click();
    expect((await saved).suggestedFilename()).toBe('turns.har');
    expect(await exchangesIn(await saved)).toEqual(['r2']);
    await expect
      .poll(() => server.inputsOf('export.har'))
      .toEqual([{ ids: ['r2'], filter: {}, limit: 1, withBodies: false }]);
  });

  it('saves all turns that are shown, part by part, oldest first; with bodies only after a warning', async () => {
    const page = await open(rows(700, (n) => ({ transport: n % 2 === 0 ? 'http' : 'ws' })));
    scriptHar();
    await page.locator('[data-part="requests-bar"]').getByRole('button', { name: 'Over HTTP' }).click();
    await page.getByText('350 of 700 turns').waitFor();
    await page.locator('[data-part="requests-bar"]').getByRole('button', { name: 'Export HAR…' }).click();
    expect(await dialog(page).innerText()).toContain('A file ends at 200 MB');
    await dialog(page).getByRole('checkbox').check();
    await dialog(page).getByText('only you know what else is private').waitFor();
    const saved = page.waitForEvent('download');
    await dialog(page).getByRole('button', { name: 'Export 350 shown turns' }).click();
    expect(await exchangesIn(await saved)).toEqual(Array.from({ length: 350 }, (_, n) => `r${(n + 1) * 2}`));
    const asked = server.inputsOf('export.har');
    expect(asked).toHaveLength(4);
    expect(asked[1]).toMatchObject({ filter: { query: 'transport:http' }, withBodies: true, cursor: { id: 'r502' } });
    await page.getByText('turns.har saved, 350 turns.').waitFor();
  });

  it('says how far an export is and what it leaves out, and ends with its dialog', async () => {
    const page = await open(rows(12_000));
    scriptHar();
    const answer = server.handlers['export.har'];
    const held = Promise.withResolvers<void>();
    server.handlers['export.har'] = async (input) => {
      if (server.countCalls('export.har') === 3) await held.promise;
      if (answer === undefined) throw new Error('no answer');
      return answer(input);
    };
    await page.locator('[data-part="requests-bar"]').getByRole('button', { name: 'Export HAR…' }).click();
    await dialog(page).getByText('The newest 5,000 of 12,000 turns are exported').waitFor();
    await dialog(page).getByRole('button', { name: 'Export 5,000 shown turns' }).click();
    await dialog(page).getByText('200 of 5,000 turns').waitFor();
    await expect.poll(() => server.countCalls('export.har')).toBe(3);
    await dialog(page).getByRole('button', { name: 'Cancel' }).click();
    held.resolve();
    await page.locator('[data-part="requests-bar"]').getByRole('button', { name: 'Export HAR…' }).waitFor();
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
    expect(server.countCalls('export.har')).toBe(3);
  });

  it('says why an export failed, and lets it be tried again', async () => {
    const page = await open(rows(5));
    server.handlers['export.har'] = () => {
      throw new SlipstreamError('internal', { message: 'The database of traces has stopped.' });
    };
    await page.locator('[data-part="requests-bar"]').getByRole('button', { name: 'Export HAR…' }).click();
    await dialog(page).getByRole('button', { name: 'Export 5 shown turns' }).click();
    await dialog(page).getByRole('alert').getByText('The database of traces has stopped.').waitFor();
    expect(await dialog(page).getByRole('button', { name: 'Export 5 shown turns' }).isEnabled()).toBe(true);
  });
});
