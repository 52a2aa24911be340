import {
  isQueryField,
  isTextField,
  noneWord,
  type QueryField,
  queryFields,
} from '../../src-main/shared/query-fields.ts';
import { parseQuery } from '../../src-main/shared/query-parse.ts';

/** How a query is changed by a button or completed while it is typed. Pure. */

/** What can be put in the place of what is being typed. */
export interface Completion {
  readonly from: number;
  readonly to: number;
  /** With its end: a space after a value, none after a field. */
  readonly insert: string;
  readonly label: string;
}

const maxCompletions = 8;
const fieldNames = [...Object.keys(queryFields), 'after', 'before'];

/** The terms of a query as they are written. */
function written(text: string): readonly string[] {
  return parseQuery(text).terms.map(({ from, to }) => text.slice(from, to));
}

/** Whether a query has a term, written so. */
export function hasTerm(text: string, term: string): boolean {
  return written(text).includes(term);
}

/** The query with a term, or without it where it has it. */
export function toggledTerm(text: string, term: string): string {
  if (!hasTerm(text, term)) return text.trim() === '' ? term : `${text.trimEnd()} ${term}`;
  const terms = parseQuery(text).terms.filter(({ from, to }) => text.slice(from, to) === term);
  // From the last on, so that the places of the others stay true.
  const without = terms.reduceRight((left, { from, to }) => left.slice(0, from) + left.slice(to), text);
  return without.trim();
}

/** What the piece before the caret can become: a field, or one of a field's values. */
export function completions(
  text: string,
  caret: number,
  valuesOf: (field: QueryField) => readonly string[],
): readonly Completion[] {
  const from = pieceStart(text, caret);
  const typed = text.slice(from, caret);
  const [, minus = '', name = '', sign = '', rest = ''] = /^(-?)([a-z]*)(?:([:=])(.*))?$/is.exec(typed) ?? [];
  const field = name.toLowerCase();
  if (sign === '') {
    if (field === '') return [];
    return fieldNames
      .filter((each) => each.startsWith(field))
      .slice(0, maxCompletions)
      .map((each) => ({ from, to: caret, insert: `${minus}${each}${signOf(each)}`, label: `${each}${signOf(each)}` }));
  }
  if (!isQueryField(field) || !isTextField(field)) return [];
  const comma = rest.lastIndexOf(',');
  const part = rest
    .slice(comma + 1)
    .replaceAll('"', '')
    .toLowerCase();
  const start = caret - (rest.length - comma - 1);
  return [...valuesOf(field), noneWord]
    .filter((value) => value.toLowerCase().includes(part) && value !== part)
    .slice(0, maxCompletions)
    .map((value) => ({ from: start, to: caret, insert: `${quoted(value)} `, label: value }));
}

const signOf = (field: string): string => (isQueryField(field) && queryFields[field].kind === 'number' ? '>' : ':');

const quoted = (value: string): string => (/[\s,*]/.test(value) ? `"${value.replaceAll('"', '')}"` : value);

/** Where the piece that the caret stands in begins; spaces within quotes belong to it. */
function pieceStart(text: string, caret: number): number {
  let start = 0;
  let isQuoted = false;
  for (let at = 0; at < caret; at += 1) {
    const mark = text[at] ?? '';
    if (mark === '"') isQuoted = !isQuoted;
    else if (!isQuoted && mark.trim() === '') start = at + 1;
  }
  return start;
}

/** The text with a completion in its place, and where the caret stands then. */
export function completed(
  text: string,
  { from, to, insert }: Completion,
): { readonly text: string; readonly caret: number } {
  const after = text.slice(to);
  const left = insert.endsWith(' ') && after.startsWith(' ') ? after.slice(1) : after;
  return { text: text.slice(0, from) + insert + left, caret: from + insert.length };
}
