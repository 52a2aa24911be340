import { SlipstreamError } from '../../shared/errors.ts';
import { saidInEnglish } from '../../shared/words/said.ts';
import { tell } from '../../shared/words/told.ts';
import type { Told } from '../../shared/words/told-text.ts';
import type { Clock, Logger } from '../ports.ts';
import { SingleFlight } from '../single-flight.ts';
import type { Account, AccountTokens } from './account.ts';
import {
  mergeTokens,
  type RefreshReason,
  refreshTokens,
  type SendToIssuer,
  sendFor,
  type TokenResult,
} from './issuer-api.ts';
import { isLinked, type LinkedAccounts } from './linked-accounts.ts';
import { nameAnotherHolder } from './same-holder.ts';
import type { AccountStore } from './store.ts';

/** Our own sign-ins are renewed as the official client does it; a shared one is left to the Codex command longer. */
const ownLeadMs = 5 * 60_000;
const linkedLeadMs = 2 * 60_000;

/** Why a renewal gave an account nothing. */
type Failure = Exclude<TokenResult, { kind: 'tokens' }> | { readonly kind: 'of-another' };

/** After a failure nothing is tried ahead of need for 30 s, twice as long after each further one, 10 min at most. */
const firstBackOffMs = 30_000;
const longestBackOffMs = 10 * 60_000;
/** How long the file of a linked account is looked at, for the program that was faster. */
const reusedWaitMs = 5_000;

/** Codes after which a refresh token is dead for good (PROTOCOL.md, Sign-in). */
const deadTokenCodes = new Set([
  'refresh_token_expired',
  'refresh_token_reused',
  'refresh_token_invalidated',
  'invalid_grant',
]);

export interface RefresherParts {
  readonly store: AccountStore;
  readonly clock: Clock;
  readonly log: Logger;
  readonly send: SendToIssuer;
  readonly linked: LinkedAccounts;
  /** Epoch ms by the issuer's clock, which tokens end by. */
  readonly nowMs: () => number;
  /** Keeps values out of logs from now on. */
  readonly hide: (secret: string) => void;
  /** The account must sign in again. */
  readonly signedOut: (accountId: string) => void;
  /** Why a renewal failed that is tried again, for people; null once one has worked. */
  readonly noteTrouble?: (accountId: string, trouble: Told | null) => void;
}

interface Failures {
  readonly count: number;
  /** Monotonic ms. */
  readonly untilMs: number;
}

/** Renews access tokens: one refresh at a time per account, the rotated token on disk before it is used. */
export class Refresher {
  readonly #parts: RefresherParts;
  readonly #running = new SingleFlight<Account>();
  readonly #failures = new Map<string, Failures>();
  /** By account, the refresh token that the issuer will never take again. */
  readonly #dead = new Map<string, string>();
  /** By account, what replaced a spent refresh token and could not be stored yet. */
  readonly #unsaved = new Map<string, { readonly spentToken: string; readonly result: TokenResult }>();

  constructor(parts: RefresherParts) {
    this.#parts = parts;
  }

  /**
   * The account with a token that is good for a turn: renewed first when it ends soon. What another program has put into a
   * linked file counts. A failed renewal of a token that is still valid is no reason to stop.
   */
  async ready(given: Account): Promise<Account> {
    const account = isLinked(given) ? await this.#parts.linked.current(given) : given;
    const leftMs = this.#leftMs(account);
    const isBackingOff = this.backOffUntilMs(account.id) > this.#parts.clock.monotonicMs();
    const isGood = leftMs > leadMs(account) || account.tokens.refreshToken === null;
    if (isGood || (isBackingOff && leftMs > 0)) return account;
    try {
      return await this.refresh(account, 'proactive_expiry');
    } catch (error) {
      if (leftMs > 0 && !(error instanceof SlipstreamError && error.code === 'account_signed_out')) return account;
      throw error;
    }
  }

