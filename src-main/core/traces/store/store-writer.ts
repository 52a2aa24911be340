import type { Clock, Logger, Timer } from '../../ports.ts';
import type { RecordedExchange } from '../exchange.ts';
import type { KeptExchange } from '../kept-exchange.ts';
import type { TraceStore } from './trace-store.ts';

const writeEveryMs = 200;
/** More are not gathered: what lives that long lies in memory until V8 looks through all of it. */
const maxEnded = 8;

/** Hands exchanges that have ended to the store, a moment later: while a turn runs nothing is put into words for a disk. */
export class StoreWriter {
  readonly #store: TraceStore;
  readonly #clock: Clock;
  readonly #compact: (exchange: RecordedExchange) => KeptExchange;
  readonly #keepsBodies: () => boolean;
  readonly #log: Logger;
  #ended: RecordedExchange[] = [];
  #timer: Timer | null = null;

  /** `compact` makes one text of an exchange; `keepsBodies`: the user wants bodies and frames on the disk, redacted. */
  constructor(
    store: TraceStore,
    clock: Clock,
    compact: (exchange: RecordedExchange) => KeptExchange,
    keepsBodies: () => boolean,
    log: Logger,
  ) {
    this.#compact = compact;
    this.#store = store;
    this.#clock = clock;
    this.#keepsBodies = keepsBodies;
    this.#log = log;
  }

  /** Queues an exchange that has ended for the next batch. */
  note(exchange: RecordedExchange): void {
    this.#ended.push(exchange);
    if (this.#ended.length === maxEnded) this.#timer = this.#soon();
    else this.#timer ??= this.#clock.after(writeEveryMs, () => this.flush());
  }

  /** Not within the turn that has just ended. */
  #soon(): Timer {
    this.#timer?.cancel();
    return this.#clock.after(0, () => this.flush());
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
        this.#log.error('A turn could not be kept.', { exchange: exchange.id, error });
      }
    }
  }

  #keep(exchange: RecordedExchange): void {
    const kept = this.#compact(exchange);
    const [row, { facts, json }] = [kept.row(), kept];
    if (!this.#keepsBodies()) this.#store.add({ row, facts, detail: json });
    else
      this.#store.add({
        row,
        facts,
        detail: Buffer.from(JSON.stringify(kept.detail())),
        payloads: kept.payloads(),
      });
  }
}
