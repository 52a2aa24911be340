import { SlipstreamError } from '../../shared/errors.ts';
import type { AccountPolicy, AccountView } from '../../shared/model.ts';
import type { Clock } from '../ports.ts';
import { type Account, type AccountHealth, type AccountOrigin, type AccountUsage, accountLabel } from './account.ts';
import { parseAuthFile } from './auth-file.ts';
import { type Candidate, chooseAccount } from './selection.ts';
import type { AccountStore } from './store.ts';

const healthy: AccountHealth = { usage: null, cooldownUntil: null, avoidUntil: null, signedOut: false };
/** Where upstream names no reset time. */
const defaultCooldownMs = 5 * 60_000;

interface AccountsParts {
  readonly store: AccountStore;
  readonly clock: Clock;
  readonly origin: AccountOrigin;
  /** Tokens are encrypted on disk. */
  readonly encrypted: boolean;
  readonly policy: () => AccountPolicy;
}

/** The accounts of this instance: the store's files together with what is known of their health. */
export class Accounts {
  readonly #parts: AccountsParts;
  readonly #health = new Map<string, AccountHealth>();
  readonly #lastChosenMs = new Map<string, number>();
  readonly #listeners = new Set<() => void>();

  constructor(parts: AccountsParts) {
    this.#parts = parts;
    parts.store.onChange(() => this.#changed());
  }

  /** Imports an official auth.json by copy. Throws `account_file_invalid`, `store_unwritable`. */
  async importAuthFile(text: string): Promise<Account> {
    const { store, origin, clock } = this.#parts;
    const account = await store.add(parseAuthFile(text, origin, clock.epochMs()));
    this.#setHealth(account.id, { signedOut: false });
    return account;
  }

  /**
   * The account for a turn: the session's own while it can be used, else the pinned one, else the best by strategy.
   * Throws `account_none`, `account_unusable` or `accounts_exhausted`.
   */
  choose(stickyId: string | null, excluded: ReadonlySet<string>): Account {
    const { clock, policy } = this.#parts;
    const { strategy, pinnedAccountId } = policy();
    const rules = { strategy, pinnedId: pinnedAccountId, stickyId, excluded, nowMs: clock.epochMs() };
    const choice = chooseAccount(this.#candidates(), rules);
    if (!choice.ok) throw new SlipstreamError(choice.reason, exhaustedExtras(choice.resetsAt, clock.epochMs()));
    if (choice.account.id !== stickyId) this.#lastChosenMs.set(choice.account.id, clock.monotonicMs());
    return choice.account;
  }

  /** The account a session would get now, without counting it as a choice; null where there is none. */
  peek(stickyId: string | null): Account | null {
    const { clock, policy } = this.#parts;
    const { strategy, pinnedAccountId } = policy();
    const rules = {
      strategy,
      pinnedId: pinnedAccountId,
      stickyId,
      excluded: new Set<string>(),
      nowMs: clock.epochMs(),
    };
    const choice = chooseAccount(this.#candidates(), rules);
    return choice.ok ? choice.account : null;
  }

  /** Any account that can be used now, for questions that are not a turn; null where there is none. */
  anyUsable(): Account | null {
    return this.peek(null);
  }

  /** Accounts that rest until their quota is reset. */
  resting(): readonly Account[] {
    const now = this.#parts.clock.epochMs();
    return this.#parts.store.list().filter((account) => (this.health(account.id).cooldownUntil ?? 0) > now);
  }

  health(id: string): AccountHealth {
    return this.#health.get(id) ?? healthy;
  }

  /** Takes in newer usage of an account. */
  noteUsage(id: string, usage: AccountUsage | null): void {
    if (usage !== null && this.#parts.store.get(id) !== null) this.#setHealth(id, { usage });
  }

  /** The whole account rests until `untilMs` (epoch ms); null ends the rest. */
  setCooldown(id: string, untilMs: number | null): void {
    this.#setHealth(id, { cooldownUntil: untilMs });
  }

  /** The account is out of quota until `resetsAtMs`; where upstream says nothing, until its usage says so or for 5 min. */
  exhausted(id: string, resetsAtMs: number | null): void {
    const usage = this.health(id).usage;
    const full = [usage?.primary, usage?.secondary].find((window) => (window?.usedPercent ?? 0) >= 100);
    this.setCooldown(id, resetsAtMs ?? full?.resetAt ?? this.#parts.clock.epochMs() + defaultCooldownMs);
  }

  /** Others are used first until `untilMs` (epoch ms). */
  avoid(id: string, untilMs: number): void {
    this.#setHealth(id, { avoidUntil: untilMs });
  }

  /** The account has to sign in again before it is used. */
  signedOut(id: string): void {
    this.#setHealth(id, { signedOut: true });
  }

  views(): AccountView[] {
    return this.#parts.store.list().map((account) => this.view(account));
  }

  /** The account as screens see it: no token, no workspace id. */
  view(account: Account): AccountView {
    const { usage, cooldownUntil } = this.health(account.id);
    return {
      id: account.id,
      email: account.email,
      label: accountLabel(account),
      plan: account.plan,
      source: account.source,
      enabled: account.enabled,
      websockets: account.websockets,
      state: this.#state(account),
      tokenExpiresAt: account.tokenExpiresAt,
      cooldownUntil,
      usage,
      encrypted: this.#parts.encrypted,
    };
  }

  /** Calls back after every change of an account or its health; returns its undo. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #candidates(): Candidate[] {
    return this.#parts.store.list().map((account) => ({
      account,
      health: this.health(account.id),
      belongsHere: this.#belongsHere(account),
      lastChosenMs: this.#lastChosenMs.get(account.id) ?? -1,
    }));
  }

  #belongsHere(account: Account): boolean {
    const { origin } = this.#parts;
    return account.origin.upstream === origin.upstream && account.origin.issuer === origin.issuer;
  }

  #state(account: Account): AccountView['state'] {
    const health = this.health(account.id);
    const now = this.#parts.clock.epochMs();
    if (!this.#belongsHere(account)) return 'other-upstream';
    if (health.signedOut) return 'signed-out';
    if (health.cooldownUntil !== null && health.cooldownUntil > now) return 'exhausted';
    if (account.tokenExpiresAt !== null && account.tokenExpiresAt <= now) return 'expired';
    return 'ready';
  }

  #setHealth(id: string, patch: Partial<AccountHealth>): void {
    this.#health.set(id, { ...this.health(id), ...patch });
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** The body official clients read the reset time from (reference/codex-official.md §3). */
function exhaustedExtras(resetsAtMs: number | null, nowMs: number): { readonly upstreamBody?: unknown } {
  if (resetsAtMs === null) return {};
  return {
    upstreamBody: {
      error: {
        type: 'usage_limit_reached',
        message: 'The usage limit has been reached',
        resets_at: Math.ceil(resetsAtMs / 1000),
        resets_in_seconds: Math.max(0, Math.ceil((resetsAtMs - nowMs) / 1000)),
      },
    },
  };
}
