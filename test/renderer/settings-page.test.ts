import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { makeSnapshot } from './fixtures.ts';
import type { OpenedPage } from './open-page.ts';
import { usePageStand } from './page-stand.ts';
import type { ScriptedServer } from './scripted-server.ts';

/** The settings screen, in a real browser. */
describe('the settings screen', () => {
  const stand = usePageStand();
  let server: ScriptedServer;
  let opened: OpenedPage;

  async function open(): Promise<Page> {
    server = await stand.serve(makeSnapshot());
    opened = await stand.show(server.url());
    await opened.page.getByText('Connected', { exact: true }).waitFor();
    await opened.page.keyboard.type('gs');
    return opened.page;
  }

  it('shows what is set, saves what was edited, and only then', async () => {
    const page = await open();
    server.handlers['settings.set'] = ({ originator = '', proxyUrl = null, allowedOrigins = [] }) => ({
      originator,
      proxyUrl,
      allowedOrigins,
      trayClick: 'open',
      traceDays: 30,
      traceTurns: 100_000,
      traceMegabytes: 256,
      traceBodies: false,
    });
    const save = page.getByRole('button', { name: 'Save' });
    await save.waitFor();
    expect(await save.isDisabled()).toBe(true);
    expect(await page.getByLabel('Originator').inputValue()).toBe('codex-toy-app-server');
    await page.getByLabel('Upstream proxy').fill('http://127.0.0.1:3128');
    await page.getByLabel('Allowed web origins').fill('https://a.example\n\n https://b.example ');
    expect(server.countCalls('settings.set')).toBe(0);
    await save.click();
    await page.getByText('Settings saved.').waitFor();
    expect(server.inputsOf('settings.set')).toEqual([
      {
        originator: 'codex-toy-app-server',
        proxyUrl: 'http://127.0.0.1:3128',
        allowedOrigins: ['https://a.example', 'https://b.example'],
      },
    ]);
    expect(await save.isDisabled()).toBe(true);
  });

  it('does not send what cannot be right', async () => {
    const page = await open();
    for (const [label, text] of [
      ['Originator', 'two words'],
      ['Upstream proxy', 'socks5://127.0.0.1:1080'],
    ] as const) {
      const field = page.getByLabel(label);
      const before = await field.inputValue();
      await field.fill(text);
      await field.press('Enter');
      expect(await field.evaluate((input) => input.matches(':invalid'))).toBe(true);
      await field.fill(before);
    }
    expect(server.countCalls('settings.set')).toBe(0);
  });

  it('keeps what was typed when it is refused', async () => {
    const page = await open();
    await page.getByLabel('Allowed web origins').fill('not an origin');
    await page.getByRole('button', { name: 'Save' }).click();
    expect(await page.getByRole('alert').textContent()).toContain('The call has the wrong input.');
    expect(await page.getByLabel('Allowed web origins').inputValue()).toBe('not an origin');
  });

  it('says what this instance is', async () => {
    const page = await open();
    await page.getByText('/home/ada/.local/share/slipstream').waitFor();
    expect(await page.getByText('https://chatgpt.com/backend-api/codex').count()).toBe(1);
  });
});
