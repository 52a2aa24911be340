import { expect, it } from 'vitest';
import { offeredModels } from '../../src-main/core/models/offered-models.ts';
import { offeredModel } from '../support/offered-model.ts';

const fast = [{ id: 'priority', name: 'Fast' }];

it('offers what the catalogue shows, with its window and its rank, and a fast alias where there is the tier', () => {
  const models = [
    { slug: 'a', display_name: 'A', context_window: 272_000, priority: 1, service_tiers: fast, visibility: 'list' },
    { slug: 'b', display_name: 'B', context_window: 500_000, priority: 2, service_tiers: [] },
    { slug: 'c', context_window: 9, visibility: 'hide' },
  ];
  expect(offeredModels(models)).toEqual([
    offeredModel({ slug: 'a', name: 'A', contextTokens: 272_000, rank: 1 }),
    offeredModel({ slug: 'a-fast', name: 'A (fast)', contextTokens: 272_000, rank: 1 }),
    offeredModel({ slug: 'b', name: 'B', contextTokens: 500_000, rank: 2 }),
  ]);
});

it.each([undefined, null, 0, -1, 1.5, '272000', {}])('takes a window or a rank of %j for unknown', (value) => {
  const model = { slug: 'a', ...(value === undefined ? {} : { context_window: value, priority: value }) };
  expect(offeredModels([model])).toEqual([offeredModel({ slug: 'a', name: 'a', contextTokens: null, rank: null })]);
});

it('tells what a model takes in, how long it answers and how hard it thinks, also of its alias', () => {
  const model = {
    slug: 'a',
    input_modalities: ['text', 'image'],
    max_output_tokens: 128_000,
    supported_reasoning_levels: [{ effort: 'low', description: 'Quick' }, 'high'],
    service_tiers: fast,
  };
  const told = { inputModalities: ['text', 'image'], outputTokens: 128_000, efforts: ['low', 'high'] };
  expect(offeredModels([model])).toMatchObject([
    { slug: 'a', ...told },
    { slug: 'a-fast', ...told },
  ]);
});

it.each([undefined, null, [], 'image', [7]])('takes modalities of %j for text alone, and levels for none', (value) => {
  const model = { slug: 'a', ...(value === undefined ? {} : { input_modalities: value }) };
  expect(offeredModels([{ ...model, supported_reasoning_levels: 'high' }])).toMatchObject([
    { inputModalities: ['text'], efforts: [] },
  ]);
});

it('offers each slug once: the first of a repeated one, and a model rather than the alias of its name, be it hidden', () => {
  const models = [
    { slug: 'a', display_name: 'A', service_tiers: fast },
    { slug: 'a', display_name: 'Again' },
    { slug: 'a-fast', display_name: 'Own' },
    { slug: 'b', service_tiers: fast },
    { slug: 'b-fast', visibility: 'hide' },
    { slug: 'c', visibility: 'hide' },
    { slug: 'c' },
  ];
  const told = offeredModels(models).map(({ slug, name }) => [slug, name]);
  expect(told).toEqual([
    ['a', 'A'],
    ['a-fast', 'Own'],
    ['b', 'b'],
  ]);
  expect(offeredModels(models, { mayAsk: (slug) => slug === 'a' }).map(({ slug }) => slug)).toEqual(['a']);
});

it('cuts no character of a long name in two', () => {
  const [model] = offeredModels([{ slug: 'a', display_name: `${'x'.repeat(199)}😀` }]);
  expect(model?.name).toBe('x'.repeat(199));
});
