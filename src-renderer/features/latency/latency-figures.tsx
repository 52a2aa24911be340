import { type ReactNode, useMemo, useState } from 'react';
import type { AlignedData } from 'uplot';
import type { LatencyAnswer } from '../../../src-main/shared/trace-query.ts';
import { formatCount, formatInstant, formatMs } from '../../lib/format.ts';
import { Card } from '../../ui/card.tsx';
import { SegmentedControl } from '../../ui/segmented-control.tsx';
import { Histogram } from './histogram.tsx';
import { LatencyChart, lineColour } from './latency-chart.tsx';

const percentiles = [
  { value: 'p50', label: 'p50' },
  { value: 'p90', label: 'p90' },
  { value: 'p95', label: 'p95' },
  { value: 'p99', label: 'p99' },
] as const;

/** More lines than this cannot be told apart. */
const maxLines = 6;

const writers: Record<LatencyAnswer['unit'], (value: number | null) => string> = {
  ms: formatMs,
  'tokens/s': (value) => (value === null ? '—' : `${value.toPrecision(3)} t/s`),
};

/** The figures of one answer: over time, as a table, and how they are spread. */
export function LatencyFigures({ answer }: { readonly answer: LatencyAnswer }): ReactNode {
  const [percentile, setPercentile] = useState<(typeof percentiles)[number]['value']>('p50');
  const write = writers[answer.unit];
  const groups = useMemo(() => answer.groups.slice(0, maxLines), [answer]);
  const labels = useMemo(() => groups.map(({ label }) => label), [groups]);
  const data = useMemo(
    (): AlignedData => [
      answer.bucketStarts.map((start) => start / 1_000),
      ...groups.map(({ series }) => series.map((point) => point[percentile])),
    ],
    [answer, groups, percentile],
  );
  return (
    <>
      <Card
        title="Over time"
        aside={
          <SegmentedControl label="Percentile" segments={percentiles} value={percentile} onChange={setPercentile} />
        }
      >
        <div className="figures-body">
          <LatencyChart labels={labels} data={data} format={write} />
          <p className="faint">
            {formatInstant(answer.fromMs ?? 0)} to {formatInstant(answer.toMs ?? 0)}, a point for every{' '}
            {formatMs(answer.bucketMs)}. The table below sums up each group in numbers.
          </p>
        </div>
      </Card>
      <Card title="Summary">
        <div className="figures-body">
          <table className="figures-table">
            <thead>
              <tr>
                <th scope="col">Group</th>
                <th scope="col">n</th>
                {percentiles.map(({ value }) => (
                  <th key={value} scope="col">
                    {value}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {answer.groups.map(({ key, label, summary }, index) => (
                <tr key={key}>
                  <th scope="row">
                    {index < maxLines ? (
                      <span className="swatch" style={{ background: `var(${lineColour(index)})` }} />
                    ) : null}
                    {label}
                  </th>
                  <td>{formatCount(summary.n)}</td>
                  {percentiles.map(({ value }) => (
                    <td key={value}>{write(summary[value])}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </Card>
      <Card title="Distribution">
        <div className="figures-body histograms">
          {groups.map(({ key, label, summary, histogram }, index) => (
            <Histogram
              key={key}
              title={`${label}, n = ${formatCount(summary.n)}`}
              colour={lineColour(index)}
              counts={histogram}
              edges={answer.binEdges}
              write={write}
            />
          ))}
        </div>
      </Card>
    </>
  );
}
