import type { ReactNode } from 'react';
import { defaultTier, fastPolicies, policyMeaning, tierOfPolicy } from '../../src-main/shared/tiers.ts';
import { useActions, useApp, useWords } from '../stores/stores.ts';
import styles from './fast-switch.module.css';
import { Icon } from './icons.tsx';
import { SegmentedControl } from './segmented-control.tsx';

interface FastSwitchProps {
  /** Where the page is narrow its price is left out. */
  readonly isTight?: boolean;
}

/** The tier policy, with its price beside it. */
export function FastSwitch({ isTight = false }: FastSwitchProps): ReactNode {
  const { t } = useWords();
  const actions = useActions();
  const policy = useApp((state) => state.settings?.fastPolicy ?? 'auto');
  const tier = tierOfPolicy(policy);
  const [from, to] = (tier ?? defaultTier).quotaTimes;
  const isLive = useApp((state) => state.connection === 'live');
  return (
    <div className={styles.fast} data-policy={policy} data-tight={isTight}>
      <span className={styles.fastName}>
        <Icon name="bolt" tone={tier === null ? 'faint' : 'fast'} />
        {t('fast.word')}
      </span>
      <SegmentedControl
        label={t('fast.mode')}
        segments={fastPolicies.map((value) => ({
          value,
          label: t(`fast.${value}`),
          title: policyMeaning(t, value),
          isFast: tierOfPolicy(value) !== null,
        }))}
        value={policy}
        disabled={!isLive}
        onChange={(value) => void actions.setFastPolicy(value)}
      />
      <span className={styles.fastPrice}>{t('fast.price', { from, to })}</span>
    </div>
  );
}
