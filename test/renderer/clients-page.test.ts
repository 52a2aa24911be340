import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { ClientView } from '../../src-main/shared/client-model.ts';
import { SlipstreamError } from '../../src-main/shared/errors.ts';
import { makeClient, makePlan, makeUndoPlan } from './figure-fixtures.ts';
import { makeSnapshot } from './fixtures.ts';
import type { OpenedPage } from './open-page.ts';
import { usePageStand } from './page-stand.ts';
import type { ScriptedServer } from './scripted-server.ts';

/** The clients screen, in a real browser. */
describe('the clients screen', () => {
  const stand = usePageStand();
  let server: ScriptedServer;
  let opened: OpenedPage;

  async function open(clients: ClientView[]): Promise<Page> {
    server = await stand.serve(makeSnapshot());
    server.handlers['clients.list'] = () => clients;
    server.handlers['clients.plan'] = makePlan;
    server.handlers['clients.undoPlan'] = () => makeUndoPlan();
    server.handlers['clients.snippet'] = () => ({ text: 'key = "secret-1"', shown: 'key = "<API key>"' });
    opened = await stand.show(server.urlOf('#/clients'), { permissions: ['clipboard-read', 'clipboard-write'] });
    await opened.page.getByText('Connected', { exact: true }).waitFor();
    await opened.page.getByRole('heading', { name: 'Clients' }).waitFor();
    return opened.page;
  }

  it('shows the change before it writes, and writes what was shown', async () => {
    const page = await open([makeClient()]);
    server.handlers['clients.apply'] = () => makeClient({ state: 'set-up', mode: 'provider', undoable: true });
    await page.getByRole('button', { name: 'Set up…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.locator('[data-kind="added"]').first().waitFor();
    expect(await dialog.locator('[data-kind="removed"]').allTextContents()).toEqual(['-model_provider = "openai"']);
    expect(await dialog.textContent()).toMatch(/backup is kept.*0600/);
    expect(server.countCalls('clients.apply')).toBe(0);
    await dialog.getByRole('button', { name: 'Write the file' }).click();
    await page.getByText('set up', { exact: true }).waitFor();
    await expect
      .poll(() => server.inputsOf('clients.apply'))
      .toEqual([{ id: 'codex', mode: 'provider', hash: 'hash-1' }]);
  });

  it('names where a link leads out of the home folder, and writes there after a second yes alone', async () => {
    const page = await open([makeClient()]);
    server.handlers['clients.plan'] = () => ({ ...makePlan(), outside: '/mnt/dotfiles/config.toml' });
    server.handlers['clients.apply'] = () => makeClient({ state: 'set-up', mode: 'provider' });
    await page.getByRole('button', { name: 'Set up…' }).click();
    const write = page.getByRole('dialog').getByRole('button', { name: 'Write the file' });
    const agree = page.getByRole('checkbox', { name: /leads out of your home folder.*\/mnt\/dotfiles\/config\.toml/ });
    await agree.waitFor();
    expect(await write.isDisabled()).toBe(true);
    await agree.check();
    await write.click();
    await page.getByText('set up', { exact: true }).waitFor();
    await expect
      .poll(() => server.inputsOf('clients.apply'))
      .toEqual([{ id: 'codex', mode: 'provider', hash: 'hash-1', mayWriteOutside: true }]);
  });

  it('says inside the dialog why a file was not written, and reads it again', async () => {
    const page = await open([makeClient()]);
    server.handlers['clients.apply'] = () => {
      throw new SlipstreamError('call_invalid', { message: 'The file has changed since.' });
    };
    await page.getByRole('button', { name: 'Set up…' }).click();
    const dialog = page.getByRole('dialog');
    const write = dialog.getByRole('button', { name: 'Write the file' });
    await dialog.locator('[data-kind="added"]').first().waitFor();
    await write.click();
    await dialog.getByRole('alert').getByText('The file has changed since.').waitFor();
    expect(await write.isDisabled()).toBe(true);
    await dialog.getByRole('button', { name: 'Read it again' }).click();
    await dialog.locator('[data-kind="added"]').first().waitFor();
    expect(await write.isEnabled()).toBe(true);
  });

  it('shows what undo puts back before it does, and the state after', async () => {
    const page = await open([makeClient({ state: 'set-up', mode: 'provider', undoable: true })]);
    server.handlers['clients.undo'] = () => makeClient();
    await page.getByRole('button', { name: 'Undo…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Undo the set-up of Codex CLI' });
    await dialog.getByText('byte for byte').waitFor();
    expect(await dialog.locator('[data-kind="added"]').allTextContents()).toEqual(['+model_provider = "openai"']);
    expect(server.countCalls('clients.undo')).toBe(0);
    await dialog.getByRole('button', { name: 'Put it back' }).click();
    await page.getByText('not set up', { exact: true }).waitFor();
    await expect.poll(() => server.inputsOf('clients.undo')).toEqual([{ id: 'codex', hash: 'hash-2' }]);
    // The button that was pressed is gone; the keyboard goes on where it was.
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Set up…');
  });

  it('takes only its own part out of a file that another program changed, once that was seen', async () => {
    const page = await open([makeClient({ state: 'changed-since', mode: 'provider' })]);
    server.handlers['clients.undoPlan'] = () => makeUndoPlan({ kind: 'own-part', hash: 'hash-3' });
    server.handlers['clients.undo'] = () => makeClient();
    expect(await page.getByRole('button', { name: 'Undo…' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Take out…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Take Slipstream out of Codex CLI' });
    await dialog.getByText('What others changed since stays.').waitFor();
    expect(await dialog.locator('[data-kind="removed"]').count()).toBe(3);
    expect(server.countCalls('clients.undo')).toBe(0);
    await dialog.getByRole('button', { name: 'Take it out' }).click();
    await page.getByText('not set up', { exact: true }).waitFor();
    await expect.poll(() => server.inputsOf('clients.undo')).toEqual([{ id: 'codex', hash: 'hash-3' }]);
  });

  it('says what to do by hand where its own lines were edited', async () => {
    const page = await open([makeClient({ state: 'changed-since' })]);
    server.handlers['clients.undoPlan'] = () => {
      throw new SlipstreamError('client_file_changed', { message: 'Take that out by hand; nothing was written.' });
    };
    await page.getByRole('button', { name: 'Take out…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('alert').getByText('Take that out by hand').waitFor();
    expect(await dialog.getByRole('button', { name: 'Take it out' }).isDisabled()).toBe(true);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Take out…');
  });

  it('forgets a set-up of which nothing is left', async () => {
    const page = await open([makeClient({ state: 'changed-since' })]);
    server.handlers['clients.undoPlan'] = () => makeUndoPlan({ kind: 'own-part', diff: '' });
    server.handlers['clients.undo'] = () => makeClient();
    await page.getByRole('button', { name: 'Take out…' }).click();
    await page.getByText('the set-up is forgotten').waitFor();
    await page.getByRole('button', { name: 'Take it out' }).click();
    await page.getByText('not set up', { exact: true }).waitFor();
  });

  it('is worked by keys alone, and Escape gives the focus back', async () => {
    const page = await open([makeClient()]);
    // The walk is over what is there; the cards come with the answer.
    await page.getByRole('button', { name: 'Set up…' }).waitFor();
    await page.getByRole('button', { name: 'Check again' }).focus();
    const reached: string[] = [];
    for (let step = 0; step < 5; step += 1) {
      await page.keyboard.press('Tab');
      reached.push(await page.evaluate(() => document.activeElement?.tagName ?? ''));
    }
    expect(reached.slice(0, 4)).toEqual(['SELECT', 'BUTTON', 'BUTTON', 'SUMMARY']);
    await page.getByRole('button', { name: 'Set up…' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').locator('[data-kind="added"]').first().waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Set up…');
    expect(server.countCalls('clients.apply')).toBe(0);
  });

  it('says that another program changed a file, and what is wrong with one', async () => {
    const page = await open([
      makeClient({ state: 'changed-since' }),
      makeClient({ id: 'claude-code', name: 'Claude Code', problem: 'settings.json is not JSON; mend line 3.' }),
    ]);
    await page.getByText('It no longer points here; set it up again to mend that.').waitFor();
    await page.getByText('settings.json is not JSON; mend line 3.').waitFor();
    const setUp = page.getByRole('region', { name: 'Claude Code' }).getByRole('button', { name: 'Set up…' });
    expect(await setUp.isDisabled()).toBe(true);
  });

  it('shows a snippet without the key and copies it with the key', async () => {
    const page = await open([makeClient()]);
    await page.getByText('Show the snippet').click();
    await page.getByText('key = "<API key>"').waitFor();
    expect(await page.locator('body').textContent()).not.toContain('secret-1');
    await page.getByRole('button', { name: 'Copy snippet' }).click();
    await page.getByText('Snippet for Codex CLI copied.').waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('key = "secret-1"');
  });
});
