import { AgedMap } from './aged-map.ts';

/** A map that holds at most `limit` entries: the oldest go first. What an entry costs does not grow with the limit. */
export class BoundedMap<K, V> extends AgedMap<K, V> {
  readonly #limit: number;
  readonly #dropped: (key: K, value: V) => void;

  /** `dropped` hears of each entry that had to go, once it is gone. */
  constructor(limit: number, dropped: (key: K, value: V) => void = () => {}) {
    super();
    this.#limit = limit;
    this.#dropped = dropped;
  }

  override set(key: K, value: V): this {
    super.set(key, value);
    while (this.size > this.#limit) {
      const oldest = this.takeOldest();
      if (oldest !== undefined) this.#dropped(...oldest);
    }
    return this;
  }
}
