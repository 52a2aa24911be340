import { type ReactNode, useCallback, useMemo, useState } from 'react';
import type { LatencyAnswer, LatencyGrouping, TraceFilter } from '../../../src-main/shared/trace-query.ts';
import { classNames } from '../../lib/class-names.ts';
import { formatCount, formatMs } from '../../lib/format.ts';
import { Card } from '../../ui/card.tsx';
import figuresStyles from '../../ui/figures.module.css';
import { SegmentedControl } from '../../ui/segmented-control.tsx';
import swatchStyles from '../../ui/swatch.module.css';
import textStyles from '../../ui/text.module.css';
import { BrushBar } from './brush-bar.tsx';
import { ChartFiles } from './chart-files.tsx';
import { Gaps } from './gaps.tsx';
import { LatencyChart, type Span } from './latency-chart.tsx';
import { type Line, linesOf, maxLines, type PercentileName, percentileNames, spanText } from './lines.ts';
import styles from './over-time.module.css';
import { TimeTable } from './time-table.tsx';
import { tickWriters, valueWriters } from './units.ts';

interface OverTimeProps {
  readonly answer: LatencyAnswer;
  readonly groupBy: LatencyGrouping;
  readonly filter: TraceFilter;
  readonly onFilter: (filter: TraceFilter) => void;
}

const segments = percentileNames.map((value) => ({ value, label: value }));

/** Percentiles over time: a legend with every n, the chart, what is under the pointer, and the same as a table. */
export function OverTime({ answer, groupBy, filter, onFilter }: OverTimeProps): ReactNode {
  const [percentile, setPercentile] = useState<PercentileName>('p50');
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [bucket, setBucket] = useState<number | null>(null);
  const all = useMemo(() => linesOf(answer, groupBy, percentile), [answer, groupBy, percentile]);
  const lines = useMemo(() => all.filter(({ key }) => !hidden.has(key)), [all, hidden]);
  const timesSeconds = useMemo(
    () => answer.bucketStarts.map((start) => (start + answer.bucketMs / 2) / 1_000),
    [answer],
  );
  const toggle = useCallback((key: string): void => {
    setHidden((before) => {
      const after = new Set(before);
      if (!after.delete(key)) after.add(key);
      return after;
    });
  }, []);
  const [brush, setBrush] = useState<Span | null>(null);
  const [canvas, setCanvas] = useState<HTMLCanvasElement | null>(null);
  const isOneGroup = answer.groups.length === 1;
  return (
    <Card
      title="Over time"
      aside={
        <>
          {isOneGroup ? null : (
            <SegmentedControl label="Percentile" segments={segments} value={percentile} onChange={setPercentile} />
          )}
          <ChartFiles answer={answer} lines={all} canvas={canvas} />
        </>
      }
    >
      <div className={figuresStyles.figuresBody}>
        <ul className={styles.chartLegend} aria-label="Lines">
          {all.map((line) => (
            <li key={line.key}>
              <button
                type="button"
                className={styles.legendItem}
                aria-pressed={!hidden.has(line.key)}
                title={hidden.has(line.key) ? 'Show this line' : 'Hide this line'}
                onClick={() => toggle(line.key)}
              >
                <span className={swatchStyles.swatch} style={{ background: `var(${line.colour})` }} />
                {line.label} <span className={textStyles.faint}>n = {formatCount(line.n)}</span>
              </button>
            </li>
          ))}
        </ul>
        <LatencyChart
          lines={lines}
          timesSeconds={timesSeconds}
          format={tickWriters[answer.unit]}
          onPoint={setBucket}
          onBrush={setBrush}
          brush={brush}
          hasBands={isOneGroup && hidden.size === 0}
          onChart={setCanvas}
        />
        <BrushBar
          answer={answer}
          lines={lines}
          brush={brush}
          filter={filter}
          onFilter={onFilter}
          onDrop={() => setBrush(null)}
        />
        <p className={classNames(styles.chartReadout, textStyles.faint)}>{readout(answer, lines, bucket)}</p>
        <Gaps answer={answer} lines={all} hasBands={isOneGroup && hidden.size === 0} />
        {answer.groups.length > maxLines ? (
          <p className={textStyles.faint}>
            Lines for the {maxLines} groups with most turns of {formatCount(answer.groups.length)}; the summary has all.
          </p>
        ) : null}
        <TimeTable answer={answer} lines={all} write={valueWriters[answer.unit]} />
      </div>
    </Card>
  );
}

/** What lies under the pointer, or what the chart spans. */
function readout(answer: LatencyAnswer, lines: readonly Line[], bucket: number | null): string {
  const start = bucket === null ? undefined : answer.bucketStarts[bucket];
  if (bucket === null || start === undefined) {
    const { fromMs, toMs, bucketMs } = answer;
    const span = spanText(fromMs ?? 0, (toMs ?? 0) - (fromMs ?? 0));
    return `${span}, a point for every ${formatMs(bucketMs)} in which turns began; gaps had none.`;
  }
  const write = valueWriters[answer.unit];
  const parts = lines.map(({ label, values, counts }) =>
    counts[bucket] === 0
      ? `${label} no turn`
      : `${label} ${write(values[bucket] ?? null)} (n = ${formatCount(counts[bucket] ?? 0)})`,
  );
  return `${spanText(start, answer.bucketMs)}: ${parts.join(' · ')}`;
}
