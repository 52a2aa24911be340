import { describe, expect, it } from 'vitest';
import { pause, within } from '../../src-main/core/in-time.ts';
import { skippingClock } from '../support/skipping-clock.ts';

describe('what is waited for only so long', () => {
  it('is what the work comes to, where it is in time', async () => {
    const clock = skippingClock({ heldMs: 10 });
    expect(await within(clock, 10, Promise.resolve('done'))).toBe('done');
    expect(clock.waitingMs).toEqual([]);
  });

  it('is null where the work takes longer, whatever becomes of it then', async () => {
    const clock = skippingClock({ heldMs: 10 });
    const work = Promise.withResolvers<string>();
    const waited = within(clock, 10, work.promise);
    clock.skip(10);
    work.reject(new Error('too late for anybody'));
    expect(await waited).toBeNull();
  });

  it('fails as the work does, and leaves no timer', async () => {
    const clock = skippingClock({ heldMs: 10 });
    await expect(within(clock, 10, Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(clock.waitingMs).toEqual([]);
  });
});

describe('a pause', () => {
  it('lasts as long as it is said to, and no longer', async () => {
    const clock = skippingClock({ heldMs: 10 });
    const paused = pause(clock, 10).then(() => 'over');
    clock.skip(9);
    expect(await Promise.race([paused, Promise.resolve('goes on')])).toBe('goes on');
    clock.skip(1);
    expect(await paused).toBe('over');
  });
});
