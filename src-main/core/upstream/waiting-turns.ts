import type { Clock } from '../ports.ts';

/** A turn that waits for a socket. */
export interface Waiter {
  /** Lets it look again. */
  wake: () => void;
}

/** Turns that wait for a socket, by account, first come first served: each keeps its place until it leaves. */
export class WaitingTurns {
  readonly #clock: Clock;
  readonly #queues = new Map<string, Set<Waiter>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The one whose place is first; null where none waits. */
  first(accountId: string): Waiter | null {
    return this.#queues.get(accountId)?.values().next().value ?? null;
  }

  /** Resolves when a socket of the account may be free, when the wait is over, or when the turn is aborted. */
  async wait(accountId: string, waiter: Waiter, deadlineMs: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const queue = this.#queues.get(accountId) ?? new Set();
    this.#queues.set(accountId, queue.add(waiter));
    waiter.wake = resolve;
    const timer = this.#clock.after(Math.max(0, deadlineMs - this.#clock.monotonicMs()), resolve);
    signal.addEventListener('abort', waiter.wake);
    await promise;
    timer.cancel();
    signal.removeEventListener('abort', waiter.wake);
  }

  /** It waits no longer. What woke it may be of use to the next. */
  leave(accountId: string, waiter: Waiter): void {
    const queue = this.#queues.get(accountId);
    if (queue?.delete(waiter) !== true) return;
    if (queue.size === 0) this.#queues.delete(accountId);
    else this.wake(accountId);
  }

  /** Lets the first one look again. */
  wake(accountId: string): void {
    this.first(accountId)?.wake();
  }
}
