const slabBytes = 256 * 1024;
/** A longer one has memory of its own. */
const longestBytes = 32 * 1024;
/** Of one unit of a text. */
const longestUtf8 = 3;

/**
 * Copies of what is kept for long, side by side in large pieces. Each in its own small one, they would lie scattered between
 * what every turn takes and gives back, and the C library could give none of that back to the system. A piece is free once
 * nothing in it is kept, which fits what is forgotten in the order it came.
 */
export class Slabs {
  #slab = Buffer.alloc(0);
  #used = 0;

  /** Pieces of so many bytes as one; a long one that takes most of its memory is not copied. */
  copyOf(pieces: readonly Buffer[], bytes: number): Buffer {
    const [only] = pieces;
    if (bytes > longestBytes) {
      const fills = pieces.length === 1 && only !== undefined && only.buffer.byteLength < 2 * bytes;
      return fills ? only : Buffer.concat(pieces, bytes);
    }
    this.#makeRoom(bytes);
    const from = this.#used;
    for (const piece of pieces) this.#used += piece.copy(this.#slab, this.#used);
    return this.#slab.subarray(from, this.#used);
  }

  /** A text as UTF-8, written where it stays. */
  ofText(text: string): Buffer {
    if (text.length * longestUtf8 > longestBytes) return Buffer.from(text);
    this.#makeRoom(text.length * longestUtf8);
    const from = this.#used;
    this.#used += this.#slab.write(text, from);
    return this.#slab.subarray(from, this.#used);
  }

  #makeRoom(bytes: number): void {
    if (this.#used + bytes <= this.#slab.length) return;
    this.#slab = Buffer.allocUnsafeSlow(slabBytes);
    this.#used = 0;
  }
}
