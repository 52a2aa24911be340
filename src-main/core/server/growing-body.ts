const firstRoomBytes = 64 * 1024;

/** Bytes in the order they came, in one piece: a body sent byte by byte costs no object for each. */
export class GrowingBody {
  #room: Buffer = Buffer.alloc(0);
  #size = 0;
  readonly #announced: number;

  /** `announcedBytes`: what is expected to come. */
  constructor(announcedBytes: number) {
    this.#announced = announcedBytes;
  }

  add(chunk: Buffer): void {
    const size = this.#size + chunk.length;
    if (this.#size === 0) this.#room = chunk;
    else {
      if (size > this.#room.length) {
        const wider = Buffer.allocUnsafe(Math.max(firstRoomBytes, size, this.#announced, this.#room.length * 2));
        this.#room.copy(wider, 0, 0, this.#size);
        this.#room = wider;
      }
      chunk.copy(this.#room, this.#size);
    }
    this.#size = size;
  }

  whole(): Buffer {
    return this.#room.subarray(0, this.#size);
  }
}
