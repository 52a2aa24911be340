import { type ReactNode, useState } from 'react';
import type { AccountView } from '../../../src-main/shared/account-model.ts';
import type { Words } from '../../../src-main/shared/words/words.ts';
import { useNow } from '../../hooks/use-now.ts';
import { accountState } from '../../lib/account-text.ts';
import { useApp, useWords } from '../../stores/stores.ts';
import cardStyles from '../../ui/card.module.css';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ScreenHead } from '../../ui/screen-head.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import textStyles from '../../ui/text.module.css';
import { AccountCard } from './account-card.tsx';
import styles from './accounts-screen.module.css';
import { AddAccount } from './add-account.tsx';
import { PolicyBar } from './policy-bar.tsx';
import { StorageNote } from './storage-note.tsx';

/** From so many on, one is looked for rather than seen. */
const searchFrom = 10;

/** The sign-ins turns are sent with. */
export function AccountsScreen(): ReactNode {
  const words = useWords();
  const { t } = words;
  const accounts = useApp((state) => state.accounts);
  const nowMs = useNow(10_000);
  const [text, setText] = useState('');
  const isLong = accounts.length >= searchFrom;
  const shown = isLong ? accounts.filter((account) => isMeant(words, account, text, nowMs)) : accounts;
  return (
    <div className={styles.accounts}>
      <ScreenHead title={t('accounts.title')}>
        <span className={textStyles.faint}>{t('accounts.count', { n: accounts.length })}</span>
      </ScreenHead>
      <div className={styles.accountsColumns}>
        <div className={styles.accountsList}>
          {accounts.length > 1 ? <PolicyBar /> : null}
          {isLong ? (
            <SearchField label={t('accounts.search')} hint={t('accounts.search.hint')} text={text} onChange={setText} />
          ) : null}
          {isLong && text.trim() !== '' ? (
            <p className={textStyles.faint} role="status">
              {t('accounts.search.found', { shown: shown.length, n: accounts.length })}
            </p>
          ) : null}
          {accounts.length === 0 ? (
            <div className={cardStyles.card}>
              <EmptyState icon="accounts" title={t('accounts.none')}>
                <p>{t('accounts.none.how')}</p>
                <code>npx slipstream login</code>
              </EmptyState>
            </div>
          ) : (
            shown.map((account) => <AccountCard key={account.id} account={account} nowMs={nowMs} />)
          )}
          {accounts.length === 0 ? null : <StorageNote accounts={accounts} />}
        </div>
        <AddAccount />
      </div>
    </div>
  );
}

/** Whether each word that is searched for stands in what its card says it is and how it stands. */
function isMeant(words: Words, account: AccountView, text: string, nowMs: number): boolean {
  const { email, label, nickname, workspace, plan } = account;
  const said = [email, label, nickname, workspace, plan, accountState(words, account, nowMs).label]
    .join(' ')
    .toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => said.includes(word));
}
