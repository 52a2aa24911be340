/** What a clock may be off by before it counts as set. */
const toleratedMs = 60 * 60_000;
/** A machine that slept looks as if its clock was set, too: a time that has stood so long is believed. */
const believedAfterMs = 60 * 60_000;

/** The time that old turns are judged by: a clock that is set far ahead for a moment must not make all of them old. */
export class BelievedTime {
  #base: { readonly epochMs: number; readonly monotonicMs: number };
  /** Monotonic ms. */
  #setAtMs: number | null = null;

  constructor(epochMs: number, monotonicMs: number) {
    this.#base = { epochMs, monotonicMs };
  }

  /** Epoch ms, never later than the clock says. */
  now(epochMs: number, monotonicMs: number): number {
    const expectedMs = this.#base.epochMs + (monotonicMs - this.#base.monotonicMs);
    if (Math.abs(epochMs - expectedMs) > toleratedMs) {
      this.#setAtMs ??= monotonicMs;
      if (monotonicMs - this.#setAtMs < believedAfterMs) return Math.min(epochMs, expectedMs);
    }
    this.#setAtMs = null;
    this.#base = { epochMs, monotonicMs };
    return epochMs;
  }
}
