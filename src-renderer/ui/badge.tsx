import type { ReactNode } from 'react';
import { classNames } from '../lib/class-names.ts';
import styles from './badge.module.css';

export type Tone = 'good' | 'warn' | 'bad' | 'fast' | 'accent' | 'quiet';

interface BadgeProps {
  readonly tone: Tone;
  readonly children: ReactNode;
  readonly title?: string;
}

/** A short word on a tinted ground. */
export function Badge({ tone, children, title }: BadgeProps): ReactNode {
  return (
    <span className={styles.badge} data-tone={tone} title={title}>
      {children}
    </span>
  );
}

interface DotProps {
  readonly tone: Tone;
  readonly pulse?: boolean;
  readonly isLarge?: boolean;
}

/** A coloured dot beside the word it stands for; never colour alone. */
export function Dot({ tone, pulse = false, isLarge = false }: DotProps): ReactNode {
  return (
    <span
      className={classNames(styles.dot, pulse && styles.dotPulse)}
      data-tone={tone}
      data-size={isLarge ? 'large' : undefined}
      aria-hidden="true"
    />
  );
}
