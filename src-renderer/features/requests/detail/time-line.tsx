import type { ReactNode } from 'react';
import { formatTick } from '../../../lib/format.ts';
import { niceTicks } from './waterfall.ts';

interface TimeLineProps {
  readonly label: string;
  readonly title: string;
  /** The number at the right. */
  readonly value: string;
  /** What is drawn on the scale. */
  readonly children: ReactNode;
}

/** One line of the waterfall: a name, its place on the scale, a number. */
export function TimeLine({ label, title, value, children }: TimeLineProps): ReactNode {
  return (
    <div className="waterfall-line" title={title}>
      <span className="waterfall-label">{label}</span>
      <div className="waterfall-track">{children}</div>
      <span className="waterfall-ms">{value}</span>
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
  return <div className={`bar bar-${kind}`} style={{ left: `${left}%`, width: `${Math.max(0, right - left)}%` }} />;
}

/** The scale above the bars, and its lines behind them. */
export function Axis({ scaleMs }: { readonly scaleMs: number }): ReactNode {
  const ticks = niceTicks(scaleMs, 5).map((tickMs) => ({ tickMs, left: `${(tickMs / scaleMs) * 100}%` }));
  return (
    <>
      <div className="waterfall-line waterfall-axis" aria-hidden="true">
        <div className="waterfall-track">
          {ticks.map(({ tickMs, left }) => (
            <span key={tickMs} className="waterfall-tick" style={{ left }}>
              {formatTick(tickMs)}
            </span>
          ))}
        </div>
      </div>
      <div className="waterfall-line waterfall-grid" aria-hidden="true">
        <div className="waterfall-track">
          {ticks.map(({ tickMs, left }) => (
            <span key={tickMs} className="waterfall-grid-line" style={{ left }} />
          ))}
        </div>
      </div>
    </>
  );
}
