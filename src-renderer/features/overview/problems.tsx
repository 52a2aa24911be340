import type { ReactNode } from 'react';
import { useApp, useWords } from '../../stores/stores.ts';
import styles from './problems.module.css';

/** What is wrong with Slipstream's own files, with what to do; nothing where all is well. */
export function Problems(): ReactNode {
  const { t, told } = useWords();
  const problems = useApp((state) => state.problems);
  if (problems.length === 0) return null;
  return (
    <ul className={styles.overviewProblems} aria-label={t('overview.problems')}>
      {problems.map(({ text }) => (
        <li key={text}>{told(text)}</li>
      ))}
    </ul>
  );
}
