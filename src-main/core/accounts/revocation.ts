import type { Clock } from '../ports.ts';
import { type AccountOrigin, belongsTo } from './account.ts';
import { revokeToken, type SendToIssuer, sendFor } from './issuer-api.ts';
import { isLinked } from './linked-accounts.ts';
import type { Refresher } from './refresh.ts';
import type { AccountStore } from './store.ts';

interface RevocationParts {
  readonly store: Pick<AccountStore, 'get' | 'require'>;
  readonly refresher: Pick<Refresher, 'idle'>;
  readonly send: SendToIssuer;
  readonly clock: Clock;
  readonly origin: AccountOrigin;
}

/**
 * Ends an account's sign-in at the issuer. False where the issuer was not told, or did not confirm it. A shared sign-in is not
 * ours to end. Throws `account_unknown`.
 */
export async function revokeSignIn(
  { store, refresher, send, clock, origin }: RevocationParts,
  id: string,
): Promise<boolean> {
  for (;;) {
    // A renewal has another token for it in a moment, and that one would live on.
    await refresher.idle(id);
    const account = store.require(id);
    const { refreshToken } = account.tokens;
    if (refreshToken === null || isLinked(account) || !belongsTo(account, origin)) return false;
    const isRevoked = await revokeToken(sendFor(id, send), refreshToken, clock);
    await refresher.idle(id);
    const now = store.get(id);
    if (now === null || now.tokens.refreshToken === refreshToken) return isRevoked;
  }
}
