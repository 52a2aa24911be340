import { SlipstreamError } from '../../shared/errors.ts';
import { type JsonObject, objectMember, parseJsonObject, textMember } from '../json.ts';
import type { Clock, Logger } from '../ports.ts';
import type { Account, AccountTokens } from './account.ts';
import type { AccountStore } from './store.ts';

/** The official client's id; a public client without a secret (reference/codex-official.md §6). */
const clientId = 'app_EMoamEEZ73f0CkXaXp7hrann';
const proactiveMs = 5 * 60_000;
const backOffMs = 30_000;

/** Codes after which a refresh token is dead for good (reference/codex-official.md §6). */
const deadTokenCodes = new Set(['refresh_token_expired', 'refresh_token_reused', 'refresh_token_invalidated']);

export type RefreshReason = 'proactive_expiry' | 'unauthorized_recovery';

/** Posts a JSON body to the issuer. */
export type PostToIssuer = (
  path: string,
  body: JsonObject,
) => Promise<
  | { readonly kind: 'answered'; readonly status: number; readonly body: Buffer }
  | { readonly kind: 'unreachable'; readonly message: string }
>;

interface RefresherParts {
  readonly store: AccountStore;
  readonly clock: Clock;
  readonly log: Logger;
  readonly post: PostToIssuer;
  /** The account must sign in again. */
  readonly signedOut: (accountId: string) => void;
}

/** Renews access tokens: one refresh at a time per account, the rotated token on disk before it is used (DESIGN §7). */
export class Refresher {
  readonly #parts: RefresherParts;
  readonly #running = new Map<string, Promise<Account>>();
  /** Accounts whose last refresh failed, and until when (monotonic ms) no new one is tried ahead of need. */
  readonly #backOffUntil = new Map<string, number>();

  constructor(parts: RefresherParts) {
    this.#parts = parts;
  }

  /**
   * The account with a token that is good for a turn: renewed first when it ends within 5 min.
   * A failed renewal of a token that is still valid is no reason to stop.
   */
  async ready(account: Account): Promise<Account> {
    const { clock } = this.#parts;
    const leftMs = (account.tokenExpiresAt ?? Number.POSITIVE_INFINITY) - clock.epochMs();
    const isBackingOff = (this.#backOffUntil.get(account.id) ?? 0) > clock.monotonicMs();
    if (leftMs > proactiveMs || account.tokens.refreshToken === null || (isBackingOff && leftMs > 0)) return account;
    try {
      return await this.refresh(account, 'proactive_expiry');
    } catch (error) {
      if (leftMs > 0 && !(error instanceof SlipstreamError && error.code === 'account_signed_out')) return account;
      throw error;
    }
  }

  /**
   * Renews the account's tokens. Whoever asks while one runs, or holds a token that was replaced already, gets the result of that.
   * Throws `account_signed_out` or `refresh_failed`.
   */
  refresh(account: Account, reason: RefreshReason): Promise<Account> {
    const current = this.#parts.store.get(account.id);
    if (current !== null && current.tokens.accessToken !== account.tokens.accessToken) return Promise.resolve(current);
    const running = this.#running.get(account.id);
    if (running !== undefined) return running;
    const started = this.#refresh(account, reason).finally(() => this.#running.delete(account.id));
    this.#running.set(account.id, started);
    return started;
  }

  async #refresh(account: Account, reason: RefreshReason): Promise<Account> {
    const { post, store, clock, log, signedOut } = this.#parts;
    const { refreshToken } = account.tokens;
    if (refreshToken === null) throw new SlipstreamError('account_signed_out');
    const answer = await post('/oauth/token', {
      client_id: clientId,
      grant_type: 'refresh_token',
      refresh_reason: reason,
      refresh_token: refreshToken,
    });
    const body = answer.kind === 'answered' ? parseJsonObject(answer.body.toString('utf8')) : null;
    if (answer.kind === 'answered' && answer.status === 200 && body !== null) {
      this.#backOffUntil.delete(account.id);
      return store.renew(account.id, renewedTokens(account.tokens, body));
    }
    this.#backOffUntil.set(account.id, clock.monotonicMs() + backOffMs);
    const code = errorCode(body);
    if (answer.kind === 'answered' && code !== null && deadTokenCodes.has(code)) {
      log.warn('An account is signed out: its refresh token is no longer valid.', { account: account.id, code });
      signedOut(account.id);
      throw new SlipstreamError('account_signed_out');
    }
    const why = answer.kind === 'answered' ? `status ${answer.status}` : answer.message;
    log.warn('An account could not be refreshed; it is tried again later.', { account: account.id, why });
    throw new SlipstreamError('refresh_failed');
  }
}

/** Each field of the answer is optional; the old value stays where it is absent. */
function renewedTokens(before: AccountTokens, body: JsonObject): AccountTokens {
  return {
    accessToken: textMember(body, 'access_token') ?? before.accessToken,
    refreshToken: textMember(body, 'refresh_token') ?? before.refreshToken,
    idToken: textMember(body, 'id_token') ?? before.idToken,
  };
}

/** The issuer writes codes as `error.code`, `error` or `code`. */
function errorCode(body: JsonObject | null): string | null {
  return textMember(objectMember(body, 'error'), 'code') ?? textMember(body, 'code') ?? textMember(body, 'error');
}
