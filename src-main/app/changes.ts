import { isDeepStrictEqual } from 'node:util';
import type { Clock, Timer } from '../core/ports.ts';

/** A look at a value, which tells it where it is another than was told last. */
export function toldOnChange<T>(read: () => T, tell: (value: T) => void): () => void {
  let told = read();
  return () => {
    const now = read();
    if (isDeepStrictEqual(now, told)) return;
    told = now;
    tell(now);
  };
}

/** Runs `run` once for all that ask for it within `delayMs`. */
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
