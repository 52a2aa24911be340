import type { RequestRow } from '../../shared/model.ts';
import type { Clock, Timer } from '../ports.ts';

/** At most 20 batches a second reach a screen. */
const batchEveryMs = 50;

/** Gathers changes of exchanges and hands on their rows in batches; a row changed often goes out once a batch. */
export class RowFeed {
  readonly #clock: Clock;
  readonly #rowOf: (id: string) => RequestRow | null;
  readonly #emit: (rows: RequestRow[]) => void;
  /** By their ids: an exchange that has ended is not to live on as it was until the batch goes out. */
  readonly #changed = new Set<string>();
  #timer: Timer | null = null;

  /** `rowOf`: null for an exchange that is not kept any more. */
  constructor(clock: Clock, rowOf: (id: string) => RequestRow | null, emit: (rows: RequestRow[]) => void) {
    this.#clock = clock;
    this.#rowOf = rowOf;
    this.#emit = emit;
  }

  /** Hands on the exchange's row with the next batch. */
  note(id: string): void {
    this.#changed.add(id);
    this.#timer ??= this.#clock.after(batchEveryMs, () => this.flush());
  }

  /** Hands on what has gathered, now. */
  flush(): void {
    this.#timer?.cancel();
    this.#timer = null;
    if (this.#changed.size === 0) return;
    const rows = [...this.#changed].map((id) => this.#rowOf(id)).filter((row) => row !== null);
    this.#changed.clear();
    if (rows.length > 0) this.#emit(rows);
  }
}
