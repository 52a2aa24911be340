import type { AccountView } from '../../shared/account-model.ts';
import { Listeners } from '../../shared/listeners.ts';
import type { AppSettings } from '../../shared/settings.ts';
import { clockStand, setBackMs } from '../clock-stand.ts';
import type { Clock, Logger } from '../ports.ts';
import { Remembered } from '../remembered.ts';
import {
  type Account,
  type AccountHealth,
  type AccountOrigin,
  type AccountUsage,
  accountLabel,
  belongsTo,
  healthy,
  type LockedAccount,
  type SignedOut,
} from './account.ts';
import { type AccountNote, AccountNotes } from './account-notes.ts';
import { type AccountFacts, accountView, numberedLabels, whyNot } from './account-view.ts';
import type { LinkState } from './linked-accounts.ts';
import { movedBack } from './moved-back.ts';
import { noneUsable } from './none-usable.ts';
import { RunningTurns } from './running-turns.ts';
import { type Candidate, type Choice, chooseAccount, keepsTurn, nextFree, type SelectionRules } from './selection.ts';
import { readSignInFiles } from './sign-in-file.ts';
import type { AccountStore } from './store.ts';
import { VerdictBook } from './verdict-book.ts';
import type { Verdict } from './verdicts.ts';
import { WayRests } from './way-rests.ts';

/** Where upstream names no reset time. */
const defaultCooldownMs = 5 * 60_000;

interface AccountsParts {
  readonly store: AccountStore;
  readonly clock: Clock;
  readonly log: Logger;
  readonly origin: AccountOrigin;
  /** Tokens are encrypted on disk. */
  readonly encrypted: () => boolean;
  readonly policy: () => Pick<AppSettings, 'strategy' | 'pinnedAccountId'>;
  /** What an account that came with a file is shown as; `import` where it is absent. */
  readonly importedAs?: 'import' | 'demo';
  /** Newer usage was taken in. */
  readonly watchUsage?: (account: Account, usage: AccountUsage) => void;
  /** An account has begun to rest until then (epoch ms). */
  readonly watchRest?: (account: Account, untilMs: number) => void;
  /** An account has to sign in again. */
  readonly watchSignedOut?: (account: Account) => void;
  /** Upstream said something of an account that the user should hear of. */
  readonly watchVerdict?: (account: Account, verdict: Verdict) => void;
  /** How many turns an account runs at once; without end where it is absent. */
  readonly turnsPerAccount?: number;
}

/** What a turn's choice of an account depends on. */
type TurnNeeds = Pick<SelectionRules, 'model' | 'isLastResortTaken'>;

/** The accounts of this instance: the store's files together with what is known of their health. */
export class Accounts {
  /** What upstream has said of them. */
  readonly verdicts: VerdictBook;
  /** Which of their ways out of this machine lead nowhere. */
  readonly ways: WayRests;
  readonly #parts: AccountsParts;
  /** With how the clock stood when their dates were noted. */
  readonly #health = new Map<string, { readonly health: AccountHealth; readonly stand: number }>();
  readonly #notes = new AccountNotes();
  readonly #running = new RunningTurns();
  readonly #listeners: Listeners;
  readonly #labels = new Remembered(() => numberedLabels(this.#parts.store.all()));

