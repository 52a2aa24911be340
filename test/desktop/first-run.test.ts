import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { connectBridge } from '../../src-main/node/bridge-client.ts';
import { findInstance } from '../../src-main/node/find-instance.ts';
import { type Simulator, startSimulator } from '../../src-main/simulator/simulator.ts';
import { launchTestBrowser } from '../renderer/chromium.ts';
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
  browser = await launchTestBrowser();
});
afterAll(() => browser.close());

beforeEach(async () => {
  simulator = await startSimulator({ issuer: { redirectPorts: 'any', deviceIntervalS: 0.05 } });
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

/** Signs in the way a person does: a button, the page that the system's browser is given, and back to the program. */
async function signInByBrowser(page: Page, email: string): Promise<void> {
  simulator.issuer.signInNext(simulator.addAccount({ email }));
  await page.getByRole('button', { name: 'Sign in with the browser' }).click();
  await page.getByText('Waiting for the browser').waitFor();
  const [[url = ''] = []] = standIn.module.shell.openExternal.mock.calls;
  expect(url).toContain(`${simulator.issuerUrl}/oauth/authorize?`);
  const context = await browser.newContext();
  const issuerPage = await context.newPage();
  await issuerPage.goto(url);
  await issuerPage.getByText('signed in').first().waitFor();
  expect(new URL(issuerPage.url()).pathname).not.toBe('/oauth/authorize');
  await context.close();
}

async function signInByDevice(page: Page, email: string): Promise<void> {
  const person = simulator.addAccount({ email });
  await page.getByRole('button', { name: 'Use a device code' }).click();
  const code = await page.getByRole('status').locator('code').first().textContent();
  expect(person.approveDevice(code ?? '')).toBe(true);
  await page.getByText(email).first().waitFor();
}

/** In the page: what comes of making code of a text, outside of what the test itself evaluates. */
const madeCode = () =>
  new Promise<string>((resolve) => {
    setTimeout(() => {
      try {
        resolve(String(new Function('return 1')()));
      } catch (thrown) {
        resolve(String(thrown));
      }
    });
  });

/** Waits for a line of the tray's menu. */
const menuShows = (line: RegExp) =>
  standIn.until('tray', () =>
    standIn
      .trayMenu()
      .labels()
      .some((label) => line.test(label)),
  );

describe.skipIf(process.platform !== 'linux')('a first day with the desktop app', () => {
  it('goes from the first question over a sign-in, a turn and fast mode to a start at login, and quits', async () => {
    rig.traceKeeping = 'database';
    const { baseUrl, apiKey } = await rig.startReady(...place());
    const page = await openedPage();
    expect(standIn.windows[0]?.isVisible()).toBe(true);
    expect(standIn.trayMenu().labels()[0]).toMatch(/^No account yet/);
    expect(standIn.trays[0]?.image.name).toBe('attention-outlined.png');
    await page.getByRole('heading', { name: 'Welcome to Slipstream' }).waitFor();
    await picture(page, '1-first-run');

    await signInByBrowser(page, 'ada@example.test');
    await page.getByText('Your account is ready').waitFor();
    await menuShows(/^1 account ·/);
    await standIn.until('tray', () => standIn.trays[0]?.image.name === 'idle-outlined.png');
    await picture(page, '2-signed-in');

    expect(standIn.trayMenu().find('Start at login').checked).toBe(false);
    await page.getByRole('button', { name: 'Start at login' }).click();
    await page.getByRole('heading', { name: 'Starts at login' }).waitFor();
    await menuShows(/^✓ Start at login/);
    const entry = join(rig.dir, 'config', 'autostart', 'slipstream.desktop');
    const lines = readFileSync(entry, 'utf8').split('\n');
    expect(lines).toContain('Type=Application');
    expect(lines.find((line) => line.startsWith('Exec='))).toContain('"--hidden"');
    expect(lines.find((line) => line.startsWith('Exec='))).toContain(`"--data-dir" "${rig.dataDir}"`);
    await page.getByRole('button', { name: 'Go to the dashboard' }).click();
    await page.getByRole('region', { name: 'Figures' }).waitFor();

    await page.keyboard.type('ga');
    await signInByDevice(page, 'grace@example.test');
    await menuShows(/^2 accounts ·/);
    await picture(page, '3-two-accounts');

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
    await standIn.until('tray', () => standIn.trays[0]?.image.name === 'fast-outlined.png');
    await turn('Count to 4');
    const sent = simulator.log.entries.filter((one) => one.kind === 'turn' && one.phase === 'completed');
    expect(sent.map((one) => 'tier' in one && one.tier)).toEqual([undefined, 'priority']);
    await page.keyboard.type('gr');
    await page.locator('[data-column="tier"]:has(svg)', { hasText: 'priority' }).first().waitFor();
    await picture(page, '4-priority');

    // The other way round: the tray switches it off, and the open Settings follow when they are looked at again.
    await page.keyboard.type('gs');
    const login = page.getByRole('switch', { name: 'Start at login' });
    await expect.poll(() => login.isChecked()).toBe(true);
    standIn.trayMenu().find('Start at login').press();
    await standIn.until('tray', () => standIn.trayMenu().labels().includes('Start at login'));
    expect(existsSync(entry)).toBe(false);
    await page.evaluate(() => window.dispatchEvent(new Event('focus')));
    await expect.poll(() => login.isChecked()).toBe(false);
    await picture(page, '5-settings');

    expect(standIn.windows[0]?.webContents.problems).toEqual([]);
    standIn.trayMenu().find('Quit Slipstream').press();
    expect(await standIn.exited).toBe(0);
    expect(standIn.trays[0]?.isDestroyed()).toBe(true);
    await expect(fetch(`${baseUrl}/healthz`)).rejects.toThrow();
  });

  it('asks the first question once: a second window, and a second start, go straight to the dashboard', async () => {
    await rig.startReady(...place());
    const page = await openedPage();
    await page.getByRole('button', { name: 'Not now' }).click();
    await page.getByRole('heading', { name: 'Does not start at login' }).waitFor();
    standIn.windows[0]?.close();
    standIn.trayMenu().find('Open dashboard').press();
    const again = await openedPage();
    await again.getByRole('region', { name: 'Figures' }).waitFor();
    await rig.quit();

    standIn = createStandIn({ browser, isPackaged: true });
    current.standIn = standIn;
    const second = new DesktopRig(standIn, rig.dataDir);
    await second.startReady(...place());
    const later = await openedPage();
    await later.getByRole('region', { name: 'Figures' }).waitFor();
    expect(await later.getByRole('heading', { name: 'Welcome to Slipstream' }).count()).toBe(0);
    await second.quit();
    second.dispose();
  });

  it('pauses from the tray and resumes from the window', async () => {
    await rig.startReady(...place());
    const page = await openedPage();
    standIn.trayMenu().find('Pause').press();
    const paused = page.getByText('Paused: new turns are refused');
    await paused.waitFor();
    await picture(page, '6-paused');
    await page.getByRole('button', { name: 'Resume' }).click();
    await standIn.until('tray', () => standIn.trayMenu().labels().includes('Pause'));
    standIn.seen.menu?.find('Pause or resume').press();
    await paused.waitFor();
    await rig.quit();
  });

  it('lets a turn that runs come to its end before it quits', async () => {
    const { baseUrl, apiKey } = await rig.startReady(...place(), '--no-open');
    const bridge = await connectBridge(findInstance(rig.dataDir) ?? expect.fail('no instance'));
    expect(await bridge.invoke('accounts.import', { text: simulator.addAccount().authJson() })).toMatchObject({
      ok: true,
    });
    bridge.close();
    simulator.setTiming({ firstTokenMs: 400 });
    const answer = fetch(`${baseUrl}/v1/responses`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'gpt-5.5', input: 'Count to 3', stream: true }),
    });
    await standIn.until('tray', () => standIn.trays[0]?.image.name === 'busy-outlined.png');
    const hasEnded = () => simulator.log.entries.some((one) => one.kind === 'turn' && one.phase === 'completed');
    standIn.trayMenu().find('Quit Slipstream').press();
    const exit = rig.quit().then((code) => ({ code, hasEnded: hasEnded() }));
    expect(hasEnded()).toBe(false);
    expect(await (await answer).text()).toContain('response.completed');
    expect(await exit).toEqual({ code: 0, hasEnded: true });
    // What is done to the tray after it is gone would end as a crash.
    expect(standIn.messageBoxes).toEqual([]);
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
    // Neither a script that is put into the page nor a text that is made code runs.
    await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'window.hasRun = true';
      document.head.append(script);
    });
    await vi.waitFor(() => expect(contents?.problems.join('\n')).toContain('policy violated: script-src-elem inline'));
    expect(await page.evaluate(() => Reflect.get(window, 'hasRun'))).toBeUndefined();
    expect(await page.evaluate(madeCode)).toContain('EvalError');
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

  it('leads from a notification about an account to the Accounts screen', async () => {
    await rig.startReady(...place(), '--no-open');
    const bridge = await connectBridge(findInstance(rig.dataDir) ?? expect.fail('no instance'));
    const nearlyUsedUp = simulator.addAccount({ usage: { primaryPercent: 95 } });
    await bridge.invoke('accounts.import', { text: nearlyUsedUp.authJson() });
    bridge.close();
    await standIn.until('notification', () => standIn.notifications.length > 0);
    expect(standIn.notifications[0]?.title).toBe('Quota is low');
    standIn.notifications[0]?.emit('click');
    const page = await openedPage();
    await page.waitForFunction(() => location.hash === '#/accounts');
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
