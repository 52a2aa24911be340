import { SlipstreamError } from '../../shared/errors.ts';
import type { StoredKey } from '../../shared/key-model.ts';
import { fastTiers } from '../../shared/tiers.ts';
import { said } from '../../shared/words/said.ts';
import type { KeyQuestion } from '../key-pass.ts';

const dayMs = 24 * 60 * 60_000;

/** Days are those of UTC, so that they begin at one moment wherever a team is. */
export function dayOf(nowMs: number): number {
  return Math.floor(nowMs / dayMs);
}

/** When the next day begins, epoch ms. */
function nextDayMs(nowMs: number): number {
  return (dayOf(nowMs) + 1) * dayMs;
}

/** What a key has used today; nothing of days before. */
export function usedToday({ used }: StoredKey, nowMs: number): { readonly requests: number; readonly tokens: number } {
  const { day, requests, tokens } = used;
  return day === dayOf(nowMs) ? { requests, tokens } : { requests: 0, tokens: 0 };
}

/** How a tier is called where keys are limited to some; standard is the absence of one. */
function tierName(tier: string | null): string {
  return tier ?? 'standard';
}

/** Throws `key_expired`. */
export function checkExpiry({ expiresAt }: StoredKey, nowMs: number): void {
  if (expiresAt !== null && nowMs >= expiresAt) throw new SlipstreamError('key_expired');
}

/** Whether a key's models name a turn: by its model, or by the alias that asks for the model with the turn's tier. */
function namesTurn(models: readonly string[], model: string, tier: string | null): boolean {
  if (models.includes(model)) return true;
  return fastTiers.some(({ id, aliasSuffix }) => id === tier && models.includes(`${model}${aliasSuffix}`));
}

/** Throws what stands against a turn of a key. Pure. */
export function checkTurn(key: StoredKey, { model, tier }: Omit<KeyQuestion, 'counts'>, nowMs: number): void {
  checkExpiry(key, nowMs);
  if (key.models !== null && !namesTurn(key.models, model, tier)) {
    throw new SlipstreamError(
      'key_model_refused',
      said('failures.turn.key.model', { model, models: key.models.join(', ') }),
    );
  }
  if (key.tiers !== null && !key.tiers.includes(tierName(tier))) {
    throw new SlipstreamError(
      'key_tier_refused',
      said('failures.turn.key.tier', { tier: tierName(tier), tiers: key.tiers.join(', ') }),
    );
  }
  checkLimits(key, nowMs);
}

/** Throws `key_limit_reached` where a day's requests or tokens are used up, with the time of the reset. */
export function checkLimits(key: StoredKey, nowMs: number): void {
  const { requests, tokens } = usedToday(key, nowMs);
  if (key.requestsPerDay !== null && requests >= key.requestsPerDay)
    throw limitReached('requests', key.requestsPerDay, nowMs);
  if (key.tokensPerDay !== null && tokens >= key.tokensPerDay) throw limitReached('tokens', key.tokensPerDay, nowMs);
}

function limitReached(what: 'requests' | 'tokens', limit: number, nowMs: number): SlipstreamError {
  const resetsAtMs = nextDayMs(nowMs);
  const seconds = Math.max(1, Math.ceil((resetsAtMs - nowMs) / 1000));
  const at = new Date(resetsAtMs).toISOString();
  const words = said(`failures.turn.key.${what}`, { limit: String(limit), at });
  return new SlipstreamError('key_limit_reached', {
    ...words,
    retryAfterSeconds: seconds,
    // Official clients read the reset of a usage limit from there (PROTOCOL.md, HTTP).
    upstreamBody: {
      error: {
        type: 'usage_limit_reached',
        code: 'key_limit_reached',
        message: words.message,
        resets_at: Math.ceil(resetsAtMs / 1000),
        resets_in_seconds: seconds,
      },
    },
  });
}
