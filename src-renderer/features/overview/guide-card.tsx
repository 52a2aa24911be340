import type { ReactNode } from 'react';
import { curlSnippet } from '../../../src-main/shared/client-snippets.ts';
import { defaultTier } from '../../../src-main/shared/tiers.ts';
import { useAnswer } from '../../hooks/use-answer.ts';
import { useApp, useStores, useWords } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Icon } from '../../ui/icons.tsx';
import textStyles from '../../ui/text.module.css';
import { Unanswered } from '../../ui/unanswered.tsx';
import styles from './guide-card.module.css';
import { TestTurn } from './test-turn.tsx';

const testModel = 'gpt-5.5';

/** The way to the first turn, step by step; until the user has been through it, or does not want it. */
export function GuideCard(): ReactNode {
  const isDismissed = useApp((state) => state.settings?.guideDismissed !== false);
  return isDismissed ? null : <Guide />;
}

function Guide(): ReactNode {
  const { t } = useWords();
  const { actions, ui } = useStores();
  const { go } = ui.getState();
  const hasAccount = useApp((state) => state.accounts.some(({ enabled }) => enabled));
  const hasRows = useApp((state) => state.rows.length > 0);
  const baseUrl = useApp((state) => state.app?.baseUrl ?? '');
  const kept = useAnswer('requests.storeState', null, { isAsked: !hasRows });
  const hasTurn = hasRows || (kept.answered?.value.turns ?? 0) > 0;
  const [from, to] = defaultTier.quotaTimes;
  const finish = (): void => void actions.changeSettings({ guideDismissed: true });
  const testTurn = curlSnippet(baseUrl, { key: '$(npx slipstream key)', model: testModel });
  return (
    <Card
      title={t('guide.title')}
      aside={
        <Button isSmall makesCall onClick={finish}>
          {t('guide.dismiss')}
        </Button>
      }
    >
      <ol className={styles.steps}>
        <Step number={1} title={t('guide.account')} text={t('guide.account.how')} isDone={hasAccount}>
          <Button variant={hasAccount ? 'plain' : 'primary'} onClick={() => go('accounts')}>
            {t('guide.account.do')}
          </Button>
        </Step>
        <Step number={2} title={t('guide.client')} text={t('guide.client.how')} isDone={hasTurn}>
          <Unanswered failed={hasTurn ? null : kept.failed} onAgain={kept.readAgain} />
          <Button variant={hasAccount && !hasTurn ? 'primary' : 'plain'} onClick={() => go('clients')}>
            {t('guide.client.do')}
          </Button>
          <CopyButton
            label={t('guide.client.test')}
            copy={() => actions.copyText(testTurn, 'guide.client.test.what')}
          />
          <Button onClick={() => go('requests')}>{t('guide.client.watch')}</Button>
          <TestTurn model={testModel} isPrimary={false} isDisabled={!hasAccount} />
        </Step>
        <Step
          number={3}
          title={t('guide.fast')}
          text={t('guide.fast.how', { tier: defaultTier.id, from, to })}
          isDone={false}
        >
          <Button onClick={() => go('lab')}>{t('guide.fast.do')}</Button>
          <Button variant={hasAccount && hasTurn ? 'primary' : 'plain'} makesCall onClick={finish}>
            {t('guide.finish')}
          </Button>
        </Step>
      </ol>
    </Card>
  );
}

interface StepProps {
  readonly number: number;
  readonly title: string;
  readonly text: string;
  readonly isDone: boolean;
  readonly children: ReactNode;
}

function Step({ number, title, text, isDone, children }: StepProps): ReactNode {
  const { t } = useWords();
  return (
    <li className={styles.step} data-done={isDone}>
      <span className={styles.mark}>
        {isDone ? <Icon name="check" tone="good" /> : number}
        {isDone ? <span className={textStyles.visuallyHidden}>{t('guide.done')}</span> : null}
      </span>
      <div className={styles.stepBody}>
        <h3>{title}</h3>
        <p className={textStyles.mutedText}>{text}</p>
        <div className={styles.stepActions}>{children}</div>
      </div>
    </li>
  );
}