  constructor(parts: AccountsParts) {
    this.#parts = parts;
    this.#listeners = new Listeners(parts.log);
    this.verdicts = new VerdictBook({
      store: parts.store,
      clock: parts.clock,
      changed: () => this.#listeners.tell(),
      told: (account, verdict) => parts.watchVerdict?.(account, verdict),
    });
    this.ways = new WayRests({
      store: parts.store,
      clock: parts.clock,
      rest: (id, wayRestsUntil) => this.#setHealth(id, { wayRestsUntil }),
      note: (id, wayTrouble) => this.note(id, { wayTrouble }),
    });
    parts.store.onChange(() => {
      this.#labels.forget();
      for (const id of this.#health.keys()) if (parts.store.get(id) === null) this.#forget(id);
      this.#listeners.tell();
    });
  }

  /** Imports the sign-ins of a file by copy. Throws `account_file_invalid`, `store_unwritable`. */
  async importFile(text: string): Promise<readonly Account[]> {
    const { origin, clock, importedAs: source = 'import' } = this.#parts;
    const added: Account[] = [];
    for (const account of readSignInFiles(text, origin, clock.epochMs()).accounts)
      added.push(await this.add({ ...account, source }));
    return added;
  }

  /** Adds an account that has signed in, or signs one that is there in again. Throws `store_unwritable`. */
  async add(account: Account): Promise<Account> {
    const stored = await this.#parts.store.add(account);
    this.#notes.set(stored.id, { trouble: null });
    this.verdicts.clear(stored.id);
    this.#setHealth(stored.id, { signedOut: null, avoidUntil: null });
    return stored;
  }

  /**
   * The account for a turn: the session's own while it can be used, else the pinned one, else the best by strategy.
   * Throws `account_none`, `account_unusable` or `accounts_exhausted`.
   */
  choose(stickyId: string | null, excluded: ReadonlySet<string>, turn: Partial<TurnNeeds> = {}): Account {
    const { clock } = this.#parts;
    const rules = this.#rules(stickyId, excluded, turn);
    const choice = this.#choose(rules);
    if (!choice.ok) {
      const why = this.#parts.store.all().map((account) => {
        const facts = this.#facts(account);
        return { label: facts.label, why: whyNot(facts, rules.model) };
      });
      throw noneUsable(choice, why, clock.epochMs());
    }
    if (choice.account.id !== stickyId) this.#running.give(choice.account.id, clock.monotonicMs());
    return choice.account;
  }

  /** The account a session would get now, without counting it as a choice; null where there is none. */
  peek(
    stickyId: string | null,
    excluded: ReadonlySet<string> = new Set(),
    turn: Partial<TurnNeeds> = {},
  ): Account | null {
    const choice = this.#choose(this.#rules(stickyId, excluded, turn));
    return choice.ok ? choice.account : null;
  }

  /** Counts a turn on the account, which later choices look at; the function it returns says that the turn is over. */
  turnBegins(id: string): () => void {
    return this.#running.begin(id);
  }

  /** For questions, which cost no quota: the account that a new session would get, else the one that rests the shortest; null where there is none. */
  forQuestions(): Account | null {
    return this.peek(null) ?? nextFree(this.#candidates(), this.#parts.clock.epochMs());
  }

  /** Accounts that rest until their quota is reset. */
  resting(): readonly Account[] {
    const now = this.#parts.clock.epochMs();
    return this.#parts.store.list().filter((account) => (this.health(account.id).cooldownUntil ?? 0) > now);
  }

  /** What turns taught about an account; healthy where none has run on it yet. */
  health(id: string): AccountHealth {
    const verdicts = this.verdicts.of(id);
    const known = this.#health.get(id);
    if (known === undefined) {
      return { ...healthy, signedOut: this.#parts.store.get(id)?.signedOut ?? null, verdicts };
    }
    // A clock that was set back makes no rest longer, and no reading newer.
    return { ...movedBack(known.health, setBackMs(this.#parts.clock, known.stand)), verdicts };
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
    if (account === null || plan === null || plan === account.plan) return;
    this.#parts.store.update(id, { plan }).catch(() => {});
    this.verdicts.lift(id, 'plan');
  }

  /**
   * What became of an account's linked file. An account whose file is lost cannot be used until it is mended, by the file
   * coming back or by other tokens in it.
   */
  noteLink(id: string, state: LinkState, isRenewed: boolean): void {
    const isNew = this.#notes.set(id, { linkState: state, ...(isRenewed ? { trouble: null } : {}) });
    const { signedOut } = this.health(id);
    if (state !== 'ok' && state !== 'unsaved') this.signedOut(id, 'file');
    else if (signedOut === 'file' || (signedOut === 'token' && isRenewed)) this.#signOut(id, null);
    // Perhaps somebody else's sign-in by now, and at most one try more.
    if (isRenewed) this.verdicts.clear(id);
    if (isNew) this.#listeners.tell();
  }

  /** Takes in what screens are told of an account and no choice depends on; nothing of an account that is gone. */
  note(id: string, patch: Partial<AccountNote>): void {
    if (this.#parts.store.get(id) !== null && this.#notes.set(id, patch)) this.#listeners.tell();
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

  /** It was asked to slow down: others are used first until `untilMs` (epoch ms). */
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
    return this.#parts.store.all().map((account) => this.view(account));
  }

  /** The account as screens see it: no token, no workspace id. */
  view(account: LockedAccount): AccountView {
    return accountView(this.#facts(account));
  }

  /** What the account is called outside its own screen. Two workspaces of one e-mail and plan are numbered by age. */
  label(account: LockedAccount): string {
    return this.#labels.value.get(account.id) ?? accountLabel(account);
  }

  /** Calls back after every change of an account or its health; returns its undo. */
  onChange(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  /** Others are looked at only where the session's own account cannot be used. */
  #choose(rules: SelectionRules): Choice {
    const own = rules.stickyId === null ? null : this.#parts.store.get(rules.stickyId);
    if (own !== null && keepsTurn(this.#candidate(own), rules)) return { ok: true, account: own };
    return chooseAccount(this.#candidates(), rules);
  }

  #candidates(): Candidate[] {
    return this.#parts.store.list().map((account) => this.#candidate(account));
  }

  #candidate(account: Account): Candidate {
    return {
      account,
      health: this.health(account.id),
      belongsHere: this.#belongsHere(account),
      ...this.#running.factsOf(account.id, this.#parts.clock.monotonicMs()),
    };
  }

  #rules(stickyId: string | null, excluded: ReadonlySet<string>, turn: Partial<TurnNeeds>): SelectionRules {
    const { clock, policy, turnsPerAccount = Number.POSITIVE_INFINITY } = this.#parts;
    const { strategy, pinnedAccountId } = policy();
    const needs = { model: null, isLastResortTaken: false, ...turn };
    return {
      strategy,
      pinnedId: pinnedAccountId,
      stickyId,
      excluded,
      nowMs: clock.epochMs(),
      turnsPerAccount,
      ...needs,
    };
  }

  #belongsHere(account: LockedAccount): boolean {
    return belongsTo(account, this.#parts.origin);
  }

  #facts(account: LockedAccount): AccountFacts {
    const { id } = account;
    return {
      account,
      health: this.health(id),
      belongsHere: this.#belongsHere(account),
      ...this.#notes.of(id),
      label: this.label(account),
      encrypted: this.#parts.encrypted(),
      nowMs: this.#parts.clock.epochMs(),
    };
  }

  #forget(id: string): void {
    this.#health.delete(id);
    this.verdicts.forget(id);
    this.#running.forget(id);
    this.#notes.forget(id);
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
