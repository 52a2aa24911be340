/** Inputs made out of others: a few bytes changed, cut, said again, taken from another, or with a word put in. */

/** How many changes are made at once; mostly one, for each may undo what another reached. */
const changeCounts = [1, 1, 1, 1, 2, 2, 4];
const mostRepeats = 32;

type Change = (input: Buffer) => Buffer;

export class Mutations {
  readonly #random: () => number;
  readonly #words: readonly (readonly Buffer[])[];
  readonly #maxBytes: number;
  #pool: readonly Buffer[] = [];
  readonly #changes: readonly Change[];

  /** `words` are what the reader looks for, `pieces` what many readers do. */
  constructor(random: () => number, words: readonly string[], pieces: readonly string[], maxBytes: number) {
    this.#random = random;
    this.#words = [words, pieces]
      .filter(({ length }) => length > 0)
      .map((list) => list.map((word) => Buffer.from(word)));
    this.#maxBytes = maxBytes;
    const flipBit: Change = (input) => this.#at(input, (byte) => byte ^ (1 << this.#below(8)));
    const anyByte: Change = (input) => this.#at(input, () => this.#below(256));
    const insertWord: Change = (input) => this.#instead(input, 0, this.#one(this.#one(this.#words)));
    const replaceByWord: Change = (input) =>
      this.#instead(input, 1 + this.#below(12), this.#one(this.#one(this.#words)));
    const remove: Change = (input) => this.#instead(input, 1 + this.#below(24), Buffer.alloc(0));
    const splice: Change = (input) => this.#instead(input, this.#below(24), this.#piece(this.#one(this.#pool)));
    const tail: Change = (input) => {
      const other = this.#one(this.#pool);
      return Buffer.concat([input.subarray(0, this.#place(input)), other.subarray(this.#place(other))]);
    };
    const repeat: Change = (input) => {
      const piece = this.#piece(input);
      return this.#instead(input, 0, Buffer.concat(Array.from({ length: 1 + this.#below(mostRepeats) }, () => piece)));
    };
    this.#changes = [
      flipBit,
      anyByte,
      insertWord,
      insertWord,
      replaceByWord,
      replaceByWord,
      remove,
      splice,
      tail,
      repeat,
    ];
  }

  /** A changed copy of one of these inputs; the last ones are taken more often, for they reached furthest. */
  next(pool: readonly Buffer[]): Buffer {
    this.#pool = pool;
    const from = this.#random() < 0.5 ? Math.max(0, pool.length - 4) : 0;
    let input = this.#one(pool.slice(from));
    for (let left = this.#one(changeCounts); left > 0; left -= 1) input = this.#one(this.#changes)(input);
    return input.subarray(0, this.#maxBytes);
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  #one<T>(list: readonly T[]): T {
    const found = list[this.#below(list.length)];
    if (found === undefined) throw new Error('There is nothing to choose from.');
    return found;
  }

  #place(input: Buffer): number {
    return this.#below(input.length + 1);
  }

  #piece(input: Buffer): Buffer {
    const from = this.#place(input);
    return input.subarray(from, from + 1 + this.#below(32));
  }

  #at(input: Buffer, change: (byte: number) => number): Buffer {
    const copy = Buffer.from(input);
    const place = this.#below(copy.length);
    const byte = copy[place];
    if (byte !== undefined) copy[place] = change(byte);
    return copy;
  }

  #instead(input: Buffer, bytes: number, put: Buffer): Buffer {
    const from = this.#place(input);
    return Buffer.concat([input.subarray(0, from), put, input.subarray(from + bytes)]);
  }
}
