import { EventEmitter, once } from 'node:events';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type BridgeClient, connectBridge } from '../../src-main/node/bridge-client.ts';
import { findInstance, holdInstance } from '../../src-main/node/instance.ts';
import { DesktopRig } from '../desktop/desktop-rig.ts';
import type { Current } from '../desktop/electron-stand-in/late-module.ts';
import { createStandIn, type StandIn } from '../desktop/electron-stand-in/stand-in.ts';
import { openSocket } from '../support/bridge-rig.ts';
import { authFile } from './account-fixtures.ts';

const current = vi.hoisted((): Current => ({ standIn: null }));
vi.mock('electron', async () => (await import('../desktop/electron-stand-in/late-module.ts')).lateElectron(current));
vi.mock('electron-store', async () => ({
  default: (await import('../desktop/electron-stand-in/conf-store.ts')).ConfStore,
}));

let standIn: StandIn;
let rig: DesktopRig;

beforeEach(() => {
  standIn = createStandIn();
  current.standIn = standIn;
  rig = new DesktopRig(standIn);
});
afterEach(() => {
  vi.restoreAllMocks();
  rig.dispose();
});

const app = () => standIn.module.app;
const silent = () => vi.spyOn(process.stderr, 'write').mockReturnValue(true);

describe('the desktop start', () => {
  it('settles the sandbox, the scheme, the folders and the lock before Electron is ready', async () => {
    await rig.start();
    expect(standIn.calls).toEqual([
      'app.enableSandbox',
      ...(process.platform === 'linux' ? ['app.disableHardwareAcceleration'] : []),
      'protocol.registerSchemesAsPrivileged',
      'app.setPath',
      'app.setPath',
      'app.requestSingleInstanceLock',
      'app.whenReady',
    ]);
    expect(app().setPath.mock.calls).toEqual([
      ['userData', rig.dataDir],
      ['sessionData', join(rig.dataDir, 'chromium')],
    ]);
  });

  it('hardens the session before it opens a window', async () => {
    await rig.startReady();
    for (const name of ['session.setPermissionRequestHandler', 'session.onBeforeRequest', 'protocol.handle']) {
      expect(standIn.calls.indexOf(name), name).toBeGreaterThan(-1);
      expect(standIn.calls.indexOf(name), name).toBeLessThan(standIn.calls.indexOf('new BrowserWindow'));
    }
    expect(await rig.quit()).toBe(0);
  });

  it('is left to the first of two', async () => {
    app().requestSingleInstanceLock.mockReturnValue(false);
    await rig.start();
    expect(await standIn.exited).toBe(0);
    expect(standIn.calls).not.toContain('app.whenReady');
  });

  it('as an installed app without the sandbox says so in a dialog, and opens nothing', async () => {
    silent();
    standIn = createStandIn({ isPackaged: true });
    current.standIn = standIn;
    const packaged = new DesktopRig(standIn, rig.dataDir);
    standIn.switches.add('no-sandbox');
    await packaged.start();
    standIn.ready.resolve();
    expect(await standIn.exited).toBe(1);
    expect(standIn.messageBoxes).toMatchObject([{ message: expect.stringContaining('sandbox') }]);
    expect(standIn.calls).not.toContain('new BrowserWindow');
    packaged.dispose();
  });

  it('that cannot go on is ended by a signal, though its dialog is open', async () => {
    silent();
    standIn.module.dialog.showMessageBox.mockReturnValueOnce(new Promise(() => {}));
    const hold = await holdInstance(rig.dataDir, () => {});
    const controlToken = 'x'.repeat(43);
    hold.announce({ pid: 4711, startedAt: 0, controlUrl: 'ws://127.0.0.1:2575/_slipstream/bridge', controlToken });
    await rig.start();
    standIn.ready.resolve();
    await vi.waitFor(() => expect(standIn.module.dialog.showMessageBox).toHaveBeenCalledOnce());
    rig.signal('SIGTERM');
    expect(await standIn.exited).toBe(1);
    hold.release();
  });

  it.each([
    { args: ['--hidden'], isMinimised: true },
    { args: [], isMinimised: false },
  ])(
    'where no tray icon is shown opens its window, with $args minimised: $isMinimised',
    async ({ args, isMinimised }) => {
      rig.hasTrayHost = false;
      await rig.startReady(...args);
      await standIn.until('window', () => standIn.windows.length === 1);
      await standIn.windows[0]?.loading;
      expect([standIn.windows[0]?.isMinimized(), standIn.windows[0]?.isVisible()]).toEqual([isMinimised, !isMinimised]);
      expect(await rig.quit()).toBe(0);
    },
  );

  it('with a wrong argument exits 1', async () => {
    silent();
    await rig.start('--upstream', 'http://example.com');
    expect(await standIn.exited).toBe(1);
  });

  it('on a data folder that a headless instance uses says so in a dialog', async () => {
    silent();
    const hold = await holdInstance(rig.dataDir, () => {});
    const controlToken = 'x'.repeat(43);
    hold.announce({ pid: 4711, startedAt: 0, controlUrl: 'ws://127.0.0.1:2575/_slipstream/bridge', controlToken });
    await rig.start();
    standIn.ready.resolve();
    expect(await standIn.exited).toBe(1);
    expect(standIn.messageBoxes).toMatchObject([{ message: expect.stringContaining('pid 4711') }]);
    hold.release();
  });
});

