import { foldCase } from './fold-case.ts';
import { readMoment } from './moment-text.ts';
import {
  isQueryField,
  isTextField,
  type NumberUnit,
  noneWord,
  type QueryNumber,
  type QueryText,
  queryFields,
} from './query-fields.ts';

/**
 * The query language of turns: terms with spaces between, all of which must hold. `word` and `"several words"` are found anywhere;
 * `model:gpt-6*` and `status:failed,cancelled` name a field, `first>2s` compares, `client="curl 8"` takes the whole text, `tier:none`
 * finds what has none, `-` in front turns a term round, `after:` and `before:` take dates. Pure; takes time in proportion to the text.
 */

export type Comparison = '>' | '>=' | '<' | '<=' | '=';

/** A text that is looked for, folded: `exact` is all of it, `glob` all of it with `*`, `within` anywhere; `none` is none at all. */
export interface Wanted {
  readonly how: 'exact' | 'glob' | 'within' | 'none';
  readonly text: string;
}

/** Where it stands in the text, `from` to before `to`. */
interface Place {
  readonly from: number;
  readonly to: number;
}

export type Term = Place & { readonly isNot: boolean } & (
    | { readonly kind: 'word'; readonly text: string }
    | { readonly kind: 'text'; readonly field: QueryText; readonly wanted: readonly Wanted[] }
    | {
        readonly kind: 'number';
        readonly field: QueryNumber | 'started';
        readonly comparison: Comparison;
        readonly value: number;
      }
  );

/** What is not understood, and where; such a term is looked for as a word, or left out where there is nothing to look for. */
export interface QueryProblem extends Place {
  readonly why: 'unknown-field' | 'no-number' | 'no-date' | 'no-value' | 'open-quote' | 'unknown-value' | 'too-many';
  /** The word it is about. */
  readonly word: string;
}

export interface Query {
  readonly terms: readonly Term[];
  readonly problems: readonly QueryProblem[];
}

/** The longest text of a query, and the most terms. */
export const maxQueryChars = 1_000;
const maxTerms = 30;

/** One piece between spaces; spaces within quotes belong to it. */
interface Piece extends Place {
  readonly raw: string;
  readonly isOpen: boolean;
}

/** Reads a query. Every text is one: what is not understood is a problem, not an error. */
export function parseQuery(text: string): Query {
  const terms: Term[] = [];
  const problems: QueryProblem[] = [];
  for (const piece of pieces(text.slice(0, maxQueryChars))) {
    const { from, to, raw, isOpen } = piece;
    if (terms.length === maxTerms) {
      problems.push({ from, to, why: 'too-many', word: raw });
      break;
    }
    if (isOpen) problems.push({ from, to, why: 'open-quote', word: raw });
    const read = readPiece(piece);
    if (read.problem !== null) problems.push({ from, to, ...read.problem });
    if (read.term !== null) terms.push(read.term);
  }
  return { terms, problems };
}

function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let from = -1;
  let isQuoted = false;
  for (let at = 0; at <= text.length; at += 1) {
    const mark = text[at];
    const isEnd = mark === undefined || (!isQuoted && isSpace(mark));
    if (isEnd && from >= 0) {
      found.push({ from, to: at, raw: text.slice(from, at), isOpen: isQuoted });
      from = -1;
    } else if (!isEnd) {
      if (from < 0) from = at;
      if (mark === '"') isQuoted = !isQuoted;
    }
  }
  return found;
}

const isSpace = (mark: string): boolean => mark.trim() === '';

interface ReadPiece {
  readonly term: Term | null;
  readonly problem: Pick<QueryProblem, 'why' | 'word'> | null;
}

