/** Bodies of the latest turns, raw, within one byte budget (DESIGN §8). Never written to disk. */
export class BodyMemory {
  readonly #budgetBytes: number;
  readonly #bodies = new Map<string, Buffer>();
  #bytes = 0;

  constructor(budgetBytes: number) {
    this.#budgetBytes = budgetBytes;
  }

  /** Keeps a body; the oldest ones go when the budget is full. One above the budget is not kept. */
  keep(key: string, body: Buffer): void {
    this.forget(key);
    if (body.length > this.#budgetBytes) return;
    this.#bodies.set(key, body);
    this.#bytes += body.length;
    for (const [oldest, old] of this.#bodies) {
      if (this.#bytes <= this.#budgetBytes) break;
      this.#bodies.delete(oldest);
      this.#bytes -= old.length;
    }
  }

  get(key: string): Buffer | null {
    return this.#bodies.get(key) ?? null;
  }

  forget(key: string): void {
    this.#bytes -= this.#bodies.get(key)?.length ?? 0;
    this.#bodies.delete(key);
  }
}
