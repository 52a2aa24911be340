import type { AccountView } from '../../shared/account-model.ts';
import { SlipstreamError } from '../../shared/errors.ts';
import { Listeners } from '../../shared/listeners.ts';
import type { AppSettings } from '../../shared/settings.ts';
import { clockStand, setBackMs } from '../clock-stand.ts';
import type { Clock, Logger } from '../ports.ts';
import {
  type Account,
  type AccountHealth,
  type AccountOrigin,
  type AccountUsage,
  accountLabel,
  belongsTo,
  type SignedOut,
} from './account.ts';
import { isLinked, type LinkState, linkProblem } from './linked-accounts.ts';
import { movedBack } from './moved-back.ts';
import { type Candidate, chooseAccount } from './selection.ts';
import { parseSignInFile } from './sign-in-file.ts';
import type { AccountStore } from './store.ts';

const healthy: AccountHealth = { usage: null, cooldownUntil: null, avoidUntil: null, signedOut: null };
/** Where upstream names no reset time. */
const defaultCooldownMs = 5 * 60_000;

interface AccountsParts {
  readonly store: AccountStore;
  readonly clock: Clock;
  readonly log: Logger;
  readonly origin: AccountOrigin;
  /** Tokens are encrypted on disk. */
  readonly encrypted: boolean;
  readonly policy: () => Pick<AppSettings, 'strategy' | 'pinnedAccountId'>;
  /** What an account that came with a file is shown as; `import` where it is absent. */
  readonly importedAs?: 'import' | 'demo';
  /** Newer usage was taken in. */
  readonly watchUsage?: (account: Account, usage: AccountUsage) => void;
  /** An account has begun to rest until then (epoch ms). */
  readonly watchRest?: (account: Account, untilMs: number) => void;
  /** An account has to sign in again. */
  readonly watchSignedOut?: (account: Account) => void;
}

/** The accounts of this instance: the store's files together with what is known of their health. */
export class Accounts {
  readonly #parts: AccountsParts;
  /** With how the clock stood when their dates were noted. */
  readonly #health = new Map<string, { readonly health: AccountHealth; readonly stand: number }>();
  readonly #lastChosenMs = new Map<string, number>();
  readonly #linkStates = new Map<string, LinkState>();
  /** Why an account could not be renewed the last time. */
  readonly #troubles = new Map<string, string>();
  /** What each account's workspace is called. */
  readonly #workspaces = new Map<string, string>();
  readonly #listeners: Listeners;

