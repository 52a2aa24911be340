import { createHash } from 'node:crypto';
import { isSendable } from '../headers.ts';
import type { Account, AccountOrigin, AccountTokens } from './account.ts';
import { readExpiry, readHolder, readUserId } from './claims.ts';

/** A stable id: the same sign-in imported twice is the same account, two workspaces under one e-mail are two. */
export function accountIdFor(workspaceId: string, email: string, origin: AccountOrigin): string {
  return createHash('sha256')
    .update([origin.upstream, origin.issuer, workspaceId, email].join('\n'))
    .digest('hex')
    .slice(0, 16);
}

export interface NewAccount {
  readonly tokens: AccountTokens;
  readonly source: Account['source'];
  readonly origin: AccountOrigin;
  readonly nowMs: number;
  /** Wins over the id token's. */
  readonly workspaceId?: string | null;
  /** Where the id token names none. */
  readonly email?: string | null;
  /** A sign-in without e-mail or workspace is one, too, as it is for the official client. */
  readonly mayBeNameless?: boolean;
}

/** What is missing of an account: a name, a workspace, or a token or workspace that a header can carry. */
type Lack = 'e-mail' | 'workspace' | 'sendable';

export type NewAccountResult =
  | { readonly ok: true; readonly account: Account }
  | { readonly ok: false; readonly lacks: Lack };

/** The account that a set of tokens belongs to, with nothing set by its owner yet. `websockets` unset means yes (S1). */
export function newAccount({ tokens: came, source, origin, nowMs, ...given }: NewAccount): NewAccountResult {
  const tokens = { ...came, refreshToken: came.refreshToken?.trim() || null };
  const holder = readHolder(tokens.idToken);
  // An empty text is none.
  const email = holder.email || given.email || (given.mayBeNameless === true ? standIn(tokens) : null);
  const workspaceId = given.workspaceId || holder.workspaceId || (given.mayBeNameless === true ? '' : null);
  if (!email) return { ok: false, lacks: 'e-mail' };
  if (workspaceId === null) return { ok: false, lacks: 'workspace' };
  const sent = [workspaceId, `Bearer ${tokens.accessToken}`];
  if (!sent.every((value) => isSendable(['authorization', value]))) return { ok: false, lacks: 'sendable' };
  return {
    ok: true,
    account: {
      id: accountIdFor(workspaceId, email, origin),
      email,
      workspaceId,
      plan: holder.plan,
      source,
      origin,
      enabled: true,
      websockets: null,
      priority: 0,
      nickname: null,
      proxyUrl: null,
      link: null,
      addedAt: nowMs,
      signedOut: null,
      verdicts: [],
      tokens,
      tokenExpiresAt: readExpiry(tokens.accessToken),
    },
  };
}

/** What a sign-in without an e-mail is called: by its user's id, else by its token. */
function standIn({ idToken, accessToken }: AccountTokens): string {
  const userId = readUserId(idToken) ?? readUserId(accessToken);
  return userId ?? `sign-in ${createHash('sha256').update(accessToken).digest('hex').slice(0, 8)}`;
}
