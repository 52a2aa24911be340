/** Work that runs once however many ask: who asks for a key while its work runs gets the result of that. */
export class SingleFlight<T> {
  readonly #running = new Map<string, Promise<T>>();

  /** Starts the work, or joins the one that runs for the key. Rejects as the work does; what threw is tried anew. */
  run(key: string, work: () => Promise<T>): Promise<T> {
    const running = this.#running.get(key);
    if (running !== undefined) return running;
    const started = work().finally(() => this.#running.delete(key));
    this.#running.set(key, started);
    return started;
  }

  /** Resolves once what runs for the key, or whatever runs, has ended in either way. */
  async idle(key?: string): Promise<void> {
    if (key === undefined) while (this.#running.size > 0) await Promise.allSettled(this.#running.values());
    else await Promise.allSettled([this.#running.get(key)]);
  }
}
