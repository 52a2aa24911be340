import type { AttemptOutcome } from './attempt.ts';

/** Sockets being opened ahead of their turns, by key: a turn that comes meanwhile waits for its own instead of opening another. */
export class Openings {
  readonly #ofKey = new Map<string, Promise<AttemptOutcome | null>>();

  /** Follows one to its end. */
  async run<Opened extends object>(
    key: string,
    open: () => Promise<Opened | { readonly outcome: AttemptOutcome }>,
  ): Promise<Opened | { readonly outcome: AttemptOutcome }> {
    const opening = open();
    const told = opening.then(
      (opened) => ('outcome' in opened ? opened.outcome : null),
      // Whoever opens it is told.
      () => null,
    );
    this.#ofKey.set(key, told);
    try {
      return await opening;
    } finally {
      if (this.#ofKey.get(key) === told) this.#ofKey.delete(key);
    }
  }

  /** What comes of the one under way, which is the caller's from now on: null where its socket waits, else why there is none. */
  take(key: string): Promise<AttemptOutcome | null> | null {
    const told = this.#ofKey.get(key) ?? null;
    this.#ofKey.delete(key);
    return told;
  }
}
