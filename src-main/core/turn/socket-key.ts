import type { Account } from '../accounts/account.ts';
import { headerValue } from '../headers.ts';
import type { Normalised } from '../normalise/normalise.ts';
import type { Session } from './sessions.ts';

/** Sockets are shared only where upstream cannot tell the difference. */
export function socketKey(
  account: Account,
  session: Session,
  shaped: Pick<Normalised, 'headers' | 'routingHint'> & Partial<Pick<Normalised, 'query'>>,
): string {
  const names = ['originator', 'user-agent', 'x-openai-account-routing-override'];
  const identity = names.map((name) => headerValue(shaped.headers, name));
  return JSON.stringify([
    account.id,
    account.tokens.accessToken.slice(-12),
    session.id,
    shaped.routingHint,
    shaped.query ?? '',
    ...identity,
  ]);
}
