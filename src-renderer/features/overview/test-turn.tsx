import { type ReactNode, useState } from 'react';
import { useApp, useStores, useWords } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { ProblemText } from '../../ui/problem-text.tsx';
import { StatusAndReason, TotalTime } from '../../ui/row-words.tsx';
import textStyles from '../../ui/text.module.css';
import styles from './guide-card.module.css';

interface TestTurnProps {
  readonly model: string;
  readonly isPrimary: boolean;
  readonly isDisabled: boolean;
}

/** Sends a turn from here, whose cost is said before, and follows it until it has ended. */
export function TestTurn({ model, isPrimary, isDisabled }: TestTurnProps): ReactNode {
  const { t } = useWords();
  const { actions, app, ui } = useStores();
  const generation = useApp((state) => state.generation);
  const [sent, setSent] = useState<{ readonly id: string; readonly generation: number } | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const row = useApp((state) => state.rows.find((each) => each.id === sent?.id) ?? null);
  // One that is not there after the state has come anew, or the history was cleared, will not come any more.
  const id = sent === null || (row === null && sent.generation !== generation) ? null : sent.id;
  const isUnderWay = id !== null && (row === null || row.status === 'running');
  const send = async (): Promise<void> => {
    const result = await actions.request('requests.test', { model });
    setSent(result.ok ? { id: result.value.id, generation: app.getState().generation } : null);
    setProblem(result.ok ? null : result.error.message);
  };
  return (
    <div className={styles.test}>
      <div className={styles.stepActions}>
        <Button
          variant={isPrimary ? 'primary' : 'plain'}
          makesCall
          disabled={isDisabled || isUnderWay}
          onClick={() => void send()}
        >
          {t('guide.client.send')}
        </Button>
        <span className={textStyles.faint}>{t('guide.client.send.cost', { model })}</span>
      </div>
      <ProblemText problem={problem} />
      {id === null ? null : (
        <p className={styles.testTurn} role="status" data-test-turn={row?.status ?? 'running'}>
          {row === null ? (
            t('guide.client.sent')
          ) : (
            <>
              <StatusAndReason row={row} />
              <TotalTime row={row} />
            </>
          )}
          <LinkButton onClick={() => ui.getState().openRequest(id)}>{t('guide.client.trace')}</LinkButton>
        </p>
      )}
    </div>
  );
}
