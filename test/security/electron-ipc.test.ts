import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { BrowserWindow } from 'electron';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { isTrustedSender, serveIpc } from '../../src-main/electron/ipc-main.ts';
import { isSafeExternalUrl, openExternal } from '../../src-main/electron/safe-shell.ts';
import type { Delta } from '../../src-main/shared/model.ts';
import { plainSettings } from '../renderer/fixtures.ts';
import { fakeHandlers } from '../support/bridge-rig.ts';
import { recordingLog } from '../support/host.ts';

const electron = vi.hoisted(() => ({ ipcMain: { handle: vi.fn() }, shell: { openExternal: vi.fn() } }));
vi.mock('electron', () => electron);

const mainFrame = { parent: null, origin: 'app://bundle' };
const send = vi.fn();
const window = { isDestroyed: () => false, webContents: { mainFrame, send } } as unknown as BrowserWindow;
const event = (senderFrame: unknown) => ({ senderFrame }) as Parameters<typeof isTrustedSender>[0];

describe('an IPC call', () => {
  it.each<[string, unknown, BrowserWindow | null, boolean]>([
    ['the main frame of our window', mainFrame, window, true],
    ['a frame that is gone', null, window, false],
    ['a sub-frame', { parent: mainFrame, origin: 'app://bundle' }, window, false],
    ['the main frame of another window', { parent: null, origin: 'app://bundle' }, window, false],
    ['anything while there is no window', mainFrame, null, false],
    ['anything while the window closes', mainFrame, { ...window, isDestroyed: () => true } as BrowserWindow, false],
  ])('from %s is trusted: %#', (_name, frame, ourWindow, expected) => {
    expect(isTrustedSender(event(frame), ourWindow)).toBe(expected);
  });

  it.each(['https://example.test', 'null', 'file://', 'app://bundle.evil', 'http://127.0.0.1:2575'])(
    'from our window while it shows %s is refused',
    (origin) => {
      const frame = { parent: null, origin };
      const navigated = { isDestroyed: () => false, webContents: { mainFrame: frame } } as unknown as BrowserWindow;
      expect(isTrustedSender(event(frame), navigated)).toBe(false);
    },
  );
});

describe('the IPC server', () => {
  const log = recordingLog();
  let push: (delta: Delta) => void;
  let openWindow: BrowserWindow | null;
  let invoke: (event: unknown, payload: unknown) => Promise<unknown>;
  beforeEach(() => {
    vi.clearAllMocks();
    openWindow = window;
    serveIpc({
      window: () => openWindow,
      handlers: fakeHandlers(),
      onDelta: (listener) => {
        push = listener;
        return () => {};
      },
      log,
    });
    expect(electron.ipcMain.handle.mock.calls.map(([channel]) => channel)).toEqual(['slipstream:invoke']);
    invoke = electron.ipcMain.handle.mock.calls[0]?.[1];
  });

  it('answers a call of our page', async () => {
    expect(await invoke(event(mainFrame), { name: 'settings.set', input: { fastPolicy: 'on' } })).toEqual({
      ok: true,
      value: { ...plainSettings, fastPolicy: 'on' },
    });
  });

  it('refuses a call of any other', async () => {
    const stranger = { parent: null, origin: 'https://example.test' };
    expect(await invoke(event(stranger), { name: 'app.apiKey', input: null })).toMatchObject({
      ok: false,
      error: { code: 'call_refused' },
    });
  });

  it.each<[unknown, string]>([
    [undefined, 'call_invalid'],
    ['app.apiKey', 'call_invalid'],
    [{ name: 7, input: null }, 'call_invalid'],
    [{ name: 'x'.repeat(101), input: null }, 'call_invalid'],
    [{ name: 'app.apiKey', input: null, caller: 'command' }, 'call_invalid'],
    [{ name: 'nothing', input: null }, 'call_unknown'],
    [{ name: '__proto__', input: null }, 'call_unknown'],
    [{ name: 'settings.set', input: { fastPolicy: 'warp' } }, 'call_invalid'],
    [{ name: 'app.dashboardUrl', input: null }, 'call_refused'],
  ])('answers %j with %s', async (payload, code) => {
    expect(await invoke(event(mainFrame), payload)).toMatchObject({ ok: false, error: { code } });
  });

  it('pushes deltas to an open window, and to none without harm', () => {
    const delta: Delta = { seq: 1, kind: 'settings', settings: { ...plainSettings, fastPolicy: 'on' } };
    push(delta);
    openWindow = null;
    push(delta);
    expect(send.mock.calls).toEqual([['slipstream:delta', delta]]);
  });
});

