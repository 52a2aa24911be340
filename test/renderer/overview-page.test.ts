import { describe, expect, it } from 'vitest';
import { makeAccount, makeRow, makeSnapshot } from './fixtures.ts';
import { usePageStand } from './page-stand.ts';

/** The overview, where there is much of everything. */
describe('the overview', () => {
  const stand = usePageStand();

  it('shows of fifty accounts those that want something and a few of the others, and says how the rest stands', async () => {
    const accounts = Array.from({ length: 50 }, (_, n) =>
      makeAccount({
        id: `a${n}`,
        email: `person${n}@example.org`,
        nickname: `Person ${n}`,
        state: n === 40 ? 'exhausted' : n === 45 ? 'signed-out' : 'ready',
        enabled: n !== 3,
      }),
    );
    const server = await stand.serve(makeSnapshot({ accounts }));
    const { page } = await stand.show(server.url());
    const card = page.getByRole('region', { name: 'Accounts' });
    const names = card.getByRole('listitem').getByText(/^Person/);
    await names.first().waitFor();
    expect(await names.allInnerTexts()).toEqual([45, 40, 0, 1, 2, 4].map((n) => `Person ${n}`));
    server.push({ kind: 'accounts', accounts: accounts.slice(0, 8) });
    await expect.poll(() => names.count()).toBe(8);
    server.push({ kind: 'accounts', accounts });
    await card.getByRole('button', { name: '44 more accounts, 43 ready' }).click();
    await page.getByRole('article', { name: /Person 49|person49/ }).waitFor();
  });

  it('stops no other turn that came under the mouse by itself', async () => {
    const running = (id: string, startedAt: number) => makeRow({ id, startedAt, status: 'running', totalMs: null });
    const nowMs = Date.now();
    const server = await stand.serve(makeSnapshot({ requests: [running('first', nowMs - 5_000)] }));
    const { page } = await stand.show(server.url());
    const stops = page.getByRole('button', { name: 'Stop this turn' });
    await stops.hover();
    server.push({ kind: 'requests', rows: [running('second', nowMs)] });
    await expect.poll(() => stops.count()).toBe(2);
    await expect.poll(() => stops.first().evaluate((button) => button.matches(':hover'))).toBe(true);
    await page.mouse.down();
    await page.mouse.up();
    await stops.first().click();
    await expect.poll(() => server.calls.filter(({ name }) => name === 'requests.stop')).toHaveLength(1);
    await stops.last().click();
    await expect
      .poll(() => server.calls.filter(({ name }) => name === 'requests.stop').map(({ input }) => input))
      .toEqual([{ id: 'second' }, { id: 'first' }]);
  });

  it('says what is cut off in a line of the latest requests, and opens it by a click there', async () => {
    const client = 'a-client-with-a-name-that-no-column-holds';
    const server = await stand.serve(makeSnapshot({ requests: [makeRow({ id: 'r1', client })] }));
    const { page } = await stand.show(server.url());
    const word = page.getByRole('main').getByTitle(client);
    const box = await word.boundingBox();
    if (box === null) throw new Error('It is not shown.');
    const at = { x: box.x + 8, y: box.y + box.height / 2 };
    const title = await page.evaluate(({ x, y }) => document.elementFromPoint(x, y)?.getAttribute('title'), at);
    expect(title).toBe(client);
    await page.mouse.click(at.x, at.y);
    await page.waitForURL(/requests\/r1/);
  });

  it('is printed whole', async () => {
    const server = await stand.serve(makeSnapshot({ requests: [makeRow()] }));
    const { page } = await stand.show(server.urlOf('#/settings'), { viewport: { width: 800, height: 500 } });
    await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
    await page.emulateMedia({ media: 'print' });
    const rest = await page.locator('main').evaluate((main) => main.scrollHeight - main.clientHeight);
    expect(rest).toBe(0);
    expect(await page.getByRole('navigation').count()).toBe(0);
    // Of a list without end, a sheet.
    await page.evaluate(() => location.assign('#/requests'));
    const list = page.getByRole('grid').locator('..');
    await expect.poll(() => list.evaluate(({ clientHeight }) => clientHeight)).toBeGreaterThan(400);
  });
});
