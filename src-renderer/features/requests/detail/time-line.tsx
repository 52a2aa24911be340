import type { ReactNode } from 'react';
import { classNames } from '../../../lib/class-names.ts';
import { useWords } from '../../../stores/stores.ts';
import styles from './time-line.module.css';
import { niceTicks } from './waterfall.ts';

interface TimeLineProps {
  readonly label: ReactNode;
  readonly title: string;
  /** The number at the right. */
  readonly value: string;
  /** What is drawn on the scale. */
  readonly children: ReactNode;
}

/** One line of the waterfall: a name, its place on the scale, a number. */
export function TimeLine({ label, title, value, children }: TimeLineProps): ReactNode {
  return (
    <div className={styles.waterfallLine} title={title}>
      <span className={styles.waterfallLabel}>{label}</span>
      <div className={styles.waterfallTrack}>{children}</div>
      <span className={styles.waterfallMs}>{value}</span>
    </div>
  );
}

interface BarProps {
  readonly startMs: number;
  readonly endMs: number;
  readonly scaleMs: number;
  readonly kind: 'client' | 'slipstream' | 'issuer' | 'network' | 'upstream' | 'attempt' | 'failed';
}

/** A span on the scale. Past the scale's end nothing is drawn; the number still says how long it took. */
export function Bar({ startMs, endMs, scaleMs, kind }: BarProps): ReactNode {
  if (startMs >= scaleMs) return null;
  const left = (startMs / scaleMs) * 100;
  const right = Math.min(100, (endMs / scaleMs) * 100);
  return (
    <div className={styles.bar} data-kind={kind} style={{ left: `${left}%`, width: `${Math.max(0, right - left)}%` }} />
  );
}

/** The scale above the bars, and its lines behind them. */
export function Axis({ scaleMs }: { readonly scaleMs: number }): ReactNode {
  const { format } = useWords();
  const ticks = niceTicks(scaleMs, 5).map((tickMs) => ({ tickMs, left: `${(tickMs / scaleMs) * 100}%` }));
  return (
    <>
      <div className={classNames(styles.waterfallLine, styles.waterfallAxis)} aria-hidden="true">
        <div className={styles.waterfallTrack}>
          {ticks.map(({ tickMs, left }) => (
            <span key={tickMs} className={styles.waterfallTick} style={{ left }}>
              {format.tick(tickMs)}
            </span>
          ))}
        </div>
      </div>
      <div className={classNames(styles.waterfallLine, styles.waterfallGrid)} aria-hidden="true">
        <div className={styles.waterfallTrack}>
          {ticks.map(({ tickMs, left }) => (
            <span key={tickMs} className={styles.waterfallGridLine} style={{ left }} />
          ))}
        </div>
      </div>
    </>
  );
}