describe('a keyring', () => {
  /** A folder with an account that the keyring has sealed. */
  async function sealedAccount(): Promise<void> {
    await rig.startReady('--no-open');
    await call('accounts.import', { text: authFile() });
    expect(await rig.quit()).toBe(0);
  }
  const call: BridgeClient['invoke'] = async (name, payload) => {
    const bridge = await connectBridge(findInstance(rig.dataDir) ?? expect.fail('no instance'));
    const result = await bridge.invoke(name, payload);
    bridge.close();
    return result;
  };
  async function again(isOpen: boolean | Promise<boolean>): Promise<DesktopRig> {
    standIn = createStandIn();
    current.standIn = standIn;
    standIn.keyring.isOpen = isOpen;
    return new DesktopRig(standIn, rig.dataDir);
  }

  it('that never answers keeps neither the port nor the tray away, and its accounts are locked', async () => {
    await sealedAccount();
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const second = await again(promise);
    const { baseUrl } = await second.startReady('--no-open');
    expect((await fetch(`${baseUrl}/healthz`)).status).toBe(204);
    expect(standIn.trayMenu().labels()).toContain('Unlock accounts …');
    expect(standIn.trays[0]?.image.name).toMatch(/^attention/);
    resolve(true);
    await standIn.until('tray', () => !standIn.trayMenu().labels().includes('Unlock accounts …'));
    expect(await second.quit()).toBe(0);
    second.dispose();
  });

  it('that is locked is told, asked again, and opens the account then', async () => {
    await sealedAccount();
    const second = await again(false);
    await second.startReady('--no-open');
    await standIn.until('notification', () => standIn.notifications.length > 0);
    expect(standIn.notifications).toMatchObject([{ title: 'An account is locked' }]);
    const listed = await call('accounts.list', null);
    const [account] = listed.ok ? listed.value : [];
    expect(account).toMatchObject({ state: 'locked', encrypted: false });
    const id = account?.id ?? '';
    expect(await call('accounts.tryAgain', { id })).toMatchObject({ ok: false, error: { code: 'secrets_locked' } });
    standIn.keyring.isOpen = true;
    expect(await call('accounts.tryAgain', { id })).toMatchObject({ ok: true, value: { id, encrypted: true } });
    expect(await second.quit()).toBe(0);
    second.dispose();
  });

  it('that is none has no token written before the user has said yes', async () => {
    standIn.keyring.backend = 'basic_text';
    await rig.startReady('--no-open');
    expect(await call('accounts.import', { text: authFile() })).toMatchObject({
      ok: false,
      error: { code: 'secrets_unprotected' },
    });
    expect(readdirSync(join(rig.dataDir, 'accounts'))).toEqual([]);
    standIn.clicks.push(1);
    expect(await call('accounts.import', { text: authFile() })).toMatchObject({ ok: true });
    expect(standIn.messageBoxes[1]?.buttons).toEqual(['Do not store them', 'Store them unencrypted']);
    expect(await rig.quit()).toBe(0);
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
    standIn.module.dialog.showMessageBox.mockImplementationOnce(async () => {
      other.close();
      await once(other, 'close');
      return { response: buttonOf('Try again'), checkboxChecked: false };
    });
    const { baseUrl } = await rig.startReady('--port', String(port));
    expect(baseUrl).toBe(`http://127.0.0.1:${port}`);
    expect(standIn.module.dialog.showMessageBox.mock.calls[0]?.[0]).toMatchObject({
      message: `Port ${port} is taken by another program.`,
      buttons: ['Try again', 'Use a free port this time', 'Quit'],
    });
    await rig.quit();
  });

  it('is replaced by a free one only on the user’s word', async () => {
    const { other, port } = await occupy();
    standIn.clicks.push(buttonOf('Try again'), buttonOf('Use a free port this time'));
    const { baseUrl } = await rig.startReady('--port', String(port));
    expect(baseUrl).not.toBe(`http://127.0.0.1:${port}`);
    expect((await fetch(`${baseUrl}/healthz`)).status).toBe(204);
    expect(standIn.messageBoxes).toHaveLength(2);
    await rig.quit();
    other.close();
  });

  it('ends the start in good order when the user quits', async () => {
    const { other, port } = await occupy();
    await rig.start('--port', String(port));
    standIn.ready.resolve();
    expect(await standIn.exited).toBe(0);
    expect(findInstance(rig.dataDir)).toBeNull();
    expect(standIn.windows).toHaveLength(0);
    other.close();
  });
});

