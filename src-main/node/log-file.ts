import { closeSync, existsSync, fchmodSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

interface LogFileOptions {
  readonly path: string;
  /** A file that would grow beyond this is put aside first. */
  readonly maxBytes?: number;
  /** Put-aside files that are kept: `.1` is the newest. */
  readonly keep?: number;
}

const defaultMaxBytes = 1024 * 1024;
const defaultKeep = 4;

/**
 * A log file, for its owner only, that rotates by size. Written synchronously, so that the last line before a crash is
 * there; pino's own rotation writes from a worker. A disk that cannot be written costs the file, never the program.
 */
export class LogFile {
  readonly #path: string;
  readonly #maxBytes: number;
  readonly #keep: number;
  #file: { readonly descriptor: number; bytes: number } | null = null;
  #isClosed = false;

  constructor({ path, maxBytes = defaultMaxBytes, keep = defaultKeep }: LogFileOptions) {
    this.#path = path;
    this.#maxBytes = maxBytes;
    this.#keep = keep;
    this.#try(() => void this.#open());
  }

  /** Adds a line, which brings its own line end. */
  write(line: string): void {
    if (this.#isClosed) return;
    this.#try(() => {
      const bytes = Buffer.byteLength(line);
      if (this.#file !== null && this.#file.bytes > 0 && this.#file.bytes + bytes > this.#maxBytes) this.#rotate();
      // A disk that was full may have room again.
      const file = this.#file ?? this.#open();
      writeSync(file.descriptor, line);
      file.bytes += bytes;
    });
  }

  /** Nothing is written from now on. */
  close(): void {
    this.#isClosed = true;
    this.#drop();
  }

  #open() {
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
    const descriptor = openSync(this.#path, 'a', 0o600);
    this.#file = { descriptor, bytes: fstatSync(descriptor).size };
    fchmodSync(descriptor, 0o600);
    return this.#file;
  }

  #rotate(): void {
    this.#drop();
    for (let number = this.#keep; number > 0; number -= 1) {
      const from = number === 1 ? this.#path : `${this.#path}.${number - 1}`;
      if (existsSync(from)) renameSync(from, `${this.#path}.${number}`);
    }
  }

  /** Never throws: what was written last may come out with the closing. */
  #drop(): void {
    const file = this.#file;
    this.#file = null;
    try {
      if (file !== null) closeSync(file.descriptor);
    } catch {
      // It is closed all the same.
    }
  }

  #try(action: () => void): void {
    try {
      action();
    } catch {
      this.#drop();
    }
  }
}
