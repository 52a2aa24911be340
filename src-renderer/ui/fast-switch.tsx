import type { ReactNode } from 'react';
import { capital, defaultTier, fastPolicies, policyMeaning, tierOfPolicy } from '../../src-main/shared/tiers.ts';
import { useActions, useApp } from '../stores/stores.ts';
import styles from './fast-switch.module.css';
import { Icon } from './icons.tsx';
import { SegmentedControl } from './segmented-control.tsx';

const labels: Readonly<Record<string, string>> = { auto: 'Auto', off: 'Off' };
const policies = fastPolicies.map((value) => ({
  value,
  label: labels[value] ?? capital(value),
  title: policyMeaning(value),
  isFast: tierOfPolicy(value) !== null,
}));

interface FastSwitchProps {
  /** Where the page is narrow its price is left out. */
  readonly isTight?: boolean;
}

/** The tier policy, with its price beside it. */
export function FastSwitch({ isTight = false }: FastSwitchProps): ReactNode {
  const actions = useActions();
  const policy = useApp((state) => state.settings?.fastPolicy ?? 'auto');
  const tier = tierOfPolicy(policy);
  const { word, quotaTimes } = tier ?? defaultTier;
  const isLive = useApp((state) => state.connection === 'live');
  return (
    <div className={styles.fast} data-policy={policy} data-tight={isTight}>
      <span className={styles.fastName}>
        <Icon name="bolt" tone={tier === null ? 'faint' : 'fast'} />
        Fast
      </span>
      <SegmentedControl
        label="Fast mode"
        segments={policies}
        value={policy}
        disabled={!isLive}
        onChange={(value) => void actions.setFastPolicy(value)}
      />
      <span className={styles.fastPrice}>
        {capital(word)} uses about {quotaTimes.join('–')}× quota
      </span>
    </div>
  );
}
