import type { ReactNode } from 'react';
import { defaultTier, fastPolicies, policyMeaning, tierOfPolicy } from '../../src-main/shared/tiers.ts';
import { useActions, useApp, useWords } from '../stores/stores.ts';
import styles from './fast-switch.module.css';
import { Icon } from './icons.tsx';
import { SegmentedControl } from './segmented-control.tsx';

interface FastSwitchProps {
  /** What there is of it beside it: the price is left out of a narrow page sooner where it is less. */
  readonly room?: 'enough' | 'less' | 'least';
}

/** The tier policy, with its price beside it. */
export function FastSwitch({ room = 'enough' }: FastSwitchProps): ReactNode {
  const { t } = useWords();
  const actions = useActions();
  const policy = useApp((state) => state.settings?.fastPolicy ?? 'auto');
  const tier = tierOfPolicy(policy);
  const [from, to] = (tier ?? defaultTier).quotaTimes;
  return (
    <div className={styles.fast} data-policy={policy} data-room={room}>
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
        makesCall
        onChange={(value) => void actions.setFastPolicy(value)}
      />
      <span className={styles.fastPrice}>{t('fast.price', { from, to })}</span>
    </div>
  );
}
