/** Rows of a block: a column grows by one at a time, and copies nothing of what it has. */
const blockRows = 4_096;
/** A row's block and its place in there, in whole numbers: a division would be half of a look. */
const blockOf = (index: number): number => index >>> 12;
const placeOf = (index: number): number => index & (blockRows - 1);

/** A list of numbers that grows, eight bytes each; NaN where there is none. */
export class NumberColumn {
  readonly #blocks: Float64Array[] = [];

  set(index: number, value: number): void {
    const at = blockOf(index);
    const block = this.#blocks[at] ?? new Float64Array(blockRows);
    this.#blocks[at] = block;
    block[placeOf(index)] = value;
  }

  at(index: number): number {
    return this.#blocks[blockOf(index)]?.[placeOf(index)] ?? Number.NaN;
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
    const at = blockOf(index);
    const block = this.#blocks[at];
    const fitting = block !== undefined && value < 2 ** (8 * block.BYTES_PER_ELEMENT) ? block : wider(block, value);
    this.#blocks[at] = fitting;
    fitting[placeOf(index)] = value;
  }

  /** 0 where none was set. */
  at(index: number): number {
    return this.#blocks[blockOf(index)]?.[placeOf(index)] ?? 0;
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
