/** Turns may be over before the next one comes, so sessions that were given out this lately count as well. */
const latelyMs = 10_000;
/** In steps of so many: one turn after another stays where the first one was. */
const latelyStep = 4;

/** What an account has to do, as far as the choice of one depends on it. */
export interface AccountLoad {
  /** Monotonic ms of its last choice by round robin; -1 for never. */
  readonly lastChosenMs: number;
  readonly runningTurns: number;
  /** Running turns, or more where many sessions were given to it a moment ago. */
  readonly load: number;
}

/** How many turns run on each account, from the choice of it to their end. */
export class RunningTurns {
  readonly #counts = new Map<string, number>();
  /** When new sessions were given to each, monotonic ms, oldest first. */
  readonly #given = new Map<string, number[]>();
  readonly #lastGivenMs = new Map<string, number>();

  of(accountId: string): number {
    return this.#counts.get(accountId) ?? 0;
  }

  /** `nowMs` is monotonic. */
  factsOf(accountId: string, nowMs: number): AccountLoad {
    return {
      lastChosenMs: this.#lastGivenMs.get(accountId) ?? -1,
      runningTurns: this.of(accountId),
      load: this.loadOf(accountId, nowMs),
    };
  }

  /** The turns that run on it, or the sessions of the last seconds where those are more. */
  loadOf(accountId: string, nowMs: number): number {
    const given = this.#given.get(accountId) ?? [];
    while (given[0] !== undefined && given[0] < nowMs - latelyMs) given.shift();
    return Math.max(this.of(accountId), given.length - (given.length % latelyStep));
  }

  /** A new session was given to the account. */
  give(accountId: string, nowMs: number): void {
    this.#lastGivenMs.set(accountId, nowMs);
    const given = this.#given.get(accountId);
    if (given === undefined) this.#given.set(accountId, [nowMs]);
    else given.push(nowMs);
  }

  /** Counts one more turn; the answer, called once, says that it is over. */
  begin(accountId: string): () => void {
    this.#counts.set(accountId, this.of(accountId) + 1);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      const left = this.of(accountId) - 1;
      if (left > 0) this.#counts.set(accountId, left);
      else this.#counts.delete(accountId);
    };
  }

  forget(accountId: string): void {
    this.#given.delete(accountId);
    this.#lastGivenMs.delete(accountId);
  }
}
