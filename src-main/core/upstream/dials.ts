import type { DialResult } from './socket.ts';

/** Sockets being opened, by account: they count against its limit, and end with it. */
export class Dials {
  readonly #ends = new Map<string, Set<AbortController>>();

  count(accountId: string): number {
    return this.#ends.get(accountId)?.size ?? 0;
  }

  /** Opens one; it comes to nothing where the account is removed meanwhile. */
  async run(
    accountId: string,
    signal: AbortSignal,
    dial: (signal: AbortSignal) => Promise<DialResult>,
  ): Promise<DialResult> {
    const gone = new AbortController();
    const ends = this.#ends.get(accountId) ?? new Set();
    this.#ends.set(accountId, ends.add(gone));
    try {
      const dialled = await dial(AbortSignal.any([signal, gone.signal]));
      if (!gone.signal.aborted) return dialled;
      if (dialled.ok) dialled.socket.close();
      return { ok: false, outcome: { kind: 'account-removed' } };
    } finally {
      ends.delete(gone);
      if (ends.size === 0 && this.#ends.get(accountId) === ends) this.#ends.delete(accountId);
    }
  }

  /** Ends those of an account that is gone. */
  end(accountId: string): void {
    for (const gone of this.#ends.get(accountId) ?? []) gone.abort();
  }
}
