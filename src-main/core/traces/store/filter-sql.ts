import { foldCase } from '../../../shared/fold-case.ts';
import { parseQuery } from '../../../shared/query-parse.ts';
import {
  type FilterMember,
  type FilterName,
  filterEntries,
  type ListMember,
  type TextMember,
  type TraceFilter,
  wordsOf,
} from '../../../shared/trace-filter.ts';
import { sortColumn, type TraceSort } from '../../../shared/trace-sort.ts';
import { absent } from '../../../shared/turn-words.ts';
import type { Extent } from './figures.ts';
import { querySql, type SqlCondition } from './query-sql.ts';

/** The filter as a WHERE condition. Values never become part of the text. */
export function filterSql(filter: TraceFilter): SqlCondition {
  const parts = filterEntries.flatMap(([name, member]) => {
    const wanted = filter[name];
    return wanted === undefined ? [] : memberSql(member, wanted);
  });
  return {
    sql: parts.length === 0 ? '1' : parts.map(({ sql }) => sql).join(' AND '),
    values: parts.flatMap(({ values }) => values),
  };
}

/** When they began, as the figures found it: SQLite is spared all other rows. */
export function startsSql({ firstMs, lastMs, starts }: Extent): SqlCondition {
  if (starts === null) return { sql: 'started_at BETWEEN ? AND ?', values: [firstMs, lastMs] };
  return { sql: `started_at IN (${starts.map(() => '?').join(', ')})`, values: starts };
}

const newestFirst = 'started_at DESC, id DESC';
/** The usual order from its other end. */
export const oldestFirst = 'started_at, id';

/** An order as `compareBy` has it. Its column comes of a table, never of what was asked. */
export function orderSql(sort: TraceSort | undefined): string {
  if (sort === undefined) return newestFirst;
  const { column, isText } = sortColumn(sort.by);
  const known = isText ? `nullif(${column}, '')` : column;
  const value = isText ? `lower(${known})` : column;
  return `${known} IS NULL, ${value} ${sort.order === 'up' ? 'ASC' : 'DESC'}, ${newestFirst}`;
}

function memberSql(member: FilterMember, wanted: NonNullable<TraceFilter[FilterName]>): readonly SqlCondition[] {
  switch (member.kind) {
    case 'from':
      return [{ sql: 'started_at >= ?', values: [Number(wanted)] }];
    case 'until':
      return [{ sql: 'started_at < ?', values: [Number(wanted)] }];
    case 'list':
      return [listSql(member, Array.isArray(wanted) ? wanted : [])];
    case 'phrase':
      return phraseSql(member, String(wanted));
    case 'words':
      return wordsSql(member, wordsOf(String(wanted)));
    case 'query':
      return querySql(parseQuery(String(wanted)));
  }
}

function listSql({ column }: ListMember, wanted: readonly string[]): SqlCondition {
  // An empty text is none.
  const values = wanted.flatMap((value) => (value === absent ? [absent, ''] : value === '' ? [] : [value]));
  const marks = values.map(() => '?').join(', ');
  const orAbsent = wanted.includes(absent) ? ` OR ${column} IS NULL` : '';
  return { sql: `(${column} IN (${marks})${orAbsent})`, values };
}

function phraseSql({ texts }: TextMember, phrase: string): readonly SqlCondition[] {
  if (phrase === '') return [];
  const joined = `concat_ws(' ', ${texts.map(({ column }) => column).join(', ')})`;
  return [{ sql: `(instr(lower(${joined}), ?) > 0)`, values: [foldCase(phrase)] }];
}

/** All texts as one, folded once for each row; no word holds the line break between them. */
function wordsSql({ texts }: TextMember, words: readonly string[]): readonly SqlCondition[] {
  const all = `lower(concat_ws(char(10), ${texts.map(({ column }) => column).join(', ')}))`;
  return words.map((word) => ({ sql: `instr(${all}, ?) > 0`, values: [word] }));
}
