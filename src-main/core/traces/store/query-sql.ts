import { type QueryText, queryFields, wordFields } from '../../../shared/query-fields.ts';
import type { Query, Term, Wanted } from '../../../shared/query-parse.ts';

/** A condition and the values of its question marks. */
export interface SqlCondition {
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

/** The conditions of a query's terms, as the page's `queryMatcher` has them. Values never become part of the text. */
export function querySql({ terms }: Query): readonly SqlCondition[] {
  return terms.map((term) => {
    const { sql, values } = termSql(term);
    // What is not there is not found; turned round, it is.
    return { sql: `${term.isNot ? 'NOT ' : ''}coalesce(${sql}, 0)`, values };
  });
}

/** All texts that words are looked for in as one, folded once for each row; no word holds the line break between them. */
const everyText = `lower(concat_ws(char(10), ${wordFields.map((field) => textExpression(field)).join(', ')}))`;

function termSql(term: Term): SqlCondition {
  switch (term.kind) {
    case 'word':
      return { sql: `instr(${everyText}, ?) > 0`, values: [term.text] };
    case 'text': {
      const parts = term.wanted.map((wanted) => wantedSql(textExpression(term.field), wanted));
      const sql = parts.map((part) => `coalesce(${part.sql}, 0)`).join(' OR ');
      return { sql: `(${sql})`, values: parts.flatMap(({ values }) => values) };
    }
    case 'number': {
      const column = term.field === 'started' ? 'started_at' : queryFields[term.field].column;
      return { sql: `${column} ${term.comparison} ?`, values: [term.value] };
    }
  }
}

function wantedSql(text: string, { how, text: wanted }: Wanted): SqlCondition {
  switch (how) {
    case 'exact':
      return { sql: `lower(${text}) = ?`, values: [wanted] };
    case 'glob':
      // A star means the same there; what else means something is taken as it is.
      return { sql: `lower(${text}) GLOB ?`, values: [wanted.replace(/[[?]/g, '[$&]')] };
    case 'within':
      return { sql: `instr(lower(${text}), ?) > 0`, values: [wanted] };
    case 'none':
      return { sql: `${text} IS NULL`, values: [] };
  }
}

function textExpression(field: QueryText): string {
  const { columns } = queryFields[field];
  // An empty text is none.
  return `nullif(${columns.length === 1 ? columns[0] : `concat_ws(' ', ${columns.join(', ')})`}, '')`;
}
