import type { FastPolicy } from '../../shared/tiers.ts';
import { defaultTier, fastTiers, type Tier, tierAsked, tierOfPolicy } from '../../shared/tiers.ts';
import { tell } from '../../shared/words/told.ts';
import type { Told } from '../../shared/words/told-text.ts';

/** What the tier rules look at (PROTOCOL.md, Tiers). */
export interface TierQuestion {
  readonly policy: FastPolicy | Tier['policy'];
  /** `service_tier` as the client sent it; undefined when absent. */
  readonly asked: unknown;
  /** The tier that the model's alias stands for, such as `-fast`; null where it came under its own name. */
  readonly aliasTier: Tier | null;
  /** Tiers the catalogue lists for the model; null for a model it does not know. */
  readonly listedTiers: readonly string[] | null;
  readonly isCodexClient: boolean;
  /** What a coin fell on for the session: a tier, or `standard`. Null or absent: no coin is thrown. */
  readonly coin?: string | null;
}

export interface TierAnswer {
  /** `service_tier` to send; null omits the field. */
  readonly sent: string | null;
  readonly why: Told;
}

const standardNames = new Set<unknown>([undefined, null, 'default', 'auto', 'standard', '']);

/** A client that says one of these has said nothing of speed. */
const openNames = new Set<unknown>([undefined, null, 'auto', '']);

/** A tier travels in the routing hint, too. */
const plainName = /^[\w.-]{1,64}$/;

/** The official client knows models that an older catalogue lacks. */
const takenAtItsWord = tell('why.tier.word');

function clientTier(question: TierQuestion, tiers: readonly Tier[]): TierAnswer {
  const { asked, aliasTier, listedTiers, isCodexClient } = question;
  if (aliasTier !== null)
    return { sent: aliasTier.id, why: tell('why.tier.alias', { suffix: aliasTier.aliasSuffix, tier: aliasTier.id }) };
  if (standardNames.has(asked)) return { sent: null, why: tell('why.tier.standard') };
  const tier = tierAsked(asked, tiers);
  if (tier !== null) return fastTier(tier, question);
  if (asked === 'flex' && isCodexClient) return { sent: 'flex', why: tell('why.tier.asked') };
  const name = typeof asked === 'string' && plainName.test(asked) ? asked : null;
  if (name !== null && isCodexClient && listedTiers === null) return { sent: name, why: takenAtItsWord };
  if (name !== null && listedTiers?.includes(name)) return { sent: name, why: tell('why.tier.listed') };
  return { sent: null, why: tell('why.tier.unknown') };
}

/** To a model that the catalogue does not know only the usual fast tier is sent, but for a Codex client's. */
function fastTier(tier: Tier, { asked, listedTiers, isCodexClient }: TierQuestion): TierAnswer {
  const isTaken = listedTiers === null ? isCodexClient || tier.id === defaultTier.id : listedTiers.includes(tier.id);
  if (!isTaken) return { sent: null, why: tell('why.tier.absent', { tier: tier.id }) };
  return {
    sent: tier.id,
    why: asked === tier.id ? tell('why.tier.asked') : tell('why.tier.called', { asked: String(asked), tier: tier.id }),
  };
}

/** Only where neither user nor client has said anything; the session counts as the coin fell all the same. */
function coinTier({ coin, asked, aliasTier, listedTiers }: TierQuestion, tiers: readonly Tier[]): TierAnswer | null {
  if (coin == null || aliasTier !== null || !openNames.has(asked)) return null;
  const tier = tiers.find(({ id }) => id === coin);
  if (tier === undefined) return { sent: null, why: tell('why.tier.coin.standard') };
  return listedTiers?.includes(tier.id)
    ? { sent: tier.id, why: tell('why.tier.coin', { tier: tier.id }) }
    : { sent: null, why: tell('why.tier.coin.absent', { tier: tier.id }) };
}

/**
 * Which tier goes upstream, and why: the user's switch comes before what the client asks, by its model's name or its tier, and
 * both before a coin. `tiers` are the fast ones that there are.
 */
export function decideTier(question: TierQuestion, tiers: readonly Tier[] = fastTiers): TierAnswer {
  const { policy, listedTiers } = question;
  const tier = tierOfPolicy(policy, tiers);
  if (tier !== null) {
    if (listedTiers?.includes(tier.id)) return { sent: tier.id, why: tell('why.tier.on') };
    if (listedTiers === null && question.isCodexClient && tierAsked(question.asked, tiers)?.id === tier.id)
      return { sent: tier.id, why: takenAtItsWord };
    return { sent: null, why: tell('why.tier.on.absent', { tier: tier.id }) };
  }
  const answer = (policy === 'off' ? null : coinTier(question, tiers)) ?? clientTier(question, tiers);
  if (policy === 'off' && tiers.some(({ id }) => id === answer.sent)) return { sent: null, why: tell('why.tier.off') };
  return answer;
}
