import type { ReactNode } from 'react';
import { useActions, useApp, useWords } from '../../stores/stores.ts';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import styles from './codex-news.module.css';

/** What Codex clients that passed did beyond their profile, once a version; nothing where there is no news. */
export function CodexNews(): ReactNode {
  const { t } = useWords();
  const actions = useActions();
  const news = useApp((state) => state.profiles?.news ?? null);
  if (news === null || news.length === 0) return null;
  return (
    <Card
      title={t('overview.codex.news')}
      aside={<ButtonLink href="#/codex">{t('overview.codex.compare')}</ButtonLink>}
    >
      <div className={styles.codexNews}>
        {news.map(({ version, text }) => (
          <div key={version} className={styles.codexNewsLine}>
            <span>{t('overview.codex.relayed', { news: text })}</span>
            <Button isSmall makesCall onClick={() => void actions.ask('profiles.dismiss', { version })}>
              {t('overview.codex.dismiss')}
            </Button>
          </div>
        ))}
      </div>
    </Card>
  );
}
