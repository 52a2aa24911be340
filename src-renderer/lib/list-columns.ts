import type { TraceSort } from '../../src-main/shared/trace-sort.ts';
import { type SortName, sortNames } from '../../src-main/shared/trace-sort.ts';

/** A column of the request list, by what it is sorted by. */
export type ColumnId = SortName;

/** How the request list is shown in this browser. */
export interface ListLayout {
  /** Left to right. */
  readonly columns: readonly ColumnId[];
  /** Null: newest first. */
  readonly sort: TraceSort | null;
}

export const defaultColumns: readonly ColumnId[] = [
  'time',
  'client',
  'model',
  'tier',
  'transport',
  'account',
  'first',
  'total',
  'status',
];

export const defaultLayout: ListLayout = { columns: defaultColumns, sort: null };

const storageKey = 'slipstream.list';

const isColumn = (value: unknown): value is ColumnId => sortNames.some((name) => name === value);

/** The layout of this browser; what cannot be read of it is as it was before anybody chose. */
export function readLayout(storage: Pick<Storage, 'getItem'>): ListLayout {
  try {
    const value: unknown = JSON.parse(storage.getItem(storageKey) ?? 'null');
    if (typeof value !== 'object' || value === null) return defaultLayout;
    const { columns, sort } = value as { readonly columns?: unknown; readonly sort?: unknown };
    const known = Array.isArray(columns) ? [...new Set(columns.filter(isColumn))] : [];
    return { columns: known.length === 0 ? defaultColumns : known, sort: readSort(sort) };
  } catch {
    return defaultLayout;
  }
}

function readSort(value: unknown): TraceSort | null {
  if (typeof value !== 'object' || value === null || !('by' in value) || !('order' in value)) return null;
  const { by, order } = value;
  return isColumn(by) && (order === 'up' || order === 'down') ? plainSort({ by, order }) : null;
}

/** Keeps it; a browser that refuses forgets it with the page. */
export function writeLayout(storage: Pick<Storage, 'setItem'>, layout: ListLayout): void {
  try {
    storage.setItem(storageKey, JSON.stringify(layout));
  } catch {
    // A full or forbidden storage is no fault of the user's.
  }
}

/** Shown or not; one that comes back stands at the end, and one always stays. */
export function withColumn(columns: readonly ColumnId[], id: ColumnId, isShown: boolean): readonly ColumnId[] {
  if (isShown) return columns.includes(id) ? columns : [...columns, id];
  return columns.length === 1 ? columns : columns.filter((each) => each !== id);
}

/** One place to the left or to the right. */
export function moved(columns: readonly ColumnId[], id: ColumnId, by: -1 | 1): readonly ColumnId[] {
  const from = columns.indexOf(id);
  const to = from + by;
  if (from < 0 || to < 0 || to >= columns.length) return columns;
  return columns.toSpliced(from, 1).toSpliced(to, 0, id);
}

/** Figures are most wanted from the largest, names from the first letter, times from the latest. */
const beginsUp: ReadonlySet<ColumnId> = new Set([
  'client',
  'model',
  'tier',
  'transport',
  'account',
  'status',
  'project',
  'key',
]);

/** What a click on a column's head makes of the order: by it, then the other way round, then newest first again. */
export function nextSort(sort: TraceSort | null, by: ColumnId): TraceSort | null {
  const first = beginsUp.has(by) ? 'up' : 'down';
  const current = sort ?? { by: 'time', order: 'down' };
  if (current.by !== by) return plainSort({ by, order: first });
  if (current.order === first) return { by, order: first === 'up' ? 'down' : 'up' };
  return null;
}

/** Newest first is no order of its own. */
export function plainSort(sort: TraceSort): TraceSort | null {
  return sort.by === 'time' && sort.order === 'down' ? null : sort;
}
