/** How long a turn may get nothing at all, not even the answer to a ping that went along, before its line counts as dead. */

/** A line that nothing came over for this long may have died meanwhile. */
const idleFromMs = 3_000;
/** An answer that took this long says that the line is slow. */
export const slowFromMs = 1_000;
const idleLimitMs = 3_000;
const slowIdleLimitMs = 5_000;
/** Of one that was alive a moment ago: that it dies just then is rare, that upstream is busy is not. */
const freshLimitMs = 15_000;
const mostMuteMs = 60_000;

/** A line as a turn is about to go on it. */
export interface LineState {
  /** Since anything came over it. */
  readonly idleMs: number;
  /** The machine slept, or is on another network. */
  readonly isSuspect: boolean;
  readonly isSlow: boolean;
  /** Upstream answers no pings: silence is all there is to go by. */
  readonly isMute: boolean;
  /** The longest that a turn on such a line has waited for its first event. */
  readonly longestMuteMs: number;
}

/** Whether a line has to show that it lives. */
export function isDoubtful({ idleMs, isSuspect }: Pick<LineState, 'idleMs' | 'isSuspect'>): boolean {
  return isSuspect || idleMs > idleFromMs;
}

/** How long to wait for a sign of life, in ms. Pure. */
export function lineLimitMs(line: LineState): number {
  const limitMs = isDoubtful(line) ? (line.isSlow ? slowIdleLimitMs : idleLimitMs) : freshLimitMs;
  return line.isMute ? Math.max(limitMs, Math.min(mostMuteMs, 2 * line.longestMuteMs)) : limitMs;
}

/** What all sockets to upstream have shown of its manners. */
export class LineManners {
  #longestMuteMs = 0;
  #isMute = false;

  get longestMuteMs(): number {
    return this.#longestMuteMs;
  }

  /** Some socket has served a turn without ever answering a ping. */
  get isMute(): boolean {
    return this.#isMute;
  }

  /** A turn's first event has come over a line that answers no pings. */
  noteMute(waitedMs: number): void {
    this.#isMute = true;
    this.#longestMuteMs = Math.max(this.#longestMuteMs, waitedMs);
  }

  /** A ping was answered, so those that were not say something. */
  noteAnswer(): void {
    this.#isMute = false;
  }
}