  /**
   * Renews the account's tokens. Whoever asks while one runs, or holds a token that was replaced already, gets the result of that.
   * Throws `account_signed_out`, `account_unknown`, `store_unwritable` or `refresh_failed`.
   */
  refresh(account: Account, reason: RefreshReason): Promise<Account> {
    const current = this.#parts.store.get(account.id);
    if (current !== null && current.tokens.accessToken !== account.tokens.accessToken) return Promise.resolve(current);
    return this.#running.run(account.id, () => this.#refresh(current ?? account, reason));
  }

  /** When an account's token should be renewed, epoch ms by this machine's clock; null where it says no end. */
  dueAtMs(account: Account): number | null {
    if (account.tokenExpiresAt === null) return null;
    return this.#parts.clock.epochMs() + this.#leftMs(account) - leadMs(account);
  }

  /** Until when a token that is still good is not renewed, monotonic ms. */
  backOffUntilMs(accountId: string): number {
    return this.#failures.get(accountId)?.untilMs ?? Number.NEGATIVE_INFINITY;
  }

  /**
   * Resolves once no renewal runs, of one account or of any. Tokens that could not be stored are tried once more first: the
   * issuer has taken back those they replace, so a program that ends before they are stored has lost the sign-in.
   */
  async idle(accountId?: string): Promise<void> {
    const { store, log } = this.#parts;
    await this.#running.idle(accountId);
    for (const [id, { spentToken }] of [...this.#unsaved]) {
      if (accountId !== undefined && id !== accountId) continue;
      const account = store.get(id);
      if (account?.tokens.refreshToken !== spentToken) continue;
      await this.refresh(account, 'proactive_expiry').catch((error: unknown) => {
        log.error('Renewed tokens cannot be stored, so the account may have to sign in again.', { account: id, error });
      });
    }
  }

  #leftMs(account: Account): number {
    return (account.tokenExpiresAt ?? Number.POSITIVE_INFINITY) - this.#parts.nowMs();
  }

  async #refresh(given: Account, reason: RefreshReason): Promise<Account> {
    const { linked, store } = this.#parts;
    const account = isLinked(given) ? await linked.reread(given) : given;
    if (account.tokens.accessToken !== given.tokens.accessToken && this.#leftMs(account) > leadMs(account))
      return account;
    const { refreshToken } = account.tokens;
    if (refreshToken === null || this.#dead.get(account.id) === refreshToken) return this.#signOut(account.id);
    const result = await this.#ask(account.id, refreshToken, reason);
    const isOfAnother = result.kind === 'tokens' && nameAnotherHolder(account, result.tokens);
    const now = store.get(account.id);
    // The Codex command still needs what replaced the token in its file.
    if (result.kind === 'tokens' && !isOfAnother && isLinked(account) && (now === null || !isLinked(now)))
      await linked.handBack(account, mergeTokens(account.tokens, result.tokens), refreshToken);
    // Somebody signed in anew meanwhile: what became of the old sign-in does not matter any more.
    if (now !== null && now.tokens.refreshToken !== refreshToken) return now;
    if (result.kind !== 'tokens') return this.#failed(account, result);
    // Its turns would run on somebody else's plan, or in another workspace, under this account's name.
    if (isOfAnother) return this.#failed(account, { kind: 'of-another' });
    if (Object.keys(result.tokens).length === 0)
      return this.#failed(account, { kind: 'refused', status: 200, code: null });
    this.#unsaved.set(account.id, { spentToken: refreshToken, result });
    const kept = await this.#keep(account, mergeTokens(account.tokens, result.tokens), refreshToken);
    this.#unsaved.delete(account.id);
    // What was rotated is kept, and yet turns have no other token than before.
    if (result.tokens.accessToken === undefined)
      return this.#failed(kept, { kind: 'refused', status: 200, code: null });
    // One that was due when it came is used while it lasts, and not renewed all the time.
    if (this.#leftMs(kept) <= leadMs(kept)) this.#backOff(account.id);
    else this.#failures.delete(account.id);
    this.#parts.noteTrouble?.(account.id, null);
    return kept;
  }

  /** What the issuer answers to a refresh token; it is not asked again while the tokens of its answer could not be stored. */
  async #ask(accountId: string, refreshToken: string, reason: RefreshReason): Promise<TokenResult> {
    const { send, hide } = this.#parts;
    const unsaved = this.#unsaved.get(accountId);
    if (unsaved?.spentToken === refreshToken) return unsaved.result;
    const result = await refreshTokens(sendFor(accountId, send), refreshToken, reason);
    if (result.kind === 'tokens') for (const token of tokenList(result.tokens)) hide(token);
    return result;
  }

  async #keep(account: Account, tokens: AccountTokens, spentToken: string): Promise<Account> {
    const { store, linked, noteTrouble } = this.#parts;
    try {
      return isLinked(account)
        ? await linked.renew(account, tokens, spentToken)
        : await store.renew(account.id, tokens);
    } catch (error) {
      this.#backOff(account.id);
      if (error instanceof SlipstreamError && error.code === 'store_unwritable')
        noteTrouble?.(account.id, tell('troubles.renew.unstored', { why: error.told }));
      throw error;
    }
  }

