import type { RequestRow } from '../../../src-main/shared/model.ts';

/** What a session page works out of its turns. */

/** The session that a turn belongs to; null where its client names none. */
export function rootOf({ rootSessionId, sessionId }: RequestRow): string | null {
  return rootSessionId ?? sessionId;
}

/** Ids of the turns whose tier is another than that of the turn before, of the same agent; `rows` are newest first. */
export function tierChanges(rows: readonly RequestRow[]): ReadonlySet<string> {
  const before = new Map<string | null, string | null>();
  const changed = new Set<string>();
  for (const { id, sessionId, tierSent, transport } of rows.toReversed()) {
    if (transport === null) continue;
    const last = before.get(sessionId);
    if (last !== undefined && last !== tierSent) changed.add(id);
    before.set(sessionId, tierSent);
  }
  return changed;
}

/** The share of the input that was cached, in per cent; null where nothing is known of it. */
export function cachedPercent({
  inputTokens,
  cachedTokens,
}: {
  readonly inputTokens: number;
  readonly cachedTokens: number;
}): number | null {
  return inputTokens === 0 ? null : (cachedTokens / inputTokens) * 100;
}

/** How long it lasted, in ms; null while its first turn is the only one and runs. */
export function lasted({ startedAt, lastAt }: { readonly startedAt: number; readonly lastAt: number }): number | null {
  return lastAt > startedAt ? lastAt - startedAt : null;
}

interface Lane {
  /** Null: the conversation itself. */
  readonly agent: string | null;
  readonly bars: readonly { readonly row: RequestRow; readonly fromPercent: number; readonly toPercent: number }[];
}

export interface Timeline {
  readonly lanes: readonly Lane[];
  /** Sub-agents that have no lane. */
  readonly more: number;
}

const maxLanes = 8;
/** A pause is no longer than this share of the time that turns ran. */
const pauseShare = 0.08;

/** Turns as bars from left to right, a lane an agent. Pauses between them are shortened: a night would leave the turns no room. */
export function timelineOf(rows: readonly RequestRow[], rootId: string, nowMs: number): Timeline {
  const spans = rows
    .map((row) => ({
      row,
      from: row.startedAt,
      to: row.startedAt + (row.totalMs ?? Math.max(0, nowMs - row.startedAt)),
    }))
    .toSorted((a, b) => a.from - b.from);
  const place = shortened(spans);
  const sessions = [...new Set(spans.map(({ row }) => row.sessionId))];
  const own = sessions.toSorted((a, b) => Number(b === rootId) - Number(a === rootId));
  const lanes = own.slice(0, maxLanes).map((sessionId): Lane => {
    const of = spans.filter(({ row }) => row.sessionId === sessionId);
    return {
      agent:
        sessionId === rootId
          ? null
          : (of.find(({ row }) => row.agent != null)?.row.agent ?? sessionId?.slice(-6) ?? ''),
      bars: of.map(({ row, from, to }) => ({ row, fromPercent: place(from), toPercent: place(to) })),
    };
  });
  return { lanes, more: Math.max(0, own.length - maxLanes) };
}

/** Where a moment stands, in per cent of the whole. */
function shortened(spans: readonly { readonly from: number; readonly to: number }[]): (at: number) => number {
  const busy: { from: number; to: number }[] = [];
  for (const { from, to } of spans) {
    const last = busy.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else busy.push({ from, to });
  }
  const busyMs = Math.max(
    1,
    busy.reduce((sum, { from, to }) => sum + to - from, 0),
  );
  const longestMs = busyMs * pauseShare;
  const starts: number[] = [];
  let at = 0;
  for (const [index, { from, to }] of busy.entries()) {
    const before = busy[index - 1];
    if (before !== undefined) at += Math.min(longestMs, from - before.to);
    starts.push(at);
    at += to - from;
  }
  const wholeMs = Math.max(1, at);
  return (moment) => {
    const index = Math.max(
      0,
      busy.findLastIndex(({ from }) => from <= moment),
    );
    const part = busy[index];
    if (part === undefined) return 0;
    return (((starts[index] ?? 0) + Math.min(moment, part.to) - part.from) / wholeMs) * 100;
  };
}
