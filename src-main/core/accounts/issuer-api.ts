import { isCloudflarePage, pageText } from '../cloudflare-page.ts';
import { isSendable, type RawHeaders } from '../headers.ts';
import { inTime } from '../in-time.ts';
import { type JsonObject, objectMember, textMember } from '../json.ts';
import { answerObject } from '../json-answer.ts';
import type { Clock } from '../ports.ts';
import type { AccountTokens } from './account.ts';

/*
 * The issuer's endpoints, as the official client uses them (PROTOCOL.md, Sign-in, captures/login-browser.json,
 * login-device.json, o-expired.json). Of oauth4webapi nothing is left to use here: the device flow, the JSON refresh and the
 * JSON revocation are the vendor's own, the order and names of the form fields are pinned by the captures, refresh answers
 * may leave out any member, id tokens are not verified (upstream judges tokens), and the state has to be compared in
 * constant time. What remains of it would be three lines around node:crypto.
 */

/** The official client's id; a public client without a secret. */
export const clientId = 'app_EMoamEEZ73f0CkXaXp7hrann';

const revokeTimeoutMs = 10_000;

export interface IssuerRequest {
  readonly path: string;
  readonly body: JsonObject | URLSearchParams;
  /** Sign-in requests carry no originator and no user agent; refresh and revocation do. */
  readonly isIdentified: boolean;
  /** Whose way out it takes; nobody's where it is absent. */
  readonly accountId?: string;
  /** The way that it takes, whatever the account's is. */
  readonly proxyUrl?: string;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export type IssuerAnswer =
  | { readonly kind: 'answered'; readonly status: number; readonly body: Buffer; readonly headers?: RawHeaders }
  | { readonly kind: 'unreachable'; readonly message: string };

/** Posts to the issuer; the body's kind says how it is encoded. Never rejects. */
export type SendToIssuer = (request: IssuerRequest) => Promise<IssuerAnswer>;

export type RefreshReason = 'proactive_expiry' | 'unauthorized_recovery';

/** What came of asking for tokens. */
export type TokenResult =
  | { readonly kind: 'tokens'; readonly tokens: Partial<AccountTokens> }
  /**
   * `code` is the issuer's word, for instance `invalid_grant` or `refresh_token_reused`; null where it gave none. `page`, for
   * people, is there where not the issuer but Cloudflare answered.
   */
  | { readonly kind: 'refused'; readonly status: number; readonly code: string | null; readonly page?: string }
  | { readonly kind: 'unreachable'; readonly message: string };

export interface CodeGrant {
  readonly code: string;
  readonly redirectUri: string;
  readonly verifier: string;
}

/** Sends on an account's behalf. */
export function sendFor(accountId: string, send: SendToIssuer): SendToIssuer {
  return (request) => send({ ...request, accountId });
}

/** Swaps an authorization code for tokens. */
export async function exchangeCode(send: SendToIssuer, grant: CodeGrant, signal: AbortSignal): Promise<TokenResult> {
  const body = new URLSearchParams([
    ['grant_type', 'authorization_code'],
    ['client_id', clientId],
    ['code', grant.code],
    ['redirect_uri', grant.redirectUri],
    ['code_verifier', grant.verifier],
  ]);
  return tokenResult(await send({ path: '/oauth/token', body, isIdentified: false, signal }));
}

/** Swaps a refresh token, which is spent by it, for new tokens. */
export async function refreshTokens(
  send: SendToIssuer,
  refreshToken: string,
  reason: RefreshReason,
): Promise<TokenResult> {
  const body = {
    client_id: clientId,
    grant_type: 'refresh_token',
    refresh_reason: reason,
    refresh_token: refreshToken,
  };
  return tokenResult(await send({ path: '/oauth/token', body, isIdentified: true }));
}

/** Ends a sign-in at the issuer; best effort, as the official logout does it. */
export async function revokeToken(send: SendToIssuer, refreshToken: string, clock: Clock): Promise<boolean> {
  const body = { token: refreshToken, token_type_hint: 'refresh_token', client_id: clientId };
  const answer = await inTime(clock, revokeTimeoutMs, (signal) =>
    send({ path: '/oauth/revoke', body, isIdentified: true, timeoutMs: revokeTimeoutMs, signal }),
  );
  return answer.kind === 'answered' && answer.status < 300;
}

/** Tokens as they stand after an answer: each member is optional, and the old value stays where it is absent. */
export function mergeTokens(before: AccountTokens, renewed: Partial<AccountTokens>): AccountTokens {
  return { ...before, ...renewed };
}

function tokenResult(answer: IssuerAnswer): TokenResult {
  if (answer.kind === 'unreachable') return answer;
  const body = answerObject(answer.body);
  if (answer.status !== 200 || body === null) {
    const headers = answer.headers ?? [];
    const isPage = isCloudflarePage(headers, answer.body.toString('utf8'));
    const page = isPage ? { page: pageText(answer.status, headers) } : {};
    return { kind: 'refused', status: answer.status, code: errorCode(body), ...page };
  }
  // What no header can carry is no token.
  const member = (name: string) => {
    const token = textMember(body, name);
    return token !== null && token !== '' && isSendable(['authorization', `Bearer ${token}`]) ? token : null;
  };
  const [accessToken, refreshToken, idToken] = [member('access_token'), member('refresh_token'), member('id_token')];
  return {
    kind: 'tokens',
    tokens: {
      ...(accessToken === null ? {} : { accessToken }),
      ...(refreshToken === null ? {} : { refreshToken }),
      ...(idToken === null ? {} : { idToken }),
    },
  };
}

/** The issuer writes codes as `error.code`, `error` or `code`. Only what looks like one is repeated to people. */
function errorCode(body: JsonObject | null): string | null {
  const code = textMember(objectMember(body, 'error'), 'code') ?? textMember(body, 'code') ?? textMember(body, 'error');
  return code !== null && /^[a-z_]{1,60}$/i.test(code) ? code : null;
}
