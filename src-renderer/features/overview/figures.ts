import { memoryStoreTurns } from '../../../src-main/shared/store-limits.ts';
import { type TierId, tierIds } from '../../../src-main/shared/tiers.ts';
import type { LatencyAnswer, TraceStoreState } from '../../../src-main/shared/trace-query.ts';
import { absent } from '../../../src-main/shared/turn-words.ts';

/** What the store may hold; it forgets the oldest beyond it. */
interface StoreRoom {
  readonly traceTurns: number;
  readonly traceMegabytes: number;
}

export interface TierFigure {
  readonly tier: TierId | typeof absent;
  readonly medianMs: number | null;
  /** How many turns the median is of; null while that is not known. */
  readonly n: number | null;
}

/** Beyond this share of its bytes the store may have had to forget turns lately. */
const nearlyFull = 0.8;

/** Since when everything is counted: midnight (null), or the start of the oldest turn that a full store still has. */
export function countedSince(kept: TraceStoreState, room: StoreRoom, dayStartMs: number): number | null {
  if (kept.oldestAt === null || kept.oldestAt <= dayStartMs) return null;
  const isFull =
    kept.turns >= (kept.kind === 'memory' ? Math.min(memoryStoreTurns, room.traceTurns) : room.traceTurns) ||
    kept.bytes >= room.traceMegabytes * 1_048_576 * nearlyFull;
  return isFull ? kept.oldestAt : null;
}

/** First-token medians of each fast tier, then of none. */
export function tierFigures(answer: LatencyAnswer | null): readonly TierFigure[] {
  return [...tierIds, absent].map((tier) => {
    const summary = answer?.groups.find(({ key }) => key === tier)?.summary;
    return { tier, medianMs: summary?.p50 ?? null, n: answer === null ? null : (summary?.n ?? 0) };
  });
}

/** Midnight before an instant, local time. */
export function dayStart(nowMs: number): number {
  return new Date(nowMs).setHours(0, 0, 0, 0);
}
