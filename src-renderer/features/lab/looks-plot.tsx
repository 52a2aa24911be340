import type { CSSProperties, ReactNode } from 'react';
import type { LabLook, LabPair } from '../../../src-main/shared/lab.ts';
import { classNames } from '../../lib/class-names.ts';
import { useWords } from '../../stores/stores.ts';
import textStyles from '../../ui/text.module.css';
import styles from './looks-plot.module.css';

interface LooksPlotProps {
  readonly looks: readonly LabLook[];
  /** A difference within it does not matter. */
  readonly regionPercent: number;
  /** Each is a dot; a pair that failed is none. */
  readonly pairs?: readonly LabPair[];
  /** What their n counts. */
  readonly of?: 'pairs' | 'rounds';
  /** Other looks that are drawn to the same scale. */
  readonly beside?: readonly LabLook[];
}

/** The axis is in logs, as the intervals are: half the time is as far to one side as twice the time to the other. */
const logOf = (percent: number): number => Math.log(Math.max(0.01, 1 + percent / 100));
const percentOf = (log: number): number => (Math.exp(log) - 1) * 100;
/** The least that the axis shows to each side. */
const leastReach = logOf(20);
/** Single pairs further out than this are drawn at the edge, or one would make all else small. */
const mostReach = logOf(150);
const rowHeight = 8;

/** The change of time per token with fast, look by look, against zero and the region that does not matter. */
export function LooksPlot({ looks, regionPercent, pairs = [], of = 'pairs', beside = [] }: LooksPlotProps): ReactNode {
  const { t, format } = useWords();
  const effects = pairs.flatMap((pair) => pair.effectPercent ?? []);
  if (looks.length === 0 && effects.length === 0) return null;
  const ends = [...looks, ...beside].flatMap(({ lowPercent, highPercent }) => [logOf(lowPercent), logOf(highPercent)]);
  const region = logOf(regionPercent);
  const furthest = Math.max(leastReach, region, ...[...ends, ...effects.map(logOf)].map(Math.abs));
  const reach = Math.min(furthest, Math.max(mostReach, ...ends.map(Math.abs))) * 1.1;
  const xOf = (log: number): number => 50 + (Math.max(-reach, Math.min(reach, log)) / reach) * 50;
  const x = (percent: number): number => xOf(logOf(percent));
  const at = (log: number): CSSProperties => ({ left: `${xOf(log)}%` });
  const height = Math.max(1, looks.length) * rowHeight + (effects.length > 0 ? 5 : 1);
  const sizeOf = (percent: number): string => format.percent(Math.round(Math.abs(percent)));
  const told = looks
    .map(({ n, lowPercent, highPercent }) =>
      t(`lab.plot.${of}`, { n, low: format.change(lowPercent), high: format.change(highPercent) }),
    )
    .join('; ');
  return (
    <figure className={styles.looks}>
      <svg
        viewBox={`0 0 100 ${height}`}
        preserveAspectRatio="none"
        style={{ height: `${height * 3.2}px` }}
        role="img"
        aria-label={t('lab.plot', { looks: told === '' ? t('lab.plot.none') : told })}
      >
        <rect
          className={styles.looksRegion}
          x={xOf(-region)}
          width={xOf(region) - xOf(-region)}
          y="0"
          height={height}
        />
        <line className={styles.intervalZero} x1="50" x2="50" y1="0" y2={height} />
        {looks.map(({ n, effectPercent, lowPercent, highPercent }, row) => {
          const y = row * rowHeight + rowHeight / 2;
          const isLast = row === looks.length - 1;
          return (
            <g key={n} className={isLast ? undefined : styles.looksBefore}>
              <line className={styles.intervalRange} x1={x(lowPercent)} x2={x(highPercent)} y1={y} y2={y} />
              <line className={styles.intervalEnd} x1={x(lowPercent)} x2={x(lowPercent)} y1={y - 1.5} y2={y + 1.5} />
              <line className={styles.intervalEnd} x1={x(highPercent)} x2={x(highPercent)} y1={y - 1.5} y2={y + 1.5} />
              <line
                className={styles.intervalMiddle}
                x1={x(effectPercent)}
                x2={x(effectPercent)}
                y1={y - 2}
                y2={y + 2}
              />
            </g>
          );
        })}
        {pairs.map(({ pair, effectPercent }) =>
          effectPercent === null ? null : (
            <line
              key={pair}
              className={styles.intervalPair}
              x1={x(effectPercent)}
              x2={x(effectPercent)}
              y1={height - 2}
              y2={height - 1.99}
            />
          ),
        )}
      </svg>
      <ol className={classNames(styles.looksNames, textStyles.faint)} aria-hidden="true">
        {looks.map(({ n }) => (
          <li key={n}>n = {n}</li>
        ))}
      </ol>
      <figcaption className={classNames(styles.intervalScale, textStyles.faint)} aria-hidden="true">
        <span style={at(-reach)}>{t('lab.plot.faster', { size: sizeOf(percentOf(-reach)) })}</span>
        <span style={at(0)}>{t('lab.plot.zero', { region: regionPercent })}</span>
        <span style={at(reach)}>{t('lab.plot.slower', { size: sizeOf(percentOf(reach)) })}</span>
      </figcaption>
    </figure>
  );
}
