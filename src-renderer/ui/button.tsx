import type { KeyboardEvent, ReactNode } from 'react';
import styles from './button.module.css';
import { Icon, type IconName } from './icons.tsx';

interface ButtonProps {
  readonly children: ReactNode;
  readonly onClick?: () => void;
  readonly icon?: IconName;
  /** Sends the form it is in. */
  readonly isSubmit?: boolean;
  readonly variant?: 'plain' | 'primary' | 'danger';
  readonly disabled?: boolean;
  readonly pressed?: boolean;
  readonly isSmall?: boolean;
  readonly title?: string | undefined;
  readonly onKeyDown?: (event: KeyboardEvent) => void;
  readonly onBlur?: () => void;
  /** It can be dragged out of the window, and this is what does it. */
  readonly onDrag?: (() => void) | undefined;
}

/** A button with a text. */
export function Button({
  children,
  onClick,
  icon,
  variant = 'plain',
  disabled,
  pressed,
  title,
  onKeyDown,
  onBlur,
  onDrag,
  isSubmit = false,
  isSmall = false,
}: ButtonProps): ReactNode {
  return (
    <button
      type={isSubmit ? 'submit' : 'button'}
      className={styles.button}
      data-variant={variant}
      data-size={isSmall ? 'small' : undefined}
      onClick={onClick}
      disabled={disabled}
      aria-pressed={pressed}
      title={title}
      onKeyDown={onKeyDown}
      onBlur={onBlur}
      draggable={onDrag !== undefined}
      onDragStart={(event) => {
        event.preventDefault();
        onDrag?.();
      }}
    >
      {icon === undefined ? null : <Icon name={icon} tone="soft" />}
      {children}
    </button>
  );
}

interface ButtonLinkProps {
  readonly href: string;
  readonly children: ReactNode;
}

/** A way to another place that looks like the buttons beside it, and opens in a tab like any link. */
export function ButtonLink({ href, children }: ButtonLinkProps): ReactNode {
  return (
    <a className={styles.button} href={href}>
      {children}
    </a>
  );
}

interface IconButtonProps {
  readonly icon: IconName;
  readonly label: string;
  readonly onClick: () => void;
  readonly disabled?: boolean;
}

/** A button with an icon only; its label is its name and its tooltip. */
export function IconButton({ icon, label, onClick, disabled }: IconButtonProps): ReactNode {
  return (
    <button
      type="button"
      className={styles.iconButton}
      aria-label={label}
      title={label}
      onClick={onClick}
      disabled={disabled}
    >
      <Icon name={icon} />
    </button>
  );
}
