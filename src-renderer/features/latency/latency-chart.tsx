import { type ReactNode, useEffect, useRef, useState } from 'react';
import type UPlot from 'uplot';
import type { AlignedData, Band, Options, Series } from 'uplot';
import type { LatencyAnswer } from '../../../src-main/shared/trace-query.ts';
import type { Words } from '../../../src-main/shared/words/words.ts';
import { useApp } from '../../stores/stores.ts';
import { type Line, timeTicks } from './lines.ts';
import { loadUPlot } from './load-uplot.ts';
import { tickWriter } from './units.ts';
import 'uplot/dist/uPlot.min.css';
import styles from './latency-chart.module.css';

interface LatencyChartProps {
  readonly lines: readonly Line[];
  /** Middles of the buckets, in seconds. */
  readonly timesSeconds: readonly number[];
  /** How times and values are written on the axes. */
  readonly words: Words;
  readonly unit: LatencyAnswer['unit'];
  /** The bucket under the pointer; null when it has left. */
  readonly onPoint: (bucket: number | null) => void;
  /** A stretch of time was dragged over, epoch ms; null: it is no longer chosen. */
  readonly onBrush: (span: Span | null) => void;
  /** What is chosen; null takes the mark off the chart. */
  readonly brush: Span | null;
  /** Fills the room between neighbouring lines: they are percentiles of one group. */
  readonly hasBands: boolean;
  /** Is given the chart once it is there, to be saved as a picture. */
  readonly onChart: (canvas: HTMLCanvasElement | null) => void;
}

/** Epoch ms. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What the chart, which is made once, asks of the latest properties. */
interface Latest {
  readonly words: Words;
  readonly unit: LatencyAnswer['unit'];
  readonly onPoint: (bucket: number | null) => void;
  readonly onBrush: (span: Span | null) => void;
}

const heightPx = 260;
const leastBrushPx = 4;
/** A chart of one moment still needs a width. */
const leastSpanSeconds = 1;

/** A line for each group. Made once; new figures and groups go into the chart that is there. */
export function LatencyChart({
  lines,
  timesSeconds,
  words,
  unit,
  onPoint,
  onBrush,
  brush,
  hasBands,
  onChart,
}: LatencyChartProps): ReactNode {
  const element = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<UPlot | null>(null);
  const theme = useApp((state) => state.settings?.theme ?? null);
  const latest = useRef<Latest>({ words, unit, onPoint, onBrush });
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
      // Paper is white: what is printed is drawn with the colours of the light theme.
      for (const query of ['(prefers-color-scheme: dark)', 'print'])
        window.matchMedia(query).addEventListener('change', () => made.redraw(false), { signal });
      signal.addEventListener('abort', () => {
        sizes.disconnect();
        made.destroy();
      });
      setChart(made);
      onChart(made.ctx.canvas);
    });
    return () => gone.abort();
  }, [onChart]);
  useEffect(() => {
    latest.current = { words, unit, onPoint, onBrush };
    if (chart === null) return;
    chart.batch(() => {
      while (chart.series.length > 1) chart.delSeries(chart.series.length - 1);
      for (const [index, line] of lines.entries()) chart.addSeries(makeSeries(line), index + 1);
      chart.delBand(null);
      if (hasBands) {
        for (const [index, line] of lines.slice(1).entries()) chart.addBand(bandBelow(index + 2, line));
      }
      const data: AlignedData = [[...timesSeconds], ...lines.map(({ values }) => [...values])];
      chart.setData(data);
    });
  }, [chart, lines, timesSeconds, words, unit, onPoint, onBrush, hasBands]);
  // Its colours are of the moment it was drawn.
  useEffect(() => {
    if (theme !== null) chart?.redraw(false);
  }, [chart, theme]);
  useEffect(() => {
    if (brush === null) chart?.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  }, [chart, brush]);
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

/** From a line down to the one before it. */
function bandBelow(index: number, { colour }: Line): Band {
  return { series: [index, index - 1], fill: () => `${token(colour)()}${bandAlpha}` };
}

/** Of the colours' eight hexadecimal digits, the last two. */
const bandAlpha = '2e';

function makeOptions(width: number, latest: { readonly current: Latest }): Options {
  const axis = { stroke: token('--faint'), grid: { stroke: token('--line'), width: 1 }, ticks: { show: false } };
  return {
    width,
    height: heightPx,
    legend: { show: false },
    cursor: { y: false, drag: { x: true, y: false, setScale: false }, points: { size: 9 } },
    hooks: {
      setCursor: [(chart) => latest.current.onPoint(chart.cursor.idx ?? null)],
      setSelect: [(chart) => latest.current.onBrush(brushed(chart))],
    },
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
      { ...axis, space: 84, values: (_, ticks, __, ___, step) => timeTicks(latest.current.words, ticks, step) },
      { ...axis, size: 68, values: (_, ticks) => ticks.map(tickWriter(latest.current.words, latest.current.unit)) },
    ],
  };
}

/** What was dragged over; a click is no stretch. */
function brushed(chart: UPlot): Span | null {
  const { left, width } = chart.select;
  if (width < leastBrushPx) return null;
  const at = (px: number): number => Math.round(chart.posToVal(px, 'x') * 1_000);
  return { fromMs: at(left), toMs: at(left + width) };
}
