import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { givenStage } from './stage.ts';
import { UserSession } from './user-session.ts';

const stage = givenStage();

describe.skipIf(stage === null)('the desktop app in a real Electron', () => {
  let session: UserSession;
  let electronApp: ElectronApplication;
  let page: Page;

  beforeAll(async () => {
    if (stage === null) return;
    session = await UserSession.start(stage);
    electronApp = await _electron.launch({
      executablePath: stage.electron,
      // Without it Playwright itself would pass --no-sandbox.
      chromiumSandbox: true,
      args: [stage.appDir, ...['--port', '0'], ...['--ready-file', join(session.homeDir, 'ready.json')]],
      env: { ...session.env },
      cwd: session.dir,
    });
    page = await electronApp.firstWindow();
    await connected(page);
  });
  afterAll(async () => {
    await electronApp?.close();
    session?.stop();
  });

  const connected = (shown: Page) => shown.getByText('Connected', { exact: true }).first().waitFor();

  it('runs its page in the sandbox', async () => {
    expect(await electronApp.evaluate(({ app }) => app.commandLine.hasSwitch('no-sandbox'))).toBe(false);
    expect(await electronApp.evaluate(({ app }) => app.getAppMetrics().map(({ type, sandboxed }) => [type, sandboxed])))
      // The system tells of it on macOS and Windows only.
      .toContainEqual(['Tab', process.platform === 'linux' ? undefined : true]);
  });

  it('isolates its page: no Node, and a bridge of two members that a page cannot spoil', async () => {
    expect(page.url()).toMatch(/^app:\/\/bundle\//);
    expect(
      await page.evaluate(() => [typeof Reflect.get(window, 'require'), typeof Reflect.get(window, 'process')]),
    ).toEqual(['undefined', 'undefined']);
    expect(await page.evaluate(() => Object.keys(window.bridge ?? {}))).toEqual(['invoke', 'on']);
    const answer = await page.evaluate(() => {
      // The preload lives in another world: what a page does to its own objects does not reach it.
      const { map } = Array.prototype;
      Array.prototype.map = () => [];
      Reflect.set(Object.prototype, 'name', 'app.apiKey');
      const asked = window.bridge?.invoke('app.status', null);
      Array.prototype.map = map;
      Reflect.deleteProperty(Object.prototype, 'name');
      return asked;
    });
    expect(answer).toMatchObject({ ok: true, value: { fastPolicy: 'auto' } });
    await page.reload();
    await connected(page);
  });

  it('keeps its page where it is, and lets it reach nothing and make no code', async () => {
    await page.evaluate(() => {
      location.href = 'https://example.test/';
    });
    expect(await page.evaluate(() => window.open('https://example.test/'))).toBeNull();
    const outcome = await page.evaluate(async () => {
      const script = document.createElement('script');
      script.textContent = 'window.hasRun = true';
      document.head.append(script);
      const fetched = await fetch('https://example.test/').then(
        () => 'answered',
        () => 'blocked',
      );
      const made = await new Promise<string>((resolve) => {
        setTimeout(() => {
          try {
            resolve(String(new Function('return 1')()));
          } catch (thrown) {
            resolve(String(thrown).split(':')[0] ?? '');
          }
        });
      });
      return [fetched, made, typeof Reflect.get(window, 'hasRun')];
    });
    expect(outcome).toEqual(['blocked', 'EvalError', 'undefined']);
    expect(page.url()).toMatch(/^app:\/\/bundle\//);
    expect(electronApp.windows()).toHaveLength(1);
  });

  it('answers no call of another window, though it shows the same page with the same preload', async () => {
    const preload = join(stage?.appDir ?? '', 'out', 'preload', 'preload.cjs');
    const answer = await electronApp.evaluate(async ({ BrowserWindow }, path) => {
      const stranger = new BrowserWindow({ show: false, webPreferences: { preload: path, sandbox: true } });
      try {
        await stranger.loadURL('app://bundle/index.html');
        return await stranger.webContents.executeJavaScript("window.bridge.invoke('app.apiKey', null)");
      } finally {
        stranger.destroy();
      }
    }, preload);
    expect(answer).toMatchObject({ ok: false, error: { code: 'call_refused' } });
  });

  it('denies permissions', async () => {
    const states = await page.evaluate(async () => {
      const names = ['geolocation', 'notifications', 'midi'] as const;
      return Promise.all(names.map(async (name) => (await navigator.permissions.query({ name })).state));
    });
    expect(states).toEqual(['denied', 'denied', 'denied']);
  });

  it.skipIf(stage?.isPinned !== true)('brings what the core needs of Node: sqlite and zstd', async () => {
    const has = await electronApp.evaluate(() => {
      const { getBuiltinModule } = process;
      const zlib: object = getBuiltinModule('node:zlib');
      return [typeof getBuiltinModule('node:sqlite')?.DatabaseSync, 'zstdDecompressSync' in zlib];
    });
    expect(has).toEqual(['function', true]);
  });

  it('listens where its ready file says', async () => {
    const ready = JSON.parse(readFileSync(join(session.homeDir, 'ready.json'), 'utf8')) as { readonly baseUrl: string };
    expect((await fetch(`${ready.baseUrl}/healthz`)).status).toBe(204);
  });

  it('has a tray with an image that Electron can read, and stays there when its window is closed', async () => {
    const image = join(stage?.appDir ?? '', 'assets', 'tray', 'idle-outlined.png');
    const seen = await electronApp.evaluate(({ nativeImage, nativeTheme }, path) => {
      const read = nativeImage.createFromPath(path);
      // There is no list of trays; ours follows the theme from when it stands.
      return { isEmpty: read.isEmpty(), size: read.getSize(), followers: nativeTheme.listenerCount('updated') };
    }, image);
    expect(seen).toEqual({ isEmpty: false, size: { width: 32, height: 32 }, followers: 1 });
    await page.close();
    expect(electronApp.windows()).toHaveLength(0);
    const opened = electronApp.waitForEvent('window');
    await electronApp.evaluate(({ app }) => app.emit('second-instance', {}, ['slipstream']));
    page = await opened;
    await connected(page);
  });
});
