import fs from 'node:fs';
import module from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker, type WorkerOptions } from 'node:worker_threads';
import { SlipstreamError } from '../shared/errors.ts';

/** A file of the program, as it was when the program started. */
export interface ProgramPart {
  readonly path: string;
  /** Of a short one: a machine may have few file descriptors. */
  readonly text: string | null;
  /** Null where the text is kept, and on Windows, where an open file would keep an upgrade from taking its folder away. */
  readonly open: number | null;
  readonly size: number;
  readonly mtimeMs: number;
}

/** By URL. */
type Parts = ReadonlyMap<string, ProgramPart>;

let kept: Parts | null = null;

/** Has what is loaded from now on come from these files, in every thread that `startThread` starts, too. */
export function loadOwnCode(parts: Parts): void {
  kept = parts;
  loadFrom(parts, { fs, module, refused: (cause) => new SlipstreamError('program_replaced', { cause }) });
}

/** A thread of the program, which loads its parts as `loadOwnCode` says. */
export function startThread(path: string, options: WorkerOptions): Worker {
  const entry = pathToFileURL(path).href;
  if (kept?.has(entry) !== true) return new Worker(path, options);
  const boot = `import fs from 'node:fs';
import module from 'node:module';
import { workerData } from 'node:worker_threads';
(${loadFrom})(workerData.ownParts, { fs, module, refused: (cause) => cause });
await import(${JSON.stringify(entry)});`;
  const workerData = { ...options.workerData, ownParts: kept };
  return new Worker(new URL(`data:text/javascript,${encodeURIComponent(boot)}`), { ...options, workerData });
}

interface Surroundings {
  readonly fs: Pick<typeof fs, 'closeSync' | 'fstatSync' | 'openSync' | 'readSync'>;
  readonly module: Pick<typeof module, 'registerHooks'>;
  readonly refused: (cause: unknown) => unknown;
}

/** Its own text is what a thread begins with: it uses nothing but what it is handed. */
function loadFrom(parts: Parts, { fs, module, refused }: Surroundings): void {
  const sourceOf = ({ path, text: kept, open, size, mtimeMs }: ProgramPart): string => {
    if (kept !== null) return kept;
    let opened = open;
    try {
      opened ??= fs.openSync(path, 'r');
      const now = fs.fstatSync(opened);
      if (now.size !== size || now.mtimeMs !== mtimeMs) throw new Error(`${path} was changed`);
      const text = Buffer.alloc(size);
      fs.readSync(opened, text, { position: 0 });
      return text.toString();
    } catch (cause) {
      throw refused(cause);
    } finally {
      if (open === null && opened !== null) fs.closeSync(opened);
    }
  };
  module.registerHooks({
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
