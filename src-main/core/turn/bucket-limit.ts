import { usageFromHeaders } from '../accounts/usage.ts';
import { headerValue } from '../headers.ts';
import { textMember } from '../json.ts';
import { placesOf, type Refusal } from './refusal.ts';

/** A metered limit that counts some models alone. */
export interface Bucket {
  readonly name: string;
  /** Models that upstream itself says it is for. */
  readonly models: readonly string[];
}

/** What upstream calls the limit of the account as a whole. */
const mainLimits = new Set(['', 'codex', 'default', 'main', 'premium', 'primary', 'secondary']);

/** The limit that a usage limit is of, where it is not the account's own (PROTOCOL.md, Usage and limits). */
export function bucketOf(refusal: Refusal, nowMs: number): Bucket | null {
  const { headers } = refusal;
  const places = placesOf(refusal);
  const named = ['metered_limit_name', 'limit_id'].flatMap((name) => places.map((place) => textMember(place, name)));
  const told = [headerValue(headers, 'x-codex-active-limit'), ...named].find((name) => name !== null) ?? '';
  const name = told.trim().toLowerCase();
  const usage = usageFromHeaders(headers, nowMs);
  const isFull = [usage?.primary, usage?.secondary].some((window) => (window?.usedPercent ?? 0) >= 100);
  if (mainLimits.has(name) || isFull) return null;
  const model = headerValue(headers, `x-${name.replaceAll('_', '-')}-limit-name`);
  return { name: name.slice(0, 80), models: model === null ? [] : [model.trim().toLowerCase().slice(0, 80)] };
}
