import type { RequestRow } from '../../src-main/shared/model.ts';

export interface RowFilter {
  readonly text: string;
  readonly status: RequestRow['status'] | 'any';
  readonly tier: 'any' | 'priority' | 'standard' | 'other';
  readonly transport: 'any' | 'ws' | 'http';
}

/** Lets every row through. */
export const openFilter: RowFilter = { text: '', status: 'any', tier: 'any', transport: 'any' };

/** Whether a filter lets every row through. */
export function isOpen(filter: RowFilter): boolean {
  return filter.text.trim() === '' && filter.status === 'any' && filter.tier === 'any' && filter.transport === 'any';
}

/** The rows a filter lets through, in their order; the very same array when that is all of them. */
export function filterRows(rows: readonly RequestRow[], filter: RowFilter): readonly RequestRow[] {
  if (isOpen(filter)) return rows;
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => matches(row, filter, words));
}

function matches(row: RequestRow, filter: RowFilter, words: readonly string[]): boolean {
  if (filter.status !== 'any' && row.status !== filter.status) return false;
  if (filter.transport !== 'any' && row.transport !== filter.transport) return false;
  if (filter.tier !== 'any' && tierGroup(row) !== filter.tier) return false;
  if (words.length === 0) return true;
  const text = searchText(row);
  return words.every((word) => text.includes(word));
}

/** Which tier group a row is counted in; null while nothing went upstream, since then no tier was sent. */
export function tierGroup(row: RequestRow): 'priority' | 'standard' | 'other' | null {
  if (row.transport === null) return null;
  if (row.tierSent === null) return 'standard';
  return row.tierSent === 'priority' ? 'priority' : 'other';
}

function searchText(row: RequestRow): string {
  const parts = [
    row.client,
    row.model,
    row.dialect,
    row.kind,
    row.account?.label,
    row.id,
    row.sessionId,
    row.status,
    row.httpStatus,
    row.error?.code,
    row.error?.message,
  ];
  return parts.join('\n').toLowerCase();
}
