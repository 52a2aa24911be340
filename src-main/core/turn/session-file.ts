import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { validate as isUuid } from 'uuid';
import writeFileAtomic from 'write-file-atomic';
import type { Json, JsonObject } from '../json.ts';
import { parseJsonObject } from '../json.ts';
import type { Clock, Logger, Timer } from '../ports.ts';
import { type KeptIds, Sessions } from './sessions.ts';

const fileName = 'sessions.json';
const maxFileBytes = 4 * 1024 * 1024;
/** After the first change, so that a burst of turns is one write. */
const delayMs = 1_000;
const leastBetweenMs = 10_000;

const hashText = /^[A-Za-z0-9+/]{22,44}$/;

interface SessionFileParts {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Writes a file whole. Tests put slow and full disks here. */
  readonly writeFile?: (path: string, text: string) => Promise<void>;
}

function readPairs(value: Json | undefined): [string, string][] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((pair) => {
    const [hash, id] = Array.isArray(pair) ? pair : [];
    const isGood = typeof hash === 'string' && hashText.test(hash) && typeof id === 'string' && isUuid(id);
    return isGood ? [[hash, id] as [string, string]] : [];
  });
}

/** What a file keeps; whatever of it is not as it was written is left out. Pure. */
export function parseKept(text: string): KeptIds {
  const file: JsonObject = parseJsonObject(text) ?? {};
  return file.version === 1
    ? { names: readPairs(file.names), places: readPairs(file.places) }
    : { names: [], places: [] };
}

/** The file's text: hashes and the ids that were minted for them, nothing a person has written. Pure. */
export function keptText({ names, places }: KeptIds): string {
  return JSON.stringify({ version: 1, names, places });
}

/** The sessions of a data folder: minted ids outlive a restart. Nothing waits for the disk; what is lost is minted anew. */
export class SessionFile {
  readonly sessions: Sessions;
  readonly #path: string;
  readonly #parts: SessionFileParts;
  #timer: Timer | null = null;
  #writtenMs = Number.NEGATIVE_INFINITY;
  #writing: Promise<void> = Promise.resolve();

  private constructor(parts: SessionFileParts, path: string, kept: KeptIds) {
    this.#parts = parts;
    this.#path = path;
    this.sessions = new Sessions(kept, () => this.#schedule());
  }

  /** Never rejects: a file that is damaged, or cannot be read, counts as none. */
  static async open(parts: SessionFileParts): Promise<SessionFile> {
    const path = join(parts.dataDir, fileName);
    let text = '';
    try {
      if ((await stat(path)).size <= maxFileBytes) text = await readFile(path, 'utf8');
    } catch {
      // The first start has none.
    }
    return new SessionFile(parts, path, parseKept(text));
  }

  /** Resolves when all ids are on disk, or cannot be. */
  async close(): Promise<void> {
    const isDue = this.#timer !== null;
    this.#timer?.cancel();
    if (isDue) this.#write();
    await this.#writing;
  }

  #schedule(): void {
    const sinceMs = this.#parts.clock.monotonicMs() - this.#writtenMs;
    this.#timer ??= this.#parts.clock.after(Math.max(delayMs, leastBetweenMs - sinceMs), () => this.#write());
  }

  #write(): void {
    const { clock, log, writeFile = writeOwnerFile } = this.#parts;
    this.#timer = null;
    this.#writtenMs = clock.monotonicMs();
    this.#writing = this.#writing
      .then(() => writeFile(this.#path, keptText(this.sessions.kept)))
      .catch((error: unknown) => log.warn(`The ids of sessions could not be kept: ${error}`));
  }
}

const writeOwnerFile = (path: string, text: string) => writeFileAtomic(path, text, { mode: 0o600 });