  constructor(parts: AccountsParts) {
    this.#parts = parts;
    this.#listeners = new Listeners(parts.log);
    parts.store.onChange(() => {
      for (const id of this.#health.keys()) if (parts.store.get(id) === null) this.#forget(id);
      this.#listeners.tell();
    });
  }

  /** Imports a sign-in file by copy. Throws `account_file_invalid`, `store_unwritable`. */
  importFile(text: string): Promise<Account> {
    const { origin, clock, importedAs: source = 'import' } = this.#parts;
    return this.add({ ...parseSignInFile(text, origin, clock.epochMs()), source });
  }

  /** Adds an account that has signed in, or signs one that is there in again. Throws `store_unwritable`. */
  async add(account: Account): Promise<Account> {
    const stored = await this.#parts.store.add(account);
    this.#troubles.delete(stored.id);
    this.#setHealth(stored.id, { signedOut: null });
    return stored;
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
  peek(stickyId: string | null, excluded: ReadonlySet<string> = new Set()): Account | null {
    const { clock, policy } = this.#parts;
    const { strategy, pinnedAccountId } = policy();
    const rules = { strategy, pinnedId: pinnedAccountId, stickyId, excluded, nowMs: clock.epochMs() };
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

  /** What turns taught about an account; for one that none ran on yet, that it is well. */
  health(id: string): AccountHealth {
    const known = this.#health.get(id);
    if (known === undefined) return { ...healthy, signedOut: this.#parts.store.get(id)?.signedOut ?? null };
    // A clock that was set back makes no rest longer, and no reading newer.
    return movedBack(known.health, setBackMs(this.#parts.clock, known.stand));
  }

  /** Takes in usage of an account; a reading older than the one known is ignored. */
  noteUsage(id: string, usage: AccountUsage | null): void {
    const account = this.#parts.store.get(id);
    if (usage === null || account === null) return;
    const known = this.health(id).usage;
    if (known !== null && usage.readAt < known.readAt) return;
    this.#setHealth(id, { usage: known?.credits === undefined ? usage : { credits: known.credits, ...usage } });
    this.#parts.watchUsage?.(account, usage);
  }

  /** Takes in the plan that upstream names, which may change under a running account. */
  notePlan(id: string, plan: string | null): void {
    const account = this.#parts.store.get(id);
    // Not worth an error: it is told again.
    if (account !== null && plan !== null && plan !== account.plan)
      this.#parts.store.update(id, { plan }).catch(() => {});
  }

  /**
   * What became of an account's linked file. An account whose file is lost cannot be used until it is mended, by the file
   * coming back or by other tokens in it.
   */
  noteLink(id: string, state: LinkState, isRenewed: boolean): void {
    const before = this.#linkStates.get(id) ?? 'ok';
    this.#linkStates.set(id, state);
    const { signedOut } = this.health(id);
    if (isLost(state)) this.signedOut(id, 'file');
    else if (signedOut === 'file' || (signedOut === 'token' && isRenewed)) this.#signOut(id, null);
    if (state !== before) this.#listeners.tell();
  }

  /** What upstream calls an account's workspace. */
  noteWorkspace(id: string, name: string | null): void {
    if (name === (this.#workspaces.get(id) ?? null) || this.#parts.store.get(id) === null) return;
    if (name === null) this.#workspaces.delete(id);
    else this.#workspaces.set(id, name);
    this.#listeners.tell();
  }

  /** Why an account could not be renewed, which is tried again; null: it was. */
  noteTrouble(id: string, trouble: string | null): void {
    if (trouble === (this.#troubles.get(id) ?? null) || this.#parts.store.get(id) === null) return;
    if (trouble === null) this.#troubles.delete(id);
    else this.#troubles.set(id, trouble);
    this.#listeners.tell();
  }

  /** Accounts that can be renewed here. */
  renewable(): readonly Account[] {
    return this.#parts.store
      .list()
      .filter((account) => this.#belongsHere(account) && this.health(account.id).signedOut === null);
  }

  /** The whole account rests until `untilMs` (epoch ms); null ends the rest. */
  setCooldown(id: string, untilMs: number | null): void {
    const account = this.#parts.store.get(id);
    if (account === null) return;
    const rested = (this.health(id).cooldownUntil ?? 0) > this.#parts.clock.epochMs();
    this.#setHealth(id, { cooldownUntil: untilMs });
    if (untilMs !== null && !rested) this.#parts.watchRest?.(account, untilMs);
  }

  /** The account is out of quota until `resetsAtMs`; where upstream says nothing, until its full windows are reset or for 5 min. */
  exhausted(id: string, resetsAtMs: number | null): void {
    const usage = this.health(id).usage;
    const now = this.#parts.clock.epochMs();
    const resets = [usage?.primary, usage?.secondary].flatMap((window) =>
      window != null && window.usedPercent >= 100 && (window.resetAt ?? 0) > now ? [window.resetAt ?? 0] : [],
    );
    this.setCooldown(id, resetsAtMs ?? (resets.length === 0 ? now + defaultCooldownMs : Math.max(...resets)));
  }

  /** Tells screens of rests that are over by now, and which accounts they were of. */
  endRests(): readonly Account[] {
    const now = this.#parts.clock.epochMs();
    const rested = this.#parts.store.list().filter(({ id }) => (this.health(id).cooldownUntil ?? now + 1) <= now);
    for (const { id } of rested) this.setCooldown(id, null);
    return rested;
  }

  /** Others are used first until `untilMs` (epoch ms). */
  avoid(id: string, untilMs: number): void {
    this.#setHealth(id, { avoidUntil: untilMs });
  }

  /** The account has to sign in again before it is used, also after a restart. It is told of once. */
  signedOut(id: string, why: SignedOut): void {
    const account = this.#parts.store.get(id);
    const before = this.health(id).signedOut;
    // A dead token stays dead when its file is lost, or comes back, as well.
    if (account === null || before === why || before === 'token') return;
    this.#signOut(id, why);
    if (before === null) this.#parts.watchSignedOut?.(account);
  }

  /** Every account as screens see it, oldest first. */
  views(): AccountView[] {
    return this.#parts.store.list().map((account) => this.view(account));
  }

  /** The account as screens see it: no token, no workspace id. */
  view(account: Account): AccountView {
    const { usage, cooldownUntil } = this.health(account.id);
    return {
      id: account.id,
      email: account.email,
      workspace: this.#workspaces.get(account.id) ?? null,
      label: this.label(account),
      plan: account.plan,
      source: account.source,
      enabled: account.enabled,
      websockets: account.websockets,
      state: this.#state(account),
      tokenExpiresAt: account.tokenExpiresAt,
      cooldownUntil,
      usage,
      encrypted: this.#parts.encrypted,
      priority: account.priority,
      link: isLinked(account) ? { path: account.link.path, state: this.#linkStates.get(account.id) ?? 'ok' } : null,
      problem: this.#problem(account),
    };
  }

  /** What the account is called outside its own screen. Two workspaces of one e-mail and plan are numbered by age. */
  label(account: Account): string {
    const label = accountLabel(account);
    const same = this.#parts.store.list().filter((other) => accountLabel(other) === label);
    return same.length < 2 ? label : `${label} #${same.findIndex(({ id }) => id === account.id) + 1}`;
  }

  /** Calls back after every change of an account or its health; returns its undo. */
  onChange(listener: () => void): () => void {
    return this.#listeners.add(listener);
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
    return belongsTo(account, this.#parts.origin);
  }

  #state(account: Account): AccountView['state'] {
    const health = this.health(account.id);
    const now = this.#parts.clock.epochMs();
    if (!this.#belongsHere(account)) return 'other-upstream';
    if (health.signedOut !== null) return 'signed-out';
    if (health.cooldownUntil !== null && health.cooldownUntil > now) return 'exhausted';
    if (account.tokenExpiresAt !== null && account.tokenExpiresAt <= now) return 'expired';
    return 'ready';
  }

  /** What is wrong with the account and how to mend it. */
  #problem(account: Account): string | null {
    const link = isLinked(account) ? linkProblem(this.#linkStates.get(account.id) ?? 'ok', account.link.path) : null;
    if (link !== null) return link;
    switch (this.#state(account)) {
      case 'signed-out':
        return isLinked(account)
          ? 'Its sign-in has ended. Run "codex login", or sign in separately.'
          : 'Its sign-in has ended. Sign in again; its settings are kept.';
      case 'other-upstream':
        return 'It belongs to another upstream or issuer than this Slipstream was started with.';
      case 'expired':
        return account.tokens.refreshToken === null
          ? 'Its token has ended and cannot be renewed. Sign in again.'
          : (this.#troubles.get(account.id) ?? null);
      case 'ready':
      case 'exhausted':
        return this.#troubles.get(account.id) ?? null;
    }
  }

  #forget(id: string): void {
    this.#health.delete(id);
    this.#lastChosenMs.delete(id);
    this.#linkStates.delete(id);
    this.#troubles.delete(id);
    this.#workspaces.delete(id);
  }

  #signOut(id: string, signedOut: SignedOut | null): void {
    this.#setHealth(id, { signedOut });
    // A disk that takes nothing is no reason to stop: after a restart the next refresh finds it out again.
    this.#parts.store.update(id, { signedOut }).catch(() => {});
  }

  #setHealth(id: string, patch: Partial<AccountHealth>): void {
    this.#health.set(id, { health: { ...this.health(id), ...patch }, stand: clockStand(this.#parts.clock) });
    this.#listeners.tell();
  }
}

function isLost(state: LinkState): boolean {
  return state !== 'ok' && state !== 'unsaved';
}

/** The body official clients read the reset time from (PROTOCOL.md, HTTP). */
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
