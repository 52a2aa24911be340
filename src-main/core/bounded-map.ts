/** A map that holds at most `limit` entries: the oldest go first. What an entry costs does not grow with the limit. */
export class BoundedMap<K, V> extends Map<K, V> {
  readonly #limit: number;
  readonly #dropped: (key: K) => void;
  /** Where the oldest is found: a look from the beginning would pass the place of each that is gone. */
  #oldest: MapIterator<K> | null = null;
  /** Entries set since then; a place kept for long would keep what the map outgrew. */
  #setSince = 0;

  /** `dropped` hears of each entry that had to go, once it is gone. */
  constructor(limit: number, dropped: (key: K) => void = () => {}) {
    super();
    this.#limit = limit;
    this.#dropped = dropped;
  }

  /** An entry that is there keeps its age. */
  override set(key: K, value: V): this {
    super.set(key, value);
    this.#setSince += 1;
    if (this.#setSince > this.#limit) this.#oldest = null;
    while (this.size > this.#limit) this.#dropOldest();
    return this;
  }

  /** Sets an entry and makes it the newest. */
  renew(key: K, value: V): this {
    this.delete(key);
    return this.set(key, value);
  }

  #dropOldest(): void {
    // Maps keep the order of insertion. All that came before the place has gone, so what follows it is the oldest.
    this.#oldest ??= this.keys();
    this.#setSince = 0;
    const { value: oldest, done } = this.#oldest.next();
    if (done) {
      this.#oldest = null;
      return;
    }
    this.delete(oldest);
    this.#dropped(oldest);
  }
}
