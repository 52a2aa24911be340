import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { RequestRow } from '../../src-main/shared/model.ts';
import type { PayloadPage, PayloadQuery } from '../../src-main/shared/payload-query.ts';
import { makeDetail } from './detail-fixtures.ts';
import { makeRow, makeSnapshot } from './fixtures.ts';
import { usePageStand } from './page-stand.ts';
import type { ScriptedServer } from './scripted-server.ts';

const png =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** What was said in a turn, in a real browser. */
describe('the conversation of a turn', () => {
  const stand = usePageStand();
  let server: ScriptedServer;

  async function open(row: RequestRow, body: object | string | null): Promise<Page> {
    server = await stand.serve(makeSnapshot({ requests: [row] }));
    if (body !== null) server.texts.set('client', typeof body === 'string' ? body : JSON.stringify(body));
    const { page } = await stand.show(server.urlOf(`#/requests/${row.id}`), {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    await page.getByText('Connected', { exact: true }).waitFor();
    await page.getByRole('tab', { name: 'Conversation' }).click();
    return page;
  }

  function answers(events: readonly object[]): (query: PayloadQuery) => PayloadPage {
    return ({ from }) => ({
      payloads: events.slice(from).map((event, at) => ({
        atMs: at,
        direction: 'upstream-in',
        type: 'type' in event ? String(event.type) : '',
        bytes: 9,
        index: from + at,
        text: JSON.stringify(event),
        isCut: false,
      })),
      next: events.length,
      total: events.length,
    });
  }

  const row = (patch: Partial<RequestRow> = {}) => makeRow({ id: 'r1', ...patch });
  const request = (page: Page) => page.getByRole('region', { name: 'Request', exact: true });
  const answer = (page: Page) => page.getByRole('region', { name: 'Answer' });
  /** The longest task that the page has had since it was asked to note them. */
  const noteTasks = (page: Page) =>
    page.evaluate(() => {
      const noted = globalThis as unknown as { longestMs: number };
      noted.longestMs = 0;
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) noted.longestMs = Math.max(noted.longestMs, duration);
      }).observe({ entryTypes: ['longtask'] });
    });
  const longestTask = (page: Page) => page.evaluate(() => (globalThis as unknown as { longestMs: number }).longestMs);
  const clipboard = (page: Page) => page.evaluate(() => navigator.clipboard.readText());

  it('shows items and pictures as they are said, runs nothing of them and loads nothing from elsewhere', async () => {
    const page = await open(row(), {
      instructions: 'Be brief.',
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_text', text: '<img src=x onerror="document.title=1"> \u001b[31mred\u202e' },
            { type: 'input_image', image_url: png },
            { type: 'input_image', image_url: 'https://tracker.test/a.png' },
          ],
        },
        { type: 'function_call', name: 'read_file', call_id: 'call_1', arguments: '{"path":"a.ts"}' },
        { type: 'function_call_output', call_id: 'call_1', output: 'x'.repeat(90_000) },
      ],
    });
    server.payloads = answers([
      {
        type: 'response.output_item.done',
        output_index: 0,
        item: { type: 'reasoning', summary: [{ text: '**Looking**\n\nI see.' }] },
      },
      { type: 'response.output_item.done', output_index: 1, item: { role: 'assistant', content: 'Done.' } },
    ]);
    const user = request(page).getByRole('article').filter({ hasText: 'onerror' });
    await user.getByText('<img src=x onerror="document.title=1"> \\u001b[31mred\\u202e').waitFor();
    await user.getByText('Image at https://tracker.test/a.png, not loaded').waitFor();
    expect(await user.locator('img').count()).toBe(1);
    expect(await user.locator('img').evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1);
    await request(page).getByText('read_file').waitFor();
    const output = request(page).getByRole('article').last();
    await output.getByRole('button', { name: 'Show 50,000 more of 90,000 characters' }).click();
    await output.getByRole('button', { name: 'Show 39,300 more of 90,000 characters' }).waitFor();
    expect(await page.title()).toContain('Slipstream');
    // It was asked for before the answer was scripted.
    await page.getByRole('tab', { name: 'Timing' }).click();
    await page.getByRole('tab', { name: 'Conversation' }).click();
    await answer(page).locator('strong').getByText('Looking', { exact: true }).waitFor();
    await answer(page).getByText('I see.').waitFor();
    await answer(page).getByText('Done.').waitFor();
  });

  it('shows tools, agents and files of a request in words, with the JSON a click away', async () => {
    const page = await open(row(), {
      input: [
        {
          type: 'additional_tools',
          role: 'developer',
          tools: [{ type: 'namespace', name: 'web', tools: [{ name: 'run' }] }],
        },
        {
          type: 'agent_message',
          author: '/root',
          recipient: '/root/a',
          content: [
            { type: 'input_text', text: 'Payload:' },
            { type: 'encrypted_content', encrypted_content: 'gAAAA' },
          ],
        },
        { role: 'user', content: [{ type: 'input_file', filename: 'plan\u202e.pdf', file_data: 'AAAA'.repeat(1024) }] },
        { type: 'item_reference', id: 'msg_1' },
        { type: 'compaction_trigger' },
      ],
    });
    const articles = request(page).getByRole('article');
    const titles = () => articles.locator('h4').allTextContents();
    await expect.poll(titles).toEqual(['Tools', 'Another agent', 'User', 'System', 'Compaction']);
    await articles.nth(0).getByText('Tools offered: 1').click();
    await articles.nth(0).getByText('web.run').waitFor();
    expect((await articles.nth(1).innerText()).split('\n')).toEqual(
      expect.arrayContaining(['/root to /root/a', 'Payload:', 'Encrypted: only upstream can read it.']),
    );
    await articles.nth(2).getByText('File plan\\u202e.pdf, 3.1 kB').waitFor();
    await articles.nth(3).getByText('Stands for the item msg_1').waitFor();
    await articles.nth(4).getByText('Asks for all before it to be compacted.').waitFor();
    await articles.nth(1).getByRole('button', { name: 'JSON', exact: true }).click();
    await articles.nth(1).getByText('encrypted_content').first().waitFor();
  });

  it('fills while the turn runs', async () => {
    const running = row({ status: 'running', totalMs: null, firstTokenMs: null });
    const page = await open(running, { input: 'hi' });
    await answer(page).getByText('Nothing has come yet').waitFor();
    const events: object[] = [{ type: 'response.output_text.delta', output_index: 0, delta: 'One ' }];
    server.payloads = (query) => answers(events)(query);
    await answer(page).getByText('One').waitFor();
    events.push({ type: 'response.output_text.delta', output_index: 0, delta: 'two.' });
    await answer(page).getByText('One two.').waitFor();
    await answer(page).getByText('coming').waitFor();
    server.push({ kind: 'requests', rows: [row({ status: 'completed' })] });
    await expect.poll(() => answer(page).getByText('coming').count()).toBe(0);
  });

  it('goes on where the connection was lost while it was read', async () => {
    const running = row({ status: 'running', totalMs: null, firstTokenMs: null });
    const page = await open(running, { input: 'hi' });
    await request(page).getByText('hi').waitFor();
    server.handlers['requests.payloads'] = () => new Promise(() => {});
    server.handlers['requests.text'] = () => new Promise(() => {});
    const asked = server.countCalls('requests.payloads');
    await expect.poll(() => server.countCalls('requests.payloads')).toBeGreaterThan(asked);
    await page.getByText('Went upstream').click();
    await expect.poll(() => server.countCalls('requests.text')).toBe(2);
    const comeBack = server.leave();
    await page.getByText('Reconnecting…').waitFor();
    comeBack();
    delete server.handlers['requests.payloads'];
    delete server.handlers['requests.text'];
    server.texts.set('upstream', JSON.stringify({ input: 'went up' }));
    const events: object[] = [{ type: 'response.output_text.delta', output_index: 0, delta: 'One ' }];
    server.payloads = (query) => answers(events)(query);
    await answer(page).getByText('One').waitFor();
    await request(page).getByText('went up').waitFor();
    expect(await page.locator('main').getByRole('alert').count()).toBe(0);
    events.push({ type: 'response.output_text.delta', output_index: 0, delta: 'two.' });
    await answer(page).getByText('One two.').waitFor();
  });

  it('says what is not kept, and keeps it from now on with one click and a way back', async () => {
    const page = await open(row(), null);
    await page.getByText('Bodies of this request are not kept').waitFor();
    await page.getByRole('button', { name: 'Keep bodies and frames from now on' }).first().click();
    await page.getByText('Bodies and frames of turns that end from now on are kept').waitFor();
    await expect.poll(() => server.inputsOf('settings.set')).toEqual([{ traceBodies: true }]);
    await page.getByText('Those of later turns are on the disk').first().waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => server.inputsOf('settings.set').at(-1)).toEqual({ traceBodies: false });
  });

  it('is a tree as JSON: folded and walked by keys, searched, its paths and values copied', async () => {
    const page = await open(row(), {
      input: [{ role: 'user', content: 'a "needle" in it' }],
      metadata: JSON.parse('{"__proto__":{"x":1}}'),
    });
    await page.getByText('Raw JSON').click();
    const tree = page.getByRole('tree', { name: 'The client’s body' });
    const cursor = () => tree.locator('[aria-selected="true"]').textContent();
    await tree.focus();
    for (const key of ['ArrowDown', 'ArrowRight', 'ArrowDown', 'Enter', 'ArrowDown', 'ArrowDown'])
      await page.keyboard.press(key);
    expect(await cursor()).toContain('content');
    await page.getByRole('button', { name: 'Copy path' }).click();
    await expect.poll(() => clipboard(page)).toBe('input[0].content');
    await page.getByRole('button', { name: 'Copy value' }).click();
    await expect.poll(() => clipboard(page)).toBe('a "needle" in it');
    await tree.focus();
    for (const key of [
      'ArrowLeft',
      'ArrowLeft',
      'ArrowLeft',
      'ArrowLeft',
      'End',
      'Enter',
      'ArrowRight',
      'Enter',
      'ArrowRight',
    ])
      await page.keyboard.press(key);
    expect(await cursor()).toBe('x1');
    await page.getByLabel('Search the JSON').fill('NEEDLE');
    await page.keyboard.press('Enter');
    await page.getByText('1 of 1', { exact: true }).waitFor();
    expect(await cursor()).toContain('content');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    expect(await tree.evaluate((element) => element === document.activeElement)).toBe(true);
  });

  it('shows what a frame carried, by a click and by keys', async () => {
    const page = await open(row(), null);
    server.texts.set('2', '{"type":"response.created","n":7}');
    server.texts.set('3', 'not json');
    await page.getByRole('tab', { name: /^Frames/ }).click();
    const frames = page.getByRole('grid', { name: 'Frames' });
    await frames.getByRole('row').nth(3).click();
    const payload = page.getByRole('region', { name: 'Payload' });
    await payload.getByRole('treeitem').filter({ hasText: 'n7' }).waitFor();
    await frames.focus();
    await page.keyboard.press('ArrowDown');
    await payload.getByText('not json').waitFor();
    await page.keyboard.press('Escape');
    await payload.waitFor({ state: 'detached' });
    // The detail is still there: Esc closed what was open last.
    await page.getByRole('complementary', { name: 'Request detail' }).waitFor();
  });

  it('says of a frame without a text that there is none, and keeps its row in sight beside it', async () => {
    const page = await open(row(), null);
    const frames = Array.from({ length: 60 }, (_, index) => ({
      ...{ atMs: index, direction: 'upstream-in' as const, type: 'response.output_text.delta', bytes: 90 },
      ...(index < 59 ? {} : { direction: 'client-out' as const, type: 'close 1009', bytes: 2 }),
    }));
    server.handlers['requests.detail'] = () => makeDetail(row(), { frames });
    server.texts.set('59', '');
    await page.reload();
    await page.getByRole('tab', { name: /^Frames/ }).click();
    const grid = page.getByRole('grid', { name: 'Frames' });
    await grid.focus();
    await page.keyboard.press('End');
    const last = grid.getByRole('row').filter({ hasText: 'close 1009' });
    await last.click();
    await page.getByRole('region', { name: 'Payload' }).getByText('all that it says is its type').waitFor();
    const isInSight = () =>
      last.evaluate((element) => {
        const list = element.closest('section')?.getBoundingClientRect();
        const { top, bottom } = element.getBoundingClientRect();
        return list !== undefined && top >= list.top && bottom <= list.bottom + 1;
      });
    await expect.poll(isInSight).toBe(true);
    await page.getByText('Client', { exact: true }).last().click();
    await grid.getByRole('row').nth(1).getByText('client out').waitFor();
    expect(await grid.getByRole('row').count()).toBe(2);
  });

  it('shows an answer that was cut before upstream’s end by its pieces', async () => {
    const events = [
      { type: 'response.created' },
      { type: 'response.output_item.done', output_index: 0, item: { type: 'reasoning', summary: [] } },
      { type: 'response.output_text.delta', output_index: 1, delta: 'One ' },
      { type: 'response.output_text.delta', output_index: 1, delta: 'two.' },
    ];
    const page = await open(row(), { input: 'hi' });
    server.payloads = (query) =>
      answers(query.which === 'all' ? events : events.filter(({ type }) => !type.endsWith('delta')))(query);
    await page.getByRole('tab', { name: 'Timing' }).click();
    await page.getByRole('tab', { name: 'Conversation' }).click();
    await answer(page).getByText('One two.').waitFor();
  });

  it('stays at hand with a body of 5 MB and 5,000 events', async () => {
    const item = { role: 'user', content: 'so and "so" on \\ '.repeat(300) };
    const body = JSON.stringify({ input: Array(900).fill(item), end: 1 });
    const events = Array.from({ length: 5_000 }, (_, at) => ({
      type: 'response.output_text.delta',
      output_index: 0,
      delta: `${at} `,
    }));
    expect(body.length).toBeGreaterThan(5_000_000);
    const page = await open(row({ status: 'failed' }), body);
    await request(page).getByText('n = 900').waitFor();
    server.payloads = answers(events);
    await noteTasks(page);
    await page.getByRole('tab', { name: 'Timing' }).click();
    await page.getByRole('tab', { name: 'Conversation' }).click();
    await request(page).getByRole('button', { name: 'Show 100 of 880 earlier items' }).click();
    await answer(page).getByText('0 1 2 3').waitFor();
    await page.getByText('Raw JSON').click();
    await page.getByLabel('Search the JSON').fill('end');
    await page.keyboard.press('Shift+Enter');
    await expect.poll(() => page.getByRole('tree').locator('[aria-selected="true"]').textContent()).toContain('end');
    const longestMs = await longestTask(page);
    // 200 ms on a machine of its own; other tests run beside this one.
    expect(longestMs).toBeLessThan(1_000);
  });

  it('takes any body', async () => {
    const page = await open(row(), null);
    for (const [body, said] of [
      ['GET / HTTP/1.1', 'The body is no JSON object.'],
      ['[1,2]', 'The body holds no items of a conversation.'],
      ['{"input":[{"role":"user","content":"first"},{"role":"us', 'The rest of the request is not here.'],
      [`{"input":${'['.repeat(50_000)}`, 'The rest of the request is not here.'],
    ] as const) {
      server.texts.set('client', body);
      await page.getByRole('tab', { name: 'Timing' }).click();
      await page.getByRole('tab', { name: 'Conversation' }).click();
      await request(page).getByText(said).waitFor();
      await page.getByText('Raw JSON').click();
      await page.getByRole('tabpanel').locator('[role="tree"], [data-code]').first().waitFor();
    }
  });
});
