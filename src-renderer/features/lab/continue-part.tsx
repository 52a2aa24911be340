import type { ReactNode } from 'react';
import type { LabExperiment } from '../../../src-main/shared/lab.ts';
import { useAnswer } from '../../hooks/use-answer.ts';
import { Button } from '../../ui/button.tsx';
import layoutStyles from '../../ui/layout.module.css';
import textStyles from '../../ui/text.module.css';

interface ContinuePartProps {
  readonly experiment: LabExperiment;
  readonly onContinue: (pairs: number) => void;
}

/** What an undecided experiment can go on to, each with its price beside its button; or why it cannot. */
export function ContinuePart({ experiment, onContinue }: ContinuePartProps): ReactNode {
  const continuation = useAnswer('lab.continuation', { id: experiment.id }).answered?.value ?? null;
  if (continuation === null) return null;
  if (continuation.why !== null) return <p className={textStyles.faint}>It cannot be continued. {continuation.why}</p>;
  return continuation.steps.map(({ pairs, sentence }) => (
    <div key={pairs} className={layoutStyles.addButtons}>
      <Button onClick={() => onContinue(pairs)}>Continue to {pairs}</Button>
      <span>{sentence}</span>
    </div>
  ));
}