describe('the running desktop face', () => {
  it('serves the proxy, and no dashboard', async () => {
    const { baseUrl, dashboardUrl } = await rig.startReady();
    expect(dashboardUrl).toBeNull();
    expect((await fetch(`${baseUrl}/healthz`)).status).toBe(204);
    expect((await fetch(`${baseUrl}/`)).status).toBe(404);
    await expect(openSocket(`${baseUrl.replace('http', 'ws')}/_slipstream/bridge`, baseUrl)).rejects.toThrow('403');
    expect(statSync(rig.readyFile).mode & 0o777).toBe(0o600);
    expect(await rig.quit()).toBe(0);
    expect(existsSync(join(rig.dataDir, 'instance.json'))).toBe(false);
  });

  it('lets another start have the lock as soon as it stops, and ends with the session of Windows', async () => {
    await rig.startReady();
    expect(standIn.calls).not.toContain('app.releaseSingleInstanceLock');
    const window = new EventEmitter();
    app().emit('browser-window-created', {}, window);
    window.emit('session-end');
    expect(standIn.calls).toContain('app.releaseSingleInstanceLock');
    expect(await standIn.exited).toBe(0);
  });

  it('opens a sandboxed window that shows our page and remembers its place', async () => {
    await rig.startReady();
    expect(standIn.windows).toHaveLength(1);
    expect(standIn.windows[0]?.options).toMatchObject({
      name: 'dashboard',
      windowStatePersistence: true,
      webPreferences: { sandbox: true, contextIsolation: true, preload: expect.stringMatching(/preload\.cjs$/) },
    });
    expect(standIn.windows[0]?.webContents.getURL()).toBe('app://bundle/index.html');
    await rig.quit();
  });

  it('stays in the tray when its window is closed, and opens another from there', async () => {
    await rig.startReady();
    expect(app().listenerCount('window-all-closed')).toBe(1);
    standIn.windows[0]?.close();
    standIn.trayMenu().find('Open dashboard').press();
    expect(standIn.windows).toHaveLength(2);
    await rig.quit();
  });

  it('opens another for a second start that comes while the closed one goes, and keeps it', async () => {
    await rig.startReady();
    const [going] = standIn.windows;
    const told = going?.listeners('closed') ?? [];
    going?.removeAllListeners('closed');
    going?.close();
    app().emit('second-instance', {}, ['slipstream']);
    for (const hear of told) hear();
    app().emit('second-instance', {}, ['slipstream']);
    expect(standIn.windows).toHaveLength(2);
    await rig.quit();
  });

  it.each([['--no-open'], ['--hidden']])(
    'started with %s has no window, and a second start shows one',
    async (flag) => {
      await rig.startReady(flag);
      expect(standIn.windows).toHaveLength(0);
      app().emit('second-instance', {}, ['slipstream', '--hidden']);
      expect(standIn.windows).toHaveLength(0);
      app().emit('second-instance', {}, ['slipstream']);
      expect(standIn.windows).toHaveLength(1);
      await rig.quit();
    },
  );

  it('shows the turn that a link names: of its own start, of a second one, and as macOS tells of it', async () => {
    await rig.startReady('--hidden', 'slipstream://turn/one');
    expect(standIn.windows.map(({ webContents }) => webContents.getURL())).toEqual([
      expect.stringMatching(/#\/requests\/one$/),
    ]);
    app().emit('second-instance', {}, ['slipstream', '--hidden', 'slipstream://turn/two']);
    expect(standIn.windows[0]?.webContents.getURL()).toMatch(/#\/requests\/two$/);
    const preventDefault = vi.fn();
    for (const link of ['slipstream://turn/three', 'https://example.test/'])
      app().emit('open-url', { preventDefault }, link);
    expect(standIn.windows[0]?.webContents.getURL()).toMatch(/#\/requests\/three$/);
    expect([standIn.windows.length, preventDefault.mock.calls.length]).toEqual([1, 2]);
    await rig.quit();
  });

  it('toggles fast mode from the tray, and tells the window and a command', async () => {
    await rig.startReady();
    const record = findInstance(rig.dataDir);
    const bridge = record === null ? null : await connectBridge(record);
    expect(standIn.trayMenu().find('Fast mode').checked).toBe(false);
    const menuBefore = standIn.trayMenu();
    menuBefore.find('Fast mode').press();
    await standIn.until('tray', () => standIn.trayMenu() !== menuBefore);
    expect(standIn.trayMenu().find('Fast mode').checked).toBe(true);
    expect(standIn.trays[0]?.toolTip).toContain('fast mode');
    expect(standIn.windows[0]?.webContents.sent).toContainEqual([
      'slipstream:delta',
      expect.objectContaining({ kind: 'settings', settings: expect.objectContaining({ fastPolicy: 'on' }) }),
    ]);
    expect(await bridge?.invoke('app.status', null)).toMatchObject({ ok: true, value: { fastPolicy: 'on' } });
    expect(await bridge?.invoke('app.dashboardUrl', null)).toEqual({ ok: true, value: { url: null } });
    bridge?.close();
    await rig.quit();
  });

  it('copies the base URL and the key, and nothing else writes to the clipboard', async () => {
    const { baseUrl, apiKey } = await rig.startReady();
    standIn.trayMenu().find('Copy base URL').press();
    await expect.poll(() => standIn.seen.clipboard).toBe(`${baseUrl}/v1`);
    standIn.trayMenu().find('Copy API key').press();
    await expect.poll(() => standIn.seen.clipboard).toBe(apiKey);
    await rig.quit();
  });

  it('opens the dashboard on a click on the icon, or toggles fast mode if so set', async () => {
    await rig.startReady('--no-open');
    standIn.trays[0]?.emit('click');
    expect(standIn.windows).toHaveLength(1);
    const record = findInstance(rig.dataDir);
    const bridge = record === null ? null : await connectBridge(record);
    await bridge?.invoke('settings.set', { trayClick: 'fast' });
    standIn.trays[0]?.emit('click');
    expect(await bridge?.invoke('app.status', null)).toMatchObject({ value: { fastPolicy: 'on' } });
    expect(standIn.windows).toHaveLength(1);
    bridge?.close();
    await rig.quit();
  });

  it('has an icon for panels of both kinds on Linux, which does not tell of which its own is', async () => {
    await rig.startReady('--no-open');
    expect(standIn.trays[0]?.image).toMatchObject({ name: 'attention-outlined.png' });
    standIn.module.nativeTheme.emit('updated');
    expect(standIn.trays[0]?.image.isEmpty()).toBe(false);
    await rig.quit();
  });

  it('refuses new turns while it is paused, and shows that', async () => {
    const { baseUrl, apiKey } = await rig.startReady('--no-open');
    standIn.trayMenu().find('Pause').press();
    await standIn.until('tray', () => standIn.trayMenu().labels().includes('✓ Paused'));
    const answer = await fetch(`${baseUrl}/v1/responses`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}` },
      body: '{"model":"gpt-5.5","input":"x"}',
    });
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ error: { code: 'paused' } });
    standIn.trayMenu().find('Paused').press();
    await standIn.until('tray', () => standIn.trayMenu().labels().includes('Pause'));
    await rig.quit();
  });

  it('does not start at login from its sources, and the menu does not offer it', async () => {
    await rig.startReady('--no-open');
    expect(standIn.trayMenu().labels()).not.toContain('Start at login');
    await rig.quit();
  });

  it('answers its page over IPC', async () => {
    const { apiKey } = await rig.startReady();
    const [, handler] = standIn.module.ipcMain.handle.mock.calls[0] ?? [];
    const senderFrame = standIn.windows[0]?.webContents.mainFrame ?? null;
    expect(await handler?.({ senderFrame }, { name: 'app.apiKey', input: null })).toEqual({
      ok: true,
      value: { apiKey },
    });
    await rig.quit();
  });

  it('opens the overview from its menu, pauses, and copies its diagnostics there', async () => {
    const { apiKey } = await rig.startReady('--no-open');
    standIn.seen.menu?.find('Open dashboard').press();
    expect(standIn.windows[0]?.webContents.getURL()).toBe('app://bundle/index.html');
    standIn.seen.menu?.find('Pause or resume').press();
    await standIn.until('tray', () => standIn.trayMenu().labels().includes('✓ Paused'));
    standIn.seen.menu?.find('Copy diagnostics').press();
    await expect.poll(() => standIn.seen.clipboard).toMatch(/^## Slipstream\nversion 0\.0\.0-test, desktop.*; paused/s);
    expect(standIn.seen.clipboard).not.toContain(apiKey);
    await rig.quit();
  });

  it('shows its window when the page can be seen, not before', async () => {
    await rig.startReady();
    const [window] = standIn.windows;
    expect(window?.options.show).toBe(false);
    await window?.loading;
    expect(window?.isVisible()).toBe(true);
    await rig.quit();
  });

  it('has the shortcuts of its menu, and no developer tools in it', async () => {
    await rig.startReady();
    const labels = standIn.seen.menu?.labels() ?? [];
    expect(labels).toContain('Toggle fast mode');
    expect(labels.join(' ')).not.toMatch(/devtools|reload|help/i);
    standIn.seen.menu?.find('Quit Slipstream').press();
    expect(await standIn.exited).toBe(0);
  });

  it('looks after its connections when the machine sleeps and wakes, and quits when the machine shuts down', async () => {
    await rig.startReady();
    const { powerMonitor } = standIn.module;
    expect(['suspend', 'resume'].map((event) => powerMonitor.listenerCount(event))).toEqual([1, 1]);
    powerMonitor.emit('shutdown');
    expect(await standIn.exited).toBe(0);
  });

  it('quits once, however often it is told to', async () => {
    await rig.startReady();
    process.emit('SIGTERM', 'SIGTERM');
    standIn.module.powerMonitor.emit('shutdown');
    await Promise.all([rig.quit(), rig.quit()]);
    expect(app().exit.mock.calls).toEqual([[0]]);
  });
});
