import { foldCase } from './fold-case.ts';
import type { RequestRow } from './model.ts';
import { type QueryField, queryFields } from './query-fields.ts';

/** What a list of turns can be put in order by: when they began, or a field of the query language. */
export const sortNames = [
  'time',
  'client',
  'model',
  'tier',
  'transport',
  'account',
  'first',
  'total',
  'status',
  'in',
  'cached',
  'out',
  'reasoning',
  'attempts',
  'project',
  'key',
] as const satisfies readonly ('time' | QueryField)[];
export type SortName = (typeof sortNames)[number];

/** An order; turns that lack what it is by come last, and of equals the newest first. */
export interface TraceSort {
  readonly by: SortName;
  readonly order: 'up' | 'down';
}

/** The column of the database that an order is by. */
export function sortColumn(by: SortName): { readonly column: string; readonly isText: boolean } {
  if (by === 'time') return { column: 'started_at', isText: false };
  const field = queryFields[by];
  return field.kind === 'text'
    ? { column: String(field.columns[0]), isText: true }
    : { column: field.column, isText: false };
}

/** The same order for rows in memory. */
export function compareBy({ by, order }: TraceSort): (a: RequestRow, b: RequestRow) => number {
  const keyOf = (row: RequestRow): string | number | null => {
    const value = by === 'time' ? row.startedAt : (queryFields[by].of(row) ?? null);
    if (typeof value !== 'string') return value;
    return value === '' ? null : foldCase(value);
  };
  const sign = order === 'up' ? 1 : -1;
  return (a, b) => {
    const [one, other] = [keyOf(a), keyOf(b)];
    if (one !== other) {
      if (one === null) return 1;
      if (other === null) return -1;
      return one < other ? -sign : sign;
    }
    return b.startedAt - a.startedAt || (a.id < b.id ? 1 : -1);
  };
}
