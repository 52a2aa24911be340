import type { ReactNode } from 'react';
import type { Failure } from '../../src-main/shared/result.ts';
import { classNames } from '../lib/class-names.ts';
import { useWords } from '../stores/stores.ts';
import { Button } from './button.tsx';
import textStyles from './text.module.css';

interface UnansweredProps {
  /** Null shows nothing. */
  readonly failed: Failure | null;
  readonly onAgain: () => void;
  readonly className?: string | undefined;
}

/** Why a question has no answer, said aloud as soon as it appears, and a button that asks it once more. */
export function Unanswered({ failed, onAgain, className }: UnansweredProps): ReactNode {
  const { t, failure } = useWords();
  if (failed === null) return null;
  return (
    <p className={classNames(textStyles.badText, className)} role="alert">
      {failure(failed)}{' '}
      <Button makesCall onClick={onAgain}>
        {t('shell.tryAgain')}
      </Button>
    </p>
  );
}
