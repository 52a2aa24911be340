import type { Clock, Timer } from '../../ports.ts';
import type { RecordedExchange } from '../exchange.ts';
import type { TraceStore } from './trace-store.ts';

const writeEveryMs = 200;

/** Hands exchanges that have ended to the store, a moment later: while a turn runs nothing is put into words for a disk. */
export class StoreWriter {
  readonly #store: TraceStore;
  readonly #clock: Clock;
  readonly #keepsBodies: () => boolean;
  #ended: RecordedExchange[] = [];
  #timer: Timer | null = null;

  /** `keepsBodies`: the user wants bodies and frames on the disk, redacted. */
  constructor(store: TraceStore, clock: Clock, keepsBodies: () => boolean) {
    this.#store = store;
    this.#clock = clock;
    this.#keepsBodies = keepsBodies;
  }

  note(exchange: RecordedExchange): void {
    this.#ended.push(exchange);
    this.#timer ??= this.#clock.after(writeEveryMs, () => this.flush());
  }

  flush(): void {
    this.#timer?.cancel();
    this.#timer = null;
    const ended = this.#ended;
    this.#ended = [];
    for (const exchange of ended) {
      const detail = JSON.stringify(exchange.detail(this.#keepsBodies()));
      this.#store.add({ row: exchange.row(), facts: exchange.facts(), detail });
    }
  }
}
