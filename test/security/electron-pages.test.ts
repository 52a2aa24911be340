import { EventEmitter } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Session, WebContents } from 'electron';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { appSchemes, createAppHandler, resolveAsset, securityHeaders } from '../../src-main/electron/app-protocol.ts';
import { hardenContents, hardenSession } from '../../src-main/electron/harden.ts';
import { WEB_PREFERENCES } from '../../src-main/electron/web-preferences.ts';
import { type Assets, readAssets } from '../../src-main/node/assets.ts';

describe('every page', () => {
  it('runs sandboxed, isolated and without Node', () => {
    expect(WEB_PREFERENCES).toEqual({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    });
  });

  it('stays where it is and opens nothing', () => {
    const setWindowOpenHandler = vi.fn<WebContents['setWindowOpenHandler']>();
    const contents = Object.assign(new EventEmitter(), { setWindowOpenHandler });
    hardenContents(contents as unknown as WebContents);
    for (const name of ['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview']) {
      const event = { preventDefault: vi.fn() };
      contents.emit(name, event);
      expect(event.preventDefault, name).toHaveBeenCalledOnce();
    }
    const [openHandler] = setWindowOpenHandler.mock.calls[0] ?? [];
    expect(openHandler?.({} as never)).toEqual({ action: 'deny' });
  });
});

describe('the session', () => {
  const session = {
    setPermissionRequestHandler: vi.fn(),
    setPermissionCheckHandler: vi.fn(),
    setDevicePermissionHandler: vi.fn(),
    webRequest: { onBeforeRequest: vi.fn() },
  };
  hardenSession(session as unknown as Session);
  const [request] = session.setPermissionRequestHandler.mock.calls[0] ?? [];
  const [check] = session.setPermissionCheckHandler.mock.calls[0] ?? [];
  const [device] = session.setDevicePermissionHandler.mock.calls[0] ?? [];
  const [beforeRequest] = session.webRequest.onBeforeRequest.mock.calls[0] ?? [];

  const asked = (permission: string, origin: string) => {
    const answer = vi.fn();
    request(null, permission, answer, { requestingUrl: `${origin}/index.html` });
    return [answer.mock.calls[0]?.[0], check(null, permission, `${origin}/`, {})];
  };

  it.each([
    'media',
    'geolocation',
    'notifications',
    'clipboard-read',
    'deprecated-sync-clipboard-read',
    'display-capture',
    'fileSystem',
    'fullscreen',
    'hid',
    'idle-detection',
    'local-fonts',
    'local-network-access',
    'midi',
    'midiSysex',
    'openExternal',
    'pointerLock',
    'serial',
    'storage-access',
    'usb',
    'window-management',
    'unknown',
  ])('denies %s, asked for and checked', (permission) => {
    expect(asked(permission, 'app://bundle')).toEqual([false, false]);
  });

  it('lets our page write to the clipboard, for its copy buttons, and no other page', () => {
    expect(asked('clipboard-sanitized-write', 'app://bundle')).toEqual([true, true]);
    expect(asked('clipboard-sanitized-write', 'app://bundle.evil')).toEqual([false, false]);
    expect(asked('clipboard-sanitized-write', 'https://example.test')).toEqual([false, false]);
  });

  it('denies every device', () => {
    expect(device({ deviceType: 'usb' })).toBe(false);
  });

  it.each([
    ['app://bundle/index.html', false],
    ['app://bundle/assets/index.js', false],
    ['app://bundle.evil/index.html', true],
    ['https://example.test/', true],
    ['http://127.0.0.1:2575/v1/responses', true],
    ['ws://127.0.0.1:2575/_slipstream/bridge', true],
    ['file:///etc/passwd', true],
    ['devtools://devtools/bundled/inspector.html', true],
  ])('for %s: request cancelled: %s', (url, cancel) => {
    const answer = vi.fn();
    beforeRequest({ url }, answer);
    expect(answer).toHaveBeenCalledWith({ cancel });
  });
});

describe('app://bundle', () => {
  let dir: string;
  let assets: Assets;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'slipstream-app-'));
    const renderer = join(dir, 'out');
    mkdirSync(join(renderer, 'assets'), { recursive: true });
    mkdirSync(join(dir, 'out-evil'));
    writeFileSync(join(renderer, 'index.html'), '<!doctype html>');
    writeFileSync(join(renderer, 'assets', 'index-abc.js'), 'export {};');
    writeFileSync(join(dir, 'secret.js'), 'canary');
    writeFileSync(join(dir, 'out-evil', 'secret.js'), 'canary');
    symlinkSync(join(dir, 'secret.js'), join(renderer, 'link.js'));
    symlinkSync(dir, join(renderer, 'linked'));
    assets = readAssets(renderer);
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it('is standard and secure, and neither bypasses the policy nor offers fetch', () => {
    expect(appSchemes).toEqual([{ scheme: 'app', privileges: { standard: true, secure: true, codeCache: true } }]);
  });

  it.each([
    ['app://bundle/', 'text/html; charset=utf-8'],
    ['app://bundle/index.html', 'text/html; charset=utf-8'],
    ['app://bundle/index.html#/requests', 'text/html; charset=utf-8'],
    ['app://bundle/index.html?x=../../secret.js', 'text/html; charset=utf-8'],
    ['app://bundle/assets/index-abc.js', 'text/javascript; charset=utf-8'],
  ])('has %s', (url, contentType) => {
    expect(resolveAsset(assets, url)?.contentType).toBe(contentType);
  });

  it.each([
    'app://bundle/../secret.js',
    'app://bundle/%2e%2e/secret.js',
    'app://bundle/..%2fsecret.js',
    'app://bundle/..\\secret.js',
    'app://bundle/..%5csecret.js',
    'app://bundle/assets/../../secret.js',
    'app://bundle/../out-evil/secret.js',
    'app://bundle/index.html%00',
    'app://bundle/index.html\0.js',
    'app://bundle/link.js',
    'app://bundle/linked/secret.js',
    'app://bundle//secret.js',
    'app://bundle/assets',
    'app://bundle/assets/',
    'app://bundle',
    'app://evil/index.html',
    'app://bundle.evil/index.html',
    'app://bundle@evil/index.html',
    'app:/bundle/index.html',
    'file:///index.html',
    'https://bundle/index.html',
  ])('does not have %j', (url) => {
    expect(resolveAsset(assets, url)).toBeNull();
  });

  it('answers with the strict headers, also when it has nothing', async () => {
    const handle = createAppHandler(assets);
    const [page, none] = [handle(new Request('app://bundle/')), handle(new Request('app://bundle/none'))];
    expect([page.status, none.status]).toEqual([200, 404]);
    expect(await page.text()).toBe('<!doctype html>');
    for (const { headers } of [page, none]) expect(Object.fromEntries(headers)).toMatchObject(securityHeaders);
    expect(securityHeaders['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'none'; " +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'",
    );
  });

  it('answers GET only', () => {
    const handle = createAppHandler(assets);
    expect(handle(new Request('app://bundle/', { method: 'POST' })).status).toBe(404);
  });
});
