import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { ClientView } from '../../src-main/shared/client-model.ts';
import { SlipstreamError } from '../../src-main/shared/errors.ts';
import { makeClient, makePlan } from './figure-fixtures.ts';
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
    server.handlers['clients.snippet'] = () => ({ text: 'key = "secret-1"', shown: 'key = "<API key>"' });
    opened = await stand.show(server.url(), { permissions: ['clipboard-read', 'clipboard-write'] });
    await opened.page.getByText('Connected', { exact: true }).waitFor();
    await opened.page.keyboard.type('gc');
    await opened.page.getByRole('heading', { name: 'Clients' }).waitFor();
    return opened.page;
  }

  it('shows the change before it writes, and writes what was shown', async () => {
    const page = await open([makeClient()]);
    server.handlers['clients.apply'] = () => makeClient({ state: 'set-up', mode: 'provider', undoable: true });
    await page.getByRole('button', { name: 'Set up…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.locator('.diff-added').first().waitFor();
    expect(await dialog.locator('.diff-removed').allTextContents()).toEqual(['-model_provider = "openai"']);
    expect(await dialog.textContent()).toMatch(/backup is kept.*0600/);
    expect(server.countCalls('clients.apply')).toBe(0);
    await dialog.getByRole('button', { name: 'Write the file' }).click();
    await page.getByText('set up', { exact: true }).waitFor();
    expect(server.inputsOf('clients.apply')).toEqual([{ id: 'codex', mode: 'provider', hash: 'hash-1' }]);
  });

  it('says inside the dialog why a file was not written, and reads it again', async () => {
    const page = await open([makeClient()]);
    server.handlers['clients.apply'] = () => {
      throw new SlipstreamError('call_invalid', { message: 'The file has changed since.' });
    };
    await page.getByRole('button', { name: 'Set up…' }).click();
    const dialog = page.getByRole('dialog');
    const write = dialog.getByRole('button', { name: 'Write the file' });
    await dialog.locator('.diff-added').first().waitFor();
    await write.click();
    await dialog.getByRole('alert').getByText('The file has changed since.').waitFor();
    expect(await write.isDisabled()).toBe(true);
    await dialog.getByRole('button', { name: 'Read it again' }).click();
    await dialog.locator('.diff-added').first().waitFor();
    expect(await write.isEnabled()).toBe(true);
  });

  it('asks before it undoes, and shows the state after', async () => {
    const page = await open([makeClient({ state: 'set-up', mode: 'provider', undoable: true })]);
    server.handlers['clients.undo'] = () => makeClient();
    await page.getByRole('button', { name: 'Undo…' }).click();
    expect(server.countCalls('clients.undo')).toBe(0);
    await page.getByRole('button', { name: 'Put it back' }).click();
    await page.getByText('not set up', { exact: true }).waitFor();
  });

  it('says that another program changed a file, and what is wrong with one', async () => {
    const page = await open([
      makeClient({ state: 'changed-since' }),
      makeClient({ id: 'claude', name: 'Claude Code', problem: 'settings.json is not JSON; mend line 3.' }),
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
