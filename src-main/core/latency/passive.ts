import type { PassiveAnswer, PassiveComparison, QuotaDraw } from '../../shared/lab.ts';
import { longestReadingGapMs } from '../../shared/quota-window.ts';
import { median } from '../../shared/statistics.ts';
import { defaultTier, tierIds } from '../../shared/tiers.ts';
import { absent } from '../../shared/turn-words.ts';
import { armFigures, toPercent } from './pairs.ts';

/** What ordinary traffic shows, without trying anything: no verdict rests on it. Pure. */

export interface ObservedTurn {
  readonly startedAt: number;
  /** Null where the client named none: then it is a session of its own. */
  readonly sessionId: string | null;
  readonly accountId: string;
  readonly model: string;
  readonly effort: string;
  readonly tier: string | null;
  readonly firstTokenMs: number | null;
  readonly totalMs: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Used share of the account's short window, as told when the turn began. */
  readonly quotaPercent: number | null;
  /** A replay or a turn of an experiment: it draws quota, but is no ordinary traffic. */
  readonly isOwn: boolean;
}

const dayMs = 24 * 60 * 60_000;

const tierOf = ({ tier }: ObservedTurn) => tier ?? absent;

function comparisons(turns: readonly ObservedTurn[]): PassiveComparison[] {
  const groups = Map.groupBy(turns, ({ model, effort }) => JSON.stringify([model, effort]));
  return [...groups.values()]
    .flatMap((group) => tierIds.flatMap((tier) => comparison(group, tier) ?? []))
    .toSorted((a, b) => n(b) - n(a));
}

/** Null where there is nothing to tell: no turn at all, or none of a tier beside the usual one. */
function comparison(group: readonly ObservedTurn[], tier: string): PassiveComparison | null {
  const [first] = group;
  const ofTier = group.filter((turn) => tierOf(turn) === tier);
  if (first === undefined || (ofTier.length === 0 && tier !== defaultTier.id)) return null;
  const standard = armFigures(group.filter((turn) => tierOf(turn) === absent));
  const priority = armFigures(ofTier);
  return {
    tier,
    model: first.model,
    effort: first.effort,
    standard,
    priority,
    ...middleDifference(group, tier),
  };
}

const n = ({ standard, priority }: PassiveComparison) => standard.totalMs.n + priority.totalMs.n;

/** Log of the time after the first token for each output token, over all turns; null where none has a stretch of time. */
function logTimePerToken(turns: readonly ObservedTurn[]): number | null {
  const timed = turns.filter(({ firstTokenMs, totalMs }) => firstTokenMs !== null && totalMs > firstTokenMs);
  if (timed.length === 0) return null;
  const spanMs = timed.reduce((total, { totalMs, firstTokenMs }) => total + totalMs - (firstTokenMs ?? 0), 0);
  return Math.log(spanMs / timed.reduce((total, { outputTokens }) => total + outputTokens, 0));
}

const dayOf = ({ startedAt }: ObservedTurn) => Math.floor(startedAt / dayMs);

/** A session's turns of one tier on one day (UTC). */
interface Stretch {
  readonly session: string;
  readonly day: number;
  readonly log: number;
}

interface Named {
  readonly turn: ObservedTurn;
  readonly session: string;
  readonly day: number;
}

/** A turn without a session of its own name is one by its place. */
function named(turn: ObservedTurn, at: number): Named {
  return { turn, session: JSON.stringify([turn.accountId, turn.sessionId ?? at]), day: dayOf(turn) };
}

function stretches(turns: readonly Named[]): Stretch[] {
  return [...Map.groupBy(turns, ({ session, day }) => `${session} ${day}`).values()].flatMap((list) => {
    const [first] = list;
    const log = logTimePerToken(list.map(({ turn }) => turn));
    return first === undefined || log === null ? [] : [{ session: first.session, day: first.day, log }];
  });
}

