import type { Clock, Timer } from '../ports.ts';
import { quietMs } from '../turn/turn.ts';

/** Rings when a client was told nothing for too long, and again after each such time, until it is stopped. */
export class QuietWatch {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #lastToldMs = 0;
  #timer: Timer | null = null;

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  start(): void {
    this.told();
    this.#timer ??= this.#after(quietMs);
  }

  /** The client was told something. */
  told(): void {
    this.#lastToldMs = this.#clock.monotonicMs();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  /** One timer, set again only when it rings: what is told need not touch it. */
  #after(delayMs: number): Timer {
    return this.#clock.after(delayMs, () => {
      const leftMs = quietMs - (this.#clock.monotonicMs() - this.#lastToldMs);
      this.#timer = this.#after(leftMs > 0 ? leftMs : quietMs);
      if (leftMs <= 0) this.#ring();
    });
  }
}
