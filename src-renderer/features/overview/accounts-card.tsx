import type { ReactNode } from 'react';
import type { AccountView } from '../../../src-main/shared/account-model.ts';
import { useNow } from '../../hooks/use-now.ts';
import { accountState } from '../../lib/account-text.ts';
import { useActions, useApp, useStores, useWords } from '../../stores/stores.ts';
import { AccountName } from '../../ui/account-name.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { NoQuota, QuotaBars, QuotaTrouble } from '../../ui/quota-bars.tsx';
import styles from './accounts-card.module.css';
import { foremost } from './foremost-accounts.ts';

/** Each account's state and what is left of its quota. */
export function AccountsCard(): ReactNode {
  const { t } = useWords();
  const { ui } = useStores();
  const accounts = useApp((state) => state.accounts);
  const openAccounts = (): void => ui.getState().go('accounts');
  return (
    <Card
      title={t('overview.accounts')}
      aside={accounts.length === 0 ? null : <Button onClick={openAccounts}>{t('overview.accounts.manage')}</Button>}
    >
      {accounts.length === 0 ? (
        <NoAccount onOpen={openAccounts} />
      ) : (
        <AccountList accounts={accounts} onOpen={openAccounts} />
      )}
    </Card>
  );
}

interface AccountListProps {
  readonly accounts: readonly AccountView[];
  readonly onOpen: () => void;
}

/** All of a few; of many those that want something and the first of the others, and how the rest stands. */
function AccountList({ accounts, onOpen }: AccountListProps): ReactNode {
  const words = useWords();
  const nowMs = useNow(30_000);
  const toneOf = (account: AccountView) => accountState(words, account, nowMs).tone;
  const { shown, rest } = foremost(accounts, toneOf);
  return (
    <>
      <ul>
        {shown.map((account) => (
          <OverviewAccount key={account.id} account={account} />
        ))}
      </ul>
      {rest.length === 0 ? null : (
        <p className={styles.overviewAccount}>
          <LinkButton onClick={onOpen}>
            {words.t('overview.accounts.rest', {
              n: rest.length,
              ready: rest.filter((account) => toneOf(account) === 'good').length,
            })}
          </LinkButton>
        </p>
      )}
    </>
  );
}

/** Signing in starts here, and goes on where it can be watched. */
function NoAccount({ onOpen }: { readonly onOpen: () => void }): ReactNode {
  const { t } = useWords();
  const actions = useActions();
  const isWaiting = useApp((state) => state.signIn?.state === 'waiting');
  const signIn = async (): Promise<void> => {
    if (isWaiting || (await actions.startSignIn('browser'))) onOpen();
  };
  return (
    <EmptyState
      icon="accounts"
      title={t('accounts.none')}
      actions={
        <>
          <Button variant="primary" makesCall={!isWaiting} onClick={() => void signIn()}>
            {t(isWaiting ? 'overview.accounts.continue' : 'signIn.title')}
          </Button>
          <Button makesCall onClick={() => void actions.linkAccount()}>
            {t('overview.accounts.link')}
          </Button>
          <Button onClick={onOpen}>{t('overview.accounts.other')}</Button>
        </>
      }
    >
      <p>{t('overview.accounts.why')}</p>
    </EmptyState>
  );
}

function OverviewAccount({ account }: { readonly account: AccountView }): ReactNode {
  const words = useWords();
  const nowMs = useNow(30_000);
  const state = accountState(words, account, nowMs);
  const { usage } = account;
  return (
    <li className={styles.overviewAccount}>
      <div className={styles.overviewAccountHead}>
        <span className={styles.overviewAccountName}>
          <AccountName account={account} />
        </span>
        <Badge tone={state.tone}>{state.label}</Badge>
      </div>
      {usage === null || (usage.primary === null && usage.secondary === null) ? (
        <NoQuota account={account} nowMs={nowMs} />
      ) : (
        <>
          <QuotaBars usage={usage} nowMs={nowMs} />
          <QuotaTrouble account={account} nowMs={nowMs} />
        </>
      )}
    </li>
  );
}
