import type { RequestRow } from '../../src-main/shared/model.ts';
import type { TraceFilter } from '../../src-main/shared/trace-query.ts';

/** The store's filter for rows that arrive live. It must let the same turns through: test/support/filter-cases.ts. */

/** Stands for "left out" among tiers, as in the store. */
const absent = 'standard';
const maxWords = 10;

/** Without the case of ASCII letters, which is all that the database folds. */
function foldCase(text: string): string {
  return text.replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase());
}

/** A test for many rows. An effort is not in a row, so it does not narrow here. */
export function rowMatcher(filter: TraceFilter): (row: RequestRow) => boolean {
  const words = foldCase(filter.text ?? '')
    .split(/\s+/)
    .filter(Boolean)
    .slice(0, maxWords);
  const errorText = filter.errorText ? foldCase(filter.errorText) : null;
  const { fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY } = filter;
  return (row) =>
    row.startedAt >= fromMs &&
    row.startedAt < toMs &&
    isAny(filter.status, row.status) &&
    isAny(filter.model, row.model) &&
    isAny(filter.tier, row.tierSent) &&
    isAny(filter.transport, row.transport) &&
    isAny(filter.account, row.account?.id ?? null) &&
    isAny(filter.client, row.client) &&
    (errorText === null || hasError(row, errorText)) &&
    (words.length === 0 || hasWords(row, words));
}

function isAny(wanted: readonly string[] | undefined, value: string | null): boolean {
  return wanted === undefined || wanted.includes(value ?? absent);
}

function hasError({ error }: RequestRow, text: string): boolean {
  return error !== null && foldCase(`${error.code} ${error.message}`).includes(text);
}

function hasWords(row: RequestRow, words: readonly string[]): boolean {
  const { id, sessionId, client, model, account, error } = row;
  const texts = [id, sessionId, client, model, account?.label, error?.code, error?.message].map((value) =>
    foldCase(value ?? ''),
  );
  return words.every((word) => texts.some((value) => value.includes(word)));
}

/** Which tier group a row is counted in; null while nothing went upstream, since then no tier was sent. */
export function tierGroup(row: RequestRow): 'priority' | 'standard' | 'other' | null {
  if (row.transport === null) return null;
  if (row.tierSent === null) return 'standard';
  return row.tierSent === 'priority' ? 'priority' : 'other';
}