/** Turns of one session are alike, and days differ: each fast session is held against the standard turns nearest to it. */
function middleDifference(
  group: readonly ObservedTurn[],
  tier: string,
): Pick<PassiveComparison, 'differencePercent' | 'sessions'> {
  const all = group.map(named);
  const of = (wanted: string) => stretches(all.filter(({ turn }) => tierOf(turn) === wanted));
  const standard = of(absent);
  const differences = of(tier).flatMap(({ session, day, log }) => {
    const ofSession = standard.filter((each) => each.session === session);
    const nearest = ofSession.length > 0 ? ofSession : standard.filter((each) => each.day === day);
    return nearest.length === 0 ? [] : [{ session, value: log - median(nearest.map((each) => each.log)) }];
  });
  const bySession = [...Map.groupBy(differences, ({ session }) => session).values()].map((list) =>
    median(list.map(({ value }) => value)),
  );
  return {
    differencePercent: bySession.length === 0 ? null : toPercent(median(bySession)),
    sessions: bySession.length,
  };
}

/**
 * Between two readings of one account, what was drawn belongs to the turn that the first reading began, if nothing else of the
 * account ran meanwhile. Readings are rounded, so single ones say little and sums say more. A window that was reset in between
 * is left out. `all` are the accounts' turns, whichever of them count.
 */
function draws(all: readonly ObservedTurn[], doesCount: (turn: ObservedTurn) => boolean): QuotaDraw[] {
  const totals = new Map<string, { n: number; outputTokens: number; percentDrawn: number }>();
  for (const ofAccount of Map.groupBy(all, ({ accountId }) => accountId).values()) {
    let busyUntil = Number.NEGATIVE_INFINITY;
    ofAccount.forEach((turn, index) => {
      const isAlone = turn.startedAt >= busyUntil;
      busyUntil = Math.max(busyUntil, turn.startedAt + turn.totalMs);
      const next = ofAccount[index + 1];
      const drawn = drawnBetween(turn, next);
      // Turns side by side cannot be told apart.
      if (drawn === null || !isAlone || (next?.startedAt ?? 0) < busyUntil || !doesCount(turn)) return;
      const total = totals.get(tierOf(turn)) ?? { n: 0, outputTokens: 0, percentDrawn: 0 };
      total.n += 1;
      total.outputTokens += turn.outputTokens;
      total.percentDrawn += drawn;
      totals.set(tierOf(turn), total);
    });
  }
  return [...totals].map(([tier, total]) => ({
    tier,
    ...total,
    percentPerThousandTokens: total.outputTokens === 0 ? null : (total.percentDrawn * 1000) / total.outputTokens,
  }));
}

/** How far the used share rose from one turn's beginning to the next one's; null where that is not known. */
function drawnBetween(turn: ObservedTurn, next: ObservedTurn | undefined): number | null {
  if (next === undefined || turn.quotaPercent === null || next.quotaPercent === null) return null;
  const drawn = next.quotaPercent - turn.quotaPercent;
  return drawn < 0 || next.startedAt - turn.startedAt > longestReadingGapMs ? null : drawn;
}

const placeOf = ({ accountId, startedAt }: ObservedTurn) => `${accountId} ${startedAt}`;

/** Both witnesses, from completed turns in the order they began. `all`: those that are looked at, and what else their accounts ran. */
export function observe(turns: readonly ObservedTurn[], all: readonly ObservedTurn[] = turns): PassiveAnswer {
  const places = new Set(turns.map(placeOf));
  const quota = draws(all, (turn) => places.has(placeOf(turn)));
  const drawOf = (tier: string) => quota.find((draw) => draw.tier === tier)?.percentPerThousandTokens ?? null;
  const [standard, priority] = [drawOf(absent), drawOf(defaultTier.id)];
  const ordinary = turns.filter(({ isOwn }) => !isOwn);
  return {
    n: ordinary.length,
    fromMs: ordinary[0]?.startedAt ?? null,
    toMs: ordinary.at(-1)?.startedAt ?? null,
    comparisons: comparisons(ordinary),
    quota,
    quotaRatio: standard === null || priority === null || standard === 0 ? null : priority / standard,
  };
}
