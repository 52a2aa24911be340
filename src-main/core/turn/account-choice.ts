import { isOwnFault, SlipstreamError, toSlipstreamError } from '../../shared/errors.ts';
import { type Account, accountLabel } from '../accounts/account.ts';
import { verdictRow } from '../accounts/verdict-table.ts';
import { inTheWay } from '../accounts/verdicts.ts';
import { resolveModel } from '../normalise/normalise.ts';
import { type ExchangeWatch, waitedFor } from '../watch.ts';
import type { TurnContext } from './context.ts';
import type { Rest } from './rest.ts';
import type { Session } from './sessions.ts';
import type { SealedBy } from './steps.ts';

/** Which account tries a turn next: its session's own first, never one that has failed it already. */
export class AccountChoice {
  readonly #context: TurnContext;
  readonly #session: Session;
  readonly #watch: ExchangeWatch;
  /** Of the session's turn before. */
  readonly #homeId: string | null;
  readonly #meantId: string | null;
  /** Upstream's name of the turn's model; null for what is no turn. */
  readonly #model: string | null;
  readonly #excluded = new Set<string>();
  /** Upstream had spoken against the account chosen last before it was chosen. */
  #isLastResort = false;
  /** Such a one was refused in this turn as well. */
  #isLastResortTaken = false;
  /** Says that the turn on the account chosen last is over; null where none was, or once the turn is. */
  #leaveCount: (() => void) | null = null;
  #isOver = false;
  /** What the client is told if no other account can take over. */
  #lastFailure: { readonly error: SlipstreamError; readonly rest: Rest | null } | null = null;

  /** `meantId` is the account that is asked for first where the session has none yet; null where none is preferred. */
  constructor(
    context: TurnContext,
    session: Session,
    watch: ExchangeWatch,
    model: string | null,
    meantId: string | null = null,
  ) {
    this.#context = context;
    this.#session = session;
    this.#meantId = meantId;
    this.#homeId = session.accountId;
    this.#watch = watch;
    const tiersOf = (slug: string) => context.catalogue.tiersOf(slug);
    this.#model = model === null ? null : resolveModel(model, tiersOf).model.toLowerCase();
  }

  /**
   * Chooses the account for the next attempt. Throws what the last one failed with, or `account_none`, `account_unusable`,
   * `accounts_exhausted`.
   */
  async choose(): Promise<Account> {
    const { accounts, clock, readResting } = this.#context;
    const choose = () => {
      const wantedId = this.#session.accountId ?? this.#meantId;
      return this.#count(accounts.choose(wantedId, this.#excluded, this.#needs));
    };
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
    this.#isLastResort = inTheWay(accounts.verdicts.of(account.id), this.#model, clock.epochMs()) !== null;
    this.#watch.account({ id: account.id, label: accountLabel(account) });
    this.#watch.mark('accountChosen');
    return account;
  }

  /** The turn is over, whatever became of it: no account runs it any more. */
  close(): void {
    this.#isOver = true;
    this.#leaveCount?.();
    this.#leaveCount = null;
  }

  /** Another account, against which nothing stands, could take the turn over. */
  hasOther(account: Account): boolean {
    return this.#other(new Set([...this.#excluded, account.id])) !== null;
  }

  /** Another account would run the turn without a wait for a socket, and the session may go there. */
  hasRoomElsewhere(account: Account): boolean {
    if (!this.mayLeave(null)) return false;
    const { pool, transports } = this.#context;
    return this.#others(account).some((other) => transports.transportFor(other) === 'http' || pool.hasRoom(other.id));
  }

  /** Another account leaves this machine another way, and the session may go there. */
  hasOtherWay(account: Account): boolean {
    return this.mayLeave(null) && this.#others(account).some(({ proxyUrl }) => proxyUrl !== account.proxyUrl);
  }

  /** A turn may wait for a socket of this account: it has room anyway, or no other has. */
  mayQueue(account: Account): boolean {
    return this.#context.pool.hasRoom(account.id) || !this.hasRoomElsewhere(account);
  }

