import type { ReactNode } from 'react';
import styles from './spacer-row.module.css';

/** Stands for the rows that are out of sight. */
export function SpacerRow({ heightPx }: { readonly heightPx: number }): ReactNode {
  if (heightPx <= 0) return null;
  return (
    // biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: it is no row of the data
    <tr role="presentation" className={styles.spacerRow}>
      <td className={styles.spacer} style={{ height: heightPx }} />
    </tr>
  );
}
