import type { TracePage, TraceQuery } from '../../shared/trace-query.ts';
import type { HarAnswer, HarRequest } from '../../shared/trace-tools.ts';
import type { Clock } from '../ports.ts';
import { HarPart, type HarTrace } from './har.ts';
import type { Redactor } from './redaction.ts';

/** A part of an export ends here: it goes over the bridge as one message, which has to stay well within its limit. */
const maxPartChars = 4 * 1024 * 1024;

interface HarSource {
  query(query: TraceQuery): Promise<TracePage>;
  /** All that is kept of a turn; fails where it is gone. */
  traceOf(id: string): Promise<HarTrace>;
  readonly clock: Clock;
  readonly redactor: Redactor;
  /** Slipstream's. */
  readonly version: string;
  readonly baseUrl: string;
}

/** One part of an export, newest turns first: those named, or a page of those that match. Turns that are gone are left out. */
export async function harPage(
  { ids, filter, cursor, limit, withBodies }: HarRequest,
  { query, traceOf, clock, redactor, version, baseUrl }: HarSource,
): Promise<HarAnswer> {
  const page =
    ids === null
      ? await query({ filter, cursor: cursor ?? null, limit })
      : { rows: ids.slice(0, limit).map((id) => ({ id, startedAt: 0 })), next: null, total: ids.length };
  const part = new HarPart({ version, baseUrl, withBodies, redactor });
  let last: HarAnswer['next'] = null;
  for (const { id, startedAt } of page.rows) {
    const trace = await traceOf(id).catch(() => null);
    if (trace !== null) part.add(trace);
    last = { startedAt, id };
    if (part.chars >= maxPartChars) break;
    // Turns that run now go first.
    await new Promise(setImmediate);
  }
  const isCut = last !== null && last.id !== page.rows.at(-1)?.id;
  const stamp = new Date(clock.epochMs()).toISOString().slice(0, 19).replaceAll(':', '-');
  return {
    fileName: `slipstream-${stamp}.har`,
    ...part.finished(),
    next: ids === null && isCut ? last : page.next,
    total: page.total,
  };
}
