import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startDesktop } from '../../src-main/electron/desktop.ts';
import { connectBridge } from '../../src-main/node/bridge-client.ts';
import { findInstance, holdInstance } from '../../src-main/node/instance.ts';
import { openSocket } from '../support/bridge-rig.ts';
import { createFakeElectron } from '../support/fake-electron.ts';

type Fake = ReturnType<typeof createFakeElectron>;

const current = vi.hoisted(() => ({ fake: null as unknown }));
// Each test has a fresh Electron: the module's members lead to the current one.
vi.mock('electron', () => {
  const member = (name: string) => Reflect.get((current.fake as Fake).module, name);
  const names = ['app', 'Menu', 'nativeImage', 'protocol', 'session', 'ipcMain', 'safeStorage', 'dialog', 'shell'];
  const late = (name: string) => new Proxy({}, { get: (_target, key) => Reflect.get(member(name), key) });
  const lateClass = (name: string) =>
    new Proxy(class {}, {
      construct: (_target, args) => Reflect.construct(member(name), args),
      get: (_target, key) => Reflect.get(member(name), key),
    });
  return {
    ...Object.fromEntries(names.map((name) => [name, late(name)])),
    ...Object.fromEntries(['BrowserWindow', 'Tray', 'Notification'].map((name) => [name, lateClass(name)])),
  };
});
// electron-store is conf with Electron's paths, and would download Electron here.
vi.mock('electron-store', async () => {
  const { default: Conf } = await import('conf');
  return {
    default: class extends Conf {
      constructor({ name, ...options }: { name: string; cwd: string }) {
        super({ ...options, configName: name });
      }
    },
  };
});

let fake: Fake;
let dir: string;
let dataDir: string;
let savedArgs: string[];

beforeEach(() => {
  fake = createFakeElectron();
  current.fake = fake;
  dir = mkdtempSync(join(tmpdir(), 'slipstream-desktop-'));
  dataDir = join(dir, 'data');
  savedArgs = process.argv;
});
afterEach(() => {
  process.argv = savedArgs;
  process.removeAllListeners('SIGINT');
  process.removeAllListeners('SIGTERM');
  rmSync(dir, { recursive: true, force: true });
});

const readyFile = () => join(dir, 'ready.json');

async function start(...args: string[]) {
  process.argv = ['electron', '.', '--port', '0', '--data-dir', dataDir, '--log-level', 'silent', ...args];
  await startDesktop({ rendererDir: join(dir, 'none'), preloadDir: '/preload', assetsDir: '/assets' });
}

/** Starts, lets Electron be ready, and waits for the tray, which comes last. */
async function startReady(...args: string[]) {
  const shown = once(fake.module.Tray.changes, 'menu');
  await start('--ready-file', readyFile(), ...args);
  fake.ready.resolve();
  await shown;
  return JSON.parse(readFileSync(readyFile(), 'utf8')) as { baseUrl: string; dashboardUrl: null; apiKey: string };
}

async function quit() {
  const event = { preventDefault: vi.fn() };
  fake.module.app.emit('before-quit', event);
  expect(event.preventDefault).toHaveBeenCalled();
  return fake.exited;
}

const openWindows = () => fake.module.BrowserWindow.opened;
const fastItem = () => fake.module.Tray.menu.find(({ label }) => label === 'Fast mode');

describe('the desktop start', () => {
  it('settles the sandbox, the scheme, the folders and the lock before Electron is ready', async () => {
    await start();
    expect(fake.calls).toEqual([
      'app.enableSandbox',
      'protocol.registerSchemesAsPrivileged',
      'app.setPath',
      'app.setPath',
      'app.requestSingleInstanceLock',
      'app.whenReady',
    ]);
    expect(fake.module.app.setPath.mock.calls).toEqual([
      ['userData', dataDir],
      ['sessionData', join(dataDir, 'chromium')],
    ]);
  });

  it('hardens the session before it opens a window', async () => {
    await startReady();
    const order = ['session.setPermissionRequestHandler', 'session.onBeforeRequest', 'protocol.handle'];
    for (const name of order) {
      expect(fake.calls.indexOf(name), name).toBeGreaterThan(-1);
      expect(fake.calls.indexOf(name), name).toBeLessThan(fake.calls.indexOf('new BrowserWindow'));
    }
    expect(await quit()).toBe(0);
  });

  it('is left to the first of two', async () => {
    fake.module.app.requestSingleInstanceLock.mockReturnValue(false);
    await start();
    expect(await fake.exited).toBe(0);
    expect(fake.calls).not.toContain('app.whenReady');
  });

  it('with a wrong argument exits 1', async () => {
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    await start('--upstream', 'http://example.com');
    expect(await fake.exited).toBe(1);
    vi.restoreAllMocks();
  });

  it('on a data folder that a headless instance uses says so in a dialog', async () => {
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const hold = await holdInstance(dataDir);
    const controlToken = 'x'.repeat(43);
    hold.announce({ pid: 4711, startedAt: 0, controlUrl: 'ws://127.0.0.1:2575/_slipstream/bridge', controlToken });
    await start();
    fake.ready.resolve();
    expect(await fake.exited).toBe(1);
    expect(fake.module.dialog.showErrorBox).toHaveBeenCalledWith('Slipstream', expect.stringContaining('pid 4711'));
    hold.release();
    vi.restoreAllMocks();
  });
});

