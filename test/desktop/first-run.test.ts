import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Simulator, startSimulator } from '../../src-main/simulator/simulator.ts';
import { launchBrowser } from '../renderer/chromium.ts';
import { DesktopRig } from './desktop-rig.ts';
import type { Current } from './electron-stand-in/late-module.ts';
import { createStandIn, type StandIn } from './electron-stand-in/stand-in.ts';

const current = vi.hoisted((): Current => ({ standIn: null }));
vi.mock('electron', async () => (await import('./electron-stand-in/late-module.ts')).lateElectron(current));
vi.mock('electron-store', async () => ({ default: (await import('./electron-stand-in/conf-store.ts')).ConfStore }));

/** Where screenshots go to be looked at; nowhere unless it is named. */
const pictureDir = process.env.SLIPSTREAM_PICTURES;

let browser: Browser;
let simulator: Simulator;
let standIn: StandIn;
let rig: DesktopRig;
let savedConfigHome: string | undefined;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

beforeEach(async () => {
  simulator = await startSimulator();
  standIn = createStandIn({ browser, isPackaged: true });
  current.standIn = standIn;
  rig = new DesktopRig(standIn);
  savedConfigHome = process.env.XDG_CONFIG_HOME;
  process.env.XDG_CONFIG_HOME = join(rig.dir, 'config');
});
afterEach(async () => {
  process.env.XDG_CONFIG_HOME = savedConfigHome;
  if (savedConfigHome === undefined) delete process.env.XDG_CONFIG_HOME;
  for (const window of standIn.windows) window.destroy();
  await simulator.stop();
  rig.dispose();
});

const place = () => ['--upstream', simulator.upstreamUrl, '--issuer', simulator.issuerUrl];

/** The page of the newest window, once it hears from main. */
async function openedPage(): Promise<Page> {
  const window = standIn.windows.at(-1);
  await window?.loading;
  const page = window?.webContents.page;
  if (page === null || page === undefined) throw new Error('There is no page.');
  await page
    .getByText('Connected', { exact: true })
    .first()
    .waitFor()
    .catch((cause: unknown) => {
      throw new Error(`The page did not start: ${window?.webContents.problems.join('; ')}`, { cause });
    });
  return page;
}

async function picture(page: Page, name: string): Promise<void> {
  if (pictureDir === undefined) return;
  mkdirSync(pictureDir, { recursive: true });
  await page.screenshot({ path: join(pictureDir, `${name}.png`) });
  writeFileSync(join(pictureDir, `${name}.menu.txt`), `${standIn.trayMenu().labels().join('\n')}\n`);
}

/** Waits for a line of the tray's menu. */
const menuShows = (line: RegExp) =>
  standIn.until('tray', () =>
    standIn
      .trayMenu()
      .labels()
      .some((label) => line.test(label)),
  );

