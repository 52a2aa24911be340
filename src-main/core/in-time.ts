import type { Clock } from './ports.ts';

/** Does work that has a limit as a whole, of one clock; `late` aborts where it takes longer, as `AbortSignal.timeout` would. */
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
