import type { ReactNode } from 'react';

interface ProblemTextProps {
  /** Null shows nothing. */
  readonly problem: string | null;
}

/** What went wrong, said aloud by screen readers as soon as it appears. */
export function ProblemText({ problem }: ProblemTextProps): ReactNode {
  if (problem === null) return null;
  return (
    <p className="bad-text" role="alert">
      {problem}
    </p>
  );
}
