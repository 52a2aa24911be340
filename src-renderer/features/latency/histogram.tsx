import type { ReactNode } from 'react';
import { classNames } from '../../lib/class-names.ts';
import { formatCount } from '../../lib/format.ts';
import textStyles from '../../ui/text.module.css';
import styles from './histogram.module.css';

interface HistogramProps {
  readonly title: string;
  readonly n: number;
  readonly median: number | null;
  /** Name of a colour token. */
  readonly colour: string;
  readonly counts: readonly number[];
  /** One more than counts; the distances between them grow in proportion. */
  readonly edges: readonly number[];
  readonly write: (value: number | null) => string;
}

/** How many turns fell into each bin, with the median marked. */
export function Histogram({ title, n, median, colour, counts, edges, write }: HistogramProps): ReactNode {
  const most = Math.max(1, ...counts);
  const bars = counts.map((count, bin) => ({ bin, count, from: edges[bin] ?? null, to: edges[bin + 1] ?? null }));
  const fullest = bars.find(({ count }) => count === most);
  const place = median === null ? null : placeOf(median, edges);
  return (
    <figure className={styles.histogram}>
      <figcaption>
        {title} <span className={textStyles.faint}>n = {formatCount(n)}</span>
        <span className={classNames(styles.histogramMedian, textStyles.faint)}>p50 {write(median)}</span>
      </figcaption>
      <div className={styles.histogramBars} aria-hidden="true">
        {bars.map(({ bin, count, from, to }) => (
          <div key={bin} className={styles.histogramBin} title={`${write(from)} to ${write(to)}: n = ${count}`}>
            <div
              className={styles.histogramBar}
              style={{ height: `${(count / most) * 100}%`, background: `var(${colour})` }}
            />
          </div>
        ))}
        {place === null ? null : <div className={styles.histogramMark} style={{ left: `${place * 100}%` }} />}
      </div>
      <div className={classNames(styles.histogramEnds, textStyles.faint)}>
        <span>{write(edges[0] ?? null)}</span>
        <span>
          {fullest === undefined
            ? ''
            : `most, ${formatCount(fullest.count)}, from ${write(fullest.from)} to ${write(fullest.to)}`}
        </span>
        <span>{write(edges.at(-1) ?? null)}</span>
      </div>
    </figure>
  );
}

/** How far along the bins a value lies, from 0 to 1. */
function placeOf(value: number, edges: readonly number[]): number | null {
  const [first, last] = [edges[0], edges.at(-1)];
  if (first === undefined || last === undefined || first <= 0 || last <= first) return null;
  return Math.min(1, Math.max(0, Math.log(value / first) / Math.log(last / first)));
}
