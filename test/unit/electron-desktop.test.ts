import { EventEmitter, once } from 'node:events';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type BridgeClient, connectBridge } from '../../src-main/node/bridge-client.ts';
import { findInstance } from '../../src-main/node/find-instance.ts';
import { holdInstance } from '../../src-main/node/instance.ts';
import { DesktopRig } from '../desktop/desktop-rig.ts';
import { givenDesktop } from '../desktop/given-desktop.ts';
import { openSocket } from '../support/bridge-rig.ts';
import { current } from '../support/shared-electron.ts';
import { authFile } from './account-fixtures.ts';

vi.mock('electron', async () => (await import('../support/shared-electron.ts')).sharedElectron);
vi.mock('electron-store', async () => (await import('../support/shared-electron.ts')).sharedStore);

const desk = givenDesktop(current);
afterEach(() => void vi.restoreAllMocks());

const app = () => desk.standIn.module.app;
const silent = () => vi.spyOn(process.stderr, 'write').mockReturnValue(true);

describe('the desktop start', () => {
  it('settles the sandbox, the scheme, the folders and the lock before Electron is ready', async () => {
    await desk.rig.start();
    expect(desk.standIn.calls).toEqual([
      'app.enableSandbox',
      ...(process.platform === 'linux' ? ['app.disableHardwareAcceleration'] : []),
      'protocol.registerSchemesAsPrivileged',
      'app.setPath',
      'app.setPath',
      'app.requestSingleInstanceLock',
      'app.whenReady',
    ]);
    expect(app().setPath.mock.calls).toEqual([
      ['userData', desk.rig.dataDir],
      ['sessionData', join(desk.rig.dataDir, 'chromium')],
    ]);
  });

  it('hardens the session before it opens a window', async () => {
    await desk.rig.startReady();
    for (const name of ['session.setPermissionRequestHandler', 'session.onBeforeRequest', 'protocol.handle']) {
      expect(desk.standIn.calls.indexOf(name), name).toBeGreaterThan(-1);
      expect(desk.standIn.calls.indexOf(name), name).toBeLessThan(desk.standIn.calls.indexOf('new BrowserWindow'));
    }
    expect(await desk.rig.quit()).toBe(0);
  });

  it('is left to the first of two', async () => {
    app().requestSingleInstanceLock.mockReturnValue(false);
    await desk.rig.start();
    expect(await desk.standIn.exited).toBe(0);
    expect(desk.standIn.calls).not.toContain('app.whenReady');
  });

  it('as an installed app without the sandbox says so in a dialog, and opens nothing', async () => {
    silent();
    desk.renew({ isPackaged: true });
    const packaged = new DesktopRig(desk.standIn, desk.rig.dataDir);
    desk.standIn.switches.add('no-sandbox');
    await packaged.start();
    desk.standIn.ready.resolve();
    expect(await desk.standIn.exited).toBe(1);
    expect(desk.standIn.messageBoxes).toMatchObject([{ message: expect.stringContaining('sandbox') }]);
    expect(desk.standIn.calls).not.toContain('new BrowserWindow');
    packaged.dispose();
  });

  it('that cannot go on is ended by a signal, though its dialog is open', async () => {
    silent();
    desk.standIn.module.dialog.showMessageBox.mockReturnValueOnce(new Promise(() => {}));
    const hold = await holdInstance(desk.rig.dataDir, () => {});
    const controlToken = 'x'.repeat(43);
    hold.announce({ pid: 4711, startedAt: 0, controlUrl: 'ws://127.0.0.1:2575/_slipstream/bridge', controlToken });
    await desk.rig.start();
    desk.standIn.ready.resolve();
    await vi.waitFor(() => expect(desk.standIn.module.dialog.showMessageBox).toHaveBeenCalledOnce());
    desk.rig.signal('SIGTERM');
    expect(await desk.standIn.exited).toBe(1);
    hold.release();
  });

  it.each([
    { args: ['--hidden'], isMinimised: true },
    { args: [], isMinimised: false },
  ])(
    'where no tray icon is shown opens its window, with $args minimised: $isMinimised',
    async ({ args, isMinimised }) => {
      desk.rig.hasTrayHost = false;
      await desk.rig.startReady(...args);
      await desk.standIn.until('window', () => desk.standIn.windows.length === 1);
      await desk.standIn.windows[0]?.loading;
      expect([desk.standIn.windows[0]?.isMinimized(), desk.standIn.windows[0]?.isVisible()]).toEqual([
        isMinimised,
        !isMinimised,
      ]);
      expect(await desk.rig.quit()).toBe(0);
    },
  );

  it('with a wrong argument exits 1', async () => {
    silent();
    await desk.rig.start('--upstream', 'http://example.com');
    expect(await desk.standIn.exited).toBe(1);
  });

  it('on a data folder that a headless instance uses says so in a dialog', async () => {
    silent();
    const hold = await holdInstance(desk.rig.dataDir, () => {});
    const controlToken = 'x'.repeat(43);
    hold.announce({ pid: 4711, startedAt: 0, controlUrl: 'ws://127.0.0.1:2575/_slipstream/bridge', controlToken });
    await desk.rig.start();
    desk.standIn.ready.resolve();
    expect(await desk.standIn.exited).toBe(1);
    expect(desk.standIn.messageBoxes).toMatchObject([{ message: expect.stringContaining('pid 4711') }]);
    hold.release();
  });
});