describe('the running desktop face', () => {
  it('serves the proxy, and no dashboard', async () => {
    const { baseUrl, dashboardUrl } = await startReady();
    expect(dashboardUrl).toBeNull();
    expect((await fetch(`${baseUrl}/healthz`)).status).toBe(204);
    expect((await fetch(`${baseUrl}/`)).status).toBe(404);
    await expect(openSocket(`${baseUrl.replace('http', 'ws')}/_slipstream/bridge`, baseUrl)).rejects.toThrow('403');
    expect(statSync(readyFile()).mode & 0o777).toBe(0o600);
    expect(await quit()).toBe(0);
    expect(existsSync(join(dataDir, 'instance.json'))).toBe(false);
  });

  it('opens a sandboxed window that shows our page', async () => {
    await startReady();
    expect(openWindows()).toHaveLength(1);
    expect(openWindows()[0]?.options).toMatchObject({
      webPreferences: { sandbox: true, contextIsolation: true, preload: '/preload/preload.cjs' },
    });
    expect(openWindows()[0]?.loadURL).toHaveBeenCalledWith('app://bundle/index.html');
    await quit();
  });

  it('stays in the tray when its window is closed, and opens another from there', async () => {
    await startReady();
    expect(fake.module.app.listenerCount('window-all-closed')).toBe(1);
    openWindows()[0]?.emit('closed');
    fake.module.Tray.menu.find(({ label }) => label === 'Open dashboard')?.click?.();
    expect(openWindows()).toHaveLength(2);
    await quit();
  });

  it('starts without a window when told to, and a second start shows one', async () => {
    await startReady('--no-open');
    expect(openWindows()).toHaveLength(0);
    fake.module.app.emit('second-instance');
    expect(openWindows()).toHaveLength(1);
    await quit();
  });

  it('toggles fast mode from the tray, and tells the window and a command', async () => {
    await startReady();
    const record = findInstance(dataDir);
    const bridge = record === null ? null : await connectBridge(record);
    expect(fastItem()).toMatchObject({ checked: false });
    const changed = once(fake.module.Tray.changes, 'menu');
    fastItem()?.click?.();
    await changed;
    expect(fastItem()).toMatchObject({ checked: true });
    expect(openWindows()[0]?.webContents.send).toHaveBeenCalledWith(
      'slipstream:delta',
      expect.objectContaining({ kind: 'fast', fastPolicy: 'on' }),
    );
    expect(await bridge?.invoke('app.status', null)).toMatchObject({ ok: true, value: { fastPolicy: 'on' } });
    expect(await bridge?.invoke('app.dashboardUrl', null)).toEqual({ ok: true, value: { url: null } });
    bridge?.close();
    await quit();
  });

  it('answers its page over IPC', async () => {
    const { apiKey } = await startReady();
    const [, handler] = fake.module.ipcMain.handle.mock.calls[0] ?? [];
    const senderFrame = openWindows()[0]?.webContents.mainFrame;
    expect(await handler?.({ senderFrame }, { name: 'app.apiKey', input: null })).toEqual({
      ok: true,
      value: { apiKey },
    });
    await quit();
  });

  it('quits once, however often it is told to', async () => {
    await startReady();
    process.emit('SIGTERM');
    await Promise.all([quit(), quit()]);
    expect(fake.module.app.exit.mock.calls).toEqual([[0]]);
  });
});
