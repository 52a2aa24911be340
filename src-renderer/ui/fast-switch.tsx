import type { ReactNode } from 'react';
import { capital, defaultTier, fastPolicies, policyMeaning, tierOfPolicy } from '../../src-main/shared/tiers.ts';
import { useActions, useApp } from '../stores/stores.ts';
import { Icon } from './icons.tsx';
import { SegmentedControl } from './segmented-control.tsx';

const labels: Readonly<Record<string, string>> = { auto: 'Auto', off: 'Off' };
const policies = fastPolicies.map((value) => ({
  value,
  label: labels[value] ?? capital(value),
  title: policyMeaning(value),
}));

/** The tier policy, with its price beside it. */
export function FastSwitch(): ReactNode {
  const actions = useActions();
  const policy = useApp((state) => state.settings?.fastPolicy ?? 'auto');
  const tier = tierOfPolicy(policy);
  const { word, quotaTimes } = tier ?? defaultTier;
  const isLive = useApp((state) => state.connection === 'live');
  return (
    <div className={`fast fast-${tier === null ? policy : 'on'}`}>
      <span className="fast-name">
        <Icon name="bolt" />
        Fast
      </span>
      <SegmentedControl
        label="Fast mode"
        segments={policies}
        value={policy}
        disabled={!isLive}
        onChange={(value) => void actions.changeSettings({ fastPolicy: value })}
      />
      <span className="fast-price">
        {capital(word)} uses about {quotaTimes.join('–')}× quota
        <span className="fast-key">
          {' '}
          · <kbd>f</kbd>
        </span>
      </span>
    </div>
  );
}
