import type { RequestRow } from '../../src-main/shared/model.ts';

/** Rows of the latest turns kept in the page; the store has the others. */
export const maxRows = 2_000;

/**
 * Takes new and changed rows in: one row an id, newest first, at most `limit` and those beyond it that still run.
 * Rows that did not change keep their identity, and so does a list that did not.
 */
export function mergeRows(
  rows: readonly RequestRow[],
  incoming: readonly RequestRow[],
  limit: number = maxRows,
): readonly RequestRow[] {
  if (incoming.length === 0 && rows.length <= limit) return rows;
  const changed = new Map(incoming.map((row) => [row.id, row]));
  const kept = rows.map((row) => {
    const newer = changed.get(row.id);
    if (newer === undefined) return row;
    changed.delete(row.id);
    return newer;
  });
  if (changed.size === 0) return cut(kept, limit);
  // What is left in `changed` is new. Later arrivals go first among equals, hence the reversal before the stable sort.
  const fresh = [...changed.values()].reverse().toSorted((a, b) => b.startedAt - a.startedAt);
  return cut(mergeSorted(fresh, kept), limit);
}

/** Turns that run are few, and what shows them must not lose them. */
function cut(rows: readonly RequestRow[], limit: number): readonly RequestRow[] {
  if (rows.length <= limit) return rows;
  return [...rows.slice(0, limit), ...rows.slice(limit).filter(({ status }) => status === 'running')];
}

/** Merges two lists that are both newest first; of equals, the fresh one goes first. */
function mergeSorted(fresh: readonly RequestRow[], kept: readonly RequestRow[]): RequestRow[] {
  const merged: RequestRow[] = [];
  let next = 0;
  for (const row of fresh) {
    let other = kept[next];
    while (other !== undefined && other.startedAt > row.startedAt) {
      merged.push(other);
      next += 1;
      other = kept[next];
    }
    merged.push(row);
  }
  return merged.concat(kept.slice(next));
}
