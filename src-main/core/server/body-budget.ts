import { SlipstreamError } from '../../shared/errors.ts';
import type { Clock, Timer } from '../ports.ts';
import { maxBodyBytes } from './decode-body.ts';

/** Bytes that large requests may hold at once, read and decoded. Small ones are free: they cannot fill the memory. */

/** Sizes at which a request's share grows; the last is the most that one may have. */
const steps = [1 / 8, 1, 8, 48].map((mebibytes) => mebibytes * 1024 * 1024);
const [freeBytes = 0] = steps;
/** The longest body while it is unpacked, as it came and as it is: alone it must find room. */
const mostOfOneBytes = 2 * maxBodyBytes;
const patienceMs = 10_000;
const retryAfterSeconds = 1;

interface Waiting {
  readonly bytes: number;
  readonly admit: () => void;
}

/** One request's share. */
export class BodyShare {
  readonly #budget: BodyBudget;
  #held = 0;
  #isOver = false;

  constructor(budget: BodyBudget) {
    this.#budget = budget;
  }

  /** Room for so many bytes in all: null where it is there, else when others have given it. Rejects with `bodies_full`. */
  reach(bytes: number): Promise<void> | null {
    if (bytes <= Math.max(this.#held, freeBytes)) return null;
    const wanted = steps.find((step) => step >= bytes) ?? bytes;
    const more = wanted - this.#held;
    // Who holds room already does not wait for more: two of them would wait for each other.
    return this.#budget.take(more, this.#held === 0).then(() => {
      this.#held += more;
      if (this.#isOver) this.shrink(0);
    });
  }

  /** Keeps room for so many bytes only. */
  shrink(bytes: number): void {
    const kept = bytes <= freeBytes ? 0 : Math.min(bytes, this.#held);
    const given = this.#held - kept;
    this.#held = kept;
    this.#budget.give(given);
  }

  /** Gives everything back, also what is still waited for. */
  release(): void {
    this.#isOver = true;
    this.shrink(0);
  }
}

/** The room that all requests share. */
export class BodyBudget {
  readonly #clock: Clock;
  #freeBytes: number;
  readonly #waiting: Waiting[] = [];

  constructor(clock: Clock, totalBytes = mostOfOneBytes) {
    this.#clock = clock;
    this.#freeBytes = totalBytes;
  }

  share(): BodyShare {
    return new BodyShare(this);
  }

  /** Takes room at once or, if it may wait, within 10 s when others have given theirs back. Throws `bodies_full`. */
  async take(bytes: number, mayWait: boolean): Promise<void> {
    if (this.#waiting.length === 0 && bytes <= this.#freeBytes) {
      this.#freeBytes -= bytes;
      return;
    }
    if (!mayWait) throw new SlipstreamError('bodies_full', { retryAfterSeconds });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiting: Waiting = { bytes, admit: resolve };
    this.#waiting.push(waiting);
    const timer: Timer = this.#clock.after(patienceMs, () => {
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      reject(new SlipstreamError('bodies_full', { retryAfterSeconds }));
    });
    await promise.finally(() => timer.cancel());
  }

  give(bytes: number): void {
    this.#freeBytes += bytes;
    for (let next = this.#waiting[0]; next !== undefined && next.bytes <= this.#freeBytes; next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#freeBytes -= next.bytes;
      next.admit();
    }
  }
}
