import { execFileSync } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { getConfig } from 'app-builder-lib/out/util/config/config.js';
import type { Session, WebContents } from 'electron';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { appSchemes, createAppHandler, resolveAsset, securityHeaders } from '../../src-main/electron/app-protocol.ts';
import { hardenContents, hardenSession } from '../../src-main/electron/harden.ts';
import { isTrustedSender } from '../../src-main/electron/ipc-main.ts';
import { isSafeExternalUrl } from '../../src-main/electron/safe-shell.ts';
import { WEB_PREFERENCES } from '../../src-main/electron/web-preferences.ts';
import { readAssets } from '../../src-main/node/assets.ts';
import { builtPaths, DesktopRig } from '../desktop/desktop-rig.ts';
import type { Current } from '../desktop/electron-stand-in/late-module.ts';
import { createStandIn, type StandIn } from '../desktop/electron-stand-in/stand-in.ts';

/**
 * Electron's security checklist (reference/style.md §3), one test an item, plus the additions. What needs a real window is
 * also driven in test/desktop; what has many cases has its table in the other files of this folder.
 */

const current = vi.hoisted((): Current => ({ standIn: null }));
vi.mock('electron', async () => (await import('../desktop/electron-stand-in/late-module.ts')).lateElectron(current));
vi.mock('electron-store', async () => ({
  default: (await import('../desktop/electron-stand-in/conf-store.ts')).ConfStore,
}));

const rootDir = resolve(import.meta.dirname, '..', '..');
const read = (path: string) => readFileSync(join(rootDir, path), 'utf8');
const sources = globSync('{src-main,src-renderer}/**/*.{ts,tsx}', { cwd: rootDir }).map(
  (path) => [path.replaceAll('\\', '/'), read(path)] as const,
);
/** Sources in which a pattern stands. */
const filesWith = (pattern: RegExp) => sources.filter(([, text]) => pattern.test(text)).map(([path]) => path);

let standIn: StandIn;
let rig: DesktopRig;
beforeEach(() => {
  standIn = createStandIn();
  current.standIn = standIn;
  rig = new DesktopRig(standIn);
});
afterEach(() => rig.dispose());

/** A page's contents that record what is done to them, hardened. */
function hardened() {
  const setWindowOpenHandler = vi.fn<WebContents['setWindowOpenHandler']>();
  const contents = Object.assign(new EventEmitter(), { setWindowOpenHandler });
  hardenContents(contents as unknown as WebContents);
  const isPrevented = (event: string) => {
    const preventDefault = vi.fn();
    contents.emit(event, { preventDefault, url: 'https://example.test/' });
    return preventDefault.mock.calls.length === 1;
  };
  return { setWindowOpenHandler, isPrevented };
}

