import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findElectron } from '../../src-main/build/face.ts';

const rootDir = resolve(import.meta.dirname, '..', '..');
const electronDir = dirname(createRequire(import.meta.url).resolve('electron/package.json'));

const runtime = findElectron(electronDir, process.env, process.platform);
const hasDisplay = process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);

/** Why the real program cannot be driven here; null where it can. */
const obstacle = runtime === null ? 'no Electron runtime' : hasDisplay ? null : 'no display (run it under xvfb-run)';

describe('the real Electron', () => {
  it.skipIf(obstacle === null)(`is here (skipped: ${obstacle})`, ({ skip }) => skip(`skipped: ${obstacle}`));
});

describe.skipIf(obstacle !== null)('the desktop app in a real Electron', () => {
  let dir: string;
  let electronApp: ElectronApplication;
  let page: Page;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'slipstream-electron-'));
    const { ELECTRON_RUN_AS_NODE: _asNode, ...env } = process.env;
    const defined = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
    electronApp = await _electron.launch({
      executablePath: runtime ?? '',
      args: [
        // Chromium has no sandbox for root; only a job that runs as root passes this, and it says so.
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        rootDir,
        '--port',
        '0',
        '--data-dir',
        join(dir, 'data'),
        '--ready-file',
        join(dir, 'ready.json'),
      ],
      env: Object.fromEntries(defined),
    });
    page = await electronApp.firstWindow();
    await page.getByText('Connected', { exact: true }).first().waitFor();
  });
  afterAll(async () => {
    await electronApp?.close();
    rmSync(dir, { recursive: true, force: true });
  });

  it('has the sandbox, unless it runs as root', async () => {
    const isUnsandboxed = await electronApp.evaluate(({ app }) => app.commandLine.hasSwitch('no-sandbox'));
    expect(isUnsandboxed).toBe(process.getuid?.() === 0);
  });

  it('isolates its page: no Node, and a bridge of two members', async () => {
    expect(page.url()).toMatch(/^app:\/\/bundle\//);
    expect(
      await page.evaluate(() => [typeof Reflect.get(window, 'require'), typeof Reflect.get(window, 'process')]),
    ).toEqual(['undefined', 'undefined']);
    expect(await page.evaluate(() => Object.keys(window.bridge ?? {}))).toEqual(['invoke', 'on']);
  });

  it('keeps its page where it is, and lets it reach nothing', async () => {
    await page.evaluate(() => {
      location.href = 'https://example.test/';
    });
    expect(await page.evaluate(() => window.open('https://example.test/'))).toBeNull();
    expect(
      await page.evaluate(() =>
        fetch('https://example.test/').then(
          () => 'answered',
          () => 'blocked',
        ),
      ),
    ).toBe('blocked');
    expect(page.url()).toMatch(/^app:\/\/bundle\//);
    expect(electronApp.windows()).toHaveLength(1);
  });

  it('denies permissions', async () => {
    const states = await page.evaluate(async () => {
      const names = ['geolocation', 'notifications', 'midi'] as const;
      return Promise.all(names.map(async (name) => (await navigator.permissions.query({ name })).state));
    });
    expect(states).toEqual(['denied', 'denied', 'denied']);
  });

  it('brings what the core needs of Node: sqlite and zstd', async () => {
    const has = await electronApp.evaluate(() => {
      const { getBuiltinModule } = process;
      const zlib: object = getBuiltinModule('node:zlib');
      return [typeof getBuiltinModule('node:sqlite')?.DatabaseSync, 'zstdDecompressSync' in zlib];
    });
    expect(has).toEqual(['function', true]);
  });

  it('has written its ready file', () => {
    expect(existsSync(join(dir, 'ready.json'))).toBe(true);
  });
});
