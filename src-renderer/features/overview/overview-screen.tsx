import type { ReactNode } from 'react';
import { useApp, useWords } from '../../stores/stores.ts';
import textStyles from '../../ui/text.module.css';
import { AccountsCard } from './accounts-card.tsx';
import { CodexNews } from './codex-news.tsx';
import { CodexShape } from './codex-shape.tsx';
import { ConnectCard } from './connect-card.tsx';
import { GuideCard } from './guide-card.tsx';
import { LatestRequests } from './latest-requests.tsx';
import styles from './overview-screen.module.css';
import { Problems } from './problems.tsx';
import { StatCards } from './stat-cards.tsx';

/** What is going on, and how to connect a client. */
export function OverviewScreen(): ReactNode {
  const { t } = useWords();
  const rows = useApp((state) => state.rows);
  const hasAccounts = useApp((state) => state.accounts.length > 0);
  return (
    <div className={styles.overview}>
      <h1 className={textStyles.visuallyHidden}>{t('overview.title')}</h1>
      <Problems />
      <GuideCard />
      <CodexNews />
      <StatCards />
      <div className={styles.overviewColumns}>
        <div className={styles.overviewColumn}>
          {hasAccounts ? null : <AccountsCard />}
          <LatestRequests rows={rows} />
          {hasAccounts ? <AccountsCard /> : null}
          <CodexShape />
        </div>
        <ConnectCard />
      </div>
    </div>
  );
}
