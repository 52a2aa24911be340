import { type FastPolicy, tierOfPolicy } from '../../shared/tiers.ts';
import type { Catalogue } from '../models/catalogue.ts';
import { planTier } from '../normalise/normalise.ts';
import type { TurnRequest } from './turn.ts';

/** The fast mode of a turn: the user's, but for Slipstream's own turns, and for keys that may not be made fast. */
export function policyFor({ own, key }: Pick<TurnRequest, 'own' | 'key'>, policy: FastPolicy): FastPolicy {
  if (own !== undefined) return own.fastPolicy;
  const tier = tierOfPolicy(policy);
  return key === undefined || tier === null || key.mayUse(tier.id) ? policy : 'auto';
}

/** Lets a turn in where its key may have it, and counts it. Throws what the key forbids. */
export function admitTurn(request: TurnRequest, policy: FastPolicy, catalogue: Pick<Catalogue, 'tiersOf'>): void {
  const { key, body, headers, translated, kind } = request;
  if (key === undefined) return;
  const { model, tier } = planTier({
    body,
    headers,
    isTranslated: translated !== undefined,
    policy,
    tiersOf: (slug) => catalogue.tiersOf(slug),
  });
  key.admit({ model, tier: tier.sent, counts: kind !== 'prewarm' });
}
