import type { Clock, Logger, Timer } from '../../ports.ts';
import type { RecordedExchange } from '../exchange.ts';
import type { Recorder } from '../recorder.ts';
import type { TraceStore } from './trace-store.ts';

const writeEveryMs = 200;
/** More are not gathered: what lives that long lies in memory until V8 looks through all of it. */
const maxEnded = 8;

interface StoreWriterParts {
  readonly store: TraceStore;
  readonly recorder: Pick<Recorder, 'compact'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Whether the user wants bodies and frames on the disk, redacted. */
  readonly keepsBodies: () => boolean;
}

/** Hands exchanges that have ended to the store, a moment later: while a turn runs nothing is put into words for a disk. */
export class StoreWriter {
  readonly #parts: StoreWriterParts;
  #ended: RecordedExchange[] = [];
  #timer: Timer | null = null;

  constructor(parts: StoreWriterParts) {
    this.#parts = parts;
  }

  /** Queues an exchange that has ended for the next batch. */
  note(exchange: RecordedExchange): void {
    this.#ended.push(exchange);
    if (this.#ended.length === maxEnded) this.#timer = this.#soon();
    else this.#timer ??= this.#parts.clock.after(writeEveryMs, () => this.flush());
  }

  /** Not within the turn that has just ended. */
  #soon(): Timer {
    this.#timer?.cancel();
    return this.#parts.clock.after(0, () => this.flush());
  }

  /** Writes what is queued, now. */
  flush(): void {
    this.#timer?.cancel();
    this.#timer = null;
    const ended = this.#ended;
    this.#ended = [];
    for (const exchange of ended) {
      try {
        this.#keep(exchange);
      } catch (error) {
        // One that cannot be put into words takes neither the program nor the others with it.
        this.#parts.log.error('A turn could not be kept.', { exchange: exchange.id, error });
      }
    }
  }

  #keep(exchange: RecordedExchange): void {
    const { store, recorder, keepsBodies } = this.#parts;
    const kept = recorder.compact(exchange);
    const [row, { facts, json }] = [kept.row(), kept];
    if (!keepsBodies()) store.add({ row, facts, detail: json });
    else store.add({ row, facts, detail: Buffer.from(JSON.stringify(kept.detail())), payloads: kept.payloads() });
  }
}
