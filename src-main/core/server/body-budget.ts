import { SlipstreamError } from '../../shared/errors.ts';
import type { Clock, Timer } from '../ports.ts';
import { maxBodyBytes } from './decode-body.ts';

/** Bytes that large requests may hold at once, read and decoded. Small ones are free: they cannot fill the memory. */

/** Sizes at which a request's share grows; the last is the most that one may have. */
const steps = [1 / 8, 1 / 2, 1, 2, 4, 8, 16, 32, 48].map((mebibytes) => mebibytes * 1024 * 1024);
const [freeBytes = 0] = steps;
/** While it is read, shaped and sent a body takes several times its size: what it is charged leaves room for that. */
const costFactor = 3;
/** The longest body alone takes it all. */
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

  /** Room for a body that has come to so many bytes: null where it is there, else when others have given it. Rejects with `bodies_full`. */
  reach(bytes: number): Promise<void> | null {
    return bytes <= freeBytes ? null : this.#hold(steps.find((step) => step >= bytes) ?? bytes);
  }

  /** The same for a body that says how long it will be. */
  reserve(bytes: number): Promise<void> | null {
    return bytes <= freeBytes ? null : this.#hold(bytes);
  }

  #hold(bytes: number): Promise<void> | null {
    const wanted = this.#budget.costOf(bytes);
    const more = wanted - this.#held;
    if (more <= 0) return null;
    return this.#budget.take(more, this.#held).then(() => {
      this.#held = wanted;
      if (this.#isOver) this.shrink(0);
    });
  }

  /** Keeps room for a body of so many bytes only. */
  shrink(bytes: number): void {
    const kept = bytes <= freeBytes ? 0 : Math.min(this.#budget.costOf(bytes), this.#held);
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
  readonly #totalBytes: number;
  #freeBytes: number;
  /** Held by those that wait for more. */
  #stuckBytes = 0;
  readonly #waiting: Waiting[] = [];

  constructor(clock: Clock, totalBytes = mostOfOneBytes) {
    this.#clock = clock;
    this.#totalBytes = totalBytes;
    this.#freeBytes = totalBytes;
  }

  share(): BodyShare {
    return new BodyShare(this);
  }

  /** What a body of so many bytes is charged. */
  costOf(bytes: number): number {
    return Math.min(costFactor * bytes, this.#totalBytes);
  }

  /**
   * Takes room at once, or within 10 s as others give theirs back. Who holds `heldBytes` already waits only while requests
   * that do not wait hold enough: otherwise two would wait for each other. Throws `bodies_full`.
   */
  async take(bytes: number, heldBytes: number): Promise<void> {
    if (this.#waiting.length === 0 && bytes <= this.#freeBytes) {
      this.#freeBytes -= bytes;
      return;
    }
    const comingBytes = this.#totalBytes - heldBytes - this.#stuckBytes;
    if (heldBytes > 0 && comingBytes < bytes) throw new SlipstreamError('bodies_full', { retryAfterSeconds });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiting: Waiting = { bytes, admit: resolve };
    this.#stuckBytes += heldBytes;
    this.#waiting.push(waiting);
    const timer: Timer = this.#clock.after(patienceMs, () => {
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      reject(new SlipstreamError('bodies_full', { retryAfterSeconds }));
    });
    await promise.finally(() => {
      timer.cancel();
      this.#stuckBytes -= heldBytes;
    });
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
