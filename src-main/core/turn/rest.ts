import type { VerdictKind } from '../accounts/verdict-table.ts';
import type { Bucket } from './bucket-limit.ts';
import type { Refusal } from './refusal.ts';
import type { RefusalClass } from './refusal-class.ts';

/** What the account is to be remembered for: why it rests, and until when (epoch ms). */
export type Rest =
  | { readonly why: 'usage-limit'; readonly untilMs: number | null }
  | { readonly why: 'rate-limit'; readonly untilMs: number }
  /** Its way out of this machine leads nowhere, and others go another. */
  | { readonly why: 'way'; readonly words: string }
  | { readonly why: 'bucket-limit'; readonly bucket: Bucket; readonly untilMs: number | null; readonly words: string }
  | { readonly why: 'verdict'; readonly verdict: VerdictKind; readonly words: string };

/** Where upstream does not say how long to wait. */
export const rateLimitRestMs = 10_000;
/** What a refusal leaves behind for the turns after this one; null for nothing. Pure. */
export function restOf(meaning: RefusalClass, refusal: Pick<Refusal, 'message'>, nowMs: number): Rest | null {
  switch (meaning.kind) {
    case 'usage-limit':
      return { why: 'usage-limit', untilMs: meaning.resetsAtMs };
    case 'rate-limit':
      return { why: 'rate-limit', untilMs: nowMs + (meaning.retryAfterMs ?? rateLimitRestMs) };
    case 'bucket-limit':
      return { why: 'bucket-limit', bucket: meaning.bucket, untilMs: meaning.resetsAtMs, words: refusal.message };
    case 'forbidden':
      return { why: 'verdict', verdict: meaning.verdict, words: refusal.message };
    default:
      return null;
  }
}
