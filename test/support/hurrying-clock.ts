import type { Clock } from '../../src-main/core/ports.ts';
import { realClock } from './host.ts';

/** More would let a busy machine look like an upstream that is gone. */
const factor = 15;

/** The real clock, but pauses of at most this length (back-offs, polls) are fifteen times as short; longer limits stay. */
export function hurryingClock(upToMs = 8_000): Clock {
  return {
    ...realClock,
    after: (delayMs, action) => realClock.after(delayMs <= upToMs ? delayMs / factor : delayMs, action),
  };
}
