import type { ReactNode } from 'react';
import type { LabExperiment } from '../../../src-main/shared/lab.ts';
import { stepSentence } from '../../../src-main/shared/lab-method.ts';
import { useAnswer } from '../../hooks/use-answer.ts';
import { useWords } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import layoutStyles from '../../ui/layout.module.css';
import textStyles from '../../ui/text.module.css';
import { Unanswered } from '../../ui/unanswered.tsx';

interface ContinuePartProps {
  readonly experiment: LabExperiment;
  readonly onContinue: (pairs: number) => void;
}

/** What an undecided experiment can go on to, each with its price beside its button; or why it cannot. */
export function ContinuePart({ experiment, onContinue }: ContinuePartProps): ReactNode {
  const words = useWords();
  const { t, told } = words;
  const { answered, failed, readAgain } = useAnswer('lab.continuation', { id: experiment.id });
  const continuation = answered?.value ?? null;
  if (continuation === null) return <Unanswered failed={failed} onAgain={readAgain} />;
  if (continuation.why !== null)
    return <p className={textStyles.faint}>{t('lab.continue.no', { why: told(continuation.why) })}</p>;
  return continuation.steps.map(({ pairs, price }) => (
    <div key={pairs} className={layoutStyles.addButtons}>
      <Button makesCall onClick={() => onContinue(pairs)}>
        {t('lab.continue', { pairs })}
      </Button>
      <span>{stepSentence(words, pairs, price)}</span>
    </div>
  ));
}
