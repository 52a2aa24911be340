import { type FSWatcher, watch } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Clock, Timer } from '../ports.ts';

/** A program that writes a file makes several events of it. */
const gatherMs = 50;

interface Watched {
  readonly id: string;
  readonly path: string;
}

/**
 * Notices changes of linked files between turns. Their folders are watched, since files are replaced whole. A folder that
 * cannot be watched is no fault: the file is looked at before every use anyway.
 */
export class LinkWatch {
  readonly #clock: Clock;
  readonly #changed: (id: string) => void;
  readonly #watchers = new Map<string, FSWatcher[]>();
  readonly #timers = new Map<string, Timer>();
  #isStopped = false;

  constructor(clock: Clock, changed: (id: string) => void) {
    this.#clock = clock;
    this.#changed = changed;
  }

  /** Watches these files and no others. */
  set(files: readonly Watched[]): void {
    if (this.#isStopped) return;
    const wanted = new Map(files.map((file) => [`${file.id}\n${file.path}`, file]));
    for (const [key, watchers] of [...this.#watchers]) if (!wanted.has(key)) this.#drop(key, watchers);
    for (const [key, file] of wanted) {
      if (this.#watchers.has(key)) continue;
      this.#watchers.set(key, []);
      void this.#open(key, file);
    }
  }

  stop(): void {
    this.#isStopped = true;
    for (const [key, watchers] of [...this.#watchers]) this.#drop(key, watchers);
    for (const timer of this.#timers.values()) timer.cancel();
  }

  async #open(key: string, { id, path }: Watched): Promise<void> {
    const target = await realpath(path).catch(() => path);
    for (const place of new Set([path, target])) {
      const watchers = this.#watchers.get(key);
      if (watchers === undefined) return;
      try {
        const name = basename(place);
        const watcher = watch(dirname(place), { persistent: false }, (_event, changed) => {
          if (changed === null || changed === name) this.#note(id);
        });
        watcher.on('error', () => watcher.close());
        watchers.push(watcher);
      } catch {
        // See above.
      }
    }
  }

  #note(id: string): void {
    if (this.#timers.has(id)) return;
    const timer = this.#clock.after(gatherMs, () => {
      this.#timers.delete(id);
      this.#changed(id);
    });
    this.#timers.set(id, timer);
  }

  #drop(key: string, watchers: readonly FSWatcher[]): void {
    for (const watcher of watchers) watcher.close();
    this.#watchers.delete(key);
  }
}
