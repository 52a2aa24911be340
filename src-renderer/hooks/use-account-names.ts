import { useMemo } from 'react';
import { accountName } from '../../src-main/shared/account-name.ts';
import { useApp } from '../stores/stores.ts';

interface KnownBy {
  readonly id: string;
  /** Stands in for an account that is gone. */
  readonly label: string;
}

/** Names accounts as the user wants to see them on their own screens. */
export function useAccountNames(): (account: KnownBy) => string {
  const accounts = useApp((state) => state.accounts);
  const style = useApp((state) => state.settings?.accountNames ?? 'masked');
  return useMemo(() => {
    const names = new Map(accounts.map((account) => [account.id, accountName(account, style)]));
    return ({ id, label }) => names.get(id) ?? label;
  }, [accounts, style]);
}
