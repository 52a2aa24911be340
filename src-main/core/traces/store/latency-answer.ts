import { quantile } from '../../../shared/statistics.ts';
import type { LatencyAnswer, LatencyMetric, Percentiles } from '../../../shared/trace-query.ts';

/** Turns' starts, groups and values, at the same places of lists of equal length. */
export interface LatencyPoints {
  readonly startedAt: Float64Array;
  readonly keys: readonly string[];
  readonly values: Float64Array;
}

/** How the answer is cut. */
interface Shape {
  readonly metric: LatencyMetric;
  readonly buckets: number;
  readonly bins: number;
  readonly labelOf: (key: string) => string;
}

function percentiles(sorted: Float64Array): Percentiles {
  const at = (share: number) => (sorted.length === 0 ? null : quantile(sorted, share));
  return { n: sorted.length, p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99) };
}

/** Edges whose distances grow in proportion, from the least to the greatest value. */
function binEdges(least: number, greatest: number, bins: number): number[] {
  const from = Math.max(least, 0.01);
  const step = Math.log(Math.max(greatest, from * 1.001) / from) / bins;
  return Array.from({ length: bins + 1 }, (_, index) => from * Math.exp(step * index));
}

function histogram(sorted: Float64Array, edges: readonly number[]): number[] {
  const counts = new Array<number>(edges.length - 1).fill(0);
  let bin = 0;
  for (const value of sorted) {
    while (bin < counts.length - 1 && value >= (edges[bin + 1] ?? Number.POSITIVE_INFINITY)) bin += 1;
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts;
}

/** Figures in groups, in time and in bins. */
export function latencyAnswer(
  { startedAt, keys, values }: LatencyPoints,
  { metric, buckets, bins, labelOf }: Shape,
): LatencyAnswer {
  const n = values.length;
  let fromMs = Number.POSITIVE_INFINITY;
  let toMs = Number.NEGATIVE_INFINITY;
  let least = Number.POSITIVE_INFINITY;
  let greatest = 0;
  const members = new Map<string, number[]>();
  for (let index = 0; index < n; index += 1) {
    const at = startedAt[index] ?? 0;
    const value = values[index] ?? 0;
    fromMs = Math.min(fromMs, at);
    toMs = Math.max(toMs, at);
    least = Math.min(least, value);
    greatest = Math.max(greatest, value);
    const key = keys[index] ?? '';
    const group = members.get(key);
    if (group === undefined) members.set(key, [index]);
    else group.push(index);
  }
  const bucketMs = n === 0 ? 0 : Math.max(1, (toMs - fromMs) / buckets);
  const edges = n === 0 ? [] : binEdges(least, greatest, bins);
  const groups = [...members].map(([key, indices]) => {
    const inBuckets: number[][] = Array.from({ length: buckets }, () => []);
    const all = new Float64Array(indices.length);
    indices.forEach((index, position) => {
      const value = values[index] ?? 0;
      all[position] = value;
      const bucket = Math.min(buckets - 1, Math.floor(((startedAt[index] ?? 0) - fromMs) / bucketMs));
      inBuckets[bucket]?.push(value);
    });
    all.sort();
    return {
      key,
      label: labelOf(key),
      summary: percentiles(all),
      series: inBuckets.map((list) => percentiles(Float64Array.from(list).sort())),
      histogram: histogram(all, edges),
    };
  });
  return {
    metric,
    unit: metric === 'tokensPerSecond' ? 'tokens/s' : 'ms',
    n,
    fromMs: n === 0 ? null : fromMs,
    toMs: n === 0 ? null : toMs,
    bucketStarts: n === 0 ? [] : Array.from({ length: buckets }, (_, index) => fromMs + index * bucketMs),
    bucketMs,
    binEdges: edges,
    groups: groups.toSorted((a, b) => b.summary.n - a.summary.n),
  };
}
