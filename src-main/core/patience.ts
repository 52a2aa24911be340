import type { Clock, Timer } from './ports.ts';

/** A timer that rings so late tells that the machine slept, or this program stood still. */
const lateMs = 1_000;

/** Looks after a while whether something has come. After a sleep timers ring before that is read: it looks just after. */
export function lookAfter(clock: Clock, delayMs: number, look: () => void): Timer {
  const dueMs = clock.monotonicMs() + delayMs;
  let isCancelled = false;
  const timer = clock.after(delayMs, () => {
    if (clock.monotonicMs() - dueMs < lateMs) look();
    else setImmediate(() => isCancelled || look());
  });
  return {
    cancel: () => {
      isCancelled = true;
      timer.cancel();
    },
  };
}
