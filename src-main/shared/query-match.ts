import { foldCase } from './fold-case.ts';
import { globMatcher } from './glob.ts';
import { type FilteredTurn, type QueryNumber, type QueryText, queryFields, wordFields } from './query-fields.ts';
import type { Comparison, Query, Term, Wanted } from './query-parse.ts';

/** How the members of a turn are read, whatever holds it; undefined: not known here, so that it does not narrow. */
export interface TurnAccess<T> {
  readonly text: (turn: T, field: QueryText) => string | null | undefined;
  readonly number: (turn: T, field: QueryNumber | 'started') => number | null | undefined;
  /** Id and sessions as one folded text, where they are kept so: words are looked for in it at once. */
  readonly ids?: (turn: T) => string;
}

/** Of a row of the list. */
export const rowAccess: TurnAccess<FilteredTurn> = {
  text: (turn, field) => queryFields[field].of(turn),
  number: (turn, field) => (field === 'started' ? turn.startedAt : queryFields[field].of(turn)),
};

type Matcher<T> = (turn: T) => boolean;

/** Whether turns pass a query; made once for many turns. The database says the same in SQL. */
export function queryMatcher<T>({ terms }: Pick<Query, 'terms'>, access: TurnAccess<T>): Matcher<T> {
  const matchers = terms.map((term) => termMatcher(term, access));
  return (turn) => matchers.every((matches) => matches(turn));
}

function termMatcher<T>(term: Term, access: TurnAccess<T>): Matcher<T> {
  const { isNot } = term;
  switch (term.kind) {
    case 'word': {
      const holds = remembered((text) => text.includes(term.text));
      const { ids } = access;
      const fields = ids === undefined ? wordFields : wordsBesideIds;
      const isIn = (turn: T, field: QueryText): boolean => holds(access.text(turn, field) ?? '', isFew[field]);
      return (turn) => (ids?.(turn).includes(term.text) || fields.some((field) => isIn(turn, field))) !== isNot;
    }
    case 'text': {
      const { field, wanted } = term;
      const takesNone = wanted.some(({ how }) => how === 'none');
      const tests = wanted.flatMap((each) => textTest(each) ?? []);
      const holds = remembered((text) => tests.some((test) => test(text)));
      return (turn) => {
        const value = access.text(turn, field);
        if (value === undefined) return true;
        return (value ? holds(value, isFew[field]) : takesNone) !== isNot;
      };
    }
    case 'number': {
      const { field, comparison, value: wanted } = term;
      return (turn) => {
        const value = access.number(turn, field);
        return value === undefined ? true : (value !== null && compare(value, comparison, wanted)) !== isNot;
      };
    }
  }
}

const wordsBesideIds = ['client', 'model', 'account', 'error', 'note'] as const satisfies readonly QueryText[];

/** Null for what no text can be. */
function textTest({ how, text }: Wanted): ((folded: string) => boolean) | null {
  switch (how) {
    case 'exact':
      return (folded) => folded === text;
    case 'glob':
      return globMatcher(text);
    case 'within':
      return (folded) => folded.includes(text);
    case 'none':
      return null;
  }
}

function compare(value: number, comparison: Comparison, wanted: number): boolean {
  switch (comparison) {
    case '>':
      return value > wanted;
    case '>=':
      return value >= wanted;
    case '<':
      return value < wanted;
    case '<=':
      return value <= wanted;
    case '=':
      return value === wanted;
  }
}

/** Fields that many turns share the few values of. */
const isFew: Partial<Record<QueryText, true>> = {
  client: true,
  model: true,
  account: true,
  project: true,
  status: true,
  tier: true,
};

/** A test of texts, folded, that remembers what it said of the values that come again and again. */
function remembered(test: (folded: string) => boolean): (text: string, isFewValued: boolean | undefined) => boolean {
  const known = new Map<string, boolean>();
  const ofNothing = test('');
  return (text, isFewValued) => {
    if (text === '') return ofNothing;
    if (isFewValued !== true) return test(foldCase(text));
    const before = known.get(text);
    if (before !== undefined) return before;
    const now = test(foldCase(text));
    if (known.size < 1_000) known.set(text, now);
    return now;
  };
}
