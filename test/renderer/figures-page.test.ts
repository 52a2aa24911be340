import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { estimate, makeComparison, makeExperiment, makeLatency, passive } from './figure-fixtures.ts';
import { makeRow, makeSnapshot } from './fixtures.ts';
import type { OpenedPage } from './open-page.ts';
import { usePageStand } from './page-stand.ts';
import type { ScriptedServer } from './scripted-server.ts';

/** The latency and fast lab screens and the tools of a request, in a real browser. */
describe('latency, fast lab and trace tools', () => {
  const stand = usePageStand();
  let server: ScriptedServer;
  let opened: OpenedPage;

  async function open(keys: string): Promise<Page> {
    const requests = [makeRow({ id: 'r2', model: 'model-2' }), makeRow({ id: 'r1', model: 'model-1', startedAt: 1 })];
    server = await stand.serve(makeSnapshot({ requests }));
    server.handlers['latency.query'] = makeLatency;
    server.handlers['latency.passive'] = () => passive;
    server.handlers['lab.estimate'] = () => estimate;
    server.handlers['lab.list'] = () => [makeExperiment()];
    server.handlers['requests.compare'] = makeComparison;
    opened = await stand.show(server.url(), { permissions: ['clipboard-read', 'clipboard-write'] });
    await opened.page.getByText('Connected', { exact: true }).waitFor();
    await opened.page.keyboard.type(keys);
    return opened.page;
  }

  it('shows percentiles with their n, and asks again for another figure without another chart', async () => {
    const page = await open('gl');
    await page.getByRole('row', { name: /standard 240 900 ms/ }).waitFor();
    await page.locator('.chart canvas').evaluate((canvas) => canvas.setAttribute('data-first', 'yes'));
    await page.getByText('Tokens/s').click();
    await page.getByRole('row', { name: /standard 240 900 t\/s/ }).waitFor();
    expect(await page.locator('.chart canvas').count()).toBe(1);
    expect(await page.locator('.chart canvas').getAttribute('data-first')).toBe('yes');
    expect(server.inputsOf('latency.query').at(-1)).toMatchObject({ metric: 'tokensPerSecond', groupBy: 'tier' });
  });

  it('shows the cost before an experiment can be started, follows it and stops it', async () => {
    const page = await open('gf');
    await page.getByText(estimate.sentence).waitFor();
    const result = { ...makeExperiment().result, verdict: 'not-enough-data', sentence: 'No pair yet.' } as const;
    const running = makeExperiment({ id: 'e2', state: 'running', endedAt: null, turnsDone: 0, result });
    server.handlers['lab.start'] = () => running;
    server.handlers['lab.stop'] = () => ({ ...running, state: 'stopped', endedAt: 2e12 });
    await page.getByRole('button', { name: 'Start the experiment' }).click();
    await page.getByText('0 of 48 turns').waitFor();
    server.push({ kind: 'lab', experiment: { ...running, turnsDone: 7 } });
    await page.getByText('7 of 48 turns').waitFor();
    expect(await page.getByRole('button', { name: 'Start the experiment' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('stopped early').waitFor();
  });

  it('keeps a verdict with its interval, and offers its request again', async () => {
    const page = await open('gf');
    await page.getByText(makeExperiment().result.sentence).waitFor();
    await page.getByRole('img', { name: /95 % interval −38.0 % to −28.0 %/ }).waitFor();
    await page.getByText('observational').waitFor();
    await page.getByRole('button', { name: 'Run it again…' }).click();
    expect(await page.getByLabel('Size').inputValue()).toBe('30');
    expect(server.countCalls('lab.start')).toBe(0);
  });

  it('copies a request as curl, sends it again and compares it with another', async () => {
    const page = await open('gr');
    server.handlers['requests.curl'] = () => ({ text: 'curl http://127.0.0.1:2575' });
    server.handlers['requests.replay'] = () => ({ id: 'r1' });
    await page.locator('#request-r2').click();
    await page.getByRole('button', { name: 'Copy as cURL' }).click();
    await page.getByText('curl command copied.').waitFor();
    await page.getByRole('button', { name: 'Compare…' }).click();
    await page.getByRole('row', { name: 'Total 2.00 s 1.00 s -50.0 %' }).waitFor();
    await page.getByRole('row', { name: 'service_tier not there "priority"' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Send again…' }).click();
    await page.getByRole('dialog').getByLabel('Tier').selectOption('priority');
    await page.getByRole('button', { name: 'Send it' }).click();
    await page.getByRole('complementary').getByRole('heading', { name: 'model-1' }).waitFor();
    expect(server.inputsOf('requests.replay')).toEqual([{ id: 'r2', tier: 'priority', model: null, transport: null }]);
  });

  it('saves a HAR file without bodies unless they are asked for', async () => {
    const page = await open('gr');
    server.handlers['export.har'] = () => ({ fileName: 'one.har', text: '{}', turns: 1, entries: 1 });
    await page.locator('#request-r2').click();
    await page.getByRole('button', { name: 'Export HAR…' }).click();
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save the file' }).click();
    expect((await saved).suggestedFilename()).toBe('one.har');
    expect(server.inputsOf('export.har')).toEqual([{ ids: ['r2'], filter: {}, limit: 1, withBodies: false }]);
  });
});
