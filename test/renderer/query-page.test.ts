import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { TraceFilter } from '../../src-main/shared/trace-filter.ts';
import { makeAccount, makeRow, makeSnapshot } from './fixtures.ts';
import { usePageStand } from './page-stand.ts';
import type { ScriptedServer } from './scripted-server.ts';

describe('the search box', () => {
  const stand = usePageStand();
  let server: ScriptedServer;

  const box = (page: Page) => page.getByRole('combobox', { name: 'Filter by text' });

  async function open(path = '#/requests'): Promise<Page> {
    server = await stand.serve(makeSnapshot({ requests: [makeRow()] }));
    const { page } = await stand.show(server.urlOf(path));
    await page.getByText('Connected', { exact: true }).waitFor();
    await box(page).waitFor();
    return page;
  }
  const lastQuery = () =>
    (server.inputsOf('requests.query').at(-1) as { readonly filter: TraceFilter } | undefined)?.filter.query;

  it('completes fields and values with the keyboard, takes terms of chips, and tells the store', async () => {
    const page = await open();
    await page.keyboard.press('/');
    await page.keyboard.type('stat');
    await page.getByRole('option', { name: 'status:' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.keyboard.type('inc');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    expect(await box(page).inputValue()).toBe('status:incomplete ');
    await page.keyboard.type('first>2s');
    await expect.poll(lastQuery).toBe('status:incomplete first>2s');
    const failed = page.getByRole('button', { name: 'Failed', exact: true });
    await failed.click();
    expect(await box(page).inputValue()).toBe('status:incomplete first>2s status:failed');
    expect(await failed.getAttribute('aria-pressed')).toBe('true');
    await failed.click();
    expect(await box(page).inputValue()).toBe('status:incomplete first>2s');
    expect(page.url()).toContain('q=status%3Aincomplete+first%3E2s');
  });

  it('completes an account to what its turns are found by, whatever its name on the screen', async () => {
    const accounts = [makeAccount({ nickname: 'Work' })];
    server = await stand.serve(makeSnapshot({ accounts, requests: [makeRow()] }));
    const { page } = await stand.show(server.urlOf('#/requests'));
    await box(page).waitFor();
    await box(page).fill('account:');
    await page.getByRole('option', { name: 'ad…@e… (pro)' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect.poll(lastQuery).toBe('account:"ad…@e… (pro)" ');
    await page.getByRole('button', { name: 'Account: any' }).click();
    await page.getByRole('checkbox', { name: 'Work' }).waitFor();
  });

  it('says what it does not understand', async () => {
    const page = await open('#/requests?q=modle%3Agpt+first%3Esoon');
    await page.getByText('There is no field “modle”', { exact: false }).waitFor();
    await page.getByText('“first” wants a number', { exact: false }).waitFor();
  });

  it('keeps filters by name', async () => {
    const page = await open('#/requests?q=model%3Agpt*');
    const button = page.getByRole('button', { name: 'Saved filters' });
    await button.click();
    await page.getByLabel('Name', { exact: true }).fill('mine');
    await page.getByRole('button', { name: 'Save this filter' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Clear filters' }).click();
    // The button goes, the focus stays.
    await expect.poll(() => page.evaluate(() => document.activeElement?.closest('search') !== null)).toBe(true);
    expect(await box(page).inputValue()).toBe('');
    await button.click();
    await page.getByRole('button', { name: 'mine', exact: true }).click();
    expect(await box(page).inputValue()).toBe('model:gpt*');
    await button.click();
    await page.getByRole('button', { name: 'Forget mine' }).click();
    await page.getByText('None yet.', { exact: false }).waitFor();
  });
});
