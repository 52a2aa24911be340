import type { ReactNode } from 'react';
import styles from './logo.module.css';

/** The mark: air that flows past, and one straight fast line. */
export function Logo({ sizePx = 22 }: { readonly sizePx?: number }): ReactNode {
  return (
    <svg className={styles.logo} width={sizePx} height={sizePx} viewBox="0 0 24 24" aria-hidden="true">
      <path className={styles.logoAir} d="M2.5 8h11.5a3 3 0 1 0-2.8-4" />
      <path className={styles.logoFast} d="M2.5 12.5h18" />
      <path className={styles.logoAir} d="M2.5 17h8.5a2.7 2.7 0 1 1-2.5 3.7" />
    </svg>
  );
}
