import { join, resolve } from 'node:path';
import { buildIfStale } from '../src-main/build/build-if-stale.ts';

/** Vitest's global setup: the tests that start the real program find it built from the sources as they are. */
export function setup(): void {
  const root = resolve(import.meta.dirname, '..');
  // Workers and every program that they start take it over: a start then costs two thirds of its processor's time.
  process.env.NODE_COMPILE_CACHE ??= join(root, 'node_modules', '.cache', 'compiled');
  buildIfStale(root, (line) => process.stderr.write(`${line}\n`));
}
