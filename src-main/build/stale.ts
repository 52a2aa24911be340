import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Everything the built files depend on. */
const sourcePatterns = ['src-main/**/*', 'src-renderer/**/*', 'assets/**/*', 'package.json', 'package-lock.json'];

/** What a complete build leaves behind; a stamp without them proves nothing. */
const builtFiles = [
  'out/main/main.js',
  'out/main/headless.js',
  'out/main/trace-worker.js',
  'out/preload/preload.cjs',
  'out/renderer/index.html',
];

/** What electron-vite puts beside its configuration for the moment it loads it. */
const isTransient = (file: string) => basename(file).startsWith('electron.vite.config.ts.') && file.endsWith('.mjs');

const stampPath = (rootDir: string) => join(rootDir, 'out', 'build-stamp');

/** A hash over names and contents of all sources: unlike times, it survives a checkout. */
export function hashSources(rootDir: string): string {
  const hash = createHash('sha256');
  const files = globSync(sourcePatterns, { cwd: rootDir, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !isTransient(file))
    .sort();
  for (const file of files) {
    const content = readFileSync(file);
    hash.update(`${file.slice(rootDir.length)}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/** Whether the built files are missing, incomplete or not made from the sources as they are. */
export function isStale(rootDir: string): boolean {
  if (!existsSync(stampPath(rootDir)) || builtFiles.some((file) => !existsSync(join(rootDir, file)))) return true;
  return readFileSync(stampPath(rootDir), 'utf8') !== hashSources(rootDir);
}

/** Forgets the last build; done before a new one, so that a failed build is never taken for a good one. */
export function removeStamp(rootDir: string): void {
  rmSync(stampPath(rootDir), { force: true });
}

/** Notes which sources the finished build was made from. */
export function writeStamp(rootDir: string, sourceHash: string): void {
  mkdirSync(dirname(stampPath(rootDir)), { recursive: true });
  writeFileSync(stampPath(rootDir), sourceHash);
}
