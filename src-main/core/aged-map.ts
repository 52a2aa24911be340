/** A place kept for longer would keep what the map outgrew. */
const longestPlace = 1_000;

/** A map that gives its oldest entry at once, however many have gone. */
export class AgedMap<K, V> extends Map<K, V> {
  /** Where the oldest is found: a look from the beginning would pass the place of each that is gone. */
  #oldest: MapIterator<[K, V]> | null = null;
  #setSince = 0;
  #newest: K | undefined;

  /** An entry that is there keeps its age. */
  override set(key: K, value: V): this {
    const sizeBefore = this.size;
    super.set(key, value);
    if (this.size > sizeBefore) this.#newest = key;
    this.#setSince += 1;
    if (this.#setSince > longestPlace) this.#oldest = null;
    return this;
  }

  /** Sets an entry and makes it the newest. */
  renew(key: K, value: V): this {
    // What is taken out and put in again costs a table of its own each time.
    if (key !== this.#newest) this.delete(key);
    return this.set(key, value);
  }

  /** Takes the oldest entry out; undefined where there is none. */
  takeOldest(): [K, V] | undefined {
    // Maps keep the order of insertion, and all that came before the place has gone.
    this.#oldest ??= this.entries();
    this.#setSince = 0;
    const { value: oldest, done } = this.#oldest.next();
    if (done) {
      this.#oldest = null;
      return undefined;
    }
    this.delete(oldest[0]);
    return oldest;
  }
}