  /** The account has served the turn that was sent at `sentAtMs` (epoch), whatever upstream said of it before. */
  served(account: Account, sentAtMs: number): void {
    const { accounts } = this.#context;
    accounts.verdicts.served(account.id, this.#model, sentAtMs);
    accounts.ways.served(account);
  }

  /** What is sealed can only be read by the account that sealed it, which is the session's where it has one. */
  mayLeave(rest: Rest | null): boolean {
    return (
      !this.#session.hasSealed || this.#homeId === null || rest?.why === 'usage-limit' || rest?.why === 'bucket-limit'
    );
  }

  /** Who can read the session's history where a part of it is sealed, seen from an account that tried. */
  sealedBy(account: Account): SealedBy {
    if (!this.#session.hasSealed) return 'nobody';
    if (this.#homeId === null) return 'unknown';
    if (this.#homeId === account.id) return 'this-account';
    const { accounts, clock } = this.#context;
    const { cooldownUntil } = accounts.health(this.#homeId);
    return { restsUntilMs: cooldownUntil !== null && cooldownUntil > clock.epochMs() ? cooldownUntil : null };
  }

  /** The turn gave no answer: a session with a sealed history goes back to the account it came from. */
  returnHome(): void {
    if (this.#session.hasSealed) this.#session.moveTo(this.#homeId);
  }

  /** The account is not tried again in this turn. Throws `error` where the session cannot move. */
  leave(account: Account | null, error: SlipstreamError, rest: Rest | null): void {
    if (account !== null && error.code === 'refresh_failed') this.#awaitRenewal(account);
    if (!this.mayLeave(rest)) throw error;
    if (account !== null) this.#excluded.add(account.id);
    this.#lastFailure = { error, rest };
  }

  /** Lets the account rest, or remembers what upstream said of it, for this turn and all others. */
  rest(account: Account | null, rest: Rest | null): void {
    if (rest === null || account === null) return;
    const { accounts } = this.#context;
    switch (rest.why) {
      case 'rate-limit':
        accounts.avoid(account.id, rest.untilMs);
        return;
      case 'way':
        for (const one of [account, ...this.#others(account)])
          if (one.proxyUrl === account.proxyUrl) this.#excluded.add(one.id);
        accounts.ways.failed(account, rest.words);
        return;
      case 'usage-limit':
        accounts.exhausted(account.id, rest.untilMs);
        return;
      case 'bucket-limit': {
        const { name, models } = rest.bucket;
        const counted = this.#model === null ? models : [this.#model, ...models];
        const saying = {
          kind: 'bucket',
          scope: name,
          models: counted,
          untilMs: rest.untilMs,
          words: rest.words,
        } as const;
        accounts.verdicts.note(account.id, saying);
        return;
      }
      case 'verdict': {
        this.#isLastResortTaken ||= this.#isLastResort;
        const isOfModel = verdictRow(rest.verdict).about === 'model';
        // A model that nobody named is no model to remember.
        if (isOfModel && this.#model === null) return;
        const scope = isOfModel ? this.#model : null;
        accounts.verdicts.note(account.id, { kind: rest.verdict, scope, models: [], untilMs: null, words: rest.words });
      }
    }
  }

  get #needs() {
    return { model: this.#model, isLastResortTaken: this.#isLastResortTaken };
  }

  /** Others are asked first until its token's renewal is tried again: each turn would ask upstream and the issuer for nothing. */
  #awaitRenewal({ id }: Account): void {
    const { accounts, clock, refresher } = this.#context;
    const waitMs = refresher.backOffUntilMs(id) - clock.monotonicMs();
    if (waitMs > 0) accounts.avoid(id, clock.epochMs() + waitMs);
  }

  /** Those that nothing stands against and that could take over, best first. */
  *#others(account: Account): Generator<Account> {
    const passed = new Set([...this.#excluded, account.id]);
    for (let other = this.#other(passed); other !== null; other = this.#other(passed)) {
      yield other;
      passed.add(other.id);
    }
  }

  /** One that nothing stands against. */
  #other(passed: ReadonlySet<string>): Account | null {
    return this.#context.accounts.peek(null, passed, { model: this.#model, isLastResortTaken: true });
  }

  /** The turn counts for the account from its choice on: others that are chosen at the same moment see it. */
  #count(account: Account): Account {
    this.#leaveCount?.();
    // An aborted turn may still be on its way to an account.
    this.#leaveCount = this.#isOver ? null : this.#context.accounts.turnBegins(account.id);
    return account;
  }

  /** What the failed account said; where that was a usage limit, the earliest reset of all accounts with its quota headers. */
  #told(error: SlipstreamError): SlipstreamError {
    if (this.#lastFailure === null) return error;
    const { error: failure, rest } = this.#lastFailure;
    // All that stands against all of them says more than the last one's words.
    if (error.code === 'account_unusable' && failure.code === 'account_unusable') return error;
    if (rest?.why !== 'usage-limit' && rest?.why !== 'bucket-limit') return failure;
    const { code, message, status, upstreamBody, retryAfterSeconds } = error;
    const reset = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
    return new SlipstreamError(code, { message, status, upstreamBody, headers: failure.headers, ...reset });
  }
}
