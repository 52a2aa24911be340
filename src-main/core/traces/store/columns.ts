/** Rows of a block: a column grows by one at a time, and copies nothing of what it has. */
const blockRows = 4_096;

/** A list of numbers that grows, eight bytes each; NaN where there is none. */
export class NumberColumn {
  readonly #blocks: Float64Array[] = [];

  set(index: number, value: number): void {
    const at = Math.floor(index / blockRows);
    const block = this.#blocks[at] ?? new Float64Array(blockRows);
    this.#blocks[at] = block;
    block[index % blockRows] = value;
  }

  at(index: number): number {
    return this.#blocks[Math.floor(index / blockRows)]?.[index % blockRows] ?? Number.NaN;
  }

  /** Gives back what lies behind the first so many. */
  cut(length: number): void {
    this.#blocks.length = Math.min(this.#blocks.length, Math.ceil(length / blockRows));
  }
}

type Block = Uint8Array | Uint16Array | Uint32Array;

/** A list of whole numbers from 0 to 2³² - 1 that grows: mostly small ones, which take a byte or two each. */
export class SmallColumn {
  readonly #blocks: Block[] = [];

  set(index: number, value: number): void {
    const at = Math.floor(index / blockRows);
    const block = this.#blocks[at];
    const fitting = block !== undefined && value < 2 ** (8 * block.BYTES_PER_ELEMENT) ? block : wider(block, value);
    this.#blocks[at] = fitting;
    fitting[index % blockRows] = value;
  }

  /** 0 where none was set. */
  at(index: number): number {
    return this.#blocks[Math.floor(index / blockRows)]?.[index % blockRows] ?? 0;
  }

  /** Gives back what lies behind the first so many. */
  cut(length: number): void {
    this.#blocks.length = Math.min(this.#blocks.length, Math.ceil(length / blockRows));
  }
}

/** The block with room for a value in each row. */
function wider(block: Block | undefined, value: number): Block {
  const Numbers = value < 2 ** 8 ? Uint8Array : value < 2 ** 16 ? Uint16Array : Uint32Array;
  const made = new Numbers(blockRows);
  if (block !== undefined) made.set(block);
  return made;
}
