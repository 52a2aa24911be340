import { AgedMap } from '../aged-map.ts';
import { Slabs } from './slabs.ts';

/** Bodies of the latest turns, raw, within one byte budget. Never written to disk. */
export class BodyMemory {
  readonly #budgetBytes: number;
  /** By number: a name for each would be made, and hashed, several times a turn. */
  readonly #bodies = new AgedMap<number, Buffer>();
  #lastNumber = 0;
  readonly #slabs = new Slabs();
  #bytes = 0;
  /** Of frames of turns that still run: within the same budget, but kept elsewhere. */
  #heldBytes = 0;

  constructor(budgetBytes: number) {
    this.#budgetBytes = budgetBytes;
  }

  /** Keeps a body, of one piece or several, and answers its number; the oldest ones go when the budget is full. One above the budget is not kept. */
  keep(...pieces: readonly Buffer[]): number {
    this.#lastNumber += 1;
    let bytes = 0;
    for (const { length } of pieces) bytes += length;
    if (bytes > this.#budgetBytes) return this.#lastNumber;
    this.#bodies.set(this.#lastNumber, this.#slabs.copyOf(pieces, bytes));
    this.#bytes += bytes;
    this.#fit();
    return this.#lastNumber;
  }

  /** A text for who keeps it themselves, outside of V8's heap and of the budget. */
  textAside(text: string): Buffer {
    return this.#slabs.ofText(text);
  }

  /** Whether so many bytes more may be held by turns that run; they have half of the budget at most. */
  hold(sizeBytes: number): boolean {
    if (this.#heldBytes + sizeBytes > this.#budgetBytes / 2) return false;
    this.#heldBytes += sizeBytes;
    this.#fit();
    return true;
  }

  /** What was held is held no longer. */
  release(sizeBytes: number): void {
    this.#heldBytes -= sizeBytes;
  }

  /** A body by its number; null where it was not kept or had to go. */
  get(number: number): Buffer | null {
    return this.#bodies.get(number) ?? null;
  }

  /** Drops one body. */
  forget(number: number): void {
    const body = this.#bodies.get(number);
    if (body === undefined) return;
    this.#bytes -= body.length;
    this.#bodies.delete(number);
  }

  #fit(): void {
    while (this.#bodies.size > 0 && this.#bytes + this.#heldBytes > this.#budgetBytes) {
      const [, body] = this.#bodies.takeOldest() ?? [];
      this.#bytes -= body?.length ?? 0;
    }
  }
}
