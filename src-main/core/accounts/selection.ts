import type { AccountStrategy, UsageWindow } from '../../shared/account-model.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import { type Account, type AccountHealth, isAvoided } from './account.ts';
import type { AccountLoad } from './running-turns.ts';
import { verdictRow } from './verdict-table.ts';
import { inTheWay } from './verdicts.ts';

export interface Candidate extends AccountLoad {
  readonly account: Account;
  readonly health: AccountHealth;
  /** Signed in for the upstream and issuer that this instance talks to. */
  readonly belongsHere: boolean;
}

export interface SelectionRules {
  readonly strategy: AccountStrategy;
  readonly pinnedId: string | null;
  /** The session's own account, kept while it can be used. */
  readonly stickyId: string | null;
  /** Tried in this turn already. */
  readonly excluded: ReadonlySet<string>;
  /** Upstream's name of the turn's model; null for what is no turn. */
  readonly model: string | null;
  /** An account that upstream has spoken against was tried in this turn already: one such try is enough. */
  readonly isLastResortTaken: boolean;
  /** How many turns one account can run at once; more would wait. */
  readonly turnsPerAccount: number;
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

/** Accounts whose headroom differs by no more than this many points are alike: readings are that far apart in a busy minute. */
const alikePoints = 5;

/** The best by what was asked to slow down, room, priority and strategy; where they are alike, the one with the least to do. */
function best(candidates: readonly Candidate[], rules: SelectionRules): Candidate | undefined {
  const { strategy, turnsPerAccount, nowMs } = rules;
  const calm = least(candidates, ({ health }) => Number(isAvoided(health, nowMs)));
  /** How many turns would wait there, this one included. */
  const roomy = least(calm, ({ runningTurns }) => Math.max(0, runningTurns + 1 - turnsPerAccount));
  const first = least(roomy, ({ account }) => -account.priority);
  const busy = ({ load }: Candidate) => load;
  switch (strategy) {
    case 'most-headroom': {
      const room = (candidate: Candidate) => headroom(candidate.health, nowMs);
      const most = Math.max(...first.map(room));
      const alike = first.filter((candidate) => room(candidate) >= most - alikePoints);
      return least(least(alike, busy), (candidate) => -room(candidate))[0];
    }
    case 'round-robin':
      return least(
        least(first, ({ lastChosenMs }) => lastChosenMs),
        busy,
      )[0];
    // Equal accounts stay in the order they were added.
    case 'fill-first':
      return first[0];
  }
}

/** Those of which this is the least, in their order. */
function least(candidates: readonly Candidate[], of: (candidate: Candidate) => number): readonly Candidate[] {
  const lowest = Math.min(...candidates.map(of));
  return candidates.filter((candidate) => of(candidate) === lowest);
}

/** Whether the session's own account gets the turn, whatever others there are. Pure. */
export function keepsTurn(own: Candidate, rules: SelectionRules): boolean {
  return (
    isUsable(own) &&
    !isFuture(own.health.cooldownUntil, rules.nowMs) &&
    !rules.excluded.has(own.account.id) &&
    inTheWay(own.health.verdicts, rules.model, rules.nowMs) === null
  );
}

function isUsable({ account, health, belongsHere }: Candidate): boolean {
  return account.enabled && belongsHere && health.signedOut === null;
}

/** The session's account while it can be used, then the pinned one, then the best by priority and strategy. Pure. */
export function chooseAccount(candidates: readonly Candidate[], rules: SelectionRules): Choice {
  if (candidates.length === 0) return { ok: false, reason: 'account_none', resetsAt: null };
  const { model, nowMs, excluded } = rules;
  const usable = candidates.filter(isUsable);
  const said = ({ health }: Candidate) => inTheWay(health.verdicts, model, nowMs);
  const isForbidden = (candidate: Candidate) => {
    const verdict = said(candidate);
    return verdict !== null && verdictRow(verdict.kind).isHard;
  };
  const open = usable.filter(
    (candidate) =>
      !isFuture(candidate.health.cooldownUntil, nowMs) &&
      !excluded.has(candidate.account.id) &&
      !isForbidden(candidate),
  );
  const chosen =
    pick(
      open.filter((candidate) => said(candidate) === null),
      rules,
    ) ?? (rules.isLastResortTaken ? undefined : pick(open, rules));
  if (chosen !== undefined) return { ok: true, account: chosen.account };
  const resets = usable.flatMap((candidate) => restEnd(candidate, rules));
  if (resets.length > 0) return { ok: false, reason: 'accounts_exhausted', resetsAt: Math.min(...resets) };
  const reason = usable.every(isForbidden) ? 'account_unusable' : 'accounts_exhausted';
  return { ok: false, reason, resetsAt: null };
}

/** Of accounts that wait for their quota, the one whose wait ends first; null where none does. Pure. */
export function nextFree(candidates: readonly Candidate[], nowMs: number): Account | null {
  const resting = candidates.filter((candidate) => {
    const { cooldownUntil, verdicts } = candidate.health;
    return isUsable(candidate) && isFuture(cooldownUntil, nowMs) && inTheWay(verdicts, null, nowMs) === null;
  });
  return least(resting, ({ health }) => health.cooldownUntil ?? 0)[0]?.account ?? null;
}

function pick(candidates: readonly Candidate[], rules: SelectionRules): Candidate | undefined {
  const withId = (id: string | null) => candidates.find(({ account }) => account.id === id);
  return withId(rules.stickyId) ?? withId(rules.pinnedId) ?? best(candidates, rules);
}

/** When the account's quota for the turn comes back, if that is what it waits for. */
function restEnd({ health: { cooldownUntil, verdicts } }: Candidate, { model, nowMs }: SelectionRules): number[] {
  const verdict = inTheWay(verdicts, model, nowMs);
  if (verdict?.kind === 'bucket') return [Math.max(verdict.untilMs, cooldownUntil ?? 0)];
  return verdict === null || !verdictRow(verdict.kind).isHard
    ? cooldownUntil !== null && cooldownUntil > nowMs
      ? [cooldownUntil]
      : []
    : [];
}