describe.skipIf(process.platform !== 'linux')('a first day with the desktop app', () => {
  it('goes from an empty window over an account, a turn and fast mode to a start at login, and quits', async () => {
    const { baseUrl, apiKey } = await rig.startReady(...place());
    const page = await openedPage();
    expect(standIn.windows[0]?.isVisible()).toBe(true);
    expect(standIn.trayMenu().labels()[0]).toMatch(/^No account yet/);
    expect(standIn.trays[0]?.image.name).toBe('attention-dark.png');
    await picture(page, '1-first-run');

    const text = simulator.addAccount().authJson();
    const imported = await page.evaluate((input) => window.bridge?.invoke('accounts.import', { text: input }), text);
    expect(imported).toMatchObject({ ok: true, value: [{ state: 'ready' }] });
    await menuShows(/^1 account · idle/);
    await standIn.until('tray', () => standIn.trays[0]?.image.name === 'idle-dark.png');
    await page.keyboard.type('ga');
    await picture(page, '2-account');

    const turn = async (input: string) => {
      const answer = await fetch(`${baseUrl}/v1/responses`, {
        method: 'POST',
        headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'gpt-5.5', input, stream: true }),
      });
      expect(answer.status).toBe(200);
      await answer.text();
    };
    await turn('Count to 3');

    standIn.trayMenu().find('Fast mode').press();
    await menuShows(/^✓ Fast mode/);
    await standIn.until('tray', () => standIn.trays[0]?.image.name === 'fast-dark.png');
    await turn('Count to 4');

    await page.keyboard.type('gr');
    await page.locator('.tier-fast', { hasText: 'priority' }).first().waitFor();
    await picture(page, '3-priority');

    expect(standIn.trayMenu().find('Start at login').checked).toBe(false);
    standIn.trayMenu().find('Start at login').press();
    await menuShows(/^✓ Start at login/);
    const entry = join(rig.dir, 'config', 'autostart', 'slipstream.desktop');
    const lines = readFileSync(entry, 'utf8').split('\n');
    expect(lines).toContain('Type=Application');
    expect(lines.find((line) => line.startsWith('Exec='))).toContain('"--hidden"');
    expect(lines.find((line) => line.startsWith('Exec='))).toContain(`"--data-dir" "${rig.dataDir}"`);
    expect(await page.evaluate(() => window.bridge?.invoke('autostart.get', null))).toEqual({
      ok: true,
      value: { enabled: true, unsupported: null, asked: true },
    });
    expect(await page.evaluate(() => window.bridge?.invoke('autostart.set', { enabled: false }))).toMatchObject({
      ok: true,
      value: { enabled: false },
    });
    expect(existsSync(entry)).toBe(false);
    await standIn.until('tray', () => standIn.trayMenu().labels().includes('Start at login'));
    await picture(page, '4-before-quit');

    expect(standIn.windows[0]?.webContents.problems).toEqual([]);
    standIn.trayMenu().find('Quit Slipstream').press();
    expect(await standIn.exited).toBe(0);
    expect(standIn.trays[0]?.isDestroyed()).toBe(true);
    await expect(fetch(`${baseUrl}/healthz`)).rejects.toThrow();
  });

  it('keeps a page that is not ours out, and answers none of its calls', async () => {
    await rig.startReady(...place());
    const page = await openedPage();
    const contents = standIn.windows[0]?.webContents;
    const opened: unknown[] = [];
    contents?.on('stand-in-window-open', (_url, answer) => opened.push(answer));
    await page.evaluate(() => {
      location.href = 'https://example.test/';
    });
    expect(await page.evaluate(() => window.open('https://example.test/'))).toBeNull();
    await page.evaluate(() => fetch('https://example.test/').catch((error: unknown) => String(error)));
    expect(contents?.getURL()).toMatch(/^app:\/\/bundle\//);
    expect(opened).toEqual([{ action: 'deny' }]);
    await vi.waitFor(() =>
      expect(contents?.problems.join('\n')).toContain('policy violated: connect-src https://example.test/'),
    );
    expect(await page.evaluate(() => Object.keys(window.bridge ?? {}))).toEqual(['invoke', 'on']);
    expect(
      await page.evaluate(() => [typeof Reflect.get(window, 'require'), typeof Reflect.get(window, 'process')]),
    ).toEqual(['undefined', 'undefined']);
    expect(await page.evaluate(() => window.bridge?.invoke('app.dashboardUrl', null))).toMatchObject({
      ok: false,
      error: { code: 'call_refused' },
    });
    await rig.quit();
  });

  it('loads a page that crashed again, once, and asks the second time', async () => {
    await rig.startReady(...place());
    const page = await openedPage();
    const [window] = standIn.windows;
    const loaded = page.waitForEvent('load');
    window?.webContents.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 5 });
    await loaded;
    await openedPage();
    expect(standIn.messageBoxes).toEqual([]);
    standIn.clicks.push(1);
    window?.webContents.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 5 });
    await standIn.until('messageBox', () => standIn.messageBoxes.length === 1);
    expect(standIn.messageBoxes[0]?.message).toBe('The dashboard crashed twice.');
    await vi.waitFor(() => expect(window?.isDestroyed()).toBe(true));
    standIn.trayMenu().find('Open dashboard').press();
    await openedPage();
    await rig.quit();
  });

  it('opens the Accounts screen from the tray in a window that is open already', async () => {
    await rig.startReady(...place());
    const page = await openedPage();
    standIn.trayMenu().find('Add an account').press();
    await page.waitForFunction(() => location.hash === '#/accounts');
    expect(standIn.windows).toHaveLength(1);
    expect(standIn.windows[0]?.isFocused).toBe(true);
    await rig.quit();
  });
});
