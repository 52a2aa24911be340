import type { ReactNode } from 'react';
import { useAnswer } from '../../hooks/use-answer.ts';
import { useNow } from '../../hooks/use-now.ts';
import { changeAnswer } from '../../stores/queries.ts';
import { useStores, useWords } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { RichText } from '../../ui/rich-text.tsx';
import textStyles from '../../ui/text.module.css';
import { Unanswered } from '../../ui/unanswered.tsx';
import styles from './browsers-card.module.css';
import settingsStyles from './settings.module.css';

/** The browsers that open the dashboard without a new link, and how to end that. */
export function BrowsersCard(): ReactNode {
  const { actions, queries } = useStores();
  const { answered, failed, readAgain } = useAnswer('browsers.list', null);
  const nowMs = useNow(30_000);
  const { t, format } = useWords();
  const signOut = async (id: string): Promise<void> => {
    const left = await actions.ask('browsers.revoke', { id });
    if (left !== null) changeAnswer(queries, ['browsers.list', null], () => left);
  };
  const browsers = answered?.value ?? [];
  return (
    <Card title={t('settings.browsers')}>
      <div className={settingsStyles.settingsBody}>
        <p className={textStyles.faint}>{t('settings.browsers.help')}</p>
        <Unanswered failed={failed} onAgain={readAgain} />
        {answered !== null && browsers.length === 0 ? <p>{t('settings.browsers.none')}</p> : null}
        {browsers.length === 0 ? null : (
          <ul className={styles.browsers}>
            {browsers.map(({ id, name, origin, lastUsedAt }) => (
              <li key={id}>
                <span>
                  <RichText
                    id="settings.browsers.one"
                    with={{
                      name,
                      origin,
                      when: format.relative(lastUsedAt, nowMs),
                      faint: (text) => <span className={textStyles.faint}>{text}</span>,
                    }}
                  />
                </span>
                <Button isSmall makesCall onClick={() => void signOut(id)}>
                  {t('settings.browsers.signOut')}
                </Button>
              </li>
            ))}
          </ul>
        )}
      </div>
    </Card>
  );
}
