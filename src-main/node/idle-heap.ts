import type { Clock, Timer } from '../core/ports.ts';

/** So long after the start nobody has asked anything. */
const afterStartMs = 5_000;
/** Longer than an agent works between two turns; twice that at most once they are over. */
const afterTurnsMs = 60_000;

/** Has memory given back once nothing happens: V8 itself looks at its heap only while that grows. */
export class IdleHeap {
  readonly #clock: Clock;
  readonly #collect: () => void;
  #timer: Timer | null = null;
  #quietMs = afterStartMs;
  /** Something has happened since the timer was set. */
  #isNoted = false;

  /** `collect` gives back what nothing refers to any more, which may take tens of milliseconds. */
  constructor(clock: Clock, collect: () => void) {
    this.#clock = clock;
    this.#collect = collect;
  }

  /** The program is up, or something has come of a turn. */
  note(): void {
    this.#isNoted = this.#timer !== null;
    this.#timer ??= this.#soon();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #soon(): Timer {
    return this.#clock.after(this.#quietMs, () => {
      this.#timer = null;
      this.#quietMs = afterTurnsMs;
      if (this.#isNoted) this.note();
      else this.#collect();
    });
  }
}
