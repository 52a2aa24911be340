import type { Clock } from '../../src-main/core/ports.ts';

/** Time that only moves when a test says so. */
export interface FakeClock extends Clock {
  /** Moves time on and runs what falls due, in its order. */
  advance(ms: number): void;
  /** Timers that wait. */
  readonly pending: number;
}

export function fakeClock(startEpochMs = 1_795_449_000_000): FakeClock {
  let nowMs = 0;
  const timers = new Set<{ readonly dueMs: number; readonly action: () => void }>();
  return {
    monotonicMs: () => nowMs,
    epochMs: () => startEpochMs + nowMs,
    after: (delayMs, action) => {
      const timer = { dueMs: nowMs + delayMs, action };
      timers.add(timer);
      return { cancel: () => timers.delete(timer) };
    },
    advance: (ms) => {
      const endMs = nowMs + ms;
      for (;;) {
        const [next] = [...timers].filter(({ dueMs }) => dueMs <= endMs).sort((a, b) => a.dueMs - b.dueMs);
        if (next === undefined) break;
        timers.delete(next);
        nowMs = Math.max(nowMs, next.dueMs);
        next.action();
      }
      nowMs = endMs;
    },
    get pending() {
      return timers.size;
    },
  };
}
