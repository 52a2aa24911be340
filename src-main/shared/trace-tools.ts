import { z } from 'zod';
import { RequestRow, Transport } from './model.ts';
import { tierIds } from './tiers.ts';
import { TraceCursor, TraceFilter } from './trace-query.ts';
import { absent } from './turn-words.ts';

/** What can be done with traces: send again, compare, export. */

const exchangeId = z.string().max(200);

/** Which kept turn to send again, and what to change in it. */
export const ReplayRequest = z.object({
  id: exchangeId,
  /** `same` as the client asked; the fast policy has no say in a replay. */
  tier: z.enum(['same', absent, ...tierIds]).default('same'),
  /** Null: the same. */
  model: z.string().min(1).max(200).nullable().default(null),
  /** Null: the account's own. */
  transport: Transport.nullable().default(null),
});
export type ReplayRequest = z.infer<typeof ReplayRequest>;

/** The figures of one side; null where it has none. */
const Figure = z.object({
  name: z.enum([
    'firstEvent',
    'firstToken',
    'total',
    'own',
    'tokensPerSecond',
    'outputTokens',
    'inputTokens',
    'cachedTokens',
  ]),
  unit: z.enum(['ms', 'tokens/s', 'tokens']),
  a: z.number().nullable(),
  b: z.number().nullable(),
  /** Of b against a; null where either is missing or a is 0. */
  differencePercent: z.number().nullable(),
});

const Difference = z.object({
  name: z.string(),
  /** Null: not there. Long values are cut. */
  a: z.string().nullable(),
  b: z.string().nullable(),
});
export type Difference = z.infer<typeof Difference>;

/** Two turns side by side. */
export const TraceComparison = z.object({
  a: RequestRow,
  b: RequestRow,
  figures: z.array(Figure),
  /** Upstream request headers of the last attempts that are not the same. */
  headers: z.array(Difference),
  /** Members of the upstream bodies that are not the same; null where a body is no longer kept. */
  fields: z.array(Difference).nullable(),
  /** What is the same in both: header names, member names. */
  sameHeaders: z.number(),
  sameFields: z.number().nullable(),
});
export type TraceComparison = z.infer<typeof TraceComparison>;

/** Which turns to write as HAR (HTTP Archive). */
export const HarRequest = z.object({
  /** Null: those that the filter lets through, newest first. */
  ids: z.array(exchangeId).max(1_000).nullable().default(null),
  filter: TraceFilter.default({}),
  /** Where a part begins: the `next` of the one before. Without meaning where ids are named. */
  cursor: TraceCursor.nullish(),
  limit: z.int().min(1).max(1_000).default(200),
  /** Bodies and frames hold what was said to the model. They are redacted, but only the user knows what else is private. */
  withBodies: z.boolean().default(false),
});
export type HarRequest = z.infer<typeof HarRequest>;

/** A HAR file, or a part of one. */
export const HarAnswer = z.object({
  fileName: z.string(),
  /** The text of a whole HAR file. */
  text: z.string(),
  /** Where the inside of its list of entries begins and ends, so that parts can be put together without being read. */
  entriesStart: z.number(),
  entriesEnd: z.number(),
  turns: z.number(),
  entries: z.number(),
  /** Where the next part begins: there are more turns than the limit, or than fit into one answer. */
  next: TraceCursor.nullable(),
  /** Turns that match, in all parts. */
  total: z.number(),
});
export type HarAnswer = z.infer<typeof HarAnswer>;
