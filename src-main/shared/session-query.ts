import { z } from 'zod';
import { RequestRow, TokenUsage } from './model.ts';
import { TraceCursor, TraceFilter } from './trace-query.ts';

/** Questions about sessions: turns grouped by the conversation they belong to. Times are epoch ms. */

/** What a session can be seen by in a list. The sums are over all of its turns that are kept. */
export const SessionSummary = z.object({
  /** Of the conversation: sub-agents have sessions of their own, and count to it. */
  id: z.string(),
  startedAt: z.number(),
  /** When its last turn ended, or began where it runs. */
  lastAt: z.number(),
  /** Turns, and prewarms and the like beside them. */
  requests: z.number(),
  turns: z.number(),
  failed: z.number(),
  running: z.number(),
  clients: z.array(z.string()),
  models: z.array(z.string()),
  /** Tiers that were sent; `standard` for none. */
  tiers: z.array(z.string()),
  accounts: z.array(z.object({ id: z.string(), label: z.string() })),
  /** Conversations in it: its own, and those of sub-agents. */
  threads: z.number(),
  usage: TokenUsage,
  /** Turns that went upstream as what was new since a response, and with the whole conversation. */
  increments: z.number(),
  fullSends: z.number(),
  sentBytes: z.number(),
});
export type SessionSummary = z.infer<typeof SessionSummary>;

/** Where the next page of sessions begins. */
const SessionCursor = z.object({ lastAt: z.number(), id: z.string().max(200) });

/** A question for one page of sessions: those with a turn that matches. */
export const SessionQuery = z.object({
  filter: TraceFilter.default({}),
  /** Null: the latest. */
  cursor: SessionCursor.nullable().default(null),
  limit: z.int().min(1).max(200).default(100),
});
export type SessionQuery = z.infer<typeof SessionQuery>;

export const SessionPage = z.object({
  /** The last active first. */
  sessions: z.array(SessionSummary),
  next: SessionCursor.nullable(),
  /** Sessions that match, on all pages. */
  total: z.number(),
});
export type SessionPage = z.infer<typeof SessionPage>;

/** A question for one session and a page of its turns. */
export const SessionTurnsQuery = z.object({
  id: z.string().max(200),
  cursor: TraceCursor.nullable().default(null),
  limit: z.int().min(1).max(500).default(200),
});
export type SessionTurnsQuery = z.infer<typeof SessionTurnsQuery>;

/** A session with a page of its turns. */
export const SessionDetail = z.object({
  /** Null where none of its turns is kept. */
  session: SessionSummary.nullable(),
  /** Newest first; those that run come first on the first page. */
  rows: z.array(RequestRow),
  next: TraceCursor.nullable(),
});
export type SessionDetail = z.infer<typeof SessionDetail>;
