import { expect, it } from 'vitest';
import { offeredModels } from '../../src-main/core/models/offered-models.ts';

const fast = [{ id: 'priority', name: 'Fast' }];

it('offers what the catalogue shows, with its window and its rank, and a fast alias where there is the tier', () => {
  const models = [
    { slug: 'a', display_name: 'A', context_window: 272_000, priority: 1, service_tiers: fast, visibility: 'list' },
    { slug: 'b', display_name: 'B', context_window: 500_000, priority: 2, service_tiers: [] },
    { slug: 'c', context_window: 9, visibility: 'hide' },
  ];
  expect(offeredModels(models)).toEqual([
    { slug: 'a', name: 'A', contextTokens: 272_000, rank: 1 },
    { slug: 'a-fast', name: 'A (fast)', contextTokens: 272_000, rank: 1 },
    { slug: 'b', name: 'B', contextTokens: 500_000, rank: 2 },
  ]);
});

it.each([undefined, null, 0, -1, 1.5, '272000', {}])('takes a window or a rank of %j for unknown', (value) => {
  const model = { slug: 'a', ...(value === undefined ? {} : { context_window: value, priority: value }) };
  expect(offeredModels([model])).toEqual([{ slug: 'a', name: 'a', contextTokens: null, rank: null }]);
});
