import type { RequestRow } from '../../src-main/shared/model.ts';
import type { TraceCursor, TracePage } from '../../src-main/shared/trace-query.ts';

/**
 * The ended turns that match a filter, newest first, of which only some stretches are in the page. A stretch without
 * rows is a gap: it is known how many turns lie in it and after which one it begins, and it is fetched when looked at.
 */
interface Stretch {
  /** The turn before its first; null: it begins at the newest. */
  readonly after: TraceCursor | null;
  readonly count: number;
  readonly rows: readonly RequestRow[] | null;
}

export interface HistoryList {
  readonly stretches: readonly Stretch[];
  /** Turns in all stretches. */
  readonly count: number;
}

/** Rows asked for at once. */
export const pageRows = 200;
/** Rows kept around what is looked at; those farther away become gaps again. */
export const maxLoadedRows = 2_000;

export const emptyHistory: HistoryList = { stretches: [], count: 0 };

type Key = Pick<RequestRow, 'startedAt' | 'id'>;

/** Whether a comes before b in the list: it began later, or at the same moment with the greater id. */
function isBefore(a: Key, b: Key): boolean {
  return a.startedAt > b.startedAt || (a.startedAt === b.startedAt && a.id > b.id);
}

const keyOf = ({ startedAt, id }: Key): TraceCursor => ({ startedAt, id });

/** A list of so many turns, none of them here. */
export function unreadHistory(count: number): HistoryList {
  return listOf([{ after: null, count, rows: null }]);
}

/** A list that is all here, in its order. */
export function wholeHistory(rows: readonly RequestRow[]): HistoryList {
  return listOf([{ after: null, count: rows.length, rows }]);
}

/** The row at an index; null where it is not here. */
export function rowAt(list: HistoryList, index: number): RequestRow | null {
  let first = 0;
  for (const { count, rows } of list.stretches) {
    if (index < first + count) return rows?.[index - first] ?? null;
    first += count;
  }
  return null;
}

/** Where a row is; -1 where it is not here. */
export function indexOf(list: HistoryList, id: string): number {
  let first = 0;
  for (const { count, rows } of list.stretches) {
    const index = rows?.findIndex((row) => row.id === id) ?? -1;
    if (index >= 0) return first + index;
    first += count;
  }
  return -1;
}

/** A question for a page, and where its answer belongs. */
export interface PageWish {
  readonly cursor: TraceCursor | null;
  readonly skip: number;
}

/** What to fetch for these indexes (the last included); null where all of them are here. */
export function wishFor(list: HistoryList, firstIndex: number, lastIndex: number): PageWish | null {
  let start = 0;
  for (const { after, count, rows } of list.stretches) {
    const from = Math.max(firstIndex, start) - start;
    const to = Math.min(lastIndex, start + count - 1) - start;
    if (rows === null && from <= to) {
      // Around the middle of what is looked at, without leaving a sliver before it; one row beyond the gap shows its end.
      const skip = Math.max(0, Math.min(Math.round((from + to - pageRows) / 2), count - pageRows + 1));
      return { cursor: after, skip: skip < pageRows / 4 ? 0 : skip };
    }
    start += count;
  }
  return null;
}

/** Puts an answer where it belongs. What the list has learnt meanwhile stays. */
export function withPage(list: HistoryList, wish: PageWish, page: TracePage): HistoryList {
  const index = list.stretches.findIndex(({ after, rows }) => rows === null && isSame(after, wish.cursor));
  const gap = list.stretches[index];
  if (gap === undefined) return list;
  const next = list.stretches[index + 1];
  const ended = page.rows.filter(({ status }) => status !== 'running');
  const end = next?.after ?? null;
  // What lies behind the gap is here already.
  const rows = end === null ? ended : ended.filter((row) => !isBefore(end, row));
  const reachesEnd = page.next === null || rows.length < ended.length || (end !== null && rows.at(-1)?.id === end.id);
  const last = rows.at(-1);
  const skipped = Math.min(wish.skip, gap.count);
  const left = gap.count - skipped - rows.length;
  const parts: Stretch[] = [
    { after: gap.after, count: skipped, rows: null },
    { after: skipped === 0 ? gap.after : beforeFirst(rows, gap.after), count: rows.length, rows },
    // Where there are more than was thought, one stands for them until they are looked at.
    {
      after: last === undefined ? gap.after : keyOf(last),
      count: reachesEnd ? 0 : left < 0 ? 1 : left,
      rows: null,
    },
  ];
  const placed = listOf([...list.stretches.slice(0, index), ...parts, ...list.stretches.slice(index + 1)]);
  return withTotal(placed, page.total);
}

