import { parseJsonObject } from '../json.ts';
import type { Clock, Timer } from '../ports.ts';
import type { Account } from './account.ts';
import type { Accounts } from './accounts.ts';
import { usageFromEndpoint } from './usage.ts';

const restingCheckMs = 5 * 60_000;

/** Reads `/wham/usage` on an account's behalf; null when it could not be read. */
export type ReadUsage = (account: Account) => Promise<Buffer | null>;

/** Keeps usage fresh where events do not tell it: on demand, and for resting accounts, so that an early reset frees them. */
export class UsageReader {
  readonly #accounts: Accounts;
  readonly #clock: Clock;
  readonly #read: ReadUsage;
  #timer: Timer | null = null;

  constructor(accounts: Accounts, clock: Clock, read: ReadUsage) {
    this.#accounts = accounts;
    this.#clock = clock;
    this.#read = read;
  }

  /** Reads one account's usage now. An account that upstream says has quota again stops resting. */
  async read(account: Account): Promise<void> {
    const body = await this.#read(account);
    const json = body === null ? null : parseJsonObject(body.toString('utf8'));
    const usage = json === null ? null : usageFromEndpoint(json, this.#clock.epochMs());
    if (usage === null) return;
    this.#accounts.noteUsage(account.id, usage);
    const isFull = [usage.primary, usage.secondary].some((window) => (window?.usedPercent ?? 0) >= 100);
    if (!isFull && this.#accounts.health(account.id).cooldownUntil !== null)
      this.#accounts.setCooldown(account.id, null);
  }

  /** Looks again every few minutes while accounts rest. */
  watchResting(): void {
    this.#timer ??= this.#clock.after(restingCheckMs, () => {
      this.#timer = null;
      void this.readResting();
    });
  }

  /** Reads the usage of every resting account now, and goes on watching while some still rest. */
  async readResting(): Promise<void> {
    await Promise.all(this.#accounts.resting().map((account) => this.read(account)));
    if (this.#accounts.resting().length > 0) this.watchResting();
  }

  stop(): void {
    this.#timer?.cancel();
  }
}
