import { execFile } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { addCompat } from './compat.ts';
import type { Runtime } from './runtime.ts';

/** The program in every form that the tests start, in a folder that every user can read. */
export interface Stage {
  readonly dir: string;
  /** The package's folder: its program is `slipstream`. */
  readonly packageDir: string;
  /** What the package's archive holds, as files: for `electron FOLDER`. */
  readonly appDir: string;
  readonly runtimeDir: string;
  /** Runs what it is given as a user who may do nothing, where it is root who asks: Chromium has no sandbox for root. */
  readonly asUser: string;
  /** The runtime, run so. */
  readonly electron: string;
  /** The version of Electron, and whether it is the pinned one. */
  readonly version: string;
  readonly isPinned: boolean;
}

/** What `npm run test:electron` has made; null where the tests are run without it. */
export function givenStage(): Stage | null {
  const text = process.env.ELECTRON_STAGE;
  return text === undefined ? null : (JSON.parse(text) as Stage);
}

/** Who runs programs where it is root who tests. */
export const plainUserId = 65_534;

const rootDir = resolve(import.meta.dirname, '..', '..');

/** Packages the built program with a runtime, as `npm run dist` does. */
export async function makeStage(runtime: Runtime): Promise<Stage> {
  const dir = mkdtempSync(join(tmpdir(), 'slipstream-electron-'));
  chmodSync(dir, 0o755);
  const { dir: runtimeDir, version, compatPackages } = runtime;
  const packageDir = await makePackage(runtime, dir);
  const appDir = join(dir, 'app');
  const archive = join(packageDir, 'resources', 'app.asar');
  const { createPackageWithOptions, extractAll } = await loadAsar();
  extractAll(archive, appDir);
  if (compatPackages !== null) {
    await addCompat(join(appDir, 'out'), compatPackages);
    await createPackageWithOptions(appDir, archive, { unpack: '*.node' });
  }
  // The user may not be able to read the cache.
  cpSync(runtimeDir, join(dir, 'electron'), { recursive: true });
  const asUser = writeAsUser(dir);
  const electron = join(dir, 'bin', 'electron');
  writeFileSync(electron, `#!/bin/sh\nexec ${asUser} ${join(dir, 'electron', 'electron')} "$@"\n`, { mode: 0o755 });
  return {
    dir,
    packageDir,
    appDir,
    runtimeDir: join(dir, 'electron'),
    asUser,
    electron,
    version,
    isPinned: compatPackages === null,
  };
}

export function removeStage({ dir }: Stage): void {
  rmSync(dir, { recursive: true, force: true });
}

async function makePackage({ dir: runtimeDir, version }: Runtime, dir: string): Promise<string> {
  const cli = join(dirname(createRequire(import.meta.url).resolve('electron-builder/package.json')), 'cli.js');
  const overrides = [`electronDist=${runtimeDir}`, `electronVersion=${version}`, `directories.output=${dir}`];
  const args = ['--linux', '--x64', '--dir', '--publish', 'never', ...overrides.map((one) => `-c.${one}`)];
  await promisify(execFile)(process.execPath, [cli, ...args], { cwd: rootDir });
  return join(dir, 'linux-unpacked');
}

interface Asar {
  readonly extractAll: (archive: string, into: string) => void;
  readonly createPackageWithOptions: (
    from: string,
    archive: string,
    options: { readonly unpack: string },
  ) => Promise<void>;
}

/** The library that electron-builder packs with. */
export async function loadAsar(): Promise<Asar> {
  const builder = createRequire(import.meta.url).resolve('app-builder-lib/package.json');
  return (await import(pathToFileURL(createRequire(builder).resolve('@electron/asar')).href)) as Asar;
}

/** Playwright's own module is read by the program, which may not be able to read this tree. */
function writeAsUser(dir: string): string {
  const core = dirname(createRequire(import.meta.url).resolve('playwright-core/package.json'));
  const loader = join(core, 'lib', 'server', 'electron', 'loader.js');
  mkdirSync(join(dir, 'bin'));
  copyFileSync(loader, join(dir, 'bin', 'loader.js'));
  const become =
    process.getuid?.() === 0 ? `setpriv --reuid=${plainUserId} --regid=${plainUserId} --clear-groups ` : '';
  const script = [
    '#!/bin/sh',
    'for arg do',
    '  shift',
    `  case $arg in */electron/loader.js) arg=${join(dir, 'bin', 'loader.js')};; esac`,
    '  set -- "$@" "$arg"',
    'done',
    `exec ${become}"$@"`,
    '',
  ].join('\n');
  const path = join(dir, 'bin', 'as-user');
  writeFileSync(path, script, { mode: 0o755 });
  return path;
}
