import { z } from 'zod';
import { RequestRow } from './model.ts';
import {
  type TraceFilter as Filter,
  type FilterMember,
  filterEntries,
  maxCharsOf,
  maxFilterChars,
  openListNames,
} from './trace-filter.ts';
import { sortNames } from './trace-sort.ts';

/** Questions about many turns: the filtered list and the figures of the Latency screen. Times are epoch ms, spans ms. */

const text = z.string().max(maxFilterChars);

function valueSchema(member: FilterMember): z.ZodType {
  switch (member.kind) {
    case 'from':
    case 'until':
      return z.number();
    case 'list':
      return z.array(member.values === null ? text : z.enum([...member.values])).max(member.maxValues);
    case 'phrase':
    case 'words':
    case 'query':
      return z.string().max(maxCharsOf(member));
  }
}

const filterShape = Object.fromEntries(
  filterEntries.map(([name, member]) => [name, valueSchema(member).optional()] as const),
);

/** Each member narrows; a list means any of its values; an absent member does not narrow. */
export const TraceFilter = z.object(filterShape) as z.ZodType<Filter, Filter>;
export type TraceFilter = z.infer<typeof TraceFilter>;

/** Where the next page begins. */
export const TraceCursor = z.object({ startedAt: z.number(), id: z.string().max(200) });
export type TraceCursor = z.infer<typeof TraceCursor>;

/** A question for one page of turns. */
export const TraceQuery = z.object({
  filter: TraceFilter.default({}),
  /** Null: the newest. */
  cursor: TraceCursor.nullable().default(null),
  /** Turns passed over after the cursor. */
  skip: z.int().min(0).max(2_000_000).optional(),
  limit: z.int().min(1).max(500).default(100),
  /** Absent: newest first. With an order pages go on by `skip` alone, without a cursor. */
  sort: z.object({ by: z.enum(sortNames), order: z.enum(['up', 'down']) }).optional(),
});
export type TraceQuery = z.infer<typeof TraceQuery>;

/** One page of turns. */
export const TracePage = z.object({
  /** In the order asked for; turns that still run come first on the first page. */
  rows: z.array(RequestRow),
  next: TraceCursor.nullable(),
  /** Ended turns that match, on all pages. */
  total: z.number(),
});
export type TracePage = z.infer<typeof TracePage>;

/** The number of the last delta whose turns an answer counts: what later ones say has ended, ended after it. */
const asOf = { asOf: z.number() };

/** A page that can be followed by deltas. */
export const FollowedPage = TracePage.extend(asOf);
export type FollowedPage = z.infer<typeof FollowedPage>;

const Choice = z.object({ value: z.string(), label: z.string() });

/** What there is to choose from in filters whose values are not known beforehand, the most frequent first. */
export const TraceChoices = z.record(z.enum(openListNames), z.array(Choice));
export type TraceChoices = z.infer<typeof TraceChoices>;

/** What is kept, and within which limits. */
export const TraceStoreState = z.object({
  /** `memory`: nothing outlives the program, because the disk could not be used. */
  kind: z.enum(['disk', 'memory']),
  turns: z.number(),
  oldestAt: z.number().nullable(),
  bytes: z.number(),
  /** Where a damaged database was put at this start; null where it was sound. */
  setAsidePath: z.string().nullable(),
});
export type TraceStoreState = z.infer<typeof TraceStoreState>;

/** What is kept, to be counted on by deltas. */
export const FollowedState = TraceStoreState.extend(asOf);
export type FollowedState = z.infer<typeof FollowedState>;

/** What is measured of a turn; `own` is Slipstream's share of the time. */
export const LatencyMetric = z.enum(['firstToken', 'total', 'tokensPerSecond', 'own']);
export type LatencyMetric = z.infer<typeof LatencyMetric>;

/** What tells the lines of a chart apart. */
export const LatencyGrouping = z.enum(['none', 'tier', 'transport', 'model', 'account', 'client', 'effort']);
export type LatencyGrouping = z.infer<typeof LatencyGrouping>;

/** A question for percentiles over time and a histogram. */
export const LatencyQuery = z.object({
  metric: LatencyMetric,
  groupBy: LatencyGrouping.default('none'),
  filter: TraceFilter.default({}),
  /** Parts of the time from the first to the last turn. */
  buckets: z.int().min(1).max(200).default(40),
  bins: z.int().min(1).max(100).default(30),
});
export type LatencyQuery = z.infer<typeof LatencyQuery>;

/** Percentiles of `n` turns; null where there are none. */
export const Percentiles = z.object({
  n: z.number(),
  p50: z.number().nullable(),
  p90: z.number().nullable(),
  p95: z.number().nullable(),
  p99: z.number().nullable(),
});
export type Percentiles = z.infer<typeof Percentiles>;

/** Percentiles over time and a histogram, for each group. */
export const LatencyAnswer = z.object({
  metric: LatencyMetric,
  /** Milliseconds, or tokens a second. */
  unit: z.enum(['ms', 'tokens/s']),
  /** Turns that completed and have the figure. */
  n: z.number(),
  fromMs: z.number().nullable(),
  toMs: z.number().nullable(),
  /** Starts of the time buckets; each group's series has one entry for each. */
  bucketStarts: z.array(z.number()),
  bucketMs: z.number(),
  /** Edges of the histogram's bins, one more than bins; their widths grow in proportion. */
  binEdges: z.array(z.number()),
  /** Most turns first. */
  groups: z.array(
    z.object({
      key: z.string(),
      label: z.string(),
      summary: Percentiles,
      series: z.array(Percentiles),
      histogram: z.array(z.number()),
    }),
  ),
});
export type LatencyAnswer = z.infer<typeof LatencyAnswer>;
