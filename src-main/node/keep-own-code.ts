import { openSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadOwnCode, type ProgramPart } from '../core/load-own-code.ts';

/** Three in four are shorter, and 170 KiB together. */
const shortBytes = 32 * 1024;

/**
 * Has what is loaded later, such as what a first turn over HTTP needs, come from the files that the program was started from,
 * though a build or an upgrade has put others in their place: parts of two versions do not fit together. Where those files
 * themselves were changed, it is refused with `program_replaced`. `dir` holds the built program.
 */
export function keepOwnCode(dir: string): void {
  loadOwnCode(new Map(openParts(dir)));
}

function openParts(dir: string): (readonly [string, ProgramPart])[] {
  return readdirSync(dir)
    .filter((name) => name.endsWith('.js'))
    .map((name) => [pathToFileURL(join(dir, name)).href, partOf(join(dir, name))]);
}

function partOf(path: string): ProgramPart {
  const { size, mtimeMs } = statSync(path);
  if (size <= shortBytes) return { path, text: readFileSync(path, 'utf8'), open: null, size, mtimeMs };
  return { path, text: null, open: process.platform === 'win32' ? null : openSync(path, 'r'), size, mtimeMs };
}
