import type { Clock } from '../../src-main/core/ports.ts';

/** The real clock, except that a test can skip time: what falls due meanwhile runs at once, in its order. */
export interface SkippingClock extends Clock {
  skip(ms: number): void;
  /** Delays of the timers that wait, for tests that look for one. */
  readonly waitingMs: readonly number[];
}

interface Waiting {
  readonly delayMs: number;
  readonly dueMs: number;
  readonly fire: () => void;
}

/**
 * A clock that runs like the real one and can be moved ahead. Timers of `heldMs` wait until they are skipped: a busy machine
 * may let so much real time pass before a test does what it has to do meanwhile.
 */
export function skippingClock({ heldMs }: { readonly heldMs?: number } = {}): SkippingClock {
  let skippedMs = 0;
  const waiting = new Set<Waiting>();
  const monotonicMs = () => performance.now() + skippedMs;
  return {
    monotonicMs,
    epochMs: () => Date.now() + skippedMs,
    after: (delayMs, action) => {
      const real = delayMs === heldMs ? null : setTimeout(() => timer.fire(), delayMs);
      real?.unref();
      const cancel = () => {
        if (real !== null) clearTimeout(real);
        waiting.delete(timer);
      };
      const timer: Waiting = {
        delayMs,
        dueMs: monotonicMs() + delayMs,
        fire: () => {
          cancel();
          action();
        },
      };
      waiting.add(timer);
      return { cancel };
    },
    skip: (ms) => {
      const endMs = monotonicMs() + ms;
      for (;;) {
        const [next] = [...waiting].filter(({ dueMs }) => dueMs <= endMs).toSorted((a, b) => a.dueMs - b.dueMs);
        if (next === undefined) break;
        skippedMs = Math.max(skippedMs, next.dueMs - performance.now());
        next.fire();
      }
      skippedMs = Math.max(skippedMs, endMs - performance.now());
    },
    get waitingMs() {
      return [...waiting].map(({ delayMs }) => delayMs);
    },
  };
}
