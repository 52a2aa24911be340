import type { ReactNode } from 'react';
import styles from './link-button.module.css';

interface LinkButtonProps {
  readonly children: ReactNode;
  readonly onClick: () => void;
  readonly disabled?: boolean;
}

/** A button in the line of a text. */
export function LinkButton({ children, onClick, disabled }: LinkButtonProps): ReactNode {
  return (
    <button type="button" className={styles.linkButton} onClick={onClick} disabled={disabled}>
      {children}
    </button>
  );
}
