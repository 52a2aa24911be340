import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isStale } from './stale.ts';

const buildWaitMs = 300_000;

/** Builds when the built files do not fit the sources; throws when the build fails. Two callers at once build once. */
export function buildIfStale(rootDir: string, write: (line: string) => void): void {
  if (!isStale(rootDir)) return;
  const unlock = lockBuild(rootDir);
  try {
    if (isStale(rootDir)) {
      write('Building Slipstream …');
      build(rootDir);
    }
  } finally {
    unlock();
  }
}

/** An open SQLite transaction is a lock that the OS frees even when its holder is killed. */
function lockBuild(rootDir: string): () => void {
  const cacheDir = join(rootDir, 'node_modules', '.cache');
  mkdirSync(cacheDir, { recursive: true });
  const lock = new DatabaseSync(join(cacheDir, 'slipstream-build.sqlite'), { timeout: buildWaitMs });
  lock.exec('BEGIN EXCLUSIVE');
  return () => lock.close();
}

function build(rootDir: string): void {
  const packageFile = createRequire(join(rootDir, 'package.json')).resolve('electron-vite/package.json');
  const { NODE_ENV: _mode, VITEST: _vitest, ...env } = process.env;
  const result = spawnSync(
    process.execPath,
    [
      join(dirname(packageFile), 'bin', 'electron-vite.js'),
      'build',
      '--config',
      join(rootDir, 'src-main', 'build', 'electron.vite.config.ts'),
      '--logLevel',
      'warn',
    ],
    { cwd: rootDir, env, stdio: ['ignore', 'inherit', 'inherit'] },
  );
  if (result.error !== undefined) {
    throw new Error('The build could not be started.', { cause: result.error });
  }
  if (result.status !== 0) throw new Error('The build failed; its output is above.');
}

// What npm packs is built from the sources as they are.
if (import.meta.main)
  buildIfStale(resolve(import.meta.dirname, '..', '..'), (line) => process.stderr.write(`${line}\n`));
