import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const rootDir = resolve(import.meta.dirname, '..', '..');

/** A file of the repository as text. */
export const read = (path: string): string => readFileSync(join(rootDir, path), 'utf8');

const sources = globSync('{src-main,src-renderer}/**/*.{ts,tsx}', { cwd: rootDir }).map(
  (path) => [path.replaceAll('\\', '/'), read(path)] as const,
);

/** Sources of the program in which a pattern stands. */
export const filesWith = (pattern: RegExp): readonly string[] =>
  sources.filter(([, text]) => pattern.test(text)).map(([path]) => path);
