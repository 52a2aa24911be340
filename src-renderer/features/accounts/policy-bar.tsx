import type { ReactNode } from 'react';
import type { AccountStrategy } from '../../../src-main/shared/account-model.ts';
import { useAccountNames } from '../../hooks/use-account-names.ts';
import { useActions, useApp, useWords } from '../../stores/stores.ts';
import { Select } from '../../ui/select.tsx';
import textStyles from '../../ui/text.module.css';
import styles from './policy-bar.module.css';

const strategies: readonly AccountStrategy[] = ['most-headroom', 'round-robin', 'fill-first'];

/** How an account is chosen for a session that has none; only worth asking where there are several. */
export function PolicyBar(): ReactNode {
  const { t } = useWords();
  const nameOf = useAccountNames();
  const actions = useActions();
  const strategy = useApp((state) => state.settings?.strategy ?? 'most-headroom');
  const pinnedAccountId = useApp((state) => state.settings?.pinnedAccountId ?? null);
  const pinned = useApp((state) => state.accounts.find((account) => account.id === pinnedAccountId));
  return (
    <div className={styles.policyBar}>
      <Select
        label={t('accounts.policy')}
        labelPlace="beside"
        value={strategy}
        makesCall
        options={strategies.map((value) => ({ value, label: t(`accounts.policy.${value}`) }))}
        onChange={(next) => void actions.changeSettings({ strategy: next })}
      />
      <p className={textStyles.faint}>
        {pinned === undefined
          ? t(`accounts.policy.${strategy}.means`)
          : t(`accounts.policy.${strategy}.pinned`, { account: nameOf(pinned) })}
      </p>
    </div>
  );
}
