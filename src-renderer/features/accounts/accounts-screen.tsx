import type { ReactNode } from 'react';
import { useNow } from '../../hooks/use-now.ts';
import { useApp, useWords } from '../../stores/stores.ts';
import cardStyles from '../../ui/card.module.css';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ScreenHead } from '../../ui/screen-head.tsx';
import textStyles from '../../ui/text.module.css';
import { AccountCard } from './account-card.tsx';
import styles from './accounts-screen.module.css';
import { AddAccount } from './add-account.tsx';
import { PolicyBar } from './policy-bar.tsx';
import { StorageNote } from './storage-note.tsx';

/** The sign-ins turns are sent with. */
export function AccountsScreen(): ReactNode {
  const { t } = useWords();
  const accounts = useApp((state) => state.accounts);
  const nowMs = useNow(10_000);
  return (
    <div className={styles.accounts}>
      <ScreenHead title={t('accounts.title')}>
        <span className={textStyles.faint}>{t('accounts.count', { n: accounts.length })}</span>
      </ScreenHead>
      <div className={styles.accountsColumns}>
        <div className={styles.accountsList}>
          {accounts.length > 1 ? <PolicyBar /> : null}
          {accounts.length === 0 ? (
            <div className={cardStyles.card}>
              <EmptyState icon="accounts" title={t('accounts.none')}>
                <p>{t('accounts.none.how')}</p>
                <code>npx slipstream login</code>
              </EmptyState>
            </div>
          ) : (
            accounts.map((account) => <AccountCard key={account.id} account={account} nowMs={nowMs} />)
          )}
          {accounts.length === 0 ? null : <StorageNote accounts={accounts} />}
        </div>
        <AddAccount />
      </div>
    </div>
  );
}
