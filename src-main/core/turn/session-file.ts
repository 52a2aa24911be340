import { validate as isUuid } from 'uuid';
import type { Json, JsonObject } from '../json.ts';
import { writeOwnerFile } from '../owner-file.ts';
import type { Clock, Logger, Timer } from '../ports.ts';
import { openStateFile, type StateFile, type StateFileHost } from '../state-file.ts';
import { type KeptIds, Sessions } from './sessions.ts';

const version = 1;
const maxFileBytes = 4 * 1024 * 1024;
/** After the first change, so that a burst of turns is one write. */
const delayMs = 1_000;
const leastBetweenMs = 10_000;
/** After a write that failed it is twice as long, and so on. */
const longestBetweenMs = 10 * 60_000;

const hashText = /^[A-Za-z0-9+/]{22,44}$/;

interface SessionFileParts extends StateFileHost {
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
export function parseKept({ names, places }: JsonObject): KeptIds {
  return { names: readPairs(names), places: readPairs(places) };
}

/** The file's text: hashes and the ids that were minted for them, nothing a person has written. Pure. */
export function keptText({ names, places }: KeptIds): string {
  return JSON.stringify({ version, names, places });
}

/** The sessions of a data folder: minted ids outlive a restart. Nothing waits for the disk; what is lost is minted anew. */
export class SessionFile {
  readonly sessions: Sessions;
  readonly #file: StateFile;
  readonly #parts: SessionFileParts;
  #timer: Timer | null = null;
  #writtenMs = Number.NEGATIVE_INFINITY;
  #betweenMs = leastBetweenMs;
  #writing: Promise<void> = Promise.resolve();

  /** Reads the file. Never throws. */
  constructor(parts: SessionFileParts) {
    this.#parts = parts;
    this.#file = openStateFile({ ...parts, kind: 'sessions', version, maxBytes: maxFileBytes });
    const content = this.#file.content ?? {};
    const kept = parseKept(content);
    const isWhole = (read: readonly unknown[], value: Json = []) =>
      Array.isArray(value) && value.length === read.length;
    if (!isWhole(kept.names, content.names) || !isWhole(kept.places, content.places)) this.#file.keepCopy();
    this.sessions = new Sessions(kept, () => this.#schedule());
  }

  /** Resolves when all ids are on disk, or cannot be. */
  async close(): Promise<void> {
    await this.#writing;
    if (this.#timer !== null) this.#write();
    await this.#writing;
    this.#timer?.cancel();
  }

  #schedule(): void {
    if (this.#file.leftAlone !== null) return;
    const sinceMs = this.#parts.clock.monotonicMs() - this.#writtenMs;
    this.#timer ??= this.#parts.clock.after(Math.max(delayMs, this.#betweenMs - sinceMs), () => this.#write());
  }

  #write(): void {
    const { clock, log, writeFile = writeOwnerFile } = this.#parts;
    this.#timer?.cancel();
    this.#timer = null;
    this.#writtenMs = clock.monotonicMs();
    this.#writing = this.#writing
      .then(() => writeFile(this.#file.path, keptText(this.sessions.kept)))
      .then(
        () => {
          this.#betweenMs = leastBetweenMs;
        },
        (error: unknown) => {
          log.warn(`The ids of sessions could not be kept: ${error}`);
          this.#betweenMs = Math.min(2 * this.#betweenMs, longestBetweenMs);
          // No new id may ever come.
          this.#schedule();
        },
      );
  }
}
