import type { FastPolicy } from '../../shared/tiers.ts';
import { defaultTier, fastTiers, type Tier, tierAsked, tierOfPolicy } from '../../shared/tiers.ts';

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
}

export interface TierAnswer {
  /** `service_tier` to send; null omits the field. */
  readonly sent: string | null;
  readonly why: string;
}

const standardNames = new Set<unknown>([undefined, null, 'default', 'auto', 'standard', '']);

/** A tier travels in the routing hint, too. */
const plainName = /^[\w.-]{1,64}$/;

/** The official client knows models that an older catalogue lacks. */
const takenAtItsWord = 'the catalogue lacks this model, and the Codex client names its tier';

function clientTier(question: TierQuestion, tiers: readonly Tier[]): TierAnswer {
  const { asked, aliasTier, listedTiers, isCodexClient } = question;
  if (aliasTier !== null)
    return { sent: aliasTier.id, why: `the ${aliasTier.aliasSuffix} model name asks for ${aliasTier.id}` };
  if (standardNames.has(asked)) return { sent: null, why: 'standard speed is said by leaving the field out' };
  const tier = tierAsked(asked, tiers);
  if (tier !== null) return fastTier(tier, question);
  if (asked === 'flex' && isCodexClient) return { sent: 'flex', why: 'the client asked for it' };
  const name = typeof asked === 'string' && plainName.test(asked) ? asked : null;
  if (name !== null && isCodexClient && listedTiers === null) return { sent: name, why: takenAtItsWord };
  if (name !== null && listedTiers?.includes(name)) return { sent: name, why: 'the model lists this tier' };
  return { sent: null, why: 'upstream does not know this tier' };
}

/** To a model that the catalogue does not know only the usual fast tier is sent, but for a Codex client's. */
function fastTier(tier: Tier, { asked, listedTiers, isCodexClient }: TierQuestion): TierAnswer {
  const isTaken = listedTiers === null ? isCodexClient || tier.id === defaultTier.id : listedTiers.includes(tier.id);
  if (!isTaken) return { sent: null, why: `this model has no ${tier.id} tier` };
  return { sent: tier.id, why: asked === tier.id ? 'the client asked for it' : `upstream calls ${asked} "${tier.id}"` };
}

/** Which tier goes upstream, and why. `tiers` are the fast ones that there are. */
export function decideTier(question: TierQuestion, tiers: readonly Tier[] = fastTiers): TierAnswer {
  const { policy, listedTiers } = question;
  const tier = tierOfPolicy(policy, tiers);
  if (tier !== null) {
    if (listedTiers?.includes(tier.id)) return { sent: tier.id, why: `${tier.word} mode is on` };
    if (listedTiers === null && question.isCodexClient && tierAsked(question.asked, tiers)?.id === tier.id)
      return { sent: tier.id, why: takenAtItsWord };
    return { sent: null, why: `${tier.word} mode is on, but this model has no ${tier.id} tier` };
  }
  const answer = clientTier(question, tiers);
  if (policy === 'off' && tiers.some(({ id }) => id === answer.sent)) return { sent: null, why: 'fast mode is off' };
  return answer;
}
