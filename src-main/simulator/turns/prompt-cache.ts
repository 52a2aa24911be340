const maxPrompts = 10_000;

/** Bytes of the longest prompt seen per account and cache key: what counts as cached. */
export class PromptCache {
  readonly #bytes = new Map<string, number>();

  bytesOf(key: string): number {
    return this.#bytes.get(key) ?? 0;
  }

  note(key: string, bytes: number): void {
    if (this.#bytes.size > maxPrompts) this.#bytes.clear();
    this.#bytes.set(key, bytes);
  }
}
