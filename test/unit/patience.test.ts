import { expect, it } from 'vitest';
import { lookAfter } from '../../src-main/core/patience.ts';
import { fakeClock } from './fake-clock.ts';

/** What happens, in its order, once a timer of 10 s has rung so late. */
async function happens(lateMs: number, isCancelled = false): Promise<string[]> {
  const time = fakeClock();
  let sleptMs = 0;
  const clock = { ...time, monotonicMs: () => time.monotonicMs() + sleptMs };
  const order: string[] = [];
  const timer = lookAfter(clock, 10_000, () => order.push('looked'));
  sleptMs = lateMs;
  time.advance(10_000);
  order.push('rang');
  if (isCancelled) timer.cancel();
  await new Promise((resolve) => setImmediate(resolve));
  return order;
}

it('a patience that ends in its time is looked at at once', async () => {
  expect(await happens(999)).toEqual(['looked', 'rang']);
});

it('one that ends in a sleep is looked at when what came in it has been read', async () => {
  expect(await happens(1_000)).toEqual(['rang', 'looked']);
});

it('nobody looks who needs to no more', async () => {
  expect(await happens(60_000, true)).toEqual(['rang']);
});