  /** How long nothing is tried ahead of need now, ms. */
  #backOff(accountId: string): number {
    const count = (this.#failures.get(accountId)?.count ?? 0) + 1;
    const waitMs = Math.min(firstBackOffMs * 2 ** (count - 1), longestBackOffMs);
    this.#failures.set(accountId, { count, untilMs: this.#parts.clock.monotonicMs() + waitMs });
    return waitMs;
  }

  async #failed(account: Account, result: Failure): Promise<Account> {
    const { linked, log } = this.#parts;
    const code = result.kind === 'refused' ? result.code : null;
    if (code !== null && deadTokenCodes.has(code)) {
      const newer = isLinked(account)
        ? await linked.newer(account, code === 'refresh_token_reused' ? reusedWaitMs : 0)
        : null;
      if (newer !== null) return newer;
      log.warn('An account is signed out: its refresh token is no longer valid.', { account: account.id, code });
      if (account.tokens.refreshToken !== null) this.#dead.set(account.id, account.tokens.refreshToken);
      return this.#signOut(account.id);
    }
    const waitMs = this.#backOff(account.id);
    const why = logText(result);
    log.warn('An account could not be refreshed; it is tried again later.', { account: account.id, why, waitMs });
    this.#parts.noteTrouble?.(account.id, troubleText(result));
    const isTold = result.kind === 'of-another' || (result.kind === 'refused' && result.page !== undefined);
    throw new SlipstreamError('refresh_failed', isTold ? saidInEnglish(troubleText(result)) : {});
  }

  #signOut(accountId: string): never {
    this.#parts.signedOut(accountId);
    throw new SlipstreamError('account_signed_out');
  }
}

/** Why it could not be renewed, as a told text. */
function troubleText(result: Failure): Told {
  if (result.kind === 'of-another') return tell('troubles.renew.others');
  if (result.kind !== 'refused') return tell('troubles.renew.unreachable');
  return result.page === undefined
    ? tell('troubles.renew.refused', { status: String(result.status) })
    : tell('troubles.renew.page', { page: result.page });
}

function logText(result: Failure): string {
  if (result.kind === 'of-another') return "the answer is another user's or workspace's";
  return result.kind === 'refused' ? (result.page ?? `status ${result.status}`) : result.message;
}

function leadMs(account: Account): number {
  return isLinked(account) ? linkedLeadMs : ownLeadMs;
}

function tokenList({ accessToken, refreshToken, idToken }: Partial<AccountTokens>): string[] {
  return [accessToken, idToken, refreshToken].filter((token) => typeof token === 'string');
}
