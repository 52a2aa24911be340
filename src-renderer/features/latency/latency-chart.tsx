import { type ReactNode, useEffect, useRef, useState } from 'react';
import type UPlot from 'uplot';
import type { AlignedData, Options, Series } from 'uplot';
import { type Line, timeTicks } from './lines.ts';
import { loadUPlot } from './load-uplot.ts';
import 'uplot/dist/uPlot.min.css';
import styles from './latency-chart.module.css';

interface LatencyChartProps {
  readonly lines: readonly Line[];
  /** Middles of the buckets, in seconds. */
  readonly timesSeconds: readonly number[];
  /** How a value is written on the axis. */
  readonly format: (value: number) => string;
  /** The bucket under the pointer; null when it has left. */
  readonly onPoint: (bucket: number | null) => void;
}

/** What the chart, which is made once, asks of the latest properties. */
interface Latest {
  readonly format: (value: number) => string;
  readonly onPoint: (bucket: number | null) => void;
}

const heightPx = 260;
/** A chart of one moment still needs a width. */
const leastSpanSeconds = 1;

/** A line for each group. Made once; new figures and groups go into the chart that is there. */
export function LatencyChart({ lines, timesSeconds, format, onPoint }: LatencyChartProps): ReactNode {
  const element = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<UPlot | null>(null);
  const latest = useRef<Latest>({ format, onPoint });
  useEffect(() => {
    const host = element.current;
    if (host === null) return undefined;
    const gone = new AbortController();
    void loadUPlot().then((Chart) => {
      if (gone.signal.aborted) return;
      const made = new Chart(makeOptions(host.clientWidth, latest), [[]], host);
      const sizes = new ResizeObserver(() => made.setSize({ width: host.clientWidth, height: heightPx }));
      sizes.observe(host);
      const { signal } = gone;
      window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => made.redraw(), { signal });
      signal.addEventListener('abort', () => {
        sizes.disconnect();
        made.destroy();
      });
      setChart(made);
    });
    return () => gone.abort();
  }, []);
  useEffect(() => {
    latest.current = { format, onPoint };
    if (chart === null) return;
    chart.batch(() => {
      while (chart.series.length > 1) chart.delSeries(chart.series.length - 1);
      for (const [index, line] of lines.entries()) chart.addSeries(makeSeries(line), index + 1);
      const data: AlignedData = [[...timesSeconds], ...lines.map(({ values }) => [...values])];
      chart.setData(data);
    });
  }, [chart, lines, timesSeconds, format, onPoint]);
  return <div ref={element} className={styles.chart} aria-hidden="true" />;
}

const token = (name: string) => (): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function makeSeries({ label, colour }: Line): Series {
  // No line over a stretch without turns: nobody knows what they would have taken.
  return {
    label,
    stroke: token(colour),
    width: 2,
    spanGaps: false,
    points: { show: true, size: 5, fill: token(colour) },
  };
}

function makeOptions(width: number, latest: { readonly current: Latest }): Options {
  const axis = { stroke: token('--faint'), grid: { stroke: token('--line'), width: 1 }, ticks: { show: false } };
  return {
    width,
    height: heightPx,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 9 } },
    hooks: { setCursor: [(chart) => latest.current.onPoint(chart.cursor.idx ?? null)] },
    scales: {
      x: {
        range: (_, min, max) => {
          const margin = Math.max(leastSpanSeconds, max - min) * 0.01;
          return [(min ?? 0) - margin, (max ?? 1) + margin];
        },
      },
      y: { range: (_, __, max) => [0, (max || 1) * 1.1] },
    },
    series: [{}],
    axes: [
      { ...axis, space: 70, values: (_, ticks, __, ___, step) => timeTicks(ticks, step) },
      { ...axis, size: 68, values: (_, ticks) => ticks.map((tick) => latest.current.format(tick)) },
    ],
  };
}
