import type { ReactNode } from 'react';
import { type Availability, useUnavailable } from '../hooks/use-unavailable.ts';
import styles from './link-button.module.css';

interface LinkButtonProps extends Availability {
  readonly children: ReactNode;
  readonly onClick: () => void;
}

/** A button in the line of a text. */
export function LinkButton({ children, onClick, disabled, makesCall }: LinkButtonProps): ReactNode {
  const { isHeld, props } = useUnavailable({ disabled, makesCall });
  return (
    <button {...props} type="button" className={styles.linkButton} onClick={isHeld ? undefined : onClick}>
      {children}
    </button>
  );
}
