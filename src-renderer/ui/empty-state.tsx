import type { ReactNode } from 'react';
import { Icon, type IconName } from './icons.tsx';

interface EmptyStateProps {
  readonly icon: IconName;
  readonly title: string;
  /** What to do about it. */
  readonly children?: ReactNode;
}

/** Says that there is nothing, and what would change that. */
export function EmptyState({ icon, title, children }: EmptyStateProps): ReactNode {
  return (
    <div className="empty">
      <Icon name={icon} />
      <h3>{title}</h3>
      {children === undefined ? null : <div className="empty-body">{children}</div>}
    </div>
  );
}
