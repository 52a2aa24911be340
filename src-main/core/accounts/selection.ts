import type { AccountStrategy, UsageWindow } from '../../shared/account-model.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import type { Account, AccountHealth } from './account.ts';

export interface Candidate {
  readonly account: Account;
  readonly health: AccountHealth;
  /** Signed in for the upstream and issuer that this instance talks to. */
  readonly belongsHere: boolean;
  /** Monotonic ms of its last choice by round robin; -1 for never. */
  readonly lastChosenMs: number;
}

export interface SelectionRules {
  readonly strategy: AccountStrategy;
  readonly pinnedId: string | null;
  /** The session's own account, kept while it can be used. */
  readonly stickyId: string | null;
  /** Tried in this turn already. */
  readonly excluded: ReadonlySet<string>;
  /** Epoch ms. */
  readonly nowMs: number;
}

export type Choice =
  | { readonly ok: true; readonly account: Account }
  | {
      readonly ok: false;
      readonly reason: Extract<ErrorCode, 'account_none' | 'account_unusable' | 'accounts_exhausted'>;
      /** Earliest end of a rest, epoch ms; null where no account rests. */
      readonly resetsAt: number | null;
    };

const isFuture = (time: number | null, nowMs: number) => time !== null && time > nowMs;

/** Share of the tighter window that is left, 0 to 100; what was never read, or was reset since, counts as fresh. */
function headroom({ usage }: AccountHealth, nowMs: number): number {
  const used = (window: UsageWindow | null | undefined) =>
    window == null || (window.resetAt !== null && window.resetAt <= nowMs) ? 0 : window.usedPercent;
  return 100 - Math.max(used(usage?.primary), used(usage?.secondary));
}

function ranked(candidates: readonly Candidate[], { strategy, nowMs }: SelectionRules): readonly Candidate[] {
  const avoided = (candidate: Candidate) => Number(isFuture(candidate.health.avoidUntil, nowMs));
  const byStrategy = (a: Candidate, b: Candidate): number => {
    switch (strategy) {
      case 'most-headroom':
        return headroom(b.health, nowMs) - headroom(a.health, nowMs);
      case 'round-robin':
        return a.lastChosenMs - b.lastChosenMs;
      case 'fill-first':
        return 0;
    }
  };
  // The sort is stable, so equal accounts stay in the order they were added.
  const byPriority = (a: Candidate, b: Candidate) => b.account.priority - a.account.priority;
  return candidates.toSorted((a, b) => avoided(a) - avoided(b) || byPriority(a, b) || byStrategy(a, b));
}

/** The session's account while it can be used, then the pinned one, then the best by priority and strategy. Pure. */
export function chooseAccount(candidates: readonly Candidate[], rules: SelectionRules): Choice {
  if (candidates.length === 0) return { ok: false, reason: 'account_none', resetsAt: null };
  const usable = candidates.filter(
    ({ account, health, belongsHere }) => account.enabled && belongsHere && health.signedOut === null,
  );
  if (usable.length === 0) return { ok: false, reason: 'account_unusable', resetsAt: null };
  const free = usable.filter(
    ({ account, health }) => !isFuture(health.cooldownUntil, rules.nowMs) && !rules.excluded.has(account.id),
  );
  const withId = (id: string | null) => free.find(({ account }) => account.id === id);
  const chosen = withId(rules.stickyId) ?? withId(rules.pinnedId) ?? ranked(free, rules)[0];
  if (chosen !== undefined) return { ok: true, account: chosen.account };
  const resets = usable.flatMap(({ health: { cooldownUntil } }) =>
    cooldownUntil !== null && cooldownUntil > rules.nowMs ? [cooldownUntil] : [],
  );
  return { ok: false, reason: 'accounts_exhausted', resetsAt: resets.length === 0 ? null : Math.min(...resets) };
}
