import { describe, expect, it } from 'vitest';
import { offeredModels } from '../../src-main/core/models/offered-models.ts';
import { decideTier, type TierQuestion } from '../../src-main/core/normalise/tier.ts';
import {
  aliasParts,
  fastPolicies,
  fastTiers,
  policyMeaning,
  type Tier,
  tierAsked,
  tierOfPolicy,
} from '../../src-main/shared/tiers.ts';
import { english } from '../../src-main/shared/words/english.ts';

/** A row that is not in the table: the rules have to hold for whatever is added. */
const hyperspeed: Tier = {
  id: 'hyperspeed',
  word: 'hyperspeed',
  askedAs: ['warp'],
  aliasSuffix: '-hyperspeed',
  policy: 'hyper',
  quotaTimes: [4, 5],
  colour: '--bad-fill',
};
const tiers = [...fastTiers, hyperspeed];

const sentFor = (question: Partial<TierQuestion>) =>
  decideTier(
    { policy: 'auto', asked: undefined, aliasTier: null, listedTiers: null, isCodexClient: false, ...question },
    tiers,
  ).sent;

describe('a tier that was added to the table', () => {
  const both = ['priority', 'hyperspeed'];

  it.each<[string, Partial<TierQuestion>, string | null]>([
    ['asked by its id', { asked: 'hyperspeed', listedTiers: both }, 'hyperspeed'],
    ['asked by its other name', { asked: 'warp', listedTiers: both }, 'hyperspeed'],
    ['asked by its alias', { aliasTier: hyperspeed, listedTiers: both }, 'hyperspeed'],
    ['of a model that has not got it', { asked: 'hyperspeed', listedTiers: ['priority'] }, null],
    ['of a model that the catalogue does not know', { asked: 'warp', listedTiers: null }, null],
    ['asked by the switch', { policy: 'hyper', asked: 'default', listedTiers: both }, 'hyperspeed'],
    ['asked by the switch, of a model that has not got it', { policy: 'hyper', listedTiers: ['priority'] }, null],
    ['while the switch asks for the usual one', { policy: 'on', asked: 'hyperspeed', listedTiers: both }, 'priority'],
    ['while the switch is off', { policy: 'off', asked: 'hyperspeed', listedTiers: both }, null],
    ['by its alias, while the switch is off', { policy: 'off', aliasTier: hyperspeed, listedTiers: both }, null],
  ])('%s', (_case, question, sent) => {
    expect(sentFor(question)).toBe(sent);
  });

  it('takes nothing from the usual one', () => {
    expect(sentFor({ asked: 'fast', listedTiers: both })).toBe('priority');
    expect(sentFor({ asked: 'priority' })).toBe('priority');
  });

  it('is offered as an alias of the models that list it, after theirs', () => {
    const model = { slug: 'gpt-9', display_name: 'GPT-9', service_tiers: [{ id: 'hyperspeed' }, { id: 'priority' }] };
    const offered = offeredModels([model, { slug: 'gpt-8', service_tiers: [{ id: 'priority' }] }], { tiers });
    expect(offered.map(({ slug, name }) => [slug, name])).toEqual([
      ['gpt-9', 'GPT-9'],
      ['gpt-9-fast', 'GPT-9 (fast)'],
      ['gpt-9-hyperspeed', 'GPT-9 (hyperspeed)'],
      ['gpt-8', 'gpt-8'],
      ['gpt-8-fast', 'gpt-8 (fast)'],
    ]);
    for (const { slug } of offered.filter(({ name }) => name.endsWith(')'))) {
      const alias = aliasParts(slug, tiers);
      expect(`${alias?.model}${alias?.tier.aliasSuffix}`).toBe(slug);
    }
    expect(aliasParts('gpt-9-hyperspeed', tiers)?.tier).toBe(hyperspeed);
  });
});

describe('the table of tiers', () => {
  const unique = (values: readonly string[]) => expect(new Set(values).size).toBe(values.length);

  it('has every name, suffix, setting and colour once', () => {
    unique(fastTiers.flatMap(({ id, askedAs }) => [id, ...askedAs]));
    unique(fastTiers.map(({ aliasSuffix }) => aliasSuffix));
    unique(fastTiers.map(({ colour }) => colour));
    unique(fastPolicies);
  });

  it('has no suffix that ends in another one, which would make an alias mean two things', () => {
    const suffixes: readonly string[] = fastTiers.map(({ aliasSuffix }) => aliasSuffix);
    const nested = suffixes.filter((one) => suffixes.some((other) => other !== one && one.endsWith(other)));
    expect(nested).toEqual([]);
  });

  it.each(fastTiers)('finds $id by all that is said of it', (tier) => {
    expect([tier.id, ...tier.askedAs].map((name) => tierAsked(name)?.id)).toEqual(
      [tier.id, ...tier.askedAs].map(() => tier.id),
    );
    expect(tierOfPolicy(tier.policy)?.id).toBe(tier.id);
  });

  it.each(fastPolicies)('says in a sentence what the setting %s does', (policy) => {
    expect(policyMeaning(english.t, policy)).toMatch(/^[A-Z].*\.$/);
  });

  it.each([undefined, null, 'auto', 'off', 'Priority', '', 1, ['priority']])('knows no tier %j', (name) => {
    expect(tierAsked(name)).toBeNull();
  });
});
