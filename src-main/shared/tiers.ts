import { absent } from './turn-words.ts';
import type { Translate } from './words/words.ts';

/** A tier that is faster than standard, and everything that is said of it: a new one is a row in `fastTiers`, and what menus call it in each language. */
export interface Tier {
  /** `service_tier` as upstream knows it. */
  readonly id: string;
  /** What people call it, in small letters. */
  readonly word: string;
  /** What clients ask with, besides the id. */
  readonly askedAs: readonly string[];
  /** After a model's name: asks for the tier by the model alone. */
  readonly aliasSuffix: string;
  /** The setting of the fast switch that asks for it in every turn. */
  readonly policy: string;
  /** Quota drawn for a token, against standard: from and to. */
  readonly quotaTimes: readonly [number, number];
  /** Its colour in charts: a token of the page. */
  readonly colour: string;
}

/** The first is what fast mode means where nothing else is said. */
export const fastTiers = [
  {
    id: 'priority',
    word: 'fast',
    askedAs: ['fast'],
    aliasSuffix: '-fast',
    policy: 'on',
    quotaTimes: [2, 2.5],
    colour: '--series-2',
  },
] as const satisfies readonly [Tier, ...Tier[]];

type FastTier = (typeof fastTiers)[number];
export type TierId = FastTier['id'];

export const [defaultTier] = fastTiers;
export const tierIds: readonly TierId[] = fastTiers.map(({ id }) => id);

/** Settings of the fast switch: each tier has one that asks for it. */
export const fastPolicies = ['auto', ...fastTiers.map(({ policy }) => policy), 'off'] as const;
export type FastPolicy = 'auto' | FastTier['policy'] | 'off';

/** What a click on a tier's switch makes of the setting. */
export function toggledFast(policy: FastPolicy, tier: FastTier = defaultTier): FastPolicy {
  return policy === tier.policy ? 'auto' : tier.policy;
}

/** The tier that a setting asks for in every turn; null where it asks for none. */
export function tierOfPolicy(policy: string, tiers: readonly Tier[] = fastTiers): Tier | null {
  return tiers.find((tier) => tier.policy === policy) ?? null;
}

/** What a client means by a tier's name; null where it is no fast one. */
export function tierAsked(name: unknown, tiers: readonly Tier[] = fastTiers): Tier | null {
  return tiers.find(({ id, askedAs }) => id === name || askedAs.some((word) => word === name)) ?? null;
}

/** The model and the tier that an alias such as `gpt-5.5-fast` stands for, by its ending alone; null where it has none. */
export function aliasParts(
  name: string,
  tiers: readonly Tier[] = fastTiers,
): { readonly model: string; readonly tier: Tier } | null {
  const tier = tiers.find(({ aliasSuffix }) => name.endsWith(aliasSuffix));
  return tier === undefined ? null : { model: name.slice(0, -tier.aliasSuffix.length), tier };
}

/** Whether a tier is a fast one. */
export function isFastTier(id: string | null): boolean {
  return fastTiers.some((tier) => tier.id === id);
}

/** A fast tier by its id; another one is called by its id. */
export function tierWord(id: string): string {
  return fastTiers.find((tier) => tier.id === id)?.word ?? id;
}

/** A tier in filters and charts. */
export function tierLabel(tier: string): string {
  return tier === absent ? `${absent} (none)` : tier;
}

/** With a capital, as at the head of a column or of a sentence. */
export function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** What a setting of the fast switch does, for screens and commands. */
export function policyMeaning(t: Translate, policy: FastPolicy): string {
  if (policy === 'auto') return t('fast.means.auto');
  return t(`fast.means.${policy}`, { tier: ids() });
}

const ids = () => fastTiers.map(({ id }) => id).join(' / ');
