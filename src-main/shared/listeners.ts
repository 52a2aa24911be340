/** Where it is said that a listener failed; a `Logger` is one. */
interface FailureLog {
  error(message: string, fields: { readonly error: unknown }): void;
}

/** Those who want to hear of something. One that throws or rejects is logged; the others are told and the teller goes on. */
export class Listeners<T extends readonly unknown[] = []> {
  readonly #listeners = new Set<(...news: T) => unknown>();
  readonly #log: FailureLog;

  constructor(log: FailureLog) {
    this.#log = log;
  }

  /** Returns its undo. */
  add(listener: (...news: T) => unknown): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Tells all that are there now. Never throws. */
  tell(...news: T): void {
    for (const listener of [...this.#listeners]) if (this.#listeners.has(listener)) this.#tellOne(listener, news);
  }

  #tellOne(listener: (...news: T) => unknown, news: T): void {
    try {
      const result = listener(...news);
      if (result instanceof Promise) result.catch((error: unknown) => this.#failed(error));
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    this.#log.error('Somebody who was told of a change met an error; the others were told as well.', { error });
  }
}
