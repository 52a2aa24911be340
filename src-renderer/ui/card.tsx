import { type ReactNode, useId } from 'react';
import { classNames } from '../lib/class-names.ts';
import styles from './card.module.css';

interface CardProps {
  readonly title: string;
  /** Beside the title. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
  readonly className?: string | undefined;
}

/** A titled part of a screen. */
export function Card({ title, aside, children, className }: CardProps): ReactNode {
  const id = useId();
  return (
    <section className={classNames(styles.card, className)} aria-labelledby={id}>
      <header className={styles.cardHead}>
        <h2 id={id}>{title}</h2>
        {aside === undefined ? null : <div className={styles.cardAside}>{aside}</div>}
      </header>
      {children}
    </section>
  );
}
