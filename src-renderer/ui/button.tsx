import type { KeyboardEvent, MouseEvent, ReactNode } from 'react';
import { type Availability, useUnavailable } from '../hooks/use-unavailable.ts';
import styles from './button.module.css';
import { Icon, type IconName } from './icons.tsx';

interface ButtonProps extends Availability {
  readonly children: ReactNode;
  readonly onClick?: () => void;
  readonly icon?: IconName;
  /** Sends the form it is in. */
  readonly isSubmit?: boolean;
  readonly variant?: 'plain' | 'primary' | 'danger';
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
  makesCall,
  pressed,
  title,
  onKeyDown,
  onBlur,
  onDrag,
  isSubmit = false,
  isSmall = false,
}: ButtonProps): ReactNode {
  const { isHeld, props } = useUnavailable({ disabled, makesCall });
  return (
    <button
      {...props}
      type={isSubmit ? 'submit' : 'button'}
      className={styles.button}
      data-variant={variant}
      data-size={isSmall ? 'small' : undefined}
      onClick={isHeld ? doNothing : onClick}
      aria-pressed={pressed}
      title={title}
      onKeyDown={isHeld ? undefined : onKeyDown}
      onBlur={(event) => {
        props.onBlur(event);
        onBlur?.();
      }}
      draggable={onDrag !== undefined && !isHeld}
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

/** Of a click: nor is a form to be sent by it. */
function doNothing(event: MouseEvent): void {
  event.preventDefault();
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

interface IconButtonProps extends Availability {
  readonly icon: IconName;
  readonly label: string;
  readonly onClick: () => void;
}

/** A button with an icon only; its label is its name and its tooltip. */
export function IconButton({ icon, label, onClick, disabled, makesCall }: IconButtonProps): ReactNode {
  const { isHeld, props } = useUnavailable({ disabled, makesCall });
  return (
    <button
      {...props}
      type="button"
      className={styles.iconButton}
      aria-label={label}
      title={label}
      onClick={isHeld ? doNothing : onClick}
    >
      <Icon name={icon} />
    </button>
  );
}
