import type { ReactNode } from 'react';
import textStyles from './text.module.css';

interface ProblemTextProps {
  /** Null shows nothing. */
  readonly problem: string | null;
}

/** What went wrong, said aloud by screen readers as soon as it appears. */
export function ProblemText({ problem }: ProblemTextProps): ReactNode {
  if (problem === null) return null;
  return (
    <p className={textStyles.badText} role="alert">
      {problem}
    </p>
  );
}
