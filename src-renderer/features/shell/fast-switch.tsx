import type { ReactNode } from 'react';
import type { FastPolicy } from '../../../src-main/shared/model.ts';
import { useActions, useApp } from '../../stores/stores.ts';
import { Icon } from '../../ui/icons.tsx';
import { SegmentedControl } from '../../ui/segmented-control.tsx';

const policies: readonly { readonly value: FastPolicy; readonly label: string; readonly title: string }[] = [
  { value: 'auto', label: 'Auto', title: 'Each client decides' },
  { value: 'on', label: 'On', title: 'Every turn of a model that has it asks for priority' },
  { value: 'off', label: 'Off', title: 'Never priority, even where a client asks for it' },
];

/** The tier policy, with its price beside it. */
export function FastSwitch(): ReactNode {
  const actions = useActions();
  const policy = useApp((state) => state.fastPolicy);
  const isLive = useApp((state) => state.connection === 'live');
  return (
    <div className={`fast fast-${policy}`}>
      <span className="fast-name">
        <Icon name="bolt" />
        Fast
      </span>
      <SegmentedControl
        label="Fast mode"
        segments={policies}
        value={policy}
        disabled={!isLive}
        onChange={(value) => void actions.setFastPolicy(value)}
      />
      <span className="fast-price">
        Fast uses about 2–2.5× quota
        <span className="fast-key">
          {' '}
          · <kbd>f</kbd>
        </span>
      </span>
    </div>
  );
}
