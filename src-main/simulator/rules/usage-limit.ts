/** The 429 of an account that has nothing left. */
import type { SimulatedAccount } from '../accounts/accounts.ts';
import { type Refusal, usageLimitRefusal } from './refusal.ts';

/** As `account` would be told, until `resetsAt` (unix s) or the end of its own window. */
export function usageLimit(account: SimulatedAccount | undefined, resetsAt?: number): Refusal {
  const at = resetsAt ?? account?.usage.primary.resetAt ?? Math.floor(Date.now() / 1000) + 3600;
  return usageLimitRefusal(account?.plan ?? 'plus', at, account?.usage.headers() ?? {});
}
