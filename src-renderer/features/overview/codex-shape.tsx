import type { ReactNode } from 'react';
import { useApp, useWords } from '../../stores/stores.ts';
import { ButtonLink } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import styles from './codex-news.module.css';

/** As which Codex the other clients are sent, and what was learned of the newest one. */
export function CodexShape(): ReactNode {
  const { t } = useWords();
  const profiles = useApp((state) => state.profiles);
  if (profiles === null) return null;
  const { used, learned } = profiles;
  const [newest] = learned;
  return (
    <Card
      title={t('overview.codex.profile')}
      aside={<ButtonLink href="#/codex">{t('overview.codex.compare')}</ButtonLink>}
    >
      <div className={styles.codexNews}>
        <span>{t('overview.codex.sentAs', { version: used.version })}</span>
        <span>
          {newest === undefined
            ? t('overview.codex.nothing')
            : t(newest.differences === 0 ? 'overview.codex.same' : 'overview.codex.differs', {
                version: newest.version,
                n: newest.differences,
              })}
        </span>
      </div>
    </Card>
  );
}
