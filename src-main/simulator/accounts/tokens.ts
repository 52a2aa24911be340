/** Tokens the simulator issues: JWTs nobody signed, refresh-token families, and what each token is good for. */
import { randomBytes } from 'node:crypto';
import { newSecret, newUuid } from '../ids.ts';
import type { JsonObject } from '../json.ts';

/** The official client's public client id (PROTOCOL.md, Sign-in). */
export const CLIENT_ID = 'app_EMoamEEZ73f0CkXaXp7hrann';
export const DEFAULT_SCOPE = 'openid profile email offline_access api.connectors.read api.connectors.invoke';

export interface TokenOwner {
  readonly id: string;
  readonly email: string;
  readonly userId: string;
  readonly plan: string;
}

export interface TokenSet {
  readonly accessToken: string;
  readonly idToken: string;
  readonly refreshToken: string;
  readonly expiresAtMs: number;
}

interface Family {
  readonly accountId: string;
  revoked: boolean;
}

interface RefreshRecord {
  readonly family: Family;
  state: 'current' | 'rotated' | 'expired' | 'invalidated';
}

interface AccessRecord {
  readonly accountId: string;
  readonly expiresAtMs: number;
  revoked: boolean;
}

export type AccessCheck = { state: 'ok' | 'expired' | 'revoked'; accountId: string } | { state: 'unknown' };
export type RefreshProblem = 'expired' | 'reused' | 'invalidated';

const encode = (value: JsonObject) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A JWT in the issuer's shape. The signature is noise: the official client verifies none (PROTOCOL.md, Sign-in). */
function unsignedJwt(claims: JsonObject): string {
  const head = encode({ alg: 'RS256', kid: 'simulator', typ: 'JWT' });
  return `${head}.${encode(claims)}.${randomBytes(256).toString('base64url')}`;
}

export class TokenRegistry {
  #issuer: () => string;
  #access = new Map<string, AccessRecord>();
  #refresh = new Map<string, RefreshRecord>();

  constructor(issuer: () => string) {
    this.#issuer = issuer;
  }

  /** A new access, id and refresh token; `family` continues a rotation, otherwise this is a new sign-in. */
  issue(owner: TokenOwner, lifetimeMs: number, family: Family = { accountId: owner.id, revoked: false }): TokenSet {
    const nowS = Math.floor(Date.now() / 1000);
    const expiresAtMs = Date.now() + lifetimeMs;
    const expS = Math.floor(expiresAtMs / 1000);
    const auth = {
      chatgpt_account_id: owner.id,
      chatgpt_plan_type: owner.plan,
      chatgpt_user_id: owner.userId,
      user_id: owner.userId,
    };
    const common = { iss: this.#issuer(), iat: nowS, exp: expS, sub: `auth0|${owner.userId}` };
    const accessToken = unsignedJwt({
      ...common,
      aud: ['https://api.openai.com/v1'],
      client_id: CLIENT_ID,
      jti: newUuid(),
      nbf: nowS,
      scp: DEFAULT_SCOPE.split(' '),
      session_id: newUuid(),
      'https://api.openai.com/auth': auth,
      'https://api.openai.com/profile': { email: owner.email, email_verified: true },
    });
    const idToken = unsignedJwt({
      ...common,
      aud: [CLIENT_ID],
      auth_time: nowS,
      email: owner.email,
      email_verified: true,
      name: owner.email.split('@')[0] ?? owner.email,
      'https://api.openai.com/auth': { ...auth, groups: [], organizations: [] },
    });
    const refreshToken = `rt_${newSecret(48)}`;
    this.#access.set(accessToken, { accountId: owner.id, expiresAtMs, revoked: false });
    this.#refresh.set(refreshToken, { family, state: 'current' });
    return { accessToken, idToken, refreshToken, expiresAtMs };
  }

  checkAccess(token: string): AccessCheck {
    const record = this.#access.get(token);
    if (!record) return { state: 'unknown' };
    const { accountId } = record;
    if (record.revoked) return { state: 'revoked', accountId };
    return { state: record.expiresAtMs <= Date.now() ? 'expired' : 'ok', accountId };
  }

  /** Makes one access token useless, or all of an account's. */
  revokeAccess(match: { token?: string; accountId?: string }): void {
    for (const [token, record] of this.#access) {
      if (token === match.token || record.accountId === match.accountId) record.revoked = true;
    }
  }

  /** Spends a refresh token. A token spent before revokes its whole family (PROTOCOL.md, Sign-in). */
  spendRefresh(token: string): Family | RefreshProblem {
    const record = this.#refresh.get(token);
    if (!record) return 'invalidated';
    if (record.state === 'rotated') {
      record.family.revoked = true;
      return 'reused';
    }
    if (record.state === 'expired') return 'expired';
    if (record.state === 'invalidated' || record.family.revoked) return 'invalidated';
    record.state = 'rotated';
    return record.family;
  }

  /** The account a refresh token was issued to, spent or not. */
  ownerOfRefresh(token: string): string | undefined {
    return this.#refresh.get(token)?.family.accountId;
  }

  /** What the next use of this refresh token will be told. */
  setRefreshState(token: string, state: 'expired' | 'invalidated'): void {
    const record = this.#refresh.get(token);
    if (record) record.state = state;
  }

  /** `/oauth/revoke`: the whole family of this refresh token ends. */
  revokeFamily(token: string): boolean {
    const record = this.#refresh.get(token);
    if (!record) return false;
    record.family.revoked = true;
    return true;
  }
}
