import type { ReactNode } from 'react';
import styles from './empty-state.module.css';
import { Icon, type IconName } from './icons.tsx';

interface EmptyStateProps {
  readonly icon: IconName;
  readonly title: string;
  /** What to do about it. */
  readonly children?: ReactNode;
  /** Buttons that do it. */
  readonly actions?: ReactNode;
}

/** Says that there is nothing, and what would change that. */
export function EmptyState({ icon, title, children, actions }: EmptyStateProps): ReactNode {
  return (
    <div className={styles.empty}>
      <Icon name={icon} size="large" tone="faint" />
      <h3>{title}</h3>
      {children === undefined ? null : (
        <div className={styles.emptyBody}>
          {children}
          {actions === undefined ? null : <div className={styles.emptyActions}>{actions}</div>}
        </div>
      )}
    </div>
  );
}
