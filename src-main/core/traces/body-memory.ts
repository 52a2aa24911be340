import { AgedMap } from '../aged-map.ts';
import { Slabs } from './slabs.ts';

/** Bodies of the latest turns, raw, within one byte budget. Never written to disk. */
export class BodyMemory {
  readonly #budgetBytes: number;
  readonly #bodies = new AgedMap<string, Buffer>();
  readonly #slabs = new Slabs();
  #bytes = 0;
  /** Of frames of turns that still run: within the same budget, but kept elsewhere. */
  #heldBytes = 0;

  constructor(budgetBytes: number) {
    this.#budgetBytes = budgetBytes;
  }

  /** Keeps a body, of one piece or several; the oldest ones go when the budget is full. One above the budget is not kept. */
  keep(key: string, ...pieces: readonly Buffer[]): void {
    this.forget(key);
    const bytes = pieces.reduce((sum, { length }) => sum + length, 0);
    if (bytes > this.#budgetBytes) return;
    this.#bodies.set(key, this.#slabs.copyOf(pieces, bytes));
    this.#bytes += bytes;
    this.#fit();
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

  /** The body kept under a key; null where it was never kept or had to go. */
  get(key: string): Buffer | null {
    return this.#bodies.get(key) ?? null;
  }

  /** Drops one body. */
  forget(key: string): void {
    const body = this.#bodies.get(key);
    if (body === undefined) return;
    this.#bytes -= body.length;
    this.#bodies.delete(key);
  }

  #fit(): void {
    while (this.#bodies.size > 0 && this.#bytes + this.#heldBytes > this.#budgetBytes) {
      const [, body] = this.#bodies.takeOldest() ?? [];
      this.#bytes -= body?.length ?? 0;
    }
  }
}
