import { EventEmitter } from 'node:events';
import { getConfig } from 'app-builder-lib/out/util/config/config.js';
import type { Session, WebContents } from 'electron';
import { describe, expect, it, vi } from 'vitest';
import { appSchemes, createAppHandler, resolveAsset, securityHeaders } from '../../src-main/electron/app-protocol.ts';
import { hardenContents, hardenSession } from '../../src-main/electron/harden.ts';
import { isTrustedSender } from '../../src-main/electron/ipc-main.ts';
import { isSafeExternalUrl } from '../../src-main/electron/safe-shell.ts';
import { WEB_PREFERENCES } from '../../src-main/electron/web-preferences.ts';
import { readAssets } from '../../src-main/node/assets.ts';
import { builtPaths } from '../desktop/desktop-rig.ts';
import { givenDesktop } from '../desktop/given-desktop.ts';
import { current } from '../support/shared-electron.ts';
import { filesWith, read, rootDir } from '../support/sources.ts';

/**
 * Electron's security checklist, one test an item; the additions are in electron-additions.test.ts.
 * What needs a real window is also driven in test/desktop; what has many cases has its table in the other files here.
 */

vi.mock('electron', async () => (await import('../support/shared-electron.ts')).sharedElectron);
vi.mock('electron-store', async () => (await import('../support/shared-electron.ts')).sharedStore);

const desk = givenDesktop(current);

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
    await desk.rig.startReady();
    expect(desk.standIn.windows.map((window) => window.webContents.getURL())).toEqual(['app://bundle/index.html']);
    expect(filesWith(/\.load(URL|File)\(/)).toEqual(['src-main/electron/window.ts']);
    await desk.rig.quit();
  });

  it('2: no Node in the renderer', async () => {
    await desk.rig.startReady();
    const preferences = { nodeIntegration: false, nodeIntegrationInWorker: false, nodeIntegrationInSubFrames: false };
    expect(desk.standIn.windows[0]?.options.webPreferences).toMatchObject(preferences);
    // Every window there is has these; there is one place that makes any.
    expect(desk.standIn.windows[0]?.options.webPreferences).toMatchObject(WEB_PREFERENCES);
    expect(filesWith(/new (BrowserWindow|BaseWindow|WebContentsView|BrowserView)\b/)).toEqual([
      'src-main/electron/window.ts',
    ]);
    await desk.rig.quit();
  });

  it('3: context isolation', async () => {
    await desk.rig.startReady();
    expect(desk.standIn.windows[0]?.options.webPreferences).toMatchObject({ contextIsolation: true });
    await desk.rig.quit();
  });

  it('4: the sandbox, for every process, settled before Electron is ready', async () => {
    await desk.rig.startReady();
    expect(desk.standIn.calls[0]).toBe('app.enableSandbox');
    expect(desk.standIn.calls.indexOf('app.enableSandbox')).toBeLessThan(desk.standIn.calls.indexOf('app.whenReady'));
    expect(desk.standIn.windows[0]?.options.webPreferences).toMatchObject({ sandbox: true });
    // The one place that knows of the switch refuses to go on with it.
    expect(filesWith(/['"]--?no-sandbox|'no-sandbox'/)).toEqual(['src-main/electron/desktop.ts']);
    // What Chromium is told beside holds no way around it.
    expect(filesWith(/appendSwitch|appendArgument/)).toEqual(['src-main/electron/desktop.ts']);
    const [flags, ...others] = desk.standIn.appended;
    expect(flags).toEqual(['js-flags', expect.stringMatching(/^--max-semi-space-size=\d+$/)]);
    const harmless = ['in-process-gpu', 'enable-features'];
    expect(others.filter(([name]) => !harmless.includes(name))).toEqual([]);
    await desk.rig.quit();
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
    await desk.rig.startReady();
    // Every contents there will ever be is hardened, since it is done where they are made.
    expect(desk.standIn.windows[0]?.webContents.listenerCount('will-navigate')).toBe(1);
    await desk.rig.quit();
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

/** The packaging as electron-builder itself reads it. */
function builderConfig() {
  return getConfig(rootDir, null, null);
}
