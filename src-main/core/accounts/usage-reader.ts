import { SlipstreamError, toSlipstreamError } from '../../shared/errors.ts';
import { saidInEnglish } from '../../shared/words/said.ts';
import { tell } from '../../shared/words/told.ts';
import { objectMember } from '../json.ts';
import { answerObject } from '../json-answer.ts';
import type { Clock, Timer } from '../ports.ts';
import { SingleFlight } from '../single-flight.ts';
import type { Account } from './account.ts';
import type { Accounts } from './accounts.ts';
import { planFrom, usageFromEndpoint } from './usage.ts';
import { verdictRow } from './verdict-table.ts';
import { stands, type Verdict } from './verdicts.ts';

const restingCheckMs = 5 * 60_000;
/** At least this long between looks for an early reset that a turn waits for. */
const restingLookEveryMs = 60_000;
/** Of an account that upstream refuses altogether, its quota is first read so long after that was said. */
const refusedCheckMs = 60 * 60_000;
/** While a screen is open no account is asked more often than this, unless somebody asks for it. */
const freshMs = 5 * 60_000;

/** Reads `/wham/usage` on an account's behalf; rejects with what people are told where it could not be read. */
export type ReadUsage = (account: Account) => Promise<Buffer>;

/** Keeps usage fresh where events do not tell it: on demand, and for resting accounts, so that an early reset frees them. */
export class UsageReader {
  readonly #accounts: Accounts;
  readonly #clock: Clock;
  readonly #read: ReadUsage;
  readonly #reading = new SingleFlight<void>();
  /** When each account was asked last, monotonic ms. */
  readonly #askedMs = new Map<string, number>();
  /** When a turn last had the resting accounts read, monotonic ms. */
  #restingLookMs = Number.NEGATIVE_INFINITY;
  #timer: Timer | null = null;

  constructor(accounts: Accounts, clock: Clock, read: ReadUsage) {
    this.#accounts = accounts;
    this.#clock = clock;
    this.#read = read;
  }

  /**
   * Reads one account's usage now, once however many ask. An account that upstream says has quota again stops resting. Rejects
   * as the reader does; throws `upstream_unreachable` for an answer that says nothing of usage.
   */
  read(account: Account): Promise<void> {
    return this.#reading.run(account.id, async () => {
      try {
        await this.#readNow(account);
        this.#accounts.note(account.id, { usageTrouble: null });
      } catch (thrown) {
        const text = toSlipstreamError(thrown).told;
        this.#accounts.note(account.id, { usageTrouble: { text, atMs: this.#clock.epochMs() } });
        throw thrown;
      }
    });
  }

  /** Reads those that were not asked for 5 min. */
  async freshen(accounts: readonly Account[]): Promise<void> {
    const now = this.#clock.monotonicMs();
    const stale = accounts.filter(({ id }) => now - (this.#askedMs.get(id) ?? Number.NEGATIVE_INFINITY) >= freshMs);
    await Promise.allSettled(stale.map((account) => this.read(account)));
  }

  /** Looks again every few minutes while accounts rest. */
  watchResting(): void {
    this.#timer ??= this.#clock.after(restingCheckMs, () => {
      this.#timer = null;
      void this.#readResting();
    });
  }

  /** Reads the usage of every resting account, for a turn that finds no other; once a minute, however many ask. */
  async lookAtResting(): Promise<void> {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#restingLookMs < restingLookEveryMs) return;
    this.#restingLookMs = nowMs;
    await this.#readResting();
  }

  /**
   * Reads the usage of accounts that upstream refuses altogether, so that one it takes again need not wait until its verdict
   * ends: an hour after the verdict was said, then whenever it has stood twice as long.
   */
  lookAtRefused(): void {
    const now = this.#clock.epochMs();
    for (const account of this.#accounts.renewable()) {
      const refused = this.#accounts.verdicts.of(account.id).find((verdict) => isWaitedOut(verdict, now));
      if (refused === undefined || !account.enabled) continue;
      const toldMs = now - refused.saidAtMs;
      const askedMs = this.#clock.monotonicMs() - (this.#askedMs.get(account.id) ?? Number.NEGATIVE_INFINITY);
      if (Math.min(toldMs, askedMs) >= Math.max(refusedCheckMs, toldMs / 2)) void this.read(account).catch(() => {});
    }
  }

  /** Tries ways out of this machine that led nowhere before the next turn would. */
  tryWays(): void {
    const { ways } = this.#accounts;
    for (const account of ways.toTry(this.#accounts.renewable()))
      void this.read(account).catch(() => ways.triedInVain(account));
  }

  stop(): void {
    this.#timer?.cancel();
  }

  /** Goes on watching while some still rest. */
  async #readResting(): Promise<void> {
    await Promise.allSettled(this.#accounts.resting().map((account) => this.read(account)));
    if (this.#accounts.resting().length > 0) this.watchResting();
  }

  async #readNow(account: Account): Promise<void> {
    this.#askedMs.set(account.id, this.#clock.monotonicMs());
    // An event that comes while this is under way is newer than what upstream was asked before it.
    const askedAt = this.#clock.epochMs();
    const restsUntil = this.#accounts.health(account.id).cooldownUntil;
    const body = await this.#read(account);
    const json = answerObject(body);
    const usage = json === null ? null : usageFromEndpoint(json, askedAt);
    if (json === null || usage === null)
      throw new SlipstreamError('upstream_unreachable', saidInEnglish(tell('troubles.quota.nothing')));
    this.#accounts.verdicts.lift(account.id, 'quota read', askedAt);
    this.#accounts.noteUsage(account.id, usage);
    this.#accounts.notePlan(account.id, planFrom(json));
    // Windows are told in whole per cents, and there are limits beside them.
    const isFull =
      objectMember(json, 'rate_limit')?.limit_reached === true ||
      [usage.primary, usage.secondary].some((window) => (window?.usedPercent ?? 0) >= 100);
    // A rest that has begun since is newer than the answer.
    if (!isFull && restsUntil !== null && this.#accounts.health(account.id).cooldownUntil === restsUntil)
      this.#accounts.setCooldown(account.id, null);
  }
}

/** Whether it keeps every turn from the account, and an answer about its quota could end that. */
function isWaitedOut(verdict: Verdict, nowMs: number): boolean {
  const { about, isHard, liftedBy } = verdictRow(verdict.kind);
  const endsByAnswer = liftedBy.includes('quota read') || liftedBy.includes('plan');
  return about === 'account' && isHard && endsByAnswer && stands(verdict, nowMs);
}
