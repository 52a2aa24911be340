import type { Clock, Timer } from '../core/ports.ts';

/** The longest a Node timer can wait; above it, it would fire at once. */
const longestTimerMs = 2 ** 31 - 1;

/** The machine's own time. */
export const systemClock: Clock = {
  monotonicMs: () => performance.now(),
  epochMs: () => Date.now(),
  after: startTimer,
};

function startTimer(delayMs: number, action: () => void): Timer {
  let timeout: NodeJS.Timeout;
  const wait = (leftMs: number) => {
    const stepMs = Math.min(leftMs, longestTimerMs);
    timeout = setTimeout(() => (leftMs > stepMs ? wait(leftMs - stepMs) : action()), stepMs);
    timeout.unref();
  };
  wait(delayMs);
  return { cancel: () => clearTimeout(timeout) };
}
