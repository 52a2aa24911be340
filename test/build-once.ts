import { resolve } from 'node:path';
import { buildIfStale } from '../src-main/build/build-if-stale.ts';

/** Vitest's global setup: the tests that start the real program find it built from the sources as they are. */
export function setup(): void {
  buildIfStale(resolve(import.meta.dirname, '..'), (line) => process.stderr.write(`${line}\n`));
}
