import type { Clock, Timer } from '../ports.ts';
import type { Account } from './account.ts';
import { isLinked } from './linked-accounts.ts';
import type { Refresher } from './refresh.ts';

/**
 * The schedule looks at the clock at least this often. A machine that slept, or whose clock was set, is so behind by no more:
 * timers stand still in sleep, and know nothing of the wall clock.
 */
const longestWaitMs = 30_000;
const shortestWaitMs = 1_000;

export interface ScheduleParts {
  readonly clock: Clock;
  readonly refresher: Pick<Refresher, 'ready' | 'dueAtMs' | 'backOffUntilMs'>;
  /** Accounts to keep fresh: those of this upstream that are not signed out. */
  readonly accounts: () => readonly Account[];
  /** Done each time the schedule looks at the clock. */
  readonly look: () => Promise<void>;
}

/**
 * Renews our own sign-ins ahead of their end, also while no turn runs. Linked ones are left alone here: the Codex command
 * renews them, and only a turn that needs one does it in its place.
 */
export class RefreshSchedule {
  readonly #parts: ScheduleParts;
  #timer: Timer | null = null;
  #isRunning = false;

  constructor(parts: ScheduleParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#isRunning = true;
    void this.#turn();
  }

  stop(): void {
    this.#isRunning = false;
    this.#timer?.cancel();
  }

  /** Looks at the dates now: timers stand still while the machine sleeps. */
  replan(): void {
    if (!this.#isRunning || this.#timer === null) return;
    this.#timer.cancel();
    this.#timer = null;
    void this.#turn();
  }

  async #turn(): Promise<void> {
    const { look, refresher } = this.#parts;
    await look();
    const due = this.#candidates().filter((account) => this.#waitMs(account) <= 0);
    await Promise.allSettled(due.map((account) => refresher.ready(account)));
    if (!this.#isRunning) return;
    const waits = this.#candidates().map((account) => this.#waitMs(account));
    const waitMs = Math.max(shortestWaitMs, Math.min(longestWaitMs, ...waits));
    this.#timer = this.#parts.clock.after(waitMs, () => void this.#turn());
  }

  #candidates(): Account[] {
    return this.#parts.accounts().filter((account) => !isLinked(account) && account.tokens.refreshToken !== null);
  }

  /** Until an account may be renewed; 0 or less is now. */
  #waitMs(account: Account): number {
    const { clock, refresher } = this.#parts;
    const dueAtMs = refresher.dueAtMs(account);
    if (dueAtMs === null) return Number.POSITIVE_INFINITY;
    return Math.max(dueAtMs - clock.epochMs(), refresher.backOffUntilMs(account.id) - clock.monotonicMs());
  }
}
