import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { codexSnippet } from '../../src-main/shared/client-snippets.ts';
import { SlipstreamError } from '../../src-main/shared/errors.ts';
import type { Snapshot } from '../../src-main/shared/model.ts';
import { english } from '../../src-main/shared/words/english.ts';
import { screens } from '../../src-renderer/lib/screens.ts';
import { makeAccounts, makeRow, makeRows, makeSnapshot, plainSettings } from './fixtures.ts';
import type { OpenedPage } from './open-page.ts';
import { usePageStand } from './page-stand.ts';
import { ScriptedHistory } from './scripted-history.ts';
import type { ScriptedServer } from './scripted-server.ts';

/** Of several screens something that can be done there. */
const screenCommands = [
  ['gr', 'Live'],
  ['gr', 'Copy link'],
  ['gr', 'Columns and order'],
  ['gu', 'Prices…'],
  ['gd', 'Learn from the installed Codex'],
] as const;

/** The built page in a real browser, under the policy it gets, against a scripted server: the shell and the connection. */
describe('the page', () => {
  const stand = usePageStand();
  let server: ScriptedServer;
  let opened: OpenedPage;

  async function open(snapshot: Partial<Snapshot> = {}, toUrl = (from: ScriptedServer) => from.url()): Promise<Page> {
    server = await stand.serve(makeSnapshot(snapshot));
    opened = await stand.show(toUrl(server));
    return opened.page;
  }

  const refusal = (page: Page) => page.getByRole('heading', { name: 'This dashboard needs a new link' });
  const connected = (page: Page) => page.getByText('Connected', { exact: true });

  it('takes the ticket out of the address at once, and the tab stays signed in over a reload', async () => {
    const page = await open();
    await connected(page).waitFor();
    expect(page.url()).toBe(`${server.origin}/`);
    expect(await page.evaluate(() => JSON.stringify([history.length, history.state, document.cookie]))).not.toContain(
      'ticket',
    );
    await page.reload();
    await connected(page).waitFor();
    expect(page.url()).toBe(`${server.origin}/`);
  });

  it('says what to run when the ticket is refused, and keeps no session', async () => {
    const page = await open({}, ({ origin }) => `${origin}/#ticket=used-already`);
    await refusal(page).waitFor();
    expect(await page.locator('code').textContent()).toBe('npx slipstream open');
    expect(page.url()).toBe(`${server.origin}/`);
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
  });

  it('needs a link when there is none, and takes one that is opened in the same tab', async () => {
    const page = await open({}, ({ origin }) => origin);
    await refusal(page).waitFor();
    await page.goto(server.url());
    await connected(page).waitFor();
    expect(page.url()).toBe(`${server.origin}/`);
  });

  it('stays signed in when an old link is opened in it', async () => {
    const page = await open();
    await connected(page).waitFor();
    await page.goto(`${server.origin}/#ticket=ticket-1`);
    await connected(page).waitFor();
    expect(await refusal(page).count()).toBe(0);
  });

  it('has what it missed when another link is opened in it', async () => {
    const page = await open({ requests: [makeRow({ id: 'before', model: 'model-before' })] });
    await page.getByText('model-before').waitFor();
    server.lose({ kind: 'requests', rows: [makeRow({ id: 'missed', model: 'model-missed', startedAt: Date.now() })] });
    await page.goto(server.url());
    await page.getByText('model-missed').waitFor();
    await connected(page).waitFor();
  });

  it('comes back by itself after a lost connection, with what it missed', async () => {
    const page = await open({ requests: [makeRow({ id: 'before', model: 'model-before' })] });
    await page.getByText('model-before').waitFor();
    const comeBack = server.leave();
    server.lose({ kind: 'requests', rows: [makeRow({ id: 'missed', model: 'model-missed', startedAt: Date.now() })] });
    await page.getByText('Reconnecting…').waitFor();
    expect(await page.getByRole('radio', { name: 'Auto' }).isDisabled()).toBe(true);
    comeBack();
    await page.getByText('model-missed').waitFor();
    await connected(page).waitFor();
    expect(await page.getByText('model-before').count()).toBe(1);
  });

  it('says so where Slipstream was upgraded meanwhile, and loads the new page', async () => {
    const page = await open();
    await connected(page).waitFor();
    const comeBack = server.leave();
    await page.getByText('Reconnecting…').waitFor();
    comeBack();
    await connected(page).waitFor();
    server.otherPage = '<!doctype html><title>Newer</title>';
    server.disconnect();
    await page.getByRole('button', { name: 'Updated: reload' }).click();
    await expect.poll(() => page.title()).toBe('Newer');
  });

  it('asks for a new link when the program was started again', async () => {
    const page = await open();
    await connected(page).waitFor();
    server.forgetSessions();
    server.disconnect();
    await refusal(page).waitFor();
  });

  it('says so where a screen cannot be loaded, leaves the others, and loads it again on a click', async () => {
    server = await stand.serve(makeSnapshot());
    const { page, problems } = await stand.showAlone(server.url());
    await connected(page).waitFor();
    const asset = /\/assets\/sessions-screen-/;
    await page.route(asset, (route) => route.fulfill({ status: 404 }));
    // Not by keys: a busy machine may take so long for the first of a pair that it waits for no second.
    const go = (name: string) => page.getByRole('navigation').getByRole('link', { name, exact: true }).click();
    await go('Sessions');
    await page.getByText('This screen could not be shown').waitFor();
    await go('Latency');
    await page.getByRole('heading', { name: 'Latency', level: 1 }).waitFor();
    await go('Sessions');
    await page.unroute(asset);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: 'Sessions', level: 1 }).waitFor();
    expect(problems.splice(0).filter((problem) => !/404|Unable to preload|Failed to fetch/.test(problem))).toEqual([]);
  });

  it('fetches the state again when a delta got lost', async () => {
    const page = await open();
    await connected(page).waitFor();
    server.lose({ kind: 'settings', settings: { ...plainSettings, fastPolicy: 'off' } });
    server.push({ kind: 'requests', rows: [makeRow({ model: 'model-after-the-gap' })] });
    await page.getByText('model-after-the-gap').waitFor();
    expect(await page.getByRole('radio', { name: 'Off' }).isChecked()).toBe(true);
    expect(server.countCalls('app.snapshot')).toBe(2);
  });

  it('sets fast by click and by key, states its price, and follows what others set', async () => {
    const page = await open();
    const policy = (name: string) => page.getByRole('radio', { name });
    await page.getByText('Fast uses about 2–2.5× quota').waitFor();
    await page.getByRole('group', { name: 'Fast mode' }).getByText('On', { exact: true }).click();
    await page.locator('[data-policy="on"]').waitFor();
    const set = () => server.calls.filter(({ name }) => name === 'settings.set').map(({ input }) => input);
    expect(set()).toEqual([{ fastPolicy: 'on' }]);
    for (const letter of ['f', 'F', 'P']) await page.keyboard.press(letter);
    await page.keyboard.press('Alt+Shift+F');
    await page.locator('[data-policy="auto"]').waitFor();
    expect(set()).toEqual([{ fastPolicy: 'on' }, { fastPolicy: 'auto' }]);
    const undo = page.getByRole('region', { name: 'Messages' }).getByRole('button', { name: 'Undo' });
    await expect.poll(() => undo.count()).toBe(1);
    await undo.click();
    await page.locator('[data-policy="on"]').waitFor();
    await page.keyboard.type('?');
    await page.getByText('Keys may switch these').click();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Alt+Shift+F');
    await page.keyboard.press('Alt+Shift+P');
    await page.keyboard.type('gr');
    await page.getByRole('heading', { name: 'Requests', exact: true }).waitFor({ state: 'attached' });
    expect(set()).toHaveLength(3);
    server.push({ kind: 'settings', settings: { ...plainSettings, fastPolicy: 'off' } });
    await page.locator('[data-policy="off"]').waitFor();
    expect(await policy('Off').isChecked()).toBe(true);
  });

  it('shows the message of a call that failed', async () => {
    const page = await open();
    server.handlers['settings.set'] = () => {
      throw new SlipstreamError('store_unwritable');
    };
    await connected(page).waitFor();
    await page.keyboard.press('Alt+Shift+F');
    expect(await page.getByRole('alert').textContent()).toContain('The data folder cannot be written.');
    expect(await page.getByRole('radio', { name: 'Auto' }).isChecked()).toBe(true);
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await page.getByRole('alert').waitFor({ state: 'detached' });
  });

  it('says that it is a demo only when it is', async () => {
    const page = await open();
    await page.getByRole('banner').getByText('demo').waitFor();
  });

  it('shows real figures with their n, and no e-mail, on the overview', async () => {
    const now = Date.now();
    // More than the page holds: the store counts them.
    const page = await open({ requests: makeRows(40, now), accounts: makeAccounts(now) }, (from) => {
      const today = new Date().setHours(0, 0, 0, 0);
      const more = Array.from({ length: 3_000 }, (_, n) => makeRow({ id: `m${n}`, startedAt: today + n }));
      from.history = new ScriptedHistory([...more, makeRow({ id: 'f', startedAt: today, status: 'failed' })]);
      return from.url();
    });
    const figures = page.getByRole('region', { name: 'Figures' });
    await figures.getByText('1 failed').waitFor();
    expect(await figures.innerText()).toMatch(
      /Running now\s+2\s.*Requests today\s+3,00[123]\s.*since midnight.*Fast\s.*ms\s+80 turns\s.*Standard\s.*240 turns/s,
    );
    expect(await page.getByRole('region', { name: 'Latest requests' }).locator('tbody tr').count()).toBe(8);
    expect(await page.getByRole('meter', { name: '5 h quota used' }).first().getAttribute('aria-valuenow')).toBe('34');
    expect(await page.locator('body').innerText()).not.toContain('ada@example.com');
  });

  it('has a way to stop a turn in the narrow list of the overview, and no half word beside it', async () => {
    const page = await open({
      requests: [makeRow({ status: 'running', totalMs: null, startedAt: Date.now() - 400_000 })],
    });
    await page.setViewportSize({ width: 1280, height: 800 });
    const status = page.getByRole('row').filter({ hasText: 'running' }).locator('[data-column="status"]');
    const stop = status.getByRole('button', { name: english.t('turn.stop') });
    await stop.waitFor();
    const within = (part: Locator) =>
      part.evaluate((element) => {
        const cell = element.closest('td')?.getBoundingClientRect();
        const { left, right, top, bottom } = element.getBoundingClientRect();
        if (cell === undefined) throw new Error('It is in no cell.');
        return left >= cell.left && right <= cell.right && top >= cell.top && bottom <= cell.bottom;
      });
    expect(await within(stop)).toBe(true);
    const silence = status.locator('[data-stalled]');
    const isUnseen = async () => (await silence.boundingBox())?.y !== (await stop.boundingBox())?.y;
    expect((await within(silence)) || (await isUnseen())).toBe(true);
  });

  it('copies snippet and base URL, and asks for the API key only when that button is pressed', async () => {
    const page = await open();
    await opened.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
    await page.getByRole('button', { name: 'Copy snippet' }).click();
    await page.getByText('Snippet copied.').waitFor();
    expect(await clipboard()).toBe(await page.getByRole('tabpanel').locator('pre').first().textContent());
    expect(await clipboard()).toBe(codexSnippet('http://127.0.0.1:2575/v1', { env_key: 'SLIPSTREAM_KEY' }));
    await page.getByRole('button', { name: 'Copy base URL' }).click();
    await page.getByText('Base URL copied.').waitFor();
    expect(server.countCalls('app.apiKey')).toBe(0);
    await page.getByRole('button', { name: 'Copy API key' }).click();
    await page.getByText('API key copied.').waitFor();
    expect(await clipboard()).toBe('slipstream-test-key-0123456789');
    expect(await page.content()).not.toContain('slipstream-test-key');
    await page.getByRole('tab', { name: 'curl' }).click();
    expect(await page.getByRole('tabpanel').locator('pre').first().textContent()).toContain(
      'curl -N "http://127.0.0.1:2575/v1/responses"',
    );
  });

  it('says what to do where there is nothing', async () => {
    const page = await open();
    await page.getByText('No account is signed in').waitFor();
    expect(await page.getByText('No requests yet').count()).toBe(1);
    await expect.poll(() => page.getByRole('region', { name: 'Figures' }).innerText()).toContain('0 turns');
    await page.keyboard.type('gr');
    await page.getByText('so turns would be refused').waitFor();
    await page.keyboard.type('ga');
    await page.getByText('slipstream import ~/.codex/auth.json').first().waitFor();
  });

  it('guides to the first turn until the user is through with it', async () => {
    const page = await open({
      accounts: makeAccounts(Date.now()),
      settings: { ...plainSettings, guideDismissed: false },
    });
    await page.getByRole('heading', { name: 'First turn in two minutes' }).waitFor();
    await page.getByText('about 2–2.5× quota. Off and auto').waitFor();
    await page.getByText('fewer than 1,000 tokens of your quota').waitFor();
    server.handlers['requests.test'] = () => ({ id: 'test-1' });
    await page.getByRole('button', { name: 'Send a test turn' }).click();
    await expect.poll(() => server.inputsOf('requests.test')).toEqual([{ model: 'gpt-5.5' }]);
    const [row] = makeRows(1, Date.now());
    if (row === undefined) throw new Error('No row');
    const test = page.locator('[data-test-turn]');
    const running = { ...row, id: 'test-1', status: 'running', totalMs: null } as const;
    server.push({ kind: 'requests', rows: [running] });
    await expect.poll(() => test.innerText()).toContain('running');
    expect(await page.getByRole('button', { name: 'Send a test turn' }).isDisabled()).toBe(true);
    server.push({ kind: 'requests', rows: [{ ...row, id: 'test-1', status: 'completed' }] });
    await expect.poll(() => test.getAttribute('data-test-turn')).toBe('completed');
    // A turn that is gone holds up no other.
    server.push({ kind: 'cleared' });
    await expect.poll(() => page.getByRole('button', { name: 'Send a test turn' }).isDisabled()).toBe(false);
    server.push({ kind: 'requests', rows: [{ ...row, id: 'test-1', status: 'completed' }] });
    expect(await page.getByRole('button', { name: 'Send a test turn' }).isEnabled()).toBe(true);
    await page.getByRole('button', { name: 'Open its trace' }).click();
    await expect.poll(() => page.evaluate(() => location.hash)).toContain('test-1');
    await page.keyboard.type('go');
    await page.getByRole('button', { name: 'Finish' }).click();
    await page.getByRole('heading', { name: 'First turn in two minutes' }).waitFor({ state: 'detached' });
    await expect.poll(() => server.inputsOf('settings.set')).toEqual([{ guideDismissed: true }]);
  });

  it('has every screen and action in a palette, which gives the focus back, and names the tab after the screen', async () => {
    const page = await open();
    await expect.poll(() => page.title()).toBe('Overview · Slipstream');
    const button = page.getByRole('button', { name: 'Shortcuts' });
    await button.focus();
    await page.keyboard.press('Control+k');
    const palette = page.getByRole('dialog', { name: 'Commands' });
    await palette.waitFor();
    const labels = await palette.getByRole('option').allInnerTexts();
    for (const { name } of screens) expect(labels.join()).toContain(`Go to ${english.t(`screens.${name}`)}`);
    await page.keyboard.press('Escape');
    await palette.waitFor({ state: 'detached' });
    expect(await button.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.press('Control+k');
    await page.keyboard.type('sett go');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.title()).toBe('Settings · Slipstream');
    for (const [keys, label] of screenCommands) {
      await page.keyboard.type(keys);
      await page.getByRole('main').getByRole('button', { name: label }).first().waitFor();
      await page.keyboard.press('Control+k');
      await palette.getByRole('option', { name: label }).first().waitFor();
      await page.keyboard.press('Escape');
      await palette.waitFor({ state: 'detached' });
    }
    await page.keyboard.type('gu');
    await page.getByRole('main').getByRole('button', { name: 'Prices…' }).waitFor();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('prices');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Prices' }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('fast mode');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await expect.poll(() => server.inputsOf('settings.set')).toEqual([{ fastPolicy: 'off' }]);
  });

  it('lists the shortcuts, keeps the keys to the dialog, and gives the focus back', async () => {
    const page = await open();
    const button = page.getByRole('button', { name: 'Shortcuts' });
    await button.click();
    const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await dialog.waitFor();
    await page.keyboard.press('Alt+Shift+F');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(server.countCalls('settings.set')).toBe(0);
    expect(await button.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.type('?');
    await dialog.waitFor();
  });

  it('runs on the preload alone in the desktop window', async () => {
    server = await stand.serve(makeSnapshot());
    opened = await stand.showAlone('about:blank');
    const { page } = opened;
    await page.addInitScript(
      (snapshot) => {
        const unknown = { ok: false, error: { code: 'call_unknown', message: 'Nobody asks that here.' } };
        const invoke = async (name: string) => (name === 'app.snapshot' ? { ok: true, value: snapshot } : unknown);
        Object.assign(window, { bridge: { invoke, on: () => () => undefined } });
        Object.assign(window, { WebSocket: undefined });
      },
      makeSnapshot({ requests: [makeRow({ model: 'model-by-preload' })] }),
    );
    await page.goto(server.origin);
    await page.getByText('model-by-preload').waitFor();
    await connected(page).waitFor();
  });
});