describe('a keyring', () => {
  /** A folder with an account that the keyring has sealed. */
  async function sealedAccount(): Promise<void> {
    await desk.rig.startReady('--no-open');
    await call('accounts.import', { text: authFile() });
    expect(await desk.rig.quit()).toBe(0);
  }
  const call: BridgeClient['invoke'] = async (name, payload) => {
    const bridge = await connectBridge(findInstance(desk.rig.dataDir) ?? expect.fail('no instance'));
    const result = await bridge.invoke(name, payload);
    bridge.close();
    return result;
  };
  async function again(isOpen: boolean | Promise<boolean>): Promise<DesktopRig> {
    desk.renew();
    desk.standIn.keyring.isOpen = isOpen;
    return new DesktopRig(desk.standIn, desk.rig.dataDir);
  }

  it('that never answers keeps neither the port nor the tray away, and its accounts are locked', async () => {
    await sealedAccount();
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const second = await again(promise);
    const { baseUrl } = await second.startReady('--no-open');
    expect((await fetch(`${baseUrl}/healthz`)).status).toBe(204);
    expect(desk.standIn.trayMenu().labels()).toContain('Unlock accounts …');
    expect(desk.standIn.trays[0]?.image.name).toMatch(/^attention/);
    resolve(true);
    await desk.standIn.until('tray', () => !desk.standIn.trayMenu().labels().includes('Unlock accounts …'));
    expect(await second.quit()).toBe(0);
    second.dispose();
  });

  it('that is locked is told, asked again, and opens the account then', async () => {
    await sealedAccount();
    const second = await again(false);
    await second.startReady('--no-open');
    await desk.standIn.until('notification', () => desk.standIn.notifications.length > 0);
    expect(desk.standIn.notifications).toMatchObject([{ title: 'An account is locked' }]);
    const listed = await call('accounts.list', null);
    const [account] = listed.ok ? listed.value : [];
    expect(account).toMatchObject({ state: 'locked', encrypted: false });
    const id = account?.id ?? '';
    expect(await call('accounts.tryAgain', { id })).toMatchObject({ ok: false, error: { code: 'secrets_locked' } });
    desk.standIn.keyring.isOpen = true;
    expect(await call('accounts.tryAgain', { id })).toMatchObject({ ok: true, value: { id, encrypted: true } });
    expect(await second.quit()).toBe(0);
    second.dispose();
  });

  it('that is none has no token written before the user has said yes', async () => {
    desk.standIn.keyring.backend = 'basic_text';
    await desk.rig.startReady('--no-open');
    expect(await call('accounts.import', { text: authFile() })).toMatchObject({
      ok: false,
      error: { code: 'secrets_unprotected' },
    });
    expect(readdirSync(join(desk.rig.dataDir, 'accounts'))).toEqual([]);
    desk.standIn.clicks.push(1);
    expect(await call('accounts.import', { text: authFile() })).toMatchObject({ ok: true });
    expect(desk.standIn.messageBoxes[1]?.buttons).toEqual(['Do not store them', 'Store them unencrypted']);
    expect(await desk.rig.quit()).toBe(0);
  });
});

