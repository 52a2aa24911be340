const slabBytes = 256 * 1024;
/** A longer one has memory of its own. */
const longestBytes = 32 * 1024;

/**
 * Copies of what is kept for long, side by side in large pieces. Each in its own small one, they would lie scattered between
 * what every turn takes and gives back, and the C library could give none of that back to the system. A piece is free once
 * nothing in it is kept, which fits what is forgotten in the order it came.
 */
export class Slabs {
  #slab = Buffer.alloc(0);
  #used = 0;

  /** The same bytes; those of a long one are not copied. */
  copyOf(bytes: Buffer): Buffer {
    if (bytes.length > longestBytes) return bytes;
    if (this.#used + bytes.length > this.#slab.length) {
      this.#slab = Buffer.allocUnsafeSlow(slabBytes);
      this.#used = 0;
    }
    const copy = this.#slab.subarray(this.#used, this.#used + bytes.length);
    this.#used += bytes.copy(copy);
    return copy;
  }
}
