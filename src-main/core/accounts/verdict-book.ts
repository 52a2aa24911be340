import type { Clock } from '../ports.ts';
import type { Account } from './account.ts';
import type { AccountStore } from './store.ts';
import { type Lift, verdictRow } from './verdict-table.ts';
import {
  keptVerdicts,
  type Saying,
  stands,
  type Verdict,
  withoutLifted,
  withoutServed,
  withSaying,
} from './verdicts.ts';

interface BookParts {
  readonly store: AccountStore;
  readonly clock: Clock;
  /** Something else stands now. */
  readonly changed: () => void;
  /** Upstream said something that the user should hear of, for the first time. */
  readonly told: (account: Account, verdict: Verdict) => void;
}

/** What upstream has said of each account; what stands long is with the account on disk. */
export class VerdictBook {
  readonly #parts: BookParts;
  readonly #verdicts = new Map<string, readonly Verdict[]>();

  constructor(parts: BookParts) {
    this.#parts = parts;
  }

  /** All that was said of an account lately, whether it still stands or not. */
  of(id: string): readonly Verdict[] {
    return this.#verdicts.get(id) ?? this.#parts.store.get(id)?.verdicts ?? [];
  }

  /** Upstream has said something of the account that stands for a while. */
  note(id: string, saying: Saying): void {
    const account = this.#parts.store.get(id);
    if (account === null) return;
    const now = this.#parts.clock.epochMs();
    const before = this.of(id);
    const isKnown = before.some(
      (verdict) => verdict.kind === saying.kind && verdict.scope === saying.scope && stands(verdict, now),
    );
    const after = withSaying(before, saying, now);
    this.#set(account, after);
    const verdict = after.at(-1);
    if (verdict !== undefined && !isKnown && verdictRow(saying.kind).isTold) this.#parts.told(account, verdict);
  }

  /** A turn of this model was served, sent at `sentAtMs` (epoch): what was in the way of it then is not any more. */
  served(id: string, model: string | null, sentAtMs: number): void {
    this.#mend(id, (verdicts) => withoutServed(verdicts, model, sentAtMs));
  }

  /**
   * Something has happened that ends verdicts of its kind before their time; null id: for every account. `askedAtMs` (epoch)
   * is when upstream was asked for it, if it was.
   */
  lift(id: string | null, lift: Lift, askedAtMs = Number.POSITIVE_INFINITY): void {
    const ids = id === null ? this.#parts.store.list().map((account) => account.id) : [id];
    for (const one of ids) this.#mend(one, (verdicts) => withoutLifted(verdicts, lift, askedAtMs));
  }

  /** The account is tried again, whatever upstream said of it. */
  clear(id: string): void {
    this.#mend(id, () => []);
  }

  /** The account is gone. */
  forget(id: string): void {
    this.#verdicts.delete(id);
  }

  /** Upstream does not take the account's token, even just renewed: another renewal would change nothing. */
  isSignInRefused(id: string): boolean {
    const now = this.#parts.clock.epochMs();
    return this.of(id).some((verdict) => verdict.kind === 'sign-in' && stands(verdict, now));
  }

  #mend(id: string, mend: (verdicts: readonly Verdict[]) => readonly Verdict[]): void {
    const account = this.#parts.store.get(id);
    const before = this.of(id);
    if (account === null || before.length === 0) return;
    const after = mend(before);
    if (after.length !== before.length) this.#set(account, after);
  }

  #set({ id, verdicts: stored }: Account, verdicts: readonly Verdict[]): void {
    const { store, changed } = this.#parts;
    this.#verdicts.set(id, verdicts);
    changed();
    const kept = keptVerdicts(verdicts);
    // A disk that takes nothing is no reason to stop: after a restart the next turn finds it out again.
    if (kept.length > 0 || stored.length > 0) store.update(id, { verdicts: kept }).catch(() => {});
  }
}
