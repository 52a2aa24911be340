/** How many turns run on each account, from the choice of it to their end. */
export class RunningTurns {
  readonly #counts = new Map<string, number>();

  of(accountId: string): number {
    return this.#counts.get(accountId) ?? 0;
  }

  /** Counts one more; the answer, called once, says that it is over. */
  begin(accountId: string): () => void {
    this.#counts.set(accountId, this.of(accountId) + 1);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      const left = this.of(accountId) - 1;
      if (left > 0) this.#counts.set(accountId, left);
      else this.#counts.delete(accountId);
    };
  }
}
