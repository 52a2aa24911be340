import type { ReactNode } from 'react';
import { type Availability, useUnavailable } from '../hooks/use-unavailable.ts';
import styles from './switch.module.css';

interface SwitchProps extends Availability {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}

/** On or off, at once. */
export function Switch({ label, checked, onChange, disabled, makesCall }: SwitchProps): ReactNode {
  const { isHeld, props } = useUnavailable({ disabled, makesCall });
  return (
    <label className={styles.switch}>
      <input
        {...props}
        type="checkbox"
        role="switch"
        aria-checked={checked}
        checked={checked}
        onChange={(event) => {
          if (!isHeld) onChange(event.target.checked);
        }}
      />
      <span className={styles.switchTrack} aria-hidden="true" />
      <span>{label}</span>
    </label>
  );
}