describe('Electron’s security checklist', () => {
  it('1: only secure content: every window shows app:// pages', async () => {
    await rig.startReady();
    expect(standIn.windows.map((window) => window.webContents.getURL())).toEqual(['app://bundle/index.html']);
    expect(filesWith(/\.load(URL|File)\(/)).toEqual(['src-main/electron/window.ts']);
    await rig.quit();
  });

  it('2: no Node in the renderer', () => {
    expect(WEB_PREFERENCES).toMatchObject({
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
    });
  });

  it('3: context isolation', async () => {
    await rig.startReady();
    expect(standIn.windows[0]?.options.webPreferences).toMatchObject({ contextIsolation: true });
    await rig.quit();
  });

  it('4: the sandbox, for every process, settled before Electron is ready', async () => {
    await rig.startReady();
    expect(standIn.calls[0]).toBe('app.enableSandbox');
    expect(standIn.calls.indexOf('app.enableSandbox')).toBeLessThan(standIn.calls.indexOf('app.whenReady'));
    expect(standIn.windows[0]?.options.webPreferences).toMatchObject({ sandbox: true });
    expect(filesWith(/['"]--?no-sandbox|'no-sandbox'/)).toEqual([]);
    await rig.quit();
  });

  it('5: permissions are denied when asked for and when checked, but for one with its reason', () => {
    const handlers = new Map<string, (...args: never[]) => unknown>();
    const note = (name: string) => (handler: (...args: never[]) => unknown) => handlers.set(name, handler);
    hardenSession({
      setPermissionRequestHandler: note('request'),
      setPermissionCheckHandler: note('check'),
      setDevicePermissionHandler: note('device'),
      webRequest: { onBeforeRequest: note('before') },
    } as unknown as Session);
    const names = [
      ...new Set(read('node_modules/electron/electron.d.ts').matchAll(/permission: ([^,)]*'[^,)]*)[,)]/g)),
    ].flatMap(([, union = '']) => [...union.matchAll(/'([\w-]+)'/g)].map(([, name = '']) => name));
    expect(names.length).toBeGreaterThan(10);
    const check = handlers.get('check') as unknown as (contents: null, name: string, origin: string) => boolean;
    expect([...new Set(names)].filter((name) => check(null, name, 'app://bundle/'))).toEqual([
      'clipboard-sanitized-write',
    ]);
    const request = handlers.get('request') as unknown as (
      contents: null,
      name: string,
      answer: (isGranted: boolean) => void,
      details: { requestingUrl: string },
    ) => void;
    const granted = [...new Set(names)].filter((name) => {
      const answer = vi.fn();
      request(null, name, answer, { requestingUrl: 'app://bundle/index.html' });
      return answer.mock.calls[0]?.[0] === true;
    });
    expect(granted).toEqual(['clipboard-sanitized-write']);
  });

  it('6: webSecurity is never off', () => {
    expect(WEB_PREFERENCES.webSecurity).toBe(true);
    expect(filesWith(/webSecurity\s*:\s*false|disable-web-security/)).toEqual([]);
  });

  it('7: a content security policy on every answer of app://', () => {
    const answer = createAppHandler(readAssets(builtPaths.rendererDir))(new Request('app://bundle/index.html'));
    expect(answer.status).toBe(200);
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toBe(securityHeaders['content-security-policy']);
    expect(policy.split('; ')[0]).toBe("default-src 'none'");
    expect(policy).toContain("connect-src 'none'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
  });

  it.each([
    ['8: allowRunningInsecureContent', /allowRunningInsecureContent/],
    ['9: experimentalFeatures', /experimentalFeatures/],
    ['10: enableBlinkFeatures', /enableBlinkFeatures|enable-blink-features/],
    ['11: <webview> and allowpopups', /<webview|allowpopups|webviewTag:\s*true/],
  ])('%s is nowhere', (_name, pattern) => {
    expect(filesWith(pattern)).toEqual([]);
    expect(WEB_PREFERENCES.webviewTag).toBe(false);
  });

  it('12: no webview can be attached', () => {
    expect(hardened().isPrevented('will-attach-webview')).toBe(true);
  });

  it('13: no page can be led away', () => {
    const { isPrevented } = hardened();
    expect(['will-navigate', 'will-frame-navigate', 'will-redirect'].map(isPrevented)).toEqual([true, true, true]);
  });

  it('14: no page can open a window', async () => {
    const [handler] = hardened().setWindowOpenHandler.mock.calls[0] ?? [];
    expect(handler?.({} as never)).toEqual({ action: 'deny' });
    await rig.startReady();
    // Every contents there will ever be is hardened, since it is done where they are made.
    expect(standIn.windows[0]?.webContents.listenerCount('will-navigate')).toBe(1);
    await rig.quit();
  });

  it('15: shell.openExternal stands behind an allowlist, in one place', () => {
    expect(filesWith(/\.openExternal\(|shell\.openPath/)).toEqual(['src-main/electron/safe-shell.ts']);
    expect(
      ['file:///etc/passwd', 'https://evil.test', 'https://auth.openai.com@evil.test'].map(isSafeExternalUrl),
    ).toEqual([false, false, false]);
  });

  it('16: Electron is pinned to the version the types and the packages have', async () => {
    const { devDependencies } = JSON.parse(read('package.json')) as { devDependencies: Record<string, string> };
    const installed = JSON.parse(read('node_modules/electron/package.json')) as { version: string };
    expect(devDependencies.electron).toMatch(/^\d+\.\d+\.\d+$/);
    expect(devDependencies.electron).toBe(installed.version);
    expect((await builderConfig()).electronVersion).toBe(installed.version);
    expect(Number(installed.version.split('.')[0])).toBeGreaterThanOrEqual(45);
  });

  it('17: IPC is answered for the main frame of our window alone, in one place', () => {
    expect(filesWith(/ipcMain\.(handle|on|once)/)).toEqual(['src-main/electron/ipc-main.ts']);
    expect(isTrustedSender({ senderFrame: null }, null)).toBe(false);
    const frame = { parent: null, origin: 'https://example.test' };
    const window = { isDestroyed: () => false, webContents: { mainFrame: frame } };
    expect(isTrustedSender({ senderFrame: frame as never }, window as never)).toBe(false);
  });

  it('18: no file://, and app:// finds nothing but the files of the build', () => {
    expect(filesWith(/['"`]file:\/\//)).toEqual([]);
    expect(appSchemes.map(({ privileges }) => privileges?.bypassCSP ?? false)).toEqual([false]);
    const assets = readAssets(builtPaths.rendererDir);
    const inside = ['app://bundle/index.html'];
    const outside = ['app://bundle/../package.json', 'app://bundle/%2e%2e/package.json', 'file:///etc/passwd'];
    expect([...inside, ...outside].filter((url) => resolveAsset(assets, url) !== null)).toEqual(inside);
  });

  it('19: the fuses', async () => {
    expect((await builderConfig()).electronFuses).toEqual({
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      grantFileProtocolExtraPrivileges: false,
    });
    expect((await builderConfig()).asar).toBe(true);
  });

  it('20: the preload hands out no part of Electron', () => {
    const exposed: Record<string, object> = {};
    const ipcRenderer = { invoke: vi.fn(async () => null), on: vi.fn(), off: vi.fn() };
    const contextBridge = { exposeInMainWorld: (name: string, api: object) => Object.assign(exposed, { [name]: api }) };
    const run = new Function('require', 'module', 'exports', 'process', read('out/preload/preload.cjs'));
    run(() => ({ contextBridge, ipcRenderer }), {}, {});
    expect(Object.entries(exposed).map(([name, api]) => [name, Object.keys(api)])).toEqual([
      ['bridge', ['invoke', 'on']],
    ]);
    const bridge = exposed.bridge as { invoke(name: string, input: unknown): unknown; on(hear: unknown): unknown };
    bridge.invoke('any', 1);
    expect(ipcRenderer.invoke.mock.calls).toEqual([['slipstream:invoke', { name: 'any', input: 1 }]]);
  });
});

describe('the additions to the checklist', () => {
  it('a: the proxy listens on loopback alone', async () => {
    const { baseUrl } = await rig.startReady('--no-open');
    expect(new URL(baseUrl).hostname).toBe('127.0.0.1');
    const addresses = execFileSync(process.execPath, [
      '-p',
      "Object.values(require('os').networkInterfaces()).flat().filter(a => !a.internal && a.family === 'IPv4').map(a => a.address).join()",
    ])
      .toString()
      .trim();
    const others = addresses === '' ? [] : addresses.split(',');
    const { port } = new URL(baseUrl);
    for (const address of others) await expect(fetch(`http://${address}:${port}/healthz`)).rejects.toThrow();
    await rig.quit();
  });

  it('b: a foreign Host and a foreign Origin are refused, with no CORS header', async () => {
    const { baseUrl, apiKey } = await rig.startReady('--no-open');
    const answer = await fetch(`${baseUrl}/v1/models`, {
      headers: { authorization: `Bearer ${apiKey}`, origin: 'https://example.test' },
    });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([403, null]);
    await rig.quit();
  });

  it('f: there is one instance', async () => {
    standIn.module.app.requestSingleInstanceLock.mockReturnValue(false);
    await rig.start();
    expect(await standIn.exited).toBe(0);
  });

  it('h: a page’s requests are cancelled unless they are for app://', async () => {
    await rig.startReady();
    const [listener] = standIn.module.session.defaultSession.webRequest.onBeforeRequest.mock.calls[0] ?? [];
    const cancelled = (url: string) => {
      const answer = vi.fn();
      listener?.({ url }, answer);
      return answer.mock.calls[0]?.[0];
    };
    expect(cancelled('https://example.test/')).toEqual({ cancel: true });
    expect(cancelled('app://bundle/index.html')).toEqual({ cancel: false });
    await rig.quit();
  });

  it('i: Electron is never started as Node', () => {
    expect(filesWith(/ELECTRON_RUN_AS_NODE/)).toEqual(['src-main/build/start.ts']);
    expect(read('src-main/build/start.ts')).toContain('{ ELECTRON_RUN_AS_NODE: _asNode, ...env }');
  });
});

/** The packaging as electron-builder itself reads it. */
function builderConfig() {
  return getConfig(rootDir, null, null);
}
