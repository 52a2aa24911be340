import type { ReactNode } from 'react';
import { useNow } from '../../hooks/use-now.ts';
import { formatCount } from '../../lib/format.ts';
import { useApp } from '../../stores/stores.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { AccountCard } from './account-card.tsx';
import { AddAccount } from './add-account.tsx';
import { PolicyBar } from './policy-bar.tsx';
import { StorageNote } from './storage-note.tsx';

/** The sign-ins turns are sent with. */
export function AccountsScreen(): ReactNode {
  const accounts = useApp((state) => state.accounts);
  const nowMs = useNow(10_000);
  return (
    <div className="accounts">
      <header className="screen-head">
        <h1>Accounts</h1>
        <span className="faint">n = {formatCount(accounts.length)}</span>
      </header>
      <div className="accounts-columns">
        <div className="accounts-list">
          {accounts.length > 1 ? <PolicyBar /> : null}
          {accounts.length === 0 ? (
            <div className="card">
              <EmptyState icon="accounts" title="No account is signed in">
                <p>Slipstream sends turns with the sign-in of a Codex account. Sign in here, or on the command line:</p>
                <code>slipstream login</code>
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
