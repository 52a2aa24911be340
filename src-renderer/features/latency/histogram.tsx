import type { ReactNode } from 'react';
import { formatCount } from '../../lib/format.ts';

interface HistogramProps {
  readonly title: string;
  /** Name of a colour token. */
  readonly colour: string;
  readonly counts: readonly number[];
  /** One more than counts. */
  readonly edges: readonly number[];
  readonly write: (value: number | null) => string;
}

/** How many turns fell into each bin. */
export function Histogram({ title, colour, counts, edges, write }: HistogramProps): ReactNode {
  const most = Math.max(1, ...counts);
  const bars = counts.map((count, bin) => ({ bin, count, from: edges[bin] ?? null, to: edges[bin + 1] ?? null }));
  const fullest = bars.find(({ count }) => count === most);
  return (
    <figure className="histogram">
      <figcaption>{title}</figcaption>
      <div className="histogram-bars" aria-hidden="true">
        {bars.map(({ bin, count, from, to }) => (
          <div
            key={bin}
            className="histogram-bar"
            title={`${write(from)} to ${write(to)}: n = ${count}`}
            style={{ height: `${(count / most) * 100}%`, background: `var(${colour})` }}
          />
        ))}
      </div>
      <div className="histogram-ends faint">
        <span>{write(edges[0] ?? null)}</span>
        <span>
          {fullest === undefined
            ? ''
            : `most (${formatCount(fullest.count)}) from ${write(fullest.from)} to ${write(fullest.to)}`}
        </span>
        <span>{write(edges.at(-1) ?? null)}</span>
      </div>
    </figure>
  );
}
