import { type ReactNode, useCallback, useMemo, useState } from 'react';
import type { LatencyAnswer, LatencyGrouping, TraceFilter } from '../../../src-main/shared/trace-query.ts';
import type { Words } from '../../../src-main/shared/words/words.ts';
import { useAccountNames } from '../../hooks/use-account-names.ts';
import { classNames } from '../../lib/class-names.ts';
import { useWords } from '../../stores/stores.ts';
import { Card } from '../../ui/card.tsx';
import figuresStyles from '../../ui/figures.module.css';
import { SegmentedControl } from '../../ui/segmented-control.tsx';
import swatchStyles from '../../ui/swatch.module.css';
import textStyles from '../../ui/text.module.css';
import { BrushBar } from './brush-bar.tsx';
import { ChartFiles } from './chart-files.tsx';
import { Gaps } from './gaps.tsx';
import { LatencyChart, type Span } from './latency-chart.tsx';
import { byLabel, type Line, linesOf, maxLines, type PercentileName, percentileNames, spanText } from './lines.ts';
import styles from './over-time.module.css';
import { TimeTable } from './time-table.tsx';
import { valueWriter } from './units.ts';

interface OverTimeProps {
  readonly answer: LatencyAnswer;
  readonly groupBy: LatencyGrouping;
  readonly filter: TraceFilter;
  readonly onFilter: (filter: TraceFilter) => void;
}

const segments = percentileNames.map((value) => ({ value, label: value }));

/** Percentiles over time: a legend with every n, the chart, what is under the pointer, and the same as a table. */
export function OverTime({ answer, groupBy, filter, onFilter }: OverTimeProps): ReactNode {
  const words = useWords();
  const { t, format } = words;
  const [percentile, setPercentile] = useState<PercentileName>('p50');
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [bucket, setBucket] = useState<number | null>(null);
  const accountName = useAccountNames();
  const all = useMemo(
    () => linesOf(t, answer, groupBy, percentile, accountName),
    [t, answer, groupBy, percentile, accountName],
  );
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
      title={t('latency.overTime')}
      aside={
        <>
          {isOneGroup ? null : (
            <SegmentedControl
              label={t('latency.percentile')}
              segments={segments}
              value={percentile}
              onChange={setPercentile}
            />
          )}
          <ChartFiles
            answer={answer}
            lines={linesOf(t, answer, groupBy, percentile, byLabel)}
            hidden={hidden}
            percentile={isOneGroup ? null : percentile}
            canvas={canvas}
          />
        </>
      }
    >
      <div className={figuresStyles.figuresBody}>
        <ul className={styles.chartLegend} aria-label={t('latency.lines')}>
          {all.map((line) => (
            <li key={line.key}>
              <button
                type="button"
                className={styles.legendItem}
                aria-pressed={!hidden.has(line.key)}
                title={t(hidden.has(line.key) ? 'latency.line.show' : 'latency.line.hide')}
                onClick={() => toggle(line.key)}
              >
                <span className={swatchStyles.swatch} style={{ background: `var(${line.colour})` }} />
                {line.label} <span className={textStyles.faint}>n = {format.count(line.n)}</span>
              </button>
            </li>
          ))}
        </ul>
        <LatencyChart
          lines={lines}
          timesSeconds={timesSeconds}
          words={words}
          unit={answer.unit}
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
        <p className={classNames(styles.chartReadout, textStyles.faint)}>{readout(words, answer, lines, bucket)}</p>
        <Gaps answer={answer} lines={all} hasBands={isOneGroup && hidden.size === 0} />
        {answer.groups.length > maxLines ? (
          <p className={textStyles.faint}>{t('latency.maxLines', { most: maxLines, n: answer.groups.length })}</p>
        ) : null}
        <TimeTable answer={answer} lines={all} write={valueWriter(words, answer.unit)} />
      </div>
    </Card>
  );
}

/** What lies under the pointer, or what the chart spans. */
function readout(words: Words, answer: LatencyAnswer, lines: readonly Line[], bucket: number | null): string {
  const { t, format } = words;
  const start = bucket === null ? undefined : answer.bucketStarts[bucket];
  if (bucket === null || start === undefined) {
    const { fromMs, toMs, bucketMs } = answer;
    const span = spanText(words, fromMs ?? 0, (toMs ?? 0) - (fromMs ?? 0));
    return t('latency.readout.whole', { span, step: format.ms(bucketMs) });
  }
  const write = valueWriter(words, answer.unit);
  const parts = lines.map(({ label: line, values, counts }) =>
    counts[bucket] === 0
      ? t('latency.readout.none', { line })
      : t('latency.readout.value', { line, value: write(values[bucket] ?? null), n: counts[bucket] ?? 0 }),
  );
  return t('latency.readout', { span: spanText(words, start, answer.bucketMs), lines: parts.join(' · ') });
}
