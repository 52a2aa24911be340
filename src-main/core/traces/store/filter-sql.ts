import { absent } from '../../../shared/absent.ts';
import type { RequestRow } from '../../../shared/model.ts';
import type { TraceFilter } from '../../../shared/trace-query.ts';

/** A condition and the values of its question marks. */
export interface SqlCondition {
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

const listColumns = {
  status: 'status',
  model: 'model',
  tier: 'tier_sent',
  transport: 'transport',
  account: 'account_id',
  client: 'client',
  effort: 'effort',
} as const;

/** What `TraceFilter.text` looks through. */
const textColumns = ['id', 'session_id', 'client', 'model', 'account_label', 'error_code', 'error_message'] as const;
/** All of them as one text, folded once for each row; no word holds the line break between them. */
const allText = `lower(concat_ws(char(10), ${textColumns.join(', ')}))`;
const maxWords = 10;

/** Without the case of ASCII letters, which is all that SQLite's `lower` knows: every place that filters agrees. */
export function foldCase(text: string): string {
  return text.replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase());
}

/** The words of a text filter, folded. */
export function wordsOf(text: string | undefined): readonly string[] {
  return foldCase(text ?? '')
    .split(/\s+/)
    .filter(Boolean)
    .slice(0, maxWords);
}

/** The filter as a WHERE condition. Values never become part of the text. */
export function filterSql(filter: TraceFilter): SqlCondition {
  const parts: string[] = [];
  const values: (string | number)[] = [];
  if (filter.fromMs !== undefined) {
    parts.push('started_at >= ?');
    values.push(filter.fromMs);
  }
  if (filter.toMs !== undefined) {
    parts.push('started_at < ?');
    values.push(filter.toMs);
  }
  for (const key of Object.keys(listColumns) as (keyof typeof listColumns)[]) {
    const wanted = filter[key];
    if (wanted === undefined) continue;
    const column = listColumns[key];
    const marks = wanted.map(() => '?').join(', ');
    const orAbsent = wanted.some((value) => value === absent) ? ` OR ${column} IS NULL` : '';
    parts.push(`(${column} IN (${marks})${orAbsent})`);
    values.push(...wanted);
  }
  if (filter.errorText !== undefined && filter.errorText !== '') {
    parts.push("(instr(lower(error_code || ' ' || error_message), lower(?)) > 0)");
    values.push(filter.errorText);
  }
  for (const word of wordsOf(filter.text)) {
    parts.push(`instr(${allText}, ?) > 0`);
    values.push(word);
  }
  return { sql: parts.length === 0 ? '1' : parts.join(' AND '), values };
}

/** The same filter for a turn that still runs and is in no database. */
export function matches(row: RequestRow, filter: TraceFilter, effort: string | null): boolean {
  const isAny = (wanted: readonly string[] | undefined, value: string | null) =>
    wanted === undefined || wanted.includes(value ?? absent);
  const text = row.error === null ? null : foldCase(`${row.error.code} ${row.error.message}`);
  return (
    (filter.fromMs === undefined || row.startedAt >= filter.fromMs) &&
    (filter.toMs === undefined || row.startedAt < filter.toMs) &&
    isAny(filter.status, row.status) &&
    isAny(filter.model, row.model) &&
    isAny(filter.tier, row.tierSent) &&
    isAny(filter.transport, row.transport) &&
    isAny(filter.account, row.account?.id ?? null) &&
    isAny(filter.client, row.client) &&
    isAny(filter.effort, effort) &&
    (!filter.errorText || (text?.includes(foldCase(filter.errorText)) ?? false)) &&
    hasWords(row, filter.text)
  );
}

function hasWords(row: RequestRow, text: string | undefined): boolean {
  const words = wordsOf(text);
  if (words.length === 0) return true;
  const { id, sessionId, client, model, account, error } = row;
  const texts = [id, sessionId, client, model, account?.label, error?.code, error?.message].map((value) =>
    foldCase(value ?? ''),
  );
  return words.every((word) => texts.some((value) => value.includes(word)));
}
