import type { Clock } from './ports.ts';

/** Does work that is given up when it takes longer than `limitMs`: `late` aborts then, as `AbortSignal.timeout` would. */
export async function inTime<T>(
  clock: Pick<Clock, 'after'>,
  limitMs: number,
  work: (late: AbortSignal) => Promise<T>,
): Promise<T> {
  const end = new AbortController();
  const timer = clock.after(limitMs, () => end.abort(new DOMException('no answer in time', 'TimeoutError')));
  try {
    return await work(end.signal);
  } finally {
    timer.cancel();
  }
}

/** Waits for work at most `limitMs`; null where it takes longer. The work itself goes on; what it comes to then is told to nobody. */
export async function within<T>(clock: Pick<Clock, 'after'>, limitMs: number, work: Promise<T>): Promise<T | null> {
  const { promise: late, resolve } = Promise.withResolvers<null>();
  const timer = clock.after(limitMs, () => resolve(null));
  try {
    return await Promise.race([work, late]);
  } finally {
    timer.cancel();
  }
}

/** Waits `delayMs`. */
export function pause(clock: Pick<Clock, 'after'>, delayMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  clock.after(delayMs, resolve);
  return promise;
}
