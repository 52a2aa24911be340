import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { LabContinuation, LabExperiment } from '../../src-main/shared/lab.ts';
import { estimateSentence } from '../../src-main/shared/lab-method.ts';
import { english } from '../../src-main/shared/words/english.ts';
import { tell } from '../../src-main/shared/words/told.ts';
import { choices, estimate, labResult, makeExperiment, makeSearch, passive } from './figure-fixtures.ts';
import { makeAccount, makeRow, makeSnapshot } from './fixtures.ts';
import { usePageStand } from './page-stand.ts';
import type { ScriptedServer } from './scripted-server.ts';

/** The fast lab, in a real browser. */
const cost = estimateSentence(english, estimate, 'pairs');
const pause = { fromMs: Date.UTC(2026, 10, 23, 9, 8), toMs: Date.UTC(2026, 10, 24, 9) };

describe('the fast lab', () => {
  const stand = usePageStand();
  let server: ScriptedServer;

  async function open(
    experiments: LabExperiment[] = [makeExperiment()],
    continuation: LabContinuation = { why: null, steps: [] },
  ): Promise<Page> {
    server = await stand.serve(makeSnapshot({ requests: [makeRow()], accounts: [makeAccount()] }));
    server.handlers['latency.passive'] = () => passive;
    server.handlers['lab.estimate'] = () => estimate;
    server.handlers['lab.list'] = () => experiments;
    server.handlers['lab.continuation'] = () => continuation;
    server.handlers['requests.choices'] = () => choices;
    const { page } = await stand.show(server.urlOf('#/lab'));
    await page.getByText('Connected', { exact: true }).waitFor();
    await page.getByText(cost).waitFor();
    return page;
  }

  it.each([
    ['says when it is looked at next', 24, /^5 of at most 96 turns, at most .* left · next look after 6 pairs$/],
    ['says of no look where a try-out ends before the first', 3, /^5 of at most 12 turns, at most .* left$/],
  ])('%s', async (_says, pairs, words) => {
    const page = await open();
    const { request, result } = makeExperiment();
    const so = { request: { ...request, pairs }, result: { ...result, pairs: 1 }, turnsDone: 5, turnsTotal: pairs * 4 };
    server.push({ kind: 'lab', experiment: makeExperiment({ id: 'e2', state: 'running', endedAt: null, ...so }) });
    await page.getByText(words).waitFor();
  });

  it('shows the cost before an experiment can be started, follows it and stops it', async () => {
    const page = await open();
    await page.getByRole('note', { name: 'Cost' }).getByText('from n = 12 readings').waitFor();
    const result = { ...makeExperiment().result, verdict: 'not-enough-data', sentence: 'No pair yet.' } as const;
    const running = makeExperiment({ id: 'e2', state: 'running', endedAt: null, turnsDone: 0, result });
    server.handlers['lab.start'] = () => running;
    server.handlers['lab.stop'] = () => ({ ...running, state: 'stopped', endedAt: 2e12 });
    await page.getByRole('button', { name: 'Start the experiment' }).click();
    await page.getByText('0 of at most 96 turns').waitFor();
    server.push({ kind: 'lab', experiment: { ...running, turnsDone: 7 } });
    await page.getByText('7 of at most 96 turns, at most').waitFor();
    expect(await page.getByRole('button', { name: 'Start the experiment' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.getByText('· stopped early').waitFor();
    expect(await page.evaluate(() => location.hash)).toBe('#/lab/e2');
    await expect
      .poll(() => server.inputsOf('lab.start'))
      .toEqual([
        {
          kind: 'pairs',
          model: 'gpt-5.5',
          tier: 'priority',
          accountId: null,
          pairs: 24,
          regionPercent: 10,
          conditions: ['transport', 'originator', 'hint'],
          prompt: 'enumerate',
          effort: 'low',
        },
      ]);
  });

  it('says that an experiment would not fit into the quota, and lets it be started all the same', async () => {
    const page = await open();
    await page.getByText('from n = 12 readings').waitFor();
    expect(await page.getByText('More than a whole short window').count()).toBe(0);
    server.handlers['lab.estimate'] = () => ({ ...estimate, quotaPercent: 379 });
    await page.getByLabel('Size').selectOption('48');
    await page.getByText('More than a whole short window').waitFor();
    expect(await page.getByRole('button', { name: 'Start the experiment' }).isEnabled()).toBe(true);
  });

  it('keeps a verdict with its interval, and offers its request again', async () => {
    const page = await open();
    await page.getByText(makeExperiment().result.sentence).waitFor();
    await page
      .getByRole('img', { name: /after 8 pairs −45.0 % to −16.0 %; after 12 pairs −38.0 % to −28.0 %/ })
      .waitFor();
    await page.getByText('observational').waitFor();
    await page.getByRole('button', { name: 'Run it again…' }).click();
    expect(await page.getByLabel('Size').inputValue()).toBe('30');
    expect(server.countCalls('lab.start')).toBe(0);
  });

  it('lists every turn: order, lengths that differ and failures', async () => {
    const page = await open();
    await page.getByText('Every turn: 13 pairs').press('Enter');
    const table = page.getByRole('region', { name: 'Turns of the experiment' });
    await table.getByRole('row', { name: /^Pair 1 standard 800 ms 9\.00 s 600 15\.00 −38\.0 %/ }).waitFor();
    await table.getByRole('row', { name: /^Pair 2 fast .*outputs differ > 10 %$/ }).waitFor();
    await table.getByRole('row', { name: /^Pair 6 fast .*— the turn went another way/ }).waitFor();
    expect(await table.getByRole('link', { name: 'standard' }).first().getAttribute('href')).toBe(
      '#/requests/standard-0',
    );
  });

  it('shows what lies beside the verdict: echoes, failures and stalls by arm, and steps of the quota', async () => {
    const page = await open();
    await page.getByRole('row', { name: 'Tier echoed "default" 12× "default" 11×, "priority" 1×' }).waitFor();
    await page.getByRole('row', { name: 'Failed turns 0 1' }).waitFor();
    await page.getByRole('row', { name: /^Stalls.* 1 0$/ }).waitFor();
    await page.getByText('The quota rose by 6 %, 4 of them during fast turns: odds 0.3 to 12.1 (95 %).').waitFor();
    await page.getByText('run 3 on this account and model').waitFor();
  });

  it('offers to go on with an undecided one at its price, and says why another cannot', async () => {
    const undecided = makeExperiment({ result: { ...makeExperiment().result, verdict: 'undecided', morePairs: 20 } });
    const price = { turns: 96, outputTokens: 30_720, standardEquivalentTokens: 53_760, durationMs: 656_000 };
    const steps = [36, 48].map((pairs) => ({ pairs, price }));
    const page = await open([undecided], { why: null, steps });
    server.handlers['lab.continue'] = () => ({ ...undecided, state: 'running', endedAt: null, pauses: [pause] });
    await page.getByText('To 36 pairs: at most 96 turns, about 30,720 output tokens').waitFor();
    await page.getByRole('button', { name: 'Continue to 48' }).click();
    await page.getByRole('button', { name: 'Stop', exact: true }).waitFor();
    await expect.poll(() => server.inputsOf('lab.continue')).toEqual([{ id: 'e1', pairs: 48 }]);
    const other = await open([{ ...undecided, id: 'e9' }], {
      why: tell('lab.no.version', { was: '0.0.9', now: '0.1.0' }),
      steps: [],
    });
    await other.getByText('It cannot be continued. It ran on Slipstream 0.0.9, and this is 0.1.0').waitFor();
  });

  it('searches for what fast depends on: asks before the dear stage, and shows each condition', async () => {
    const page = await open([]);
    await page.getByText('What does fast depend on here?').click();
    await page.getByRole('checkbox', { name: 'turn metadata' }).check();
    const asking = makeExperiment({
      id: 'e5',
      state: 'asking',
      endedAt: null,
      search: makeSearch({ isConfirmed: false, rounds: 0, claims: [], finding: null, sentences: [] }),
    });
    server.handlers['lab.start'] = () => asking;
    server.handlers['lab.confirm'] = () => ({ ...asking, state: 'running' });
    await page.getByRole('button', { name: 'Start the experiment' }).click();
    await expect
      .poll(() => server.inputsOf('lab.start'))
      .toMatchObject([{ kind: 'conditions', conditions: ['transport', 'originator', 'hint', 'metadata'] }]);
    await page.getByText('Which one matters takes about 96 turns more').waitFor();
    await page.getByRole('button', { name: 'Go on' }).click();
    await expect.poll(() => server.inputsOf('lab.confirm')).toEqual([{ id: 'e5' }]);
    server.push({ kind: 'lab', experiment: makeExperiment({ id: 'e5', search: makeSearch() }) });
    await page
      .getByText(
        'Fast needs the websocket: over HTTP the gain is gone (a token takes 45 % longer, 36 to 54 % more, 8 rounds).',
      )
      .waitFor();
    const table = page.getByRole('region', { name: 'Conditions' });
    await table.getByRole('row', { name: /^Websocket needed 8 rounds/ }).waitFor();
    await table.getByRole('row', { name: /^Official originator not needed 6 rounds/ }).waitFor();
    await table.getByRole('row', { name: /^Routing hint open 8 rounds —/ }).waitFor();
    await page.getByText('comes later over HTTP by 22 % (n = 8)').waitFor();
  });

  it('shows the question that was asked, and the end that came, while the connection was lost', async () => {
    const page = await open([]);
    const running = makeExperiment({ id: 'e6', state: 'running', endedAt: null, turnsDone: 7 });
    server.push({ kind: 'lab', experiment: running });
    await page.getByText('7 of at most 96 turns, at most').waitFor();
    const search = makeSearch({ isConfirmed: false, rounds: 0, claims: [], finding: null, sentences: [] });
    server.handlers['lab.list'] = () => [{ ...running, state: 'asking', search }];
    server.disconnect();
    await page.getByText('Which one matters takes about 96 turns more').waitFor();
    server.handlers['lab.list'] = () => [];
    server.disconnect();
    await page.getByText('No experiment yet').waitFor();
    expect(await page.getByRole('button', { name: 'Start the experiment' }).isDisabled()).toBe(false);
  });

  it('copies a result as text with all a sceptic asks for, and saves it as a picture', async () => {
    const page = await open();
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy as text' }).click();
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain('Priority was faster');
    const text = await page.evaluate(() => navigator.clipboard.readText());
    for (const part of [
      'n = 12: −33.1 % (−38.0 % to −28.0 %)',
      'seed 4711',
      'Slipstream 0.1.0',
      'profile 0.169',
      '99 % Student',
      'Tier echoed: standard "default" 12×, fast "default" 11×, "priority" 1×',
      'First token: standard 800 ms (n = 18), fast 536 ms (n = 18)',
      'run 3 on this account and model',
      '23 Nov 2026 09:00 to 23 Nov 2026 09:08 (UTC)',
    ])
      expect(text).toContain(part);
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save as PNG' }).click();
    const download = await saved;
    expect(download.suggestedFilename()).toBe('slipstream-bench-e1.png');
    const picture = await readFile(await download.path());
    expect(picture.subarray(1, 4).toString()).toBe('PNG');
    expect(picture.length).toBeGreaterThan(5_000);
  });

  it('shows any kept experiment, with what weakens its verdict, and saves it as JSON', async () => {
    const older = makeExperiment({
      id: 'e0',
      startedAt: Date.UTC(2026, 10, 20, 9),
      form: 'blocks',
      request: { ...makeExperiment().request, model: 'gpt-6', accountId: 'a9', pairs: 18, effort: 'high' },
      result: { ...labResult, verdict: 'undecided', sentence: 'No measurable difference.', notes: [] },
    });
    const page = await open([makeExperiment(), older]);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const row = page.getByRole('row', { name: /gpt-6, effort high/ });
    await row.getByText('undecided').waitFor();
    await row.getByText('of the earlier form').waitFor();
    await page.getByRole('link', { name: 'Show gpt-5.5 of 23 Nov 09:00' }).focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByText('Of the earlier form: three pairs on shared sockets').waitFor();
    expect(await page.evaluate(() => location.hash)).toBe('#/lab/e0');
    await page.getByRole('button', { name: 'Copy link' }).click();
    await expect
      .poll(() => page.evaluate(() => navigator.clipboard.readText()))
      .toBe(new URL('#/lab/e0', server.url()).href);
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save as JSON' }).click();
    const download = await saved;
    expect(download.suggestedFilename()).toBe('slipstream-bench-e0.json');
    expect(JSON.parse(await readFile(await download.path(), 'utf8'))).toEqual(older);
    server.handlers['lab.estimate'] = () => ({ ...estimate, turns: 77 });
    await row.getByRole('button', { name: 'Run again…' }).click();
    await page.getByText('At most 77 turns').waitFor();
    await expect.poll(() => server.inputsOf('lab.estimate').at(-1)).toEqual(older.request);
    expect(server.countCalls('lab.start')).toBe(0);
  });

  it('throws a coin without a price, shows how its sessions stand by arm, and leaves it', async () => {
    const arm = { measured: 7, lost: 1, asFell: 5, turns: 31 };
    const coin = makeExperiment({
      id: 'coin',
      state: 'running',
      endedAt: null,
      request: { ...makeExperiment().request, kind: 'coin' },
      coin: { open: 2, standard: arm, priority: { ...arm, measured: 8 } },
    });
    const page = await open([]);
    server.handlers['coin.start'] = () => coin;
    server.handlers['coin.stop'] = () => ({ ...coin, state: 'stopped' as const, endedAt: 2e12 });
    await page.getByText('Let Slipstream decide by coin for a while').click();
    expect(await page.getByRole('combobox', { name: 'Effort' }).count()).toBe(0);
    const start = page.getByRole('button', { name: 'Throw the coin for new sessions' });
    server.push({ kind: 'settings', settings: { fastPolicy: 'on' } });
    await page.getByText('The fast switch decides for every turn now.').waitFor();
    await expect.poll(() => start.isDisabled()).toBe(true);
    server.push({ kind: 'settings', settings: { fastPolicy: 'auto' } });
    await start.click();
    await page.getByText('2 sessions not over yet').waitFor();
    await page.getByRole('row', { name: 'Measured 7 8' }).waitFor();
    await expect
      .poll(() => server.inputsOf('coin.start'))
      .toEqual([{ model: 'gpt-5.5', tier: 'priority', accountId: null, pairs: 24, regionPercent: 10 }]);
    // Two do not stand in each other's way.
    expect(await page.getByText('One runs already').count()).toBe(0);
    await page.getByRole('button', { name: 'Leave it' }).click();
    await page.getByText('stopped early').first().waitFor();
    await expect.poll(() => server.inputsOf('coin.stop')).toEqual([{ id: 'coin' }]);
  });

  it('says why an experiment failed', async () => {
    const page = await open([]);
    await page.getByRole('heading', { name: 'No experiment yet' }).waitFor();
    const problem = 'Every account has reached its usage limit.';
    server.push({ kind: 'lab', experiment: makeExperiment({ id: 'e3', state: 'failed', problem }) });
    await page.getByText(`It failed: ${problem}`).waitFor();
  });

  it('starts none without a model or an account', async () => {
    const page = await open();
    const start = page.getByRole('button', { name: 'Start the experiment' });
    const model = page.getByRole('combobox', { name: 'Model' });
    await model.fill(' ');
    await page.getByText('Name a model.').waitFor();
    expect(await start.isDisabled()).toBe(true);
    await model.fill('gpt-6');
    await page.getByText(cost).waitFor();
    expect(await start.isDisabled()).toBe(false);
    await expect.poll(() => server.inputsOf('lab.estimate').at(-1)).toMatchObject({ model: 'gpt-6' });
    server.push({ kind: 'accounts', accounts: [] });
    await page.getByText('It takes an account').waitFor();
    expect(await start.isDisabled()).toBe(true);
  });

  it('compares the quota drawn only where readings are enough, narrows the ordinary traffic, and reads it again', async () => {
    const page = await open();
    const card = page.getByRole('region', { name: 'Your ordinary traffic' });
    await card.getByText('Second witness').waitFor();
    await card.getByRole('row', { name: 'standard 4 readings 12.0k 1.2 % 0.1 %' }).waitFor();
    const draw = { outputTokens: 9_000, percentDrawn: 2.1, percentPerThousandTokens: 0.2333 };
    const both = (n: number) => ({
      ...passive,
      quota: [...passive.quota.map((each) => ({ ...each, n })), { ...draw, tier: 'priority', n: 40 }],
      quotaRatio: 2.33,
    });
    server.handlers['latency.passive'] = () => both(9);
    await card.getByRole('button', { name: 'Refresh' }).click();
    await card.getByText('Too few readings to compare the tiers (n = 9 and 40 readings)').waitFor();
    server.handlers['latency.passive'] = () => both(10);
    await card.getByRole('button', { name: 'Refresh' }).click();
    await card.getByText('Fast drew 2.3 times the quota of standard for a token (n = 40 and 10 readings)').waitFor();
    await card.getByRole('button', { name: 'Account: any' }).click();
    await card.getByRole('checkbox', { name: 'ada@e… (pro)' }).check();
    await page.keyboard.press('Escape');
    server.handlers['latency.passive'] = () => ({ ...passive, n: 17 });
    await card.getByRole('button', { name: 'Refresh' }).click();
    await card.getByText('n = 17 completed turns').waitFor();
    await expect.poll(() => server.inputsOf('latency.passive').at(-1)).toEqual({ filter: { account: ['a1'] } });
  });
});
