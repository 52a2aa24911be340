import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { RequestRow } from '../../src-main/shared/model.ts';
import { makeRow, makeSnapshot } from './fixtures.ts';
import { usePageStand } from './page-stand.ts';
import { pollOnClock } from './poll-on-clock.ts';
import { ScriptedHistory } from './scripted-history.ts';
import type { ScriptedServer } from './scripted-server.ts';

/** Turns by the conversation they belong to, in a real browser. */
describe('the sessions', () => {
  const stand = usePageStand();
  let server: ScriptedServer;

  const row = (n: number, patch: Partial<RequestRow> = {}): RequestRow =>
    makeRow({ id: `r${n}`, startedAt: 1.7e12 + n * 60_000, sessionId: 'session-one', totalMs: 2_000, ...patch });
  const turns: readonly RequestRow[] = [
    row(1, { sentAs: 'full', sentBytes: 70_000, tierSent: null, transport: 'ws' }),
    row(2, { sentAs: 'increment', sentBytes: 2_000, tierSent: 'priority', transport: 'ws' }),
    row(3, { sessionId: 'agent', rootSessionId: 'session-one', agent: 'review', sentAs: 'full', sentBytes: 9_000 }),
    row(4, { sessionId: 'session-two', client: 'curl 8', status: 'failed' }),
  ];

  async function open(requests: readonly RequestRow[], hash = '#/sessions', show = stand.show): Promise<Page> {
    server = await stand.serve(makeSnapshot({ requests: requests.slice(-100) }));
    server.history = new ScriptedHistory(requests);
    const { page } = await show(server.urlOf(hash));
    await page.getByText('Connected', { exact: true }).waitFor();
    return page;
  }

  /** The same with a clock that is moved by hand. */
  async function openOnClock(requests: readonly RequestRow[], hash?: string): Promise<Page> {
    return open(requests, hash, async (url) => {
      const opened = await stand.showAlone('about:blank');
      await opened.page.clock.install();
      await opened.page.goto(url);
      return opened;
    });
  }

  const list = (page: Page) => page.getByRole('grid', { name: 'Sessions, the last active first' });
  const own = (page: Page) => page.getByRole('grid', { name: 'Turns of the session, newest first' });

  it('are listed, searched, opened by keys, and each has an address of its own', async () => {
    const page = await open(turns, '#/');
    await page.keyboard.type('ge');
    await list(page).getByRole('row').nth(2).waitFor();
    expect(await page.title()).toBe('Sessions · Slipstream');
    await page.keyboard.press('/');
    await page.keyboard.type('curl');
    await expect.poll(() => list(page).getByRole('row').count()).toBe(2);
    await page.getByLabel('Search sessions').fill('nothing like it');
    await page.getByRole('button', { name: 'Clear the search' }).click();
    await list(page).focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Session session-one' }).waitFor();
    expect(new URL(page.url()).hash).toBe('#/sessions/session-one');
    await page.reload();
    await page.getByRole('heading', { name: 'Session session-one' }).waitFor();
    await page.keyboard.press('Escape');
    await list(page).waitFor();
  });

  it('have a page with what they took, their turns and those of sub-agents', async () => {
    const page = await open(turns, '#/sessions/session-one');
    await page.getByText('1 increment, 2 whole conversations · 81.0 kB').waitFor();
    await page.getByText('1 change', { exact: true }).waitFor();
    await page.getByRole('region', { name: 'Timeline' }).getByText('review').waitFor();
    const [, agent, second] = await own(page).getByRole('row').allTextContents();
    expect(agent).toContain('review');
    expect(second).toContain('changed');
    expect(second).toContain('increment 2.0 kB');
    await own(page).focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect.poll(() => new URL(page.url()).hash).toBe('#/requests/r2');
    await page.goBack();
    await own(page).waitFor();
    server.push({ kind: 'requests', rows: [row(9, { status: 'running', totalMs: null })] });
    await own(page).getByText('running').waitFor();
  });

  it('are named in the detail of a turn, with a way to the turns beside it', async () => {
    const page = await open(turns, '#/requests/r2');
    const detail = page.getByRole('complementary', { name: 'Request detail' });
    await detail.getByText('turn 2 of 3').waitFor();
    await detail.getByRole('button', { name: 'Previous turn of this session' }).click();
    await detail.getByText('turn 1 of 3').waitFor();
    expect(await detail.getByRole('button', { name: 'Previous turn of this session' }).isDisabled()).toBe(true);
    await detail.getByRole('link', { name: '…session-one' }).click();
    await page.getByRole('button', { name: 'Show in Requests' }).click();
    await expect.poll(() => new URL(page.url()).hash).toBe('#/requests?q=root%3A%22session-one%22');
    await expect.poll(() => page.locator('[id^="request-r"]').count()).toBe(3);
  });

  it('say what to do where there is none, and where one is gone', async () => {
    const page = await open([], '#/sessions');
    await page.getByRole('heading', { name: 'No session yet' }).waitFor();
    await page.evaluate(() => location.assign('#/sessions/none'));
    await page.getByRole('heading', { name: 'Nothing of this session is kept' }).waitFor();
    await page.getByRole('button', { name: 'All sessions', exact: true }).click();
    await page.getByRole('button', { name: 'Connect a client' }).click();
    await expect.poll(() => new URL(page.url()).hash).toBe('#/clients');
  });

  it('come page by page, and are walked to their end', async () => {
    const many = Array.from({ length: 450 }, (_, n) => row(n, { sessionId: `s${n}` }));
    const page = await open(many);
    await page.getByText('n = 450').waitFor();
    await list(page).focus();
    await page.keyboard.press('End');
    await page.getByRole('button', { name: 'Show more sessions' }).click();
    await expect.poll(() => list(page).getAttribute('aria-rowcount')).toBe('401');
    await page.getByRole('button', { name: 'Show more sessions' }).click();
    await expect.poll(() => list(page).getAttribute('aria-rowcount')).toBe('451');
    expect(await page.getByRole('button', { name: 'Show more sessions' }).count()).toBe(0);
  });

  it('have the cursor on the same session while others come above it, and for who comes back from it', async () => {
    const many = Array.from({ length: 60 }, (_, n) => row(n, { sessionId: `s${n}` }));
    const page = await openOnClock(many);
    await page.getByText('n = 60').waitFor();
    await list(page).focus();
    for (let n = 0; n < 40; n += 1) await page.keyboard.press('ArrowDown');
    server.push({ kind: 'requests', rows: [row(60, { sessionId: 's60' })] });
    await pollOnClock(page, () => list(page).getAttribute('aria-rowcount'), '62');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Session s19' }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => list(page).evaluate((table) => table === document.activeElement)).toBe(true);
    const chosen = list(page).locator('tr[aria-selected="true"]');
    expect(await chosen.getAttribute('aria-rowindex')).toBe('43');
    expect(await chosen.evaluate((line) => line.getBoundingClientRect().bottom <= innerHeight)).toBe(true);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Session s18' }).waitFor();
  });

  it('are searched still for who comes back from one', async () => {
    const page = await open(turns);
    await page.getByLabel('Search sessions').fill('curl');
    await expect.poll(() => list(page).getByRole('row').count()).toBe(2);
    await page.getByRole('link', { name: 'Overview' }).focus();
    await list(page).press('Enter');
    await page.getByRole('heading', { name: 'Session session-two' }).waitFor();
    // At the top of what is new, not back in the navigation.
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('main');
    await page.keyboard.press('Escape');
    await list(page).waitFor();
    expect(await page.getByLabel('Search sessions').inputValue()).toBe('curl');
  });

  it('have no hole where a page ended while turns go on, and none of what was cleared', async () => {
    const many = Array.from({ length: 450 }, (_, n) => row(n, { sessionId: `s${n}` }));
    const page = await openOnClock(many);
    await page.getByRole('button', { name: 'Show more sessions' }).click();
    await expect.poll(() => list(page).getAttribute('aria-rowcount')).toBe('401');
    const more = Array.from({ length: 5 }, (_, n) => row(450 + n, { sessionId: `s${450 + n}` }));
    server.push({ kind: 'requests', rows: more });
    await pollOnClock(page, () => list(page).getAttribute('aria-rowcount'), '406');
    server.push({ kind: 'cleared' });
    await page.getByRole('heading', { name: 'No session yet' }).waitFor();
  });

  it('have a page without a hole where earlier turns were read while it goes on', async () => {
    const page = await openOnClock(
      Array.from({ length: 450 }, (_, n) => row(n)),
      '#/sessions/session-one',
    );
    await page.getByRole('button', { name: 'Show earlier turns' }).click();
    await expect.poll(() => own(page).getAttribute('aria-rowcount')).toBe('401');
    server.push({ kind: 'requests', rows: Array.from({ length: 5 }, (_, n) => row(450 + n)) });
    await pollOnClock(page, () => server.countCalls('sessions.get'), 3);
    await expect.poll(() => own(page).getAttribute('aria-rowcount')).toBe('406');
    server.push({ kind: 'cleared' });
    await page.getByRole('heading', { name: 'Nothing of this session is kept' }).waitFor();
  });
});
