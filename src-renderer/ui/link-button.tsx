import type { ReactNode } from 'react';
import { useUnavailable } from '../hooks/use-unavailable.ts';
import styles from './link-button.module.css';

interface LinkButtonProps {
  readonly children: ReactNode;
  readonly onClick: () => void;
  readonly disabled?: boolean;
}

/** A button in the line of a text. */
export function LinkButton({ children, onClick, disabled }: LinkButtonProps): ReactNode {
  const { isHeld, props } = useUnavailable(disabled);
  return (
    <button {...props} type="button" className={styles.linkButton} onClick={isHeld ? undefined : onClick}>
      {children}
    </button>
  );
}
