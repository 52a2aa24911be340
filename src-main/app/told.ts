import { isDeepStrictEqual } from 'node:util';
import type { Clock, Timer } from '../core/ports.ts';

/** Tells a value each time it is looked at and is another than was told last. */
export function toldOnChange<T>(read: () => T, tell: (value: T) => void): () => void {
  let told = read();
  return () => {
    const now = read();
    if (isDeepStrictEqual(now, told)) return;
    told = now;
    tell(now);
  };
}

/** Runs something once for all that asks for it within so long. */
export function batched(clock: Clock, delayMs: number, run: () => void): { ask(): void; cancel(): void } {
  let timer: Timer | null = null;
  return {
    ask: () => {
      timer ??= clock.after(delayMs, () => {
        timer = null;
        run();
      });
    },
    cancel: () => timer?.cancel(),
  };
}

/** Waits for something, but no longer than that. */
export async function within(clock: Clock, limitMs: number, work: Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = clock.after(limitMs, resolve);
  await Promise.race([work, promise]);
  timer.cancel();
}
