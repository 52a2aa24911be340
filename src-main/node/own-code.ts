import { closeSync, fstatSync, openSync, readdirSync, readSync, type Stats, statSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SlipstreamError } from '../shared/errors.ts';

/** A file of the program, as it was when the program started. */
interface Part {
  readonly path: string;
  /** Null on Windows, where an open file would keep an upgrade from taking its folder away. */
  readonly open: number | null;
  readonly facts: Stats;
}

/**
 * Has what is loaded later, such as what a first turn over HTTP needs, come from the files that the program was started from,
 * though a build or an upgrade has put others in their place: parts of two versions do not fit together. Where those files
 * themselves were changed, it is refused with `program_replaced`. `dir` holds the built program.
 */
export function keepOwnCode(dir: string): void {
  const parts = new Map(openParts(dir));
  registerHooks({
    resolve: (specifier, context, next) => {
      const url = specifier.startsWith('.') ? (URL.parse(specifier, context.parentURL)?.href ?? '') : specifier;
      return parts.has(url) ? { url, format: 'module', shortCircuit: true } : next(specifier, context);
    },
    load: (url, context, next) => {
      const part = parts.get(url);
      return part === undefined ? next(url, context) : { format: 'module', source: sourceOf(part), shortCircuit: true };
    },
  });
}

function openParts(dir: string): (readonly [string, Part])[] {
  return readdirSync(dir)
    .filter((name) => name.endsWith('.js'))
    .map((name) => {
      const path = join(dir, name);
      const open = process.platform === 'win32' ? null : openSync(path, 'r');
      return [pathToFileURL(path).href, { path, open, facts: open === null ? statSync(path) : fstatSync(open) }];
    });
}

function sourceOf({ path, open, facts }: Part): string {
  let opened = open;
  try {
    opened ??= openSync(path, 'r');
    const now = fstatSync(opened);
    if (now.size !== facts.size || now.mtimeMs !== facts.mtimeMs) throw new Error(`${path} was changed`);
    const text = Buffer.alloc(facts.size);
    readSync(opened, text, { position: 0 });
    return text.toString();
  } catch (cause) {
    throw new SlipstreamError('program_replaced', { cause });
  } finally {
    if (open === null && opened !== null) closeSync(opened);
  }
}
