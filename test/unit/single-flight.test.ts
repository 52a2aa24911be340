import { describe, expect, it } from 'vitest';
import { SingleFlight } from '../../src-main/core/single-flight.ts';

function heldWork() {
  const runs: PromiseWithResolvers<string>[] = [];
  return {
    runs,
    work: () => {
      const run = Promise.withResolvers<string>();
      runs.push(run);
      return run.promise;
    },
  };
}

describe('single flight', () => {
  it.each([
    { name: 'joins the work that runs for the key', keys: ['a', 'a', 'a'], runs: 1 },
    { name: 'runs other keys beside it', keys: ['a', 'b', 'a', 'b'], runs: 2 },
  ])('$name', async ({ keys, runs }) => {
    const flight = new SingleFlight<string>();
    const held = heldWork();
    const asked = keys.map((key) => flight.run(key, held.work));
    expect(held.runs).toHaveLength(runs);
    held.runs.forEach((run, index) => {
      run.resolve(`result ${index}`);
    });
    expect(new Set(await Promise.all(asked)).size).toBe(runs);
  });

  it('rejects for all who wait, and does the work anew for the next', async () => {
    const flight = new SingleFlight<string>();
    const held = heldWork();
    const asked = [flight.run('a', held.work), flight.run('a', held.work)];
    held.runs[0]?.reject(new Error('no'));
    const ends = await Promise.allSettled(asked);
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const next = flight.run('a', held.work);
    held.runs[1]?.resolve('yes');
    expect(await next).toBe('yes');
  });

  it.each([{ key: undefined }, { key: 'a' }])(
    'is idle once what runs has ended, however it did ($key)',
    async ({ key }) => {
      const flight = new SingleFlight<string>();
      const held = heldWork();
      await flight.idle(key);
      const running = flight.run('a', held.work).catch(() => 'failed');
      let isIdle = false;
      const idle = flight.idle(key).then(() => {
        isIdle = true;
      });
      await Promise.resolve();
      expect(isIdle).toBe(false);
      held.runs[0]?.reject(new Error('no'));
      await idle;
      expect(await running).toBe('failed');
    },
  );
});
