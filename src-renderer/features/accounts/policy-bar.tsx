import type { ReactNode } from 'react';
import type { AccountStrategy } from '../../../src-main/shared/account-model.ts';
import { useAccountNames } from '../../hooks/use-account-names.ts';
import { useActions, useApp } from '../../stores/stores.ts';
import { Select } from '../../ui/select.tsx';
import textStyles from '../../ui/text.module.css';
import styles from './policy-bar.module.css';

const strategies: readonly { readonly value: AccountStrategy; readonly label: string; readonly means: string }[] = [
  { value: 'most-headroom', label: 'Most headroom', means: 'the account with the most quota left' },
  { value: 'round-robin', label: 'Round robin', means: 'each account in turn' },
  { value: 'fill-first', label: 'Fill first', means: 'the first account until its limit, then the next' },
];

/** How an account is chosen for a session that has none; only worth asking where there are several. */
export function PolicyBar(): ReactNode {
  const nameOf = useAccountNames();
  const actions = useActions();
  const strategy = useApp((state) => state.settings?.strategy ?? 'most-headroom');
  const pinnedAccountId = useApp((state) => state.settings?.pinnedAccountId ?? null);
  const pinned = useApp((state) => state.accounts.find((account) => account.id === pinnedAccountId));
  const means = strategies.find((choice) => choice.value === strategy)?.means;
  return (
    <div className={styles.policyBar}>
      <Select
        label="New sessions go to"
        isLabelShown
        value={strategy}
        options={strategies}
        onChange={(next) => void actions.changeSettings({ strategy: next })}
      />
      <p className={textStyles.faint}>
        {pinned === undefined
          ? `A new session gets ${means}; a running one stays where it is.`
          : `${nameOf(pinned)} is pinned: new sessions get it while it can be used, else ${means}.`}
      </p>
    </div>
  );
}
