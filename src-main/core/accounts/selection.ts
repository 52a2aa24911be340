import type { ErrorCode } from '../../shared/errors.ts';
import type { Account, AccountHealth } from './account.ts';

export interface Candidate {
  readonly account: Account;
  readonly health: AccountHealth;
  /** Signed in for the upstream and issuer that this instance talks to. */
  readonly belongsHere: boolean;
}

export type Choice =
  | { readonly ok: true; readonly account: Account }
  | {
      readonly ok: false;
      readonly reason: Extract<ErrorCode, 'account_none' | 'account_unusable' | 'accounts_exhausted'>;
      /** Earliest end of a rest, epoch ms; null where no account rests. */
      readonly resetsAt: number | null;
    };

function isResting({ health }: Candidate, nowMs: number): boolean {
  return health.cooldownUntil !== null && health.cooldownUntil > nowMs;
}

/** Share of the tighter window that is left, 0 to 100; an account never read counts as fresh. */
function headroom({ health }: Candidate): number {
  const used = [health.usage?.primary?.usedPercent ?? 0, health.usage?.secondary?.usedPercent ?? 0];
  return 100 - Math.max(...used);
}

/** The session's account while it can be used, else the one with most headroom (DESIGN §5.4). Pure. */
export function chooseAccount(
  candidates: readonly Candidate[],
  stickyId: string | null,
  excluded: ReadonlySet<string>,
  nowMs: number,
): Choice {
  if (candidates.length === 0) return { ok: false, reason: 'account_none', resetsAt: null };
  const usable = candidates.filter(
    ({ account, health, belongsHere }) => account.enabled && belongsHere && !health.signedOut,
  );
  if (usable.length === 0) return { ok: false, reason: 'account_unusable', resetsAt: null };
  const rested = usable.filter((candidate) => !isResting(candidate, nowMs));
  const free = rested.filter(({ account }) => !excluded.has(account.id));
  const sticky = free.find(({ account }) => account.id === stickyId);
  if (sticky !== undefined) return { ok: true, account: sticky.account };
  const best = free.toSorted((a, b) => headroom(b) - headroom(a))[0];
  if (best !== undefined) return { ok: true, account: best.account };
  const resets = usable.flatMap(({ health }) => (health.cooldownUntil === null ? [] : [health.cooldownUntil]));
  return { ok: false, reason: 'accounts_exhausted', resetsAt: resets.length === 0 ? null : Math.min(...resets) };
}
