import type { ReactNode } from 'react';
import type { TokenUsage } from '../../../src-main/shared/model.ts';
import { useWords } from '../../stores/stores.ts';
import styles from './cached-share.module.css';
import { cachedPercent } from './session-figures.ts';

/** The share of the input that was cached, as a figure and a bar. */
export function CachedShare({ usage }: { readonly usage: TokenUsage | null }): ReactNode {
  const { format } = useWords();
  const percent = usage === null ? null : cachedPercent(usage);
  if (percent === null) return format.count(null);
  return (
    <span className={styles.share}>
      {format.percent(percent)}
      <span className={styles.track} aria-hidden="true">
        <span className={styles.bar} style={{ width: `${Math.min(100, percent)}%` }} />
      </span>
    </span>
  );
}
