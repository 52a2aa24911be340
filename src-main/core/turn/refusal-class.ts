import { usageFromHeaders } from '../accounts/usage.ts';
import { readVerdict, type VerdictKind } from '../accounts/verdict-table.ts';
import { textMember } from '../json.ts';
import { comingReset, toldMoment, toldNumber } from '../told-numbers.ts';
import { type Bucket, bucketOf } from './bucket-limit.ts';
import { placesOf, type Refusal, retryAfterMs } from './refusal.ts';

/** What a refusal means for the turn: which of account, socket, shape or request is at fault. */
export type RefusalClass =
  /** The account is out of quota until `resetsAtMs` (epoch), if upstream says when. */
  | { readonly kind: 'usage-limit'; readonly resetsAtMs: number | null }
  /** A metered limit of some models alone is used up; the account's main windows have room. */
  | { readonly kind: 'bucket-limit'; readonly resetsAtMs: number | null; readonly bucket: Bucket }
  /** Too fast for now. */
  | { readonly kind: 'rate-limit'; readonly retryAfterMs: number | null }
  | { readonly kind: 'unauthorized' }
  /** It is about the account: the table of verdicts says what, and for how long. */
  | { readonly kind: 'forbidden'; readonly verdict: VerdictKind }
  /** Upstream is in trouble; another try may work. */
  | { readonly kind: 'overloaded' }
  /** The socket is at its end (60 min). */
  | { readonly kind: 'connection-limit' }
  | { readonly kind: 'chain-lost' }
  /** Reasoning that another account's key sealed. */
  | { readonly kind: 'encrypted-content' }
  /** Over the frame limit. */
  | { readonly kind: 'too-big' }
  /** The request itself; no other account would take it. */
  | { readonly kind: 'request' };

/** Upstream gave the request up, or would not take it yet. */
const tooSoon = new Set([408, 425]);
const overloadedCodes = new Set(['server_is_overloaded', 'slow_down']);
const capacityText = /model is at capacity/i;

/** Where the reset time can stand, as a moment and as a number of seconds from now. */
const resetMoments = ['resets_at', 'reset_at'];
const resetSpans = ['resets_in_seconds', 'reset_after_seconds', 'resets_after_seconds', 'reset_in_seconds'];

/** A moment and a wait that are told of one reset and lie this far apart. */
const clockWrongMs = 10 * 60_000;

/** Reset time in epoch ms; one in the future wins over a number of seconds (PROTOCOL.md, Numbered cases, 32). */
export function resetTime(refusal: Refusal, nowMs: number): number | null {
  const places = placesOf(refusal);
  const told = (names: readonly string[], read: (value: unknown) => number | null) =>
    places.flatMap((place) => names.flatMap((name) => read(place[name]) ?? []));
  const usage = usageFromHeaders(refusal.headers, nowMs);
  const full = [usage?.primary, usage?.secondary].flatMap((window) =>
    window != null && window.usedPercent >= 100 && window.resetAt !== null ? [window.resetAt] : [],
  );
  const isComing = (timeMs: number) => comingReset(timeMs, nowMs) !== null;
  const moment = told(resetMoments, toldMoment).find(isComing);
  const waited = told(resetSpans, toldNumber)
    .map((seconds) => nowMs + seconds * 1000)
    .find(isComing);
  // This machine's clock is wrong, which a wait does not depend on.
  const isClockWrong = moment !== undefined && waited !== undefined && Math.abs(moment - waited) > clockWrongMs;
  const said = isClockWrong ? waited : (moment ?? waited);
  return said ?? full.toSorted((a, b) => b - a).find(isComing) ?? null;
}

/** Sorts a refusal by code and type first, then by status. Pure. */
export function classifyRefusal(refusal: Refusal, nowMs: number): RefusalClass {
  const { code, type, status } = refusal;
  if (type === 'usage_limit_reached' || code === 'usage_limit_reached') {
    const resetsAtMs = resetTime(refusal, nowMs);
    const bucket = bucketOf(refusal, nowMs);
    return bucket === null ? { kind: 'usage-limit', resetsAtMs } : { kind: 'bucket-limit', resetsAtMs, bucket };
  }
  if (code === 'websocket_connection_limit_reached' || type === 'websocket_connection_limit_reached')
    return { kind: 'connection-limit' };
  if (code === 'previous_response_not_found') return { kind: 'chain-lost' };
  if (code === 'invalid_encrypted_content') return { kind: 'encrypted-content' };
  if (code === 'message_too_big') return { kind: 'too-big' };
  if (code === 'context_length_exceeded' || code === 'cyber_policy') return { kind: 'request' };
  if (overloadedCodes.has(code ?? '') || capacityText.test(refusal.message)) return { kind: 'overloaded' };
  const [error] = placesOf(refusal);
  const verdict = readVerdict({ ...refusal, param: textMember(error, 'param') });
  if (verdict !== null) return { kind: 'forbidden', verdict };
  if (status === 401) return { kind: 'unauthorized' };
  if (status === 429) return { kind: 'rate-limit', retryAfterMs: retryAfterMs(refusal) };
  return tooSoon.has(status) || status >= 500 ? { kind: 'overloaded' } : { kind: 'request' };
}
