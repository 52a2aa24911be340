import type { RequestRow } from '../../../src-main/shared/model.ts';
import { median } from '../../../src-main/shared/statistics.ts';
import { type TierId, tierGroup, tierIds } from '../../../src-main/shared/tiers.ts';
import { absent } from '../../../src-main/shared/turn-words.ts';

export interface TierFigure {
  readonly medianMs: number | null;
  /** How many turns the median is of. */
  readonly n: number;
}

export interface Figures {
  readonly running: number;
  readonly kept: number;
  readonly today: number;
  /** Every row here is of today, so there may have been more than are here. */
  readonly isTodayCut: boolean;
  readonly failedToday: number;
  /** Of each fast tier, then of none. */
  readonly firstToken: readonly (TierFigure & { readonly tier: TierId | typeof absent })[];
}

/** The overview's numbers, from the rows the page holds. */
export function figuresOf(rows: readonly RequestRow[], dayStartMs: number, maxRows: number): Figures {
  const today = rows.filter((row) => row.startedAt >= dayStartMs);
  return {
    running: rows.filter((row) => row.status === 'running').length,
    kept: rows.length,
    today: today.length,
    isTodayCut: rows.length >= maxRows && today.length === rows.length,
    failedToday: today.filter((row) => row.status === 'failed').length,
    firstToken: [...tierIds, absent].map((tier) => ({ tier, ...firstTokenOf(rows, tier) })),
  };
}

/** Midnight before an instant, local time. */
export function dayStart(nowMs: number): number {
  return new Date(nowMs).setHours(0, 0, 0, 0);
}

/** Prewarms and compactions answer no prompt, so only turns count. */
function firstTokenOf(rows: readonly RequestRow[], tier: TierId | typeof absent): TierFigure {
  const values: number[] = [];
  for (const row of rows) {
    if (row.kind === 'turn' && row.firstTokenMs !== null && tierGroup(row) === tier) values.push(row.firstTokenMs);
  }
  return { medianMs: values.length === 0 ? null : median(values), n: values.length };
}
