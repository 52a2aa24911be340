import type { RequestRow } from '../../shared/model.ts';
import type { Clock, Timer } from '../ports.ts';

/** At most 20 batches a second reach a screen. */
const batchEveryMs = 50;

interface ChangedExchange {
  readonly id: string;
  row(): RequestRow;
}

/** Gathers changes of exchanges and hands on their rows in batches; a row changed often goes out once a batch. */
export class RowFeed {
  readonly #clock: Clock;
  readonly #emit: (rows: RequestRow[]) => void;
  readonly #changed = new Map<string, ChangedExchange>();
  #timer: Timer | null = null;

  constructor(clock: Clock, emit: (rows: RequestRow[]) => void) {
    this.#clock = clock;
    this.#emit = emit;
  }

  /** Hands on the exchange's row with the next batch. */
  note(exchange: ChangedExchange): void {
    this.#changed.set(exchange.id, exchange);
    this.#timer ??= this.#clock.after(batchEveryMs, () => this.flush());
  }

  /** Hands on what has gathered, now. */
  flush(): void {
    this.#timer?.cancel();
    this.#timer = null;
    if (this.#changed.size === 0) return;
    const rows = [...this.#changed.values()].map((exchange) => exchange.row());
    this.#changed.clear();
    this.#emit(rows);
  }
}