describe('a taken port', () => {
  async function occupy() {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    return { other, port: (other.address() as AddressInfo).port };
  }
  const buttonOf = (text: string) => {
    const index = ['Try again', 'Use a free port this time', 'Quit'].indexOf(text);
    return index;
  };

  it('is asked about, never replaced by itself, and taken when the user frees it and tries again', async () => {
    const { other, port } = await occupy();
    desk.standIn.module.dialog.showMessageBox.mockImplementationOnce(async () => {
      other.close();
      await once(other, 'close');
      return { response: buttonOf('Try again'), checkboxChecked: false };
    });
    const { baseUrl } = await desk.rig.startReady('--port', String(port));
    expect(baseUrl).toBe(`http://127.0.0.1:${port}`);
    expect(desk.standIn.module.dialog.showMessageBox.mock.calls[0]?.[0]).toMatchObject({
      message: `Port ${port} is taken by another program.`,
      buttons: ['Try again', 'Use a free port this time', 'Quit'],
    });
    await desk.rig.quit();
  });

  it('is replaced by a free one only on the user’s word', async () => {
    const { other, port } = await occupy();
    desk.standIn.clicks.push(buttonOf('Try again'), buttonOf('Use a free port this time'));
    const { baseUrl } = await desk.rig.startReady('--port', String(port));
    expect(baseUrl).not.toBe(`http://127.0.0.1:${port}`);
    expect((await fetch(`${baseUrl}/healthz`)).status).toBe(204);
    expect(desk.standIn.messageBoxes).toHaveLength(2);
    await desk.rig.quit();
    other.close();
  });

  it('ends the start in good order when the user quits', async () => {
    const { other, port } = await occupy();
    await desk.rig.start('--port', String(port));
    desk.standIn.ready.resolve();
    expect(await desk.standIn.exited).toBe(0);
    expect(findInstance(desk.rig.dataDir)).toBeNull();
    expect(desk.standIn.windows).toHaveLength(0);
    other.close();
  });
});

