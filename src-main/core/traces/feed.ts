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
  readonly #kept: (id: string) => Pick<ChangedExchange, 'row'> | null;
  readonly #emit: (rows: RequestRow[]) => void;
  /** Null for those that are kept: one that has ended is not to live on as it was until the batch goes out. */
  readonly #changed = new Map<string, ChangedExchange | null>();
  #timer: Timer | null = null;

  /** `kept`: null for an exchange that is not kept any more, which may still run. */
  constructor(
    clock: Clock,
    kept: (id: string) => Pick<ChangedExchange, 'row'> | null,
    emit: (rows: RequestRow[]) => void,
  ) {
    this.#clock = clock;
    this.#kept = kept;
    this.#emit = emit;
  }

  /** Hands on the exchange's row with the next batch. */
  note(exchange: ChangedExchange): void {
    this.#changed.set(exchange.id, this.#kept(exchange.id) === null ? exchange : null);
    this.#timer ??= this.#clock.after(batchEveryMs, () => this.flush());
  }

  /** Hands on what has gathered, now. */
  flush(): void {
    this.#timer?.cancel();
    this.#timer = null;
    if (this.#changed.size === 0) return;
    const rows = [...this.#changed].flatMap(([id, exchange]) => (exchange ?? this.#kept(id))?.row() ?? []);
    this.#changed.clear();
    if (rows.length > 0) this.#emit(rows);
  }
}
