import type { ReactNode } from 'react';
import { queryFields } from '../../../src-main/shared/query-fields.ts';
import { parseQuery } from '../../../src-main/shared/query-parse.ts';
import { useSettled } from '../../hooks/use-settled.ts';
import { useWords } from '../../stores/stores.ts';
import textStyles from '../../ui/text.module.css';

/** Not while a word is being typed. */
const typingRestMs = 600;
const shownProblems = 3;
const fields = [...Object.keys(queryFields), 'after', 'before'].join(', ');

/** What of the query is not understood, and what becomes of it. */
export function QueryProblems({ query }: { readonly query: string }): ReactNode {
  const { t } = useWords();
  const { problems } = parseQuery(useSettled(query, typingRestMs));
  return (
    <div role="status">
      {problems.slice(0, shownProblems).map(({ from, why, word }) => (
        <p key={from} className={textStyles.warnText}>
          {why === 'unknown-field'
            ? t('query.unknown-field', { word, fields })
            : why === 'too-many'
              ? t('query.too-many')
              : t(`query.${why}`, { word })}
        </p>
      ))}
    </div>
  );
}
