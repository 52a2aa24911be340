import type { ReactNode } from 'react';
import styles from './screen-head.module.css';

interface ScreenHeadProps {
  readonly title: string;
  /** Beside the title; a button goes to the far end. */
  readonly children?: ReactNode;
}

/** The head of a screen. */
export function ScreenHead({ title, children }: ScreenHeadProps): ReactNode {
  return (
    <header className={styles.screenHead}>
      <h1>{title}</h1>
      {children}
    </header>
  );
}