describe('the running desktop face', () => {
  it('serves the proxy, and no dashboard', async () => {
    const { baseUrl, dashboardUrl } = await desk.rig.startReady();
    expect(dashboardUrl).toBeNull();
    expect((await fetch(`${baseUrl}/healthz`)).status).toBe(204);
    expect((await fetch(`${baseUrl}/`)).status).toBe(404);
    await expect(openSocket(`${baseUrl.replace('http', 'ws')}/_slipstream/bridge`, baseUrl)).rejects.toThrow('403');
    expect(statSync(desk.rig.readyFile).mode & 0o777).toBe(0o600);
    expect(await desk.rig.quit()).toBe(0);
    expect(existsSync(join(desk.rig.dataDir, 'instance.json'))).toBe(false);
  });

  it('lets another start have the lock as soon as it stops, and ends with the session of Windows', async () => {
    await desk.rig.startReady();
    expect(desk.standIn.calls).not.toContain('app.releaseSingleInstanceLock');
    const window = new EventEmitter();
    app().emit('browser-window-created', {}, window);
    window.emit('session-end');
    expect(desk.standIn.calls).toContain('app.releaseSingleInstanceLock');
    expect(await desk.standIn.exited).toBe(0);
  });

  it('opens a sandboxed window that shows our page and remembers its place', async () => {
    await desk.rig.startReady();
    expect(desk.standIn.windows).toHaveLength(1);
    expect(desk.standIn.windows[0]?.options).toMatchObject({
      name: 'dashboard',
      windowStatePersistence: true,
      webPreferences: { sandbox: true, contextIsolation: true, preload: expect.stringMatching(/preload\.cjs$/) },
    });
    expect(desk.standIn.windows[0]?.webContents.getURL()).toBe('app://bundle/index.html');
    await desk.rig.quit();
  });

  it('stays in the tray when its window is closed, and opens another from there', async () => {
    await desk.rig.startReady();
    expect(app().listenerCount('window-all-closed')).toBe(1);
    desk.standIn.windows[0]?.close();
    desk.standIn.trayMenu().find('Open dashboard').press();
    expect(desk.standIn.windows).toHaveLength(2);
    await desk.rig.quit();
  });

  it('opens another for a second start that comes while the closed one goes, and keeps it', async () => {
    await desk.rig.startReady();
    const [going] = desk.standIn.windows;
    const told = going?.listeners('closed') ?? [];
    going?.removeAllListeners('closed');
    going?.close();
    app().emit('second-instance', {}, ['slipstream']);
    for (const hear of told) hear();
    app().emit('second-instance', {}, ['slipstream']);
    expect(desk.standIn.windows).toHaveLength(2);
    await desk.rig.quit();
  });

  it('offers another start once where a second one is of another build', async () => {
    await desk.rig.startReady();
    const [told] = app().requestSingleInstanceLock.mock.calls;
    const own = (told as readonly unknown[] | undefined)?.[0];
    const second = (data: unknown) => void app().emit('second-instance', {}, ['slipstream'], '/', data);
    for (const data of [own, undefined, {}]) second(data);
    expect([own, desk.standIn.messageBoxes]).toEqual([{ build: expect.any(String) }, []]);
    desk.standIn.module.dialog.showMessageBox.mockResolvedValueOnce({ response: 0, checkboxChecked: false });
    for (let times = 0; times < 2; times += 1) second({ build: 'another' });
    expect(desk.standIn.module.dialog.showMessageBox.mock.calls).toMatchObject([
      [{ message: 'The version that runs is not the one that is installed.' }],
    ]);
    expect(await desk.standIn.exited).toBe(0);
    expect(app().relaunch).toHaveBeenCalledOnce();
  });

  it.each([['--no-open'], ['--hidden']])(
    'started with %s has no window, and a second start shows one',
    async (flag) => {
      await desk.rig.startReady(flag);
      expect(desk.standIn.windows).toHaveLength(0);
      app().emit('second-instance', {}, ['slipstream', '--hidden']);
      expect(desk.standIn.windows).toHaveLength(0);
      app().emit('second-instance', {}, ['slipstream']);
      expect(desk.standIn.windows).toHaveLength(1);
      await desk.rig.quit();
    },
  );

  it('shows the turn that a link names: of its own start, of a second one, and as macOS tells of it', async () => {
    await desk.rig.startReady('--hidden', 'slipstream://turn/one');
    expect(desk.standIn.windows.map(({ webContents }) => webContents.getURL())).toEqual([
      expect.stringMatching(/#\/requests\/one$/),
    ]);
    app().emit('second-instance', {}, ['slipstream', '--hidden', 'slipstream://turn/two']);
    expect(desk.standIn.windows[0]?.webContents.getURL()).toMatch(/#\/requests\/two$/);
    const preventDefault = vi.fn();
    for (const link of ['slipstream://turn/three', 'https://example.test/'])
      app().emit('open-url', { preventDefault }, link);
    expect(desk.standIn.windows[0]?.webContents.getURL()).toMatch(/#\/requests\/three$/);
    expect([desk.standIn.windows.length, preventDefault.mock.calls.length]).toEqual([1, 2]);
    await desk.rig.quit();
  });

  it('toggles fast mode from the tray, and tells the window and a command', async () => {
    await desk.rig.startReady();
    const record = findInstance(desk.rig.dataDir);
    const bridge = record === null ? null : await connectBridge(record);
    expect(desk.standIn.trayMenu().find('Fast mode').checked).toBe(false);
    const menuBefore = desk.standIn.trayMenu();
    menuBefore.find('Fast mode').press();
    await desk.standIn.until('tray', () => desk.standIn.trayMenu() !== menuBefore);
    expect(desk.standIn.trayMenu().find('Fast mode').checked).toBe(true);
    expect(desk.standIn.trays[0]?.toolTip).toContain('fast mode');
    expect(desk.standIn.windows[0]?.webContents.sent).toContainEqual([
      'slipstream:delta',
      expect.objectContaining({ kind: 'settings', settings: expect.objectContaining({ fastPolicy: 'on' }) }),
    ]);
    expect(await bridge?.invoke('app.status', null)).toMatchObject({ ok: true, value: { fastPolicy: 'on' } });
    expect(await bridge?.invoke('app.dashboardUrl', null)).toEqual({ ok: true, value: { url: null } });
    bridge?.close();
    await desk.rig.quit();
  });

  it('copies the base URL and the key, and nothing else writes to the clipboard', async () => {
    const { baseUrl, apiKey } = await desk.rig.startReady();
    desk.standIn.trayMenu().find('Copy base URL').press();
    await expect.poll(() => desk.standIn.seen.clipboard).toBe(`${baseUrl}/v1`);
    desk.standIn.trayMenu().find('Copy API key').press();
    await expect.poll(() => desk.standIn.seen.clipboard).toBe(apiKey);
    await desk.rig.quit();
  });

  it('opens the dashboard on a click on the icon, or toggles fast mode if so set', async () => {
    await desk.rig.startReady('--no-open');
    desk.standIn.trays[0]?.emit('click');
    expect(desk.standIn.windows).toHaveLength(1);
    const record = findInstance(desk.rig.dataDir);
    const bridge = record === null ? null : await connectBridge(record);
    await bridge?.invoke('settings.set', { trayClick: 'fast' });
    desk.standIn.trays[0]?.emit('click');
    expect(await bridge?.invoke('app.status', null)).toMatchObject({ value: { fastPolicy: 'on' } });
    expect(desk.standIn.windows).toHaveLength(1);
    bridge?.close();
    await desk.rig.quit();
  });

  it('has an icon for panels of both kinds on Linux, which does not tell of which its own is', async () => {
    await desk.rig.startReady('--no-open');
    expect(desk.standIn.trays[0]?.image).toMatchObject({ name: 'attention-outlined.png' });
    desk.standIn.module.nativeTheme.emit('updated');
    expect(desk.standIn.trays[0]?.image.isEmpty()).toBe(false);
    await desk.rig.quit();
  });

  it('refuses new turns while it is paused, and shows that', async () => {
    const { baseUrl, apiKey } = await desk.rig.startReady('--no-open');
    desk.standIn.trayMenu().find('Pause').press();
    await desk.standIn.until('tray', () => desk.standIn.trayMenu().labels().includes('✓ Paused'));
    const answer = await fetch(`${baseUrl}/v1/responses`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}` },
      body: '{"model":"gpt-5.5","input":"x"}',
    });
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ error: { code: 'paused' } });
    desk.standIn.trayMenu().find('Paused').press();
    await desk.standIn.until('tray', () => desk.standIn.trayMenu().labels().includes('Pause'));
    await desk.rig.quit();
  });

  it('does not start at login from its sources, and the menu does not offer it', async () => {
    await desk.rig.startReady('--no-open');
    expect(desk.standIn.trayMenu().labels()).not.toContain('Start at login');
    await desk.rig.quit();
  });

  it('answers its page over IPC', async () => {
    const { apiKey } = await desk.rig.startReady();
    const [, handler] = desk.standIn.module.ipcMain.handle.mock.calls[0] ?? [];
    const senderFrame = desk.standIn.windows[0]?.webContents.mainFrame ?? null;
    expect(await handler?.({ senderFrame }, { name: 'app.apiKey', input: null })).toEqual({
      ok: true,
      value: { apiKey },
    });
    await desk.rig.quit();
  });

  it('opens the overview from its menu, pauses, and copies its diagnostics there', async () => {
    const { apiKey } = await desk.rig.startReady('--no-open');
    desk.standIn.seen.menu?.find('Open dashboard').press();
    expect(desk.standIn.windows[0]?.webContents.getURL()).toBe('app://bundle/index.html');
    desk.standIn.seen.menu?.find('Pause or resume').press();
    await desk.standIn.until('tray', () => desk.standIn.trayMenu().labels().includes('✓ Paused'));
    desk.standIn.seen.menu?.find('Copy diagnostics').press();
    await expect
      .poll(() => desk.standIn.seen.clipboard)
      .toMatch(/^## Slipstream\nversion 0\.0\.0-test, desktop.*; paused/s);
    expect(desk.standIn.seen.clipboard).not.toContain(apiKey);
    await desk.rig.quit();
  });

  it('shows its window when the page can be seen, not before', async () => {
    await desk.rig.startReady();
    const [window] = desk.standIn.windows;
    expect(window?.options.show).toBe(false);
    await window?.loading;
    expect(window?.isVisible()).toBe(true);
    await desk.rig.quit();
  });

  it('has the shortcuts of its menu, and no developer tools in it', async () => {
    await desk.rig.startReady();
    const labels = desk.standIn.seen.menu?.labels() ?? [];
    expect(labels).toContain('Toggle fast mode');
    expect(labels.join(' ')).not.toMatch(/devtools|reload|help/i);
    desk.standIn.seen.menu?.find('Quit Slipstream').press();
    expect(await desk.standIn.exited).toBe(0);
  });

  it('looks after its connections when the machine sleeps and wakes, and quits when the machine shuts down', async () => {
    await desk.rig.startReady();
    const { powerMonitor } = desk.standIn.module;
    expect(['suspend', 'resume'].map((event) => powerMonitor.listenerCount(event))).toEqual([1, 1]);
    powerMonitor.emit('shutdown');
    expect(await desk.standIn.exited).toBe(0);
  });

  it('quits once, however often it is told to', async () => {
    await desk.rig.startReady();
    process.emit('SIGTERM', 'SIGTERM');
    desk.standIn.module.powerMonitor.emit('shutdown');
    await Promise.all([desk.rig.quit(), desk.rig.quit()]);
    expect(app().exit.mock.calls).toEqual([[0]]);
  });
});
