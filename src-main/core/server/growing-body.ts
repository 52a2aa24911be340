/** Where nothing is known of the length. */
const firstRoomBytes = 64 * 1024;
/** A longer room is not copied for what it has too much. */
const trimmedBytes = 1024 * 1024;

/** Bytes in the order they came, in one piece: a body sent byte by byte costs no object for each. */
export class GrowingBody {
  #room: Buffer = Buffer.alloc(0);
  #size = 0;
  readonly #announced: number;

  /** `announcedBytes`: what is expected to come; 0 where that is not known. */
  constructor(announcedBytes: number) {
    this.#announced = announcedBytes;
  }

  add(chunk: Buffer): void {
    const size = this.#size + chunk.length;
    if (this.#size === 0) this.#room = chunk;
    else {
      if (size > this.#room.length) {
        const grown = size <= this.#announced ? this.#announced : Math.max(firstRoomBytes, this.#room.length * 2);
        const wider = Buffer.allocUnsafeSlow(Math.max(size, grown));
        this.#room.copy(wider, 0, 0, this.#size);
        this.#room = wider;
      }
      chunk.copy(this.#room, this.#size);
    }
    this.#size = size;
  }

  /** What has come; a turn keeps it for as long as it runs, so it is no part of something much larger. */
  whole(): Buffer {
    const whole = this.#room.subarray(0, this.#size);
    if (this.#room.length > trimmedBytes || this.#room.length <= 1.25 * this.#size) return whole;
    const copy = Buffer.allocUnsafeSlow(this.#size);
    whole.copy(copy);
    return copy;
  }
}
