import { expect, it } from 'vitest';
import { loadedOnce } from '../../src-main/shared/loaded-once.ts';

it('loads once for all who ask, and anew after a load that failed', async () => {
  let loads = 0;
  let isThere = false;
  const load = loadedOnce(async () => {
    loads += 1;
    if (!isThere) throw new Error('not there');
    return { loads };
  });
  const both = await Promise.allSettled([load(), load()]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(loads).toBe(1);
  isThere = true;
  const [one, other] = await Promise.all([load(), load()]);
  expect(one).toEqual({ loads: 2 });
  expect(other).toBe(one);
});
