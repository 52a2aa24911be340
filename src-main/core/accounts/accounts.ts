import { SlipstreamError } from '../../shared/errors.ts';
import type { AccountView } from '../../shared/model.ts';
import type { Clock } from '../ports.ts';
import { type Account, type AccountHealth, type AccountOrigin, type AccountUsage, accountLabel } from './account.ts';
import { parseAuthFile } from './auth-file.ts';
import { chooseAccount } from './selection.ts';
import type { AccountStore } from './store.ts';

const healthy: AccountHealth = { usage: null, cooldownUntil: null, signedOut: false };

/** The accounts of this instance: the store's files together with what is known of their health. */
export class Accounts {
  readonly store: AccountStore;
  readonly #clock: Clock;
  readonly #origin: AccountOrigin;
  readonly #encrypted: boolean;
  readonly #health = new Map<string, AccountHealth>();
  readonly #listeners = new Set<() => void>();

  constructor(store: AccountStore, clock: Clock, origin: AccountOrigin, encrypted: boolean) {
    this.store = store;
    this.#clock = clock;
    this.#origin = origin;
    this.#encrypted = encrypted;
    store.onChange(() => this.#changed());
  }

  /** Imports an official auth.json by copy. Throws `account_file_invalid`, `store_unwritable`. */
  async importAuthFile(text: string): Promise<Account> {
    const account = await this.store.add(parseAuthFile(text, this.#origin, this.#clock.epochMs()));
    this.#setHealth(account.id, { signedOut: false });
    return account;
  }

  /**
   * The account for a turn: the session's own while it can be used, else the best of the others.
   * Throws `account_none`, `account_unusable` or `accounts_exhausted`.
   */
  choose(stickyId: string | null, excluded: ReadonlySet<string>): Account {
    const candidates = this.store.list().map((account) => ({
      account,
      health: this.health(account.id),
      belongsHere: this.#belongsHere(account),
    }));
    const choice = chooseAccount(candidates, stickyId, excluded, this.#clock.epochMs());
    if (choice.ok) return choice.account;
    throw new SlipstreamError(choice.reason, exhaustedExtras(choice.resetsAt));
  }

  /** Any account that can be used now, for questions that are not a turn; null where there is none. */
  anyUsable(): Account | null {
    try {
      return this.choose(null, new Set());
    } catch {
      return null;
    }
  }

  health(id: string): AccountHealth {
    return this.#health.get(id) ?? healthy;
  }

  /** Takes in newer usage of an account. */
  noteUsage(id: string, usage: AccountUsage | null): void {
    if (usage !== null && this.store.get(id) !== null) this.#setHealth(id, { usage });
  }

  /** The whole account rests until `untilMs` (epoch ms); null ends the rest. */
  setCooldown(id: string, untilMs: number | null): void {
    this.#setHealth(id, { cooldownUntil: untilMs });
  }

  views(): AccountView[] {
    return this.store.list().map((account) => this.view(account));
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
      encrypted: this.#encrypted,
    };
  }

  /** Calls back after every change of an account or its health; returns its undo. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #belongsHere(account: Account): boolean {
    return account.origin.upstream === this.#origin.upstream && account.origin.issuer === this.#origin.issuer;
  }

  #state(account: Account): AccountView['state'] {
    const health = this.health(account.id);
    const now = this.#clock.epochMs();
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
function exhaustedExtras(resetsAtMs: number | null): { readonly upstreamBody?: unknown } {
  if (resetsAtMs === null) return {};
  return {
    upstreamBody: {
      error: {
        type: 'usage_limit_reached',
        message: 'Every account has reached its usage limit.',
        resets_at: Math.ceil(resetsAtMs / 1000),
      },
    },
  };
}
