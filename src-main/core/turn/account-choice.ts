import { isOwnFault, SlipstreamError, toSlipstreamError } from '../../shared/errors.ts';
import { type Account, accountLabel } from '../accounts/account.ts';
import { type ExchangeWatch, waitedFor } from '../watch.ts';
import type { TurnContext } from './context.ts';
import type { Rest, SealedBy } from './next-step.ts';
import type { Session } from './sessions.ts';

/** Which account tries a turn next: its session's own first, never one that has failed it already. */
export class AccountChoice {
  readonly #context: TurnContext;
  readonly #session: Session;
  readonly #watch: ExchangeWatch;
  /** Of the session's turn before. */
  readonly #homeId: string | null;
  readonly #excluded = new Set<string>();
  /** What the client is told if no other account can take over. */
  #lastFailure: { readonly error: SlipstreamError; readonly rest: Rest | null } | null = null;

  constructor(context: TurnContext, session: Session, watch: ExchangeWatch) {
    this.#context = context;
    this.#session = session;
    this.#homeId = session.accountId;
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
      if (isOwnFault(thrown)) throw thrown;
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

  /** A compaction item can only be read by the account that made it, which is the session's where it has one. */
  mayLeave(rest: Rest | null): boolean {
    return !this.#session.hasCompaction || this.#homeId === null || rest?.why === 'usage-limit';
  }

  /** Who can read the session's history where it holds a compaction item, seen from an account that tried. */
  sealedBy(account: Account): SealedBy {
    if (!this.#session.hasCompaction) return 'nobody';
    if (this.#homeId === null) return 'unknown';
    if (this.#homeId === account.id) return 'this-account';
    const { accounts, clock } = this.#context;
    const { cooldownUntil } = accounts.health(this.#homeId);
    return { restsUntilMs: cooldownUntil !== null && cooldownUntil > clock.epochMs() ? cooldownUntil : null };
  }

  /** The turn gave no answer: a session that holds a compaction item goes back to the account it came from. */
  returnHome(): void {
    if (this.#session.hasCompaction) this.#session.moveTo(this.#homeId);
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
