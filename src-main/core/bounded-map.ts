/** A map that holds at most `limit` entries: the oldest go first. */
export class BoundedMap<K, V> extends Map<K, V> {
  readonly #limit: number;
  readonly #dropped: (key: K) => void;

  /** `dropped` hears of each entry that had to go, once it is gone. */
  constructor(limit: number, dropped: (key: K) => void = () => {}) {
    super();
    this.#limit = limit;
    this.#dropped = dropped;
  }

  /** An entry that is there keeps its age. */
  override set(key: K, value: V): this {
    super.set(key, value);
    // Maps keep the order of insertion, so the first is the oldest.
    for (const oldest of this.keys()) {
      if (this.size <= this.#limit) break;
      this.delete(oldest);
      this.#dropped(oldest);
    }
    return this;
  }

  /** Sets an entry and makes it the newest. */
  renew(key: K, value: V): this {
    this.delete(key);
    return this.set(key, value);
  }
}
