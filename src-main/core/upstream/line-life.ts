import type { Clock, Timer } from '../ports.ts';
import { isDoubtful, type LineManners, type LineState, lineLimitMs, slowFromMs } from './line-limits.ts';

const pingEveryMs = 25_000;
/** A line that was alive a moment ago has mostly brought the answer by then, and a ping with every turn would be for nothing. */
const askAfterMs = 1_000;
/** Of when something came no more is known: events come by the thousand. */
const heardWithinMs = 100;
/** Two, since the first may be due in the moment a sleeping machine wakes, before what has come is read. */
const mostUnansweredPings = 2;

export interface LineParts {
  readonly clock: Clock;
  readonly manners: LineManners;
  /** It took long to open. */
  readonly isSlow: boolean;
  readonly ping: () => void;
  /** While nothing is read no answer can be seen. */
  readonly isRead: () => boolean;
  /** Called once at most, with the reason for people. */
  readonly died: (reason: string) => void;
}

/** Whether one line to upstream lives, told by what comes over it and by the answers to pings. */
export class LineLife {
  readonly #parts: LineParts;
  #regular: Timer;
  /** Rings where a sign of life does not come in time. */
  #limit: Timer | null = null;
  #pingSentMs = 0;
  #unansweredPings = 0;
  /** Silence after a ping says something once one was answered. */
  #answersPings = false;
  #hasServed = false;
  #isSlow: boolean;
  #isSuspect = false;
  #isClosed = false;
  /** When anything last came, by both clocks: sleep may stop the one. */
  #heard: { readonly monotonicMs: number; readonly epochMs: number };
  /** When the running turn was sent, until its first event comes. */
  #turnSentMs: number | null = null;

  constructor(parts: LineParts) {
    this.#parts = parts;
    this.#isSlow = parts.isSlow;
    this.#heard = { monotonicMs: parts.clock.monotonicMs(), epochMs: parts.clock.epochMs() };
    this.#regular = this.#schedule();
    // Whether upstream answers, and how soon, is known by the time it matters.
    this.#ping();
  }

  /** It may have died, and is being asked. */
  get isSuspect(): boolean {
    return this.#isSuspect;
  }

  /** Upstream answers no pings on it. */
  get isMute(): boolean {
    return !this.#answersPings && (this.#hasServed || this.#parts.manners.isMute);
  }

  /** It may have died: it is asked now. */
  suspect(): void {
    this.#isSuspect = true;
    this.#ask(this.#state());
  }

  /** A turn goes on it; with `isWatched` it has to show in time that it lives. */
  turn(isWatched: boolean): void {
    this.#turnSentMs = this.#parts.clock.monotonicMs();
    if (!isWatched) return;
    const state = this.#state();
    if (isDoubtful(state)) this.#ask(state);
    else this.#waitFor(askAfterMs, () => this.#ask(state));
  }

  /** A ping was answered. */
  pong(): void {
    const { clock, manners } = this.#parts;
    this.#isSlow = clock.monotonicMs() - this.#pingSentMs > slowFromMs;
    this.#answersPings = true;
    manners.noteAnswer();
    this.#noteLife();
  }

  /** An event has come, of a turn or between two; the answer is when, on the monotonic clock. */
  event(): number {
    const nowMs = this.#noteLife();
    if (this.#turnSentMs === null) return nowMs;
    if (!this.#answersPings) this.#parts.manners.noteMute(nowMs - this.#turnSentMs);
    this.#turnSentMs = null;
    this.#hasServed = true;
    return nowMs;
  }

  /** What has come will be read only now. */
  resume(): void {
    this.#unansweredPings = 0;
  }

  close(): void {
    this.#isClosed = true;
    this.#regular.cancel();
    this.#limit?.cancel();
  }

  #noteLife(): number {
    const { clock } = this.#parts;
    this.#unansweredPings = 0;
    this.#isSuspect = false;
    this.#limit?.cancel();
    this.#limit = null;
    const monotonicMs = clock.monotonicMs();
    if (monotonicMs - this.#heard.monotonicMs >= heardWithinMs) this.#heard = { monotonicMs, epochMs: clock.epochMs() };
    return monotonicMs;
  }

  #state(): LineState {
    const { clock, manners } = this.#parts;
    const { monotonicMs, epochMs } = this.#heard;
    return {
      idleMs: Math.max(clock.monotonicMs() - monotonicMs, clock.epochMs() - epochMs),
      isSuspect: this.#isSuspect,
      isSlow: this.#isSlow,
      isMute: this.isMute,
      longestMuteMs: manners.longestMuteMs,
    };
  }

  /** Asks for a sign of life; the line is dead where none comes in the time that its state allows. */
  #ask(state: LineState): void {
    const limitMs = lineLimitMs(state);
    this.#waitFor(limitMs, () =>
      this.#parts.died(`the connection is dead: nothing came for ${limitMs / 1000} s, not even the answer to a ping`),
    );
    this.#ping();
  }

  /** Calls where nothing has come by then. */
  #waitFor(limitMs: number, missed: () => void): void {
    this.#limit?.cancel();
    const limit = this.#parts.clock.after(limitMs, () => {
      this.#afterReading(() => {
        if (this.#limit === limit) missed();
      });
    });
    this.#limit = limit;
  }

  get #isDeaf(): boolean {
    return this.#answersPings && this.#parts.isRead() && this.#unansweredPings >= mostUnansweredPings;
  }

  /** After a sleep, or a pause of this program, timers ring before what has come is read. */
  #afterReading(look: () => void): void {
    setImmediate(() => {
      if (!this.#isClosed) look();
    });
  }

  #ping(): void {
    this.#pingSentMs = this.#parts.clock.monotonicMs();
    this.#parts.ping();
  }

  #schedule(): Timer {
    return this.#parts.clock.after(pingEveryMs, () => {
      if (this.#isDeaf) {
        this.#afterReading(() => {
          if (this.#isDeaf) this.#parts.died('the connection is dead: upstream no longer answers pings');
        });
      }
      this.#unansweredPings += 1;
      this.#ping();
      this.#regular = this.#schedule();
    });
  }
}
