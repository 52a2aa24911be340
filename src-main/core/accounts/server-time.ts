import { clockStand, setBackMs } from '../clock-stand.ts';
import { headerValue, type RawHeaders } from '../headers.ts';
import type { Clock } from '../ports.ts';

/** A `date` header has whole seconds and has travelled; below this a difference says nothing. */
const toleranceMs = 30_000;

/**
 * The issuer's time. Tokens end by its clock, and this machine's may be wrong: the difference is learnt from the `date`
 * header of its answers, and forgotten when they agree again.
 */
export class ServerTime {
  readonly #clock: Clock;
  #aheadMs = 0;
  /** How the clock stood when that was learnt. */
  #stand: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#stand = clockStand(clock);
  }

  /** Epoch ms by the issuer's clock. */
  nowMs(): number {
    return this.#clock.epochMs() + this.#aheadMs + setBackMs(this.#clock, this.#stand);
  }

  /** Takes in the headers of an answer that has just come from the issuer or upstream. */
  note(headers: RawHeaders): void {
    const serverMs = Date.parse(headerValue(headers, 'date') ?? '');
    if (!Number.isFinite(serverMs)) return;
    this.#stand = clockStand(this.#clock);
    const aheadMs = serverMs - this.#clock.epochMs();
    this.#aheadMs = Math.abs(aheadMs) > toleranceMs ? aheadMs : 0;
  }
}
