import type { TracePage } from '../../src-main/shared/trace-query.ts';
import { type HistoryList, listOf, type PageWish, pageRows } from './history-list.ts';

/** A list in an order other than by time: its pages are known by their places, and what arrives is in it only once it is read anew. */

/** What to fetch for these indexes (the last included); null where all of them are here. */
export function sortedWishFor(list: HistoryList, firstIndex: number, lastIndex: number): PageWish | null {
  let start = 0;
  for (const { count, rows } of list.stretches) {
    const from = Math.max(firstIndex, start);
    const to = Math.min(lastIndex, start + count - 1);
    if (rows === null && from <= to) {
      const middle = Math.round((from + to - pageRows) / 2);
      return { cursor: null, skip: Math.max(start, Math.min(middle, start + count - pageRows)) };
    }
    start += count;
  }
  return null;
}

/** Whether more has arrived above than a page has rows: nothing of an answer is new, and the list has to be read anew. */
export function hasMovedOn(list: HistoryList, { rows }: TracePage): boolean {
  const known = idsOf(list);
  const ended = rows.filter(({ status }) => status !== 'running');
  return ended.length > 0 && ended.every(({ id }) => known.has(id));
}

/**
 * Puts an answer where it belongs, in the gap that its place lies in. What has arrived since the list was read has moved it
 * down: its first rows are here already.
 */
export function withSortedPage(list: HistoryList, { skip }: PageWish, page: TracePage): HistoryList {
  let start = 0;
  const index = list.stretches.findIndex(({ count }) => {
    if (skip < start + count) return true;
    start += count;
    return false;
  });
  const gap = list.stretches[index];
  if (gap === undefined || gap.rows !== null) return list;
  const known = idsOf(list);
  const rows = page.rows
    .filter(({ id, status }) => status !== 'running' && !known.has(id))
    .slice(0, start + gap.count - skip);
  const left = start + gap.count - skip - rows.length;
  const parts = [
    { after: null, count: skip - start, rows: null },
    { after: null, count: rows.length, rows },
    // A page that came short has nothing behind it.
    { after: null, count: rows.length === 0 || page.next === null ? 0 : left, rows: null },
  ];
  return listOf([...list.stretches.slice(0, index), ...parts, ...list.stretches.slice(index + 1)]);
}

function idsOf({ stretches }: HistoryList): ReadonlySet<string> {
  return new Set(stretches.flatMap(({ rows }) => rows?.map(({ id }) => id) ?? []));
}
