import { execFile } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { loadAsar, type Stage } from './stage.ts';
import { hasProgram } from './user-session.ts';

const rootDir = resolve(import.meta.dirname, '..', '..');
const run = promisify(execFile);

/**
 * Two take minutes and a gigabyte, so it is to be asked for. It takes the system's squashfs-tools and desktop-file-utils:
 * electron-builder's own can be had from GitHub alone.
 */
export const appImagesAreWanted =
  process.env.ELECTRON_APPIMAGE === '1' && ['mksquashfs', 'unsquashfs', 'desktop-file-validate'].every(hasProgram);

/** The head of the file: the genuine one mounts what follows it, this one unpacks it. Of a fixed length, which it names. */
const headBytes = 4096;
const head = `#!/bin/sh
export APPIMAGE="$(readlink -f "$0")"
export APPDIR="$(mktemp -d)"
unsquashfs -quiet -no-progress -force -offset ${headBytes} -dest "$APPDIR" "$APPIMAGE" >/dev/null 2>&1
exec "$APPDIR/AppRun" "$@"
`;

interface AppImage {
  /** Its name and that of `latest-linux.yml`, in a folder that a server can have. */
  readonly dir: string;
  readonly name: string;
}

/** Makes an AppImage of the package as `npm run dist` does, as a version that looks for newer ones at an address. */
export async function makeAppImage(stage: Stage, version: string, feedUrl: string): Promise<AppImage> {
  const dir = mkdtempSync(join(stage.dir, 'appimage-'));
  const packageDir = join(dir, 'package');
  await run('cp', ['-al', stage.packageDir, packageDir]);
  await setVersion(stage, packageDir, version, join(dir, 'app'));
  const out = join(dir, 'out');
  const cli = join(dirname(createRequire(import.meta.url).resolve('electron-builder/package.json')), 'cli.js');
  const overrides = [
    `electronVersion=${stage.version}`,
    `directories.output=${out}`,
    `extraMetadata.version=${version}`,
    'publish.provider=generic',
    `publish.url=${feedUrl}`,
  ];
  const args = ['--linux', 'AppImage', '--x64', '--publish', 'never', '--prepackaged', packageDir];
  await run(process.execPath, [cli, ...args, ...overrides.map((one) => `-c.${one}`)], {
    cwd: rootDir,
    env: { ...process.env, APPIMAGE_TOOLS_PATH: makeTools(dir) },
  });
  return { dir: out, name: `Slipstream-${version}.AppImage` };
}

async function setVersion(stage: Stage, packageDir: string, version: string, appDir: string): Promise<void> {
  cpSync(stage.appDir, appDir, { recursive: true });
  const path = join(appDir, 'package.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  writeFileSync(path, JSON.stringify({ ...manifest, version }));
  const archive = join(packageDir, 'resources', 'app.asar');
  // Linked to the stage's own until it is gone.
  rmSync(archive);
  rmSync(`${archive}.unpacked`, { recursive: true, force: true });
  const { createPackageWithOptions } = await loadAsar();
  await createPackageWithOptions(appDir, archive, { unpack: '*.node' });
  rmSync(join(packageDir, 'resources', 'app-update.yml'), { force: true });
}

/** The folder of electron-builder's tools, made of the system's. */
function makeTools(dir: string): string {
  const tools = join(dir, 'tools');
  mkdirSync(join(tools, 'linux-x64'), { recursive: true });
  mkdirSync(join(tools, 'lib', 'x64'), { recursive: true });
  writeFileSync(join(tools, 'runtime-x64'), head.padEnd(headBytes, '\n'));
  // Uncompressed: nobody waits for a smaller one here.
  const squash = join(tools, 'linux-x64', 'mksquashfs');
  writeFileSync(squash, '#!/bin/sh\nexec mksquashfs "$@" -noI -noD -noF -noX\n');
  chmodSync(squash, 0o755);
  const validate = join(tools, 'linux-x64', 'desktop-file-validate');
  writeFileSync(validate, '#!/bin/sh\nexec desktop-file-validate "$@"\n');
  chmodSync(validate, 0o755);
  return tools;
}
