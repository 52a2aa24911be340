import type { ReactNode } from 'react';
import { classNames } from '../../lib/class-names.ts';
import { useWords } from '../../stores/stores.ts';
import textStyles from '../../ui/text.module.css';
import styles from './histogram.module.css';
import { sharesBelow } from './lines.ts';

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
  const { t, format } = useWords();
  const most = Math.max(1, ...counts);
  const bars = counts.map((count, bin) => ({ bin, count, from: edges[bin] ?? null, to: edges[bin + 1] ?? null }));
  const fullest = bars.find(({ count }) => count === most);
  const place = median === null ? null : placeOf(median, edges);
  return (
    <figure className={styles.histogram}>
      <figcaption>
        {title} <span className={textStyles.faint}>n = {format.count(n)}</span>
        <span className={classNames(styles.histogramMedian, textStyles.faint)}>p50 {write(median)}</span>
      </figcaption>
      <div className={styles.plots}>
        <div className={styles.histogramBars} aria-hidden="true">
          {bars.map(({ bin, count, from, to }) => (
            <div
              key={bin}
              className={styles.histogramBin}
              title={t('latency.bin', { from: write(from), to: write(to), n: count })}
            >
              <div
                className={styles.histogramBar}
                style={{ height: `${(count / most) * 100}%`, background: `var(${colour})` }}
              />
            </div>
          ))}
          {place === null ? null : <div className={styles.histogramMark} style={{ left: `${place * 100}%` }} />}
        </div>
        <Ecdf counts={counts} edges={edges} colour={colour} write={write} />
      </div>
      <div className={classNames(styles.histogramEnds, textStyles.faint)}>
        <span>{write(edges[0] ?? null)}</span>
        <span>
          {fullest === undefined
            ? ''
            : t('latency.bin.most', { n: fullest.count, from: write(fullest.from), to: write(fullest.to) })}
        </span>
        <span>{write(edges.at(-1) ?? null)}</span>
      </div>
    </figure>
  );
}

type EcdfProps = Pick<HistogramProps, 'counts' | 'edges' | 'colour' | 'write'>;

/** Which share of the turns lies below each edge, on the same scale as the bins. */
function Ecdf({ counts, edges, colour, write }: EcdfProps): ReactNode {
  const { t, format } = useWords();
  const shares = sharesBelow(counts);
  const points = shares.map((share, edge) => `${(edge / Math.max(1, counts.length)) * 100},${(1 - share) * 100}`);
  return (
    <div className={styles.ecdf} role="img" aria-label={t('latency.ecdf')} title={t('latency.ecdf')}>
      <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
        <path className={styles.ecdfGrid} d="M0 10H100M0 50H100" />
        <polyline className={styles.ecdfLine} style={{ stroke: `var(${colour})` }} points={points.join(' ')} />
      </svg>
      {shares.slice(1).map((share, bin) => (
        <div
          key={edges[bin + 1] ?? bin}
          className={styles.ecdfBin}
          title={t('latency.ecdf.title', {
            value: write(edges[bin + 1] ?? null),
            percent: format.percent(share * 100),
          })}
        />
      ))}
    </div>
  );
}

/** How far along the bins a value lies, from 0 to 1. */
function placeOf(value: number, edges: readonly number[]): number | null {
  const [first, last] = [edges[0], edges.at(-1)];
  if (first === undefined || last === undefined || first <= 0 || last <= first) return null;
  return Math.min(1, Math.max(0, Math.log(value / first) / Math.log(last / first)));
}