describe('the preload', () => {
  const path = join(resolve(import.meta.dirname, '..', '..'), 'out', 'preload', 'preload.cjs');
  const ipcRenderer = { invoke: vi.fn(async () => 'answer'), on: vi.fn(), off: vi.fn() };
  const exposed: Record<string, unknown> = {};
  const required: string[] = [];

  interface ExposedBridge {
    invoke(name: string, input: unknown): Promise<unknown>;
    on(listener: (delta: unknown) => void): () => void;
  }

  /** Runs the built file as a sandbox would: with `require` and nothing else of Node. */
  function load(): ExposedBridge {
    const fakeRequire = (name: string) => {
      required.push(name);
      return {
        contextBridge: { exposeInMainWorld: (key: string, api: unknown) => Object.assign(exposed, { [key]: api }) },
        ipcRenderer,
      };
    };
    new Function('require', 'module', 'exports', 'process', readFileSync(path, 'utf8'))(fakeRequire, {}, {});
    return exposed.bridge as ExposedBridge;
  }

  it('needs nothing but Electron, and exposes exactly invoke and on', () => {
    const bridge = load();
    expect([...new Set(required)]).toEqual(['electron']);
    expect(Object.keys(exposed)).toEqual(['bridge']);
    expect(Object.keys(bridge)).toEqual(['invoke', 'on']);
  });

  it('calls on its one channel only, whatever the page names', async () => {
    await load().invoke('slipstream:delta', { x: 1 });
    expect(ipcRenderer.invoke.mock.calls).toEqual([
      ['slipstream:invoke', { name: 'slipstream:delta', input: { x: 1 } }],
    ]);
  });

  it('gives a listener the payload without the event, until it is undone', () => {
    const heard: unknown[][] = [];
    const undo = load().on((...args: unknown[]) => heard.push(args));
    const [channel, hear] = ipcRenderer.on.mock.calls[0] ?? [];
    hear({ sender: ipcRenderer }, 'delta');
    expect([channel, heard]).toEqual(['slipstream:delta', [['delta']]]);
    undo();
    expect(ipcRenderer.off).toHaveBeenCalledWith('slipstream:delta', hear);
  });
});

describe('a link out of the app', () => {
  it.each(['https://auth.openai.com/oauth/authorize?x=1', 'https://chatgpt.com/codex/settings/usage'])(
    '%s may be opened',
    (url) => {
      expect(isSafeExternalUrl(url)).toBe(true);
    },
  );

  it.each([
    'http://chatgpt.com/',
    'file:///etc/passwd',
    'smb://chatgpt.com/share',
    'javascript:alert(1)',
    'https://chatgpt.com@evil.example/',
    'https://user@chatgpt.com/',
    'https://chatgpt.com.evil.example/',
    'https://evil.example/chatgpt.com',
    'https://chatgpt.com:8443/',
    '\\\\chatgpt.com\\share',
    'https:\\\\chatgpt.com\\',
    'https://chatgpt.com/\n',
    'https://chatgpt.com/ x',
    'HTTPS://chatgpt.com/',
    'https://chatgpt.com\u202e/',
    '',
  ])('%j may not', (url) => {
    expect(isSafeExternalUrl(url)).toBe(false);
  });

  const issuer = 'https://auth.openai.com';
  const localIssuer = 'http://127.0.0.1:4455';

  it.each([
    [`${issuer}/oauth/authorize?state=x&code_challenge=y`, issuer],
    [`${localIssuer}/oauth/authorize?state=x`, localIssuer],
    ['http://localhost:4455/codex/device', 'http://localhost:4455'],
  ])('%s, a page of the issuer %s, is handed to the browser', async (url, of) => {
    electron.shell.openExternal.mockClear();
    expect(await openExternal(url, of)).toBe(true);
    expect(electron.shell.openExternal.mock.calls).toEqual([[url]]);
  });

  it.each([
    ['javascript:alert(1)', issuer],
    ['file:///etc/passwd', issuer],
    ['file:///etc/passwd', 'file:///'],
    ['https://example.test/', issuer],
    ['https://auth.openai.com@evil.test/', issuer],
    ['https://auth.openai.com:443@evil.test/', issuer],
    ['https://user:password@auth.openai.com/', issuer],
    ['https://auth.openai.com.evil.test/', issuer],
    ['https:\\\\auth.openai.com\\oauth', issuer],
    ['https://auth.openai.com/\u202e', issuer],
    ['http://auth.openai.com/', issuer],
    // An issuer elsewhere than on this machine has to be https, whatever was configured.
    ['http://issuer.test/oauth', 'http://issuer.test'],
    ['http://127.0.0.1.evil.test/', 'http://127.0.0.1.evil.test'],
    ['http://127.0.0.1:4456/oauth', localIssuer],
    ['http://127.0.0.1:4455@evil.test/', localIssuer],
    ['http://127.0.0.1:4455\\@evil.test/', localIssuer],
    ['slipstream://open', 'slipstream://open'],
    ['', ''],
  ])('%j, with the issuer %s, is not, and nothing is opened', async (url, of) => {
    electron.shell.openExternal.mockClear();
    expect(await openExternal(url, of)).toBe(false);
    expect(electron.shell.openExternal).not.toHaveBeenCalled();
  });
});
