import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { dayAfter, localDay, noUsage } from '../../src-main/shared/usage-words.ts';
import { makeAccount, makeSnapshot } from './fixtures.ts';
import { usePageStand } from './page-stand.ts';
import type { ScriptedServer } from './scripted-server.ts';
import { makeUsage } from './usage-fixtures.ts';

describe('usage', () => {
  const stand = usePageStand();
  let server: ScriptedServer;

  async function open(prepare: () => void = () => {}): Promise<Page> {
    server = await stand.serve(makeSnapshot({ accounts: [makeAccount()] }));
    prepare();
    const { page } = await stand.show(server.urlOf('#/usage'));
    await page.getByText('Connected', { exact: true }).waitFor();
    await page.getByRole('heading', { name: 'Usage', level: 1 }).waitFor();
    return page;
  }

  it('tells tokens by day and group, what a day had, and asks anew for another time and key', async () => {
    const page = await open();
    await page.getByRole('rowheader', { name: 'gpt-5.5-2026-11-20-preview' }).first().waitFor();
    await expect.poll(() => server.inputsOf('usage.sums').at(-1)).toMatchObject({ by: ['day', 'model'] });
    expect(await page.locator('[data-day]').count()).toBe(30);
    expect(await page.getByText(/^(50|25)\.?0*M$/).allTextContents()).toEqual(['50M', '25M']);
    await page.locator('[data-day]').last().hover();
    await page.getByText(/ = gpt-/).waitFor();
    await page.getByText('7 days').click();
    await expect.poll(() => page.locator('[data-day]').count()).toBe(7);
    await page.getByRole('combobox', { name: /^By/ }).selectOption('project');
    await page.getByRole('rowheader', { name: 'no folder told' }).first().waitFor();
    await page.getByRole('combobox', { name: /^By/ }).selectOption('key');
    await page.getByRole('rowheader', { name: 'build server' }).first().waitFor();
    await page.getByRole('rowheader', { name: 'the first key' }).first().waitFor();
    await page.getByRole('combobox', { name: /^Figure/ }).selectOption('turns');
    await page.getByRole('img', { name: /^Turns by day, 7 days, at most/ }).waitFor();
    await page.getByText('Empties at', { exact: false }).waitFor();
    await page.getByText('Lasts at this pace; resets', { exact: false }).waitFor();
  });

  it('shows the windows below the sums, where they stay, however long the sums take', async () => {
    const held = Promise.withResolvers<void>();
    const page = await open(() => {
      server.handlers['usage.sums'] = async (query) => {
        await held.promise;
        return makeUsage(query);
      };
    });
    const windows = page.getByRole('heading', { name: 'Windows and pace', includeHidden: true });
    await windows.waitFor({ state: 'attached' });
    expect(await windows.isVisible()).toBe(false);
    held.resolve();
    await windows.waitFor();
    expect(await page.getByRole('heading', { name: 'By day' }).isVisible()).toBe(true);
  });

  it('shows no window of an account that was removed meanwhile, and asks for those of one that came', async () => {
    const page = await open();
    const windows = page.getByRole('region', { name: 'Windows and pace' });
    await windows.getByText('ada@e… (pro)').first().waitFor();
    const asked = server.countCalls('usage.windows');
    server.push({ kind: 'accounts', accounts: [makeAccount({ id: 'a9', email: 'new@example.org' })] });
    await windows.getByText('No quota has been read yet', { exact: false }).waitFor();
    await expect.poll(() => server.countCalls('usage.windows')).toBe(asked + 1);
  });

  it('shows the days of the program, whatever day it is where the browser is', async () => {
    const tomorrow = dayAfter(localDay(Date.now()), 1);
    const page = await open(() => {
      server.handlers['usage.sums'] = (query) => makeUsage(query, null, tomorrow);
    });
    await page.getByText('7 days').click();
    await expect.poll(() => page.locator('[data-day]').count()).toBe(7);
    expect(await page.locator('[data-day]').last().getAttribute('data-day')).toBe(tomorrow);
    await page.getByText('(Pacific/Kiritimati)', { exact: false }).waitFor();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'CSV' }).click();
    expect((await download).suggestedFilename()).toBe(`usage-${tomorrow}.csv`);
  });

  it('saves the sums by day as comma-separated values', async () => {
    const page = await open();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'CSV' }).click();
    const file = await download;
    expect(file.suggestedFilename()).toMatch(/^usage-\d{4}-\d{2}-\d{2}\.csv$/);
    const [heading, ...lines] = readFileSync(await file.path(), 'utf8')
      .trim()
      .split('\r\n');
    expect(heading).toBe(
      'day,model,turns,failed,input_tokens,cached_tokens,output_tokens,reasoning_tokens,quota_percent,untold_turns',
    );
    const { groups } = makeUsage({ fromDay: null, toDay: null, by: ['day', 'model'] });
    expect(lines).toHaveLength(groups.length);
  });

  it('shows no cost until prices are set, and refuses what is no price', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Prices…' }).click();
    await page.getByLabel('Show the cost').check();
    await page.getByLabel('Model of row 1').fill('gpt-5*');
    await page.getByLabel('Input of row 1').fill('free');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('alert').waitFor();
    // The field that is wrong is marked, described by what was said, and has the focus.
    const marked = page.locator('[aria-invalid]');
    await expect.poll(() => marked.evaluateAll(([input]) => input === document.activeElement)).toBe(true);
    expect(await marked.evaluateAll((inputs) => inputs.map((input) => input.ariaLabel))).toEqual(['Input of row 1']);
    expect(await marked.getAttribute('aria-describedby')).toBe(await page.getByRole('alert').getAttribute('id'));
    await page.getByLabel('Input of row 1').fill('1,25');
    await page.getByLabel('Output of row 1').fill('10');
    server.handlers['usage.sums'] = (query) => makeUsage(query, server.snapshot.settings.usagePrices.rows);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('columnheader', { name: 'Cost' }).waitFor();
    await expect
      .poll(() => server.inputsOf('settings.set').at(-1))
      .toEqual({
        usagePrices: {
          isShown: true,
          currency: 'USD',
          rows: [{ model: 'gpt-5*', tier: null, input: 1.25, cached: 0, output: 10 }],
        },
      });
    await page.getByText(/tokens have no price/).waitFor();
    // At a zoom of 200 % a row is whole, with the button that takes it away.
    await page.setViewportSize({ width: 640, height: 400 });
    await page.getByRole('button', { name: 'Prices…' }).click();
    const row = page.getByRole('dialog').getByRole('table').locator('..');
    expect(await row.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
  });

  it('says of how many turns the tokens are in no sum, since upstream never told them', async () => {
    const page = await open();
    const note = page.getByText(/without the tokens of 3 turns that were left or cut/);
    expect(await note.count()).toBe(0);
    server.handlers['usage.sums'] = (query) => {
      const answer = makeUsage(query);
      return { ...answer, total: { ...answer.total, untold: 3 } };
    };
    await page.getByText('7 days').click();
    await note.waitFor();
  });

  it('tells who edits prices that others were set elsewhere meanwhile, and begins with those on a wish', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Prices…' }).click();
    const model = page.getByLabel('Model of row 1');
    await model.fill('mine');
    const price = { model: 'theirs', tier: null, input: 1, cached: 0, output: 10 };
    server.push({ kind: 'settings', settings: { usagePrices: { isShown: true, currency: 'EUR', rows: [price] } } });
    const told = page.getByRole('status').filter({ hasText: 'Prices were changed elsewhere meanwhile.' });
    await told.waitFor();
    expect(await model.inputValue()).toBe('mine');
    await told.getByRole('button', { name: 'Begin with those' }).click();
    await told.waitFor({ state: 'detached' });
    expect(await model.inputValue()).toBe('theirs');
    expect(await page.getByLabel('Currency').inputValue()).toBe('EUR');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(server.inputsOf('settings.set').at(-1)).toMatchObject({ usagePrices: { rows: [price] } });
  });

  it('says that there is nothing, at all or in this time', async () => {
    const none = { ...noUsage, keys: {}, accountLabel: null, cost: null, unpricedTokens: 0 };
    const page = await open(() => {
      server.handlers['usage.sums'] = (query) => ({ ...makeUsage(query), groups: [], total: none, firstDay: null });
      server.handlers['usage.windows'] = () => [];
    });
    await page.getByRole('heading', { name: 'No turn yet' }).waitFor();
    await page.getByText('No quota has been read yet', { exact: false }).waitFor();
    server.handlers['usage.sums'] = (query) =>
      query.fromDay === null ? makeUsage(query) : { ...makeUsage(query), groups: [], total: none };
    await page.getByText('90 days').click();
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.getByRole('rowheader', { name: 'gpt-5.4', exact: true }).first().waitFor();
  });
});