function readPiece({ from, to, raw }: Piece): ReadPiece {
  const isNot = raw.length > 1 && raw.startsWith('-');
  const said = isNot ? raw.slice(1) : raw;
  const place = { from, to, isNot };
  const word = (problem: ReadPiece['problem'] = null): ReadPiece => {
    // A line break stands between the texts that words are looked for in.
    const text = foldCase(unquoted(said)).replace(/\s/g, ' ');
    return { term: text === '' ? null : { ...place, kind: 'word', text }, problem };
  };
  const [, name = '', sign = '', value = ''] = /^([a-z]{2,12})(>=|<=|[:=<>])(.*)$/is.exec(said) ?? [];
  if (sign === '') return word();
  const field = name.toLowerCase();
  if (field === 'after' || field === 'before') return readDate(field, value, place, word);
  // An address or a time of day is no field with a value.
  if (!isQueryField(field)) return word(/^\/\//.test(value) ? null : { why: 'unknown-field', word: name });
  if (value === '') return { term: null, problem: { why: 'no-value', word: field } };
  return isTextField(field) ? readText(field, sign, value, place, word) : readNumber(field, sign, value, place, word);
}

type PlaceOf = Place & { readonly isNot: boolean };
type AsWord = (problem: ReadPiece['problem']) => ReadPiece;

function readText(field: QueryText, sign: string, value: string, place: PlaceOf, word: AsWord): ReadPiece {
  if (sign !== ':' && sign !== '=') return word({ why: 'no-number', word: field });
  const { whole, absentWord, values } = queryFields[field];
  const parts = listOf(value);
  const wanted = parts.map(({ text, isQuoted }): Wanted => {
    const folded = foldCase(text);
    if (!isQuoted && (folded === noneWord || folded === absentWord)) return { how: 'none', text: '' };
    if (sign === '=') return { how: 'exact', text: folded };
    if (!isQuoted && folded.includes('*')) return { how: 'glob', text: folded };
    return { how: whole ? 'exact' : 'within', text: folded };
  });
  const known: readonly string[] | null = values;
  const strange = wanted.find(({ how, text }) => how === 'exact' && known !== null && !known.includes(text));
  const problem = strange === undefined ? null : ({ why: 'unknown-value', word: strange.text } as const);
  if (wanted.length === 0) return { term: null, problem: { why: 'no-value', word: field } };
  return { term: { ...place, kind: 'text', field, wanted }, problem };
}

function readNumber(field: QueryNumber, sign: string, value: string, place: PlaceOf, word: AsWord): ReadPiece {
  const read = readAmount(value, queryFields[field].unit);
  if (read === null) return word({ why: 'no-number', word: field });
  const comparison = sign === ':' ? '=' : (sign as Comparison);
  return { term: { ...place, kind: 'number', field, comparison, value: read }, problem: null };
}

/** A date, or a date and time; local where it names no zone. */
function readDate(field: 'after' | 'before', value: string, place: PlaceOf, word: AsWord): ReadPiece {
  const text = unquoted(value);
  const atMs = /^\d{4}-\d{2}-\d{2}/.test(text) ? readMoment(text) : null;
  if (atMs === null) return word({ why: 'no-date', word: field });
  const comparison = field === 'after' ? '>=' : '<';
  return { term: { ...place, kind: 'number', field: 'started', comparison, value: atMs }, problem: null };
}

const factors: Readonly<Record<NumberUnit, Readonly<Record<string, number>>>> = {
  ms: { '': 1, ms: 1, s: 1_000, m: 60_000, min: 60_000, h: 3_600_000 },
  count: { '': 1, k: 1_000, m: 1_000_000 },
};

function readAmount(text: string, unit: NumberUnit): number | null {
  const [, digits = '', letters = ''] = /^(\d{1,12}(?:\.\d{1,6})?)([a-z]{0,3})$/i.exec(text) ?? [];
  const factor = factors[unit][letters.toLowerCase()];
  return digits === '' || factor === undefined ? null : Number(digits) * factor;
}

/** Values between commas that stand outside of quotes; empty ones are left out. */
function listOf(value: string): { readonly text: string; readonly isQuoted: boolean }[] {
  const parts: { text: string; isQuoted: boolean }[] = [{ text: '', isQuoted: false }];
  let isQuoted = false;
  for (const mark of value) {
    const last = parts.at(-1);
    if (mark === '"') {
      isQuoted = !isQuoted;
      if (last !== undefined) last.isQuoted = true;
    } else if (mark === ',' && !isQuoted) parts.push({ text: '', isQuoted: false });
    else if (last !== undefined) last.text += mark;
  }
  return parts.filter((part) => part.text !== '');
}

const unquoted = (text: string): string => text.replaceAll('"', '');

/** What is not understood, in words for a command; screens have their own. */
export function problemText({ why, word }: QueryProblem): string {
  switch (why) {
    case 'unknown-field':
      return `There is no field "${word}". Fields: ${Object.keys(queryFields).join(', ')}, after, before.`;
    case 'no-number':
      return `"${word}" wants a number, such as ${word}>2s, or a text.`;
    case 'no-date':
      return `"${word}" wants a date, such as ${word}:2026-11-28 or ${word}:2026-11-28T14:00.`;
    case 'no-value':
      return `"${word}" has no value.`;
    case 'open-quote':
      return `A quotation mark is open: ${word}`;
    case 'unknown-value':
      return `No turn can have "${word}" there.`;
    case 'too-many':
      return `At most ${maxTerms} terms are looked at.`;
  }
}
