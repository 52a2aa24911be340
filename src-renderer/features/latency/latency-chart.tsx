import { type ReactNode, useEffect, useRef, useState } from 'react';
import type UPlot from 'uplot';
import type { AlignedData, Options, Series } from 'uplot';
import { loadUPlot } from '../../lib/load-uplot.ts';
import 'uplot/dist/uPlot.min.css';

interface LatencyChartProps {
  readonly labels: readonly string[];
  /** Times in seconds first, then one list for each label. */
  readonly data: AlignedData;
  /** How a value is written on the axis. */
  readonly format: (value: number) => string;
}

const colours = ['--accent', '--fast-fill', '--upstream-fill', '--network-fill', '--good-fill', '--bad-fill'] as const;
const heightPx = 240;

/** Names the token that a line is drawn with, for legends. */
export function lineColour(index: number): string {
  return colours[index % colours.length] ?? '--accent';
}

/** A line for each group. Made once; new figures and groups go into the chart that is there. */
export function LatencyChart({ labels, data, format }: LatencyChartProps): ReactNode {
  const element = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<UPlot | null>(null);
  const latestFormat = useRef(format);
  useEffect(() => {
    const host = element.current;
    if (host === null) return undefined;
    const gone = new AbortController();
    void loadUPlot().then((Chart) => {
      if (gone.signal.aborted) return;
      const made = new Chart(makeOptions(host.clientWidth, latestFormat), [[]], host);
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
    if (chart === null) return;
    latestFormat.current = format;
    while (chart.series.length > 1) chart.delSeries(chart.series.length - 1);
    for (const [index, label] of labels.entries()) chart.addSeries(makeSeries(label, index), index + 1);
    chart.setData(data);
  }, [chart, labels, data, format]);
  return <div ref={element} className="chart" aria-hidden="true" />;
}

const token = (name: string) => (): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function makeSeries(label: string, index: number): Series {
  return { label, stroke: token(lineColour(index)), width: 2, spanGaps: true, points: { show: true, size: 5 } };
}

function makeOptions(width: number, format: { readonly current: (value: number) => string }): Options {
  const axis = { stroke: token('--faint'), grid: { stroke: token('--line'), width: 1 }, ticks: { show: false } };
  const values = (_: UPlot, ticks: number[]): string[] => ticks.map((tick) => format.current(tick));
  return {
    width,
    height: heightPx,
    legend: { show: false },
    cursor: { show: false },
    scales: { y: { range: (_, __, max) => [0, (max || 1) * 1.1] } },
    series: [{}],
    axes: [axis, { ...axis, size: 68, values }],
  };
}
