import { numberMember, objectMember } from '../json.ts';
import { comingReset } from '../told-numbers.ts';
import { type Refusal, retryAfterMs } from './refusal.ts';

/** What a refusal means for the turn: which of account, socket, shape or request is at fault. */
export type RefusalClass =
  /** The account is out of quota until `resetsAtMs` (epoch), if upstream says when. */
  | { readonly kind: 'usage-limit'; readonly resetsAtMs: number | null }
  /** Too fast for now. */
  | { readonly kind: 'rate-limit'; readonly retryAfterMs: number | null }
  | { readonly kind: 'unauthorized' }
  /** This account may not do this. */
  | { readonly kind: 'forbidden' }
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

const overloadedCodes = new Set(['server_is_overloaded', 'slow_down']);
const capacityText = /model is at capacity/i;

/** Reset time in epoch ms; one in the future wins over a number of seconds (PROTOCOL.md, Numbered cases, 32). */
export function resetTime(refusal: Refusal, nowMs: number): number | null {
  const error = objectMember(refusal.body, 'error') ?? refusal.body;
  const at = numberMember(error, 'resets_at');
  const seconds = numberMember(error, 'resets_in_seconds');
  const times = [...(at === null ? [] : [at * 1000]), ...(seconds === null ? [] : [nowMs + seconds * 1000])];
  return times.find((timeMs) => comingReset(timeMs, nowMs) !== null) ?? null;
}

/** Sorts a refusal by code and type first, then by status. Pure. */
export function classifyRefusal(refusal: Refusal, nowMs: number): RefusalClass {
  const { code, type, status } = refusal;
  if (type === 'usage_limit_reached' || code === 'usage_limit_reached') {
    return { kind: 'usage-limit', resetsAtMs: resetTime(refusal, nowMs) };
  }
  if (code === 'websocket_connection_limit_reached' || type === 'websocket_connection_limit_reached')
    return { kind: 'connection-limit' };
  if (code === 'previous_response_not_found') return { kind: 'chain-lost' };
  if (code === 'invalid_encrypted_content') return { kind: 'encrypted-content' };
  if (code === 'message_too_big') return { kind: 'too-big' };
  if (code === 'context_length_exceeded' || code === 'cyber_policy') return { kind: 'request' };
  if (overloadedCodes.has(code ?? '') || capacityText.test(refusal.message)) return { kind: 'overloaded' };
  if (status === 401) return { kind: 'unauthorized' };
  if (status === 402 || status === 403) return { kind: 'forbidden' };
  if (status === 429) return { kind: 'rate-limit', retryAfterMs: retryAfterMs(refusal) };
  return status === 408 || status >= 500 ? { kind: 'overloaded' } : { kind: 'request' };
}
