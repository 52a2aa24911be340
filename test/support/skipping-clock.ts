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

interface SkippingOptions {
  /** Timers of this delay wait until they are skipped: a busy machine may let so much time pass before a test does what it has to do meanwhile. */
  readonly heldMs?: number;
  /** Time goes on where it is skipped and where a timer has run out, and not with the work of a busy machine: for what is measured. */
  readonly isStill?: boolean;
}

/** A clock that runs like the real one and can be moved ahead. */
export function skippingClock({ heldMs, isStill = false }: SkippingOptions = {}): SkippingClock {
  let skippedMs = 0;
  const waiting = new Set<Waiting>();
  const [startMs, startEpochMs] = [performance.now(), Date.now()];
  const realMs = isStill ? () => startMs : () => performance.now();
  const monotonicMs = () => realMs() + skippedMs;
  const advanceTo = (ms: number) => {
    skippedMs = Math.max(skippedMs, ms - realMs());
  };
  return {
    monotonicMs,
    epochMs: () => (isStill ? startEpochMs : Date.now()) + skippedMs,
    after: (delayMs, action) => {
      const runOut = () => {
        advanceTo(timer.dueMs);
        timer.fire();
      };
      const real = delayMs === heldMs ? null : setTimeout(runOut, delayMs);
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
        advanceTo(next.dueMs);
        next.fire();
      }
      advanceTo(endMs);
    },
    get waitingMs() {
      return [...waiting].map(({ delayMs }) => delayMs);
    },
  };
}
