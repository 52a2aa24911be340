import { SlipstreamError, toSlipstreamError } from '../../shared/errors.ts';
import { type Account, accountLabel } from '../accounts/account.ts';
import { type ExchangeWatch, waitedFor } from '../watch.ts';
import type { Rest } from './next-step.ts';
import type { TurnContext } from './runner.ts';
import type { Session } from './sessions.ts';

/** Which account tries a turn next: its session's own first, never one that has failed it already. */
export class AccountChoice {
  readonly #context: TurnContext;
  readonly #session: Session;
  readonly #watch: ExchangeWatch;
  readonly #excluded = new Set<string>();
  /** What the client is told if no other account can take over. */
  #lastFailure: { readonly error: SlipstreamError; readonly rest: Rest | null } | null = null;

  constructor(context: TurnContext, session: Session, watch: ExchangeWatch) {
    this.#context = context;
    this.#session = session;
    this.#watch = watch;
  }

  /** Throws what the last account failed with, or `account_none`, `account_unusable`, `accounts_exhausted`. */
  async choose(): Promise<Account> {
    const { accounts, readResting } = this.#context;
    const choose = () => accounts.choose(this.#session.accountId, this.#excluded);
    let account: Account;
    try {
      account = choose();
    } catch (thrown) {
      const error = this.#told(toSlipstreamError(thrown));
      if (error.code !== 'accounts_exhausted' || this.#lastFailure !== null) throw error;
      await waitedFor(this.#watch, 'usage read', readResting());
      account = choose();
    }
    this.#watch.account({ id: account.id, label: accountLabel(account) });
    this.#watch.mark('accountChosen');
    return account;
  }

  hasOther(account: Account): boolean {
    return this.#context.accounts.peek(null, new Set([...this.#excluded, account.id])) !== null;
  }

  /** A compaction item can only be read by the account that made it. */
  mayLeave(rest: Rest | null): boolean {
    return !this.#session.hasCompaction || rest?.why === 'usage-limit';
  }

  /** The account is not tried again in this turn. Throws `error` where the session cannot move. */
  leave(account: Account | null, error: SlipstreamError, rest: Rest | null): void {
    if (!this.mayLeave(rest)) throw error;
    if (account !== null) this.#excluded.add(account.id);
    this.#lastFailure = { error, rest };
  }

  /** Lets the account rest, for this turn and all others. */
  rest(account: Account | null, rest: Rest | null): void {
    if (rest === null || account === null) return;
    const { accounts } = this.#context;
    if (rest.why === 'rate-limit') accounts.avoid(account.id, rest.untilMs);
    else accounts.exhausted(account.id, rest.untilMs);
  }

  /** What the failed account said; where that was a usage limit, the earliest reset of all accounts with its quota headers. */
  #told(error: SlipstreamError): SlipstreamError {
    if (this.#lastFailure === null) return error;
    const { error: failure, rest } = this.#lastFailure;
    if (rest?.why !== 'usage-limit') return failure;
    const { code, message, status, upstreamBody } = error;
    return new SlipstreamError(code, { message, status, upstreamBody, headers: failure.headers });
  }
}
