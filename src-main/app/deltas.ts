import type { Clock, Logger } from '../core/ports.ts';
import { RowFeed } from '../core/traces/feed.ts';
import type { Recorder } from '../core/traces/recorder.ts';
import { Listeners } from '../shared/listeners.ts';
import type { Delta } from '../shared/model.ts';

type Change = Delta extends infer D ? (D extends Delta ? Omit<D, 'seq'> : never) : never;

/** What screens are told, in numbered deltas: changes of turns in batches, everything else at once. */
export class Deltas {
  readonly #listeners: Listeners<[delta: Delta]>;
  readonly #turns: RowFeed;
  #seq = 0;

  constructor(clock: Clock, log: Logger, recorder: Pick<Recorder, 'onChange' | 'exchange'>) {
    this.#listeners = new Listeners(log);
    const kept = (id: string) => recorder.exchange(id);
    this.#turns = new RowFeed(clock, kept, (rows) => this.emit({ kind: 'requests', rows }));
    recorder.onChange((exchange) => this.#turns.note(exchange));
  }

  /** The number of the last delta. */
  get seq(): number {
    return this.#seq;
  }

  /** Calls back for each delta. Returns its undo. */
  onDelta(hear: (delta: Delta) => void): () => void {
    return this.#listeners.add(hear);
  }

  /** Tells a change, with the next number. */
  readonly emit = (change: Change): void => {
    this.#seq += 1;
    this.#listeners.tell({ seq: this.#seq, ...change });
  };

  /** Tells the changes of turns that have gathered, now; the number of the last delta. */
  flush(): number {
    this.#turns.flush();
    return this.#seq;
  }
}