/** A key that lies between a page's first row and the one before it. */
function beforeFirst(rows: readonly RequestRow[], otherwise: TraceCursor | null): TraceCursor | null {
  const [first] = rows;
  return first === undefined ? otherwise : { startedAt: first.startedAt, id: `${first.id}~` };
}

/** What the store counts is right; what is too much or missing is in the last gap. */
function withTotal(list: HistoryList, total: number): HistoryList {
  const last = list.stretches.at(-1);
  if (last === undefined || last.rows !== null || list.count === total) return list;
  const count = Math.max(1, last.count + total - list.count);
  return listOf([...list.stretches.slice(0, -1), { ...last, count }]);
}

/** Takes in a turn that has ended. One that falls into a gap raises its count, unless it was counted before. */
export function withRow(list: HistoryList, row: RequestRow, isCounted: boolean): HistoryList {
  const index = list.stretches.findLastIndex(({ after }) => after === null || isBefore(after, row));
  const stretch = list.stretches[index];
  if (stretch === undefined) return wholeHistory([row]);
  const { rows, count } = stretch;
  const change = (changed: Partial<Stretch>) => listOf(list.stretches.with(index, { ...stretch, ...changed }));
  if (rows === null) return isCounted ? list : change({ count: count + 1 });
  const at = placeOf(rows, row);
  if (rows[at]?.id === row.id) return change({ rows: rows.with(at, row) });
  return change({ count: count + 1, rows: rows.toSpliced(at, 0, row) });
}

/** The list with a row that has changed since; without it where it is null. Where it is not here, the same list. */
export function withChanged(list: HistoryList, id: string, row: RequestRow | null): HistoryList {
  const index = list.stretches.findIndex(({ rows }) => rows?.some((known) => known.id === id));
  const stretch = list.stretches[index];
  if (stretch === undefined) return list;
  const rows = (stretch.rows ?? []).flatMap((known) => (known.id !== id ? [known] : row === null ? [] : [row]));
  return listOf(list.stretches.with(index, { ...stretch, rows, count: rows.length }));
}

/** Where a row is, or would be. */
function placeOf(rows: readonly RequestRow[], row: RequestRow): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = rows[middle];
    if (other !== undefined && isBefore(other, row)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Turns what is far from an index into gaps, so that no more than `maxLoadedRows` are here. */
export function bounded(list: HistoryList, aroundIndex: number): HistoryList {
  const loaded = list.stretches.reduce((sum, { rows }) => sum + (rows?.length ?? 0), 0);
  if (loaded <= maxLoadedRows) return list;
  const stretches = list.stretches.flatMap(split);
  let start = 0;
  const far = stretches
    .map(({ rows, count }, index) => {
      const middle = start + count / 2;
      start += count;
      return { index, rows: rows?.length ?? 0, distance: Math.abs(middle - aroundIndex) };
    })
    .filter(({ rows }) => rows > 0)
    .toSorted((a, b) => b.distance - a.distance);
  const dropped = new Set<number>();
  let left = loaded;
  for (const { index, rows } of far) {
    if (left <= maxLoadedRows * 0.75) break;
    dropped.add(index);
    left -= rows;
  }
  return listOf(stretches.map((stretch, index) => (dropped.has(index) ? { ...stretch, rows: null } : stretch)));
}

/** Rows here, in pieces of a page. */
function split(stretch: Stretch): Stretch[] {
  const { rows } = stretch;
  if (rows === null || rows.length <= pageRows) return [stretch];
  const pieces: Stretch[] = [];
  for (let at = 0; at < rows.length; at += pageRows) {
    const piece = rows.slice(at, at + pageRows);
    const previous = rows[at - 1];
    pieces.push({ after: previous === undefined ? stretch.after : keyOf(previous), count: piece.length, rows: piece });
  }
  return pieces;
}

/** Joins neighbours of one kind and leaves out what is empty. */
export function listOf(stretches: readonly Stretch[]): HistoryList {
  const joined: Stretch[] = [];
  for (const stretch of stretches) {
    if (stretch.count === 0) continue;
    const before = joined.at(-1);
    if (before === undefined) joined.push(stretch);
    else if (before.rows === null && stretch.rows === null)
      joined.splice(-1, 1, { ...before, count: before.count + stretch.count });
    else if (before.rows !== null && stretch.rows !== null)
      joined.splice(-1, 1, {
        ...before,
        count: before.count + stretch.count,
        rows: [...before.rows, ...stretch.rows],
      });
    else joined.push(stretch);
  }
  return { stretches: joined, count: joined.reduce((sum, { count }) => sum + count, 0) };
}

function isSame(a: TraceCursor | null, b: TraceCursor | null): boolean {
  return a === b || (a !== null && b !== null && a.startedAt === b.startedAt && a.id === b.id);
}
