import type { Told } from '../../shared/words/told-text.ts';
import type { OverHttp, UsageTrouble } from './account-view.ts';
import type { LinkState } from './linked-accounts.ts';

/** What is told of an account on screens and decides nothing. */
export interface AccountNote {
  readonly linkState: LinkState;
  /** Why it could not be renewed the last time. */
  readonly trouble: Told | null;
  /** Why its way out of this machine led nowhere the last time; null once a turn came through. */
  readonly wayTrouble: Told | null;
  /** What its workspace is called. */
  readonly workspace: string | null;
  /** Why its quota could not be read the last time, and when; null where it could. */
  readonly usageTrouble: UsageTrouble | null;
  /** It is asked over HTTP for now. */
  readonly overHttp: OverHttp | null;
}

const nothing: AccountNote = {
  linkState: 'ok',
  trouble: null,
  wayTrouble: null,
  workspace: null,
  usageTrouble: null,
  overHttp: null,
};

/** Notes by account; forgotten at exit. */
export class AccountNotes {
  readonly #notes = new Map<string, AccountNote>();

  of(id: string): AccountNote {
    return this.#notes.get(id) ?? nothing;
  }

  /** Takes in what is new; whether it was. */
  set(id: string, patch: Partial<AccountNote>): boolean {
    const before = this.of(id);
    const after = { ...before, ...patch };
    this.#notes.set(id, after);
    return (Object.keys(nothing) as (keyof AccountNote)[]).some((name) => before[name] !== after[name]);
  }

  forget(id: string): void {
    this.#notes.delete(id);
  }
}
