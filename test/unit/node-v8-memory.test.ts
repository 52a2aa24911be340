import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { collectGarbage, keepHeapSmall, keepMemorySmall } from '../../src-main/node/v8-memory.ts';

it('threads that start later have little for short-lived objects, whatever they are made with', async () => {
  keepMemorySmall();
  const worker = new Worker('require("node:worker_threads").parentPort.on("message", () => {})', {
    eval: true,
    resourceLimits: { maxYoungGenerationSizeMb: 48 },
  });
  await once(worker, 'online');
  const { heap_size_limit: limit } = await worker.getHeapStatistics();
  await worker.terminate();
  setFlagsFromString('--max-semi-space-size=16');
  const other = new Worker('require("node:worker_threads").parentPort.on("message", () => {})', { eval: true });
  await once(other, 'online');
  const { heap_size_limit: more } = await other.getHeapStatistics();
  await other.terminate();
  setFlagsFromString('--max-semi-space-size=0');
  // Three of each: two halves, and what new objects are moved to.
  expect(more - limit).toBe(3 * 14 * 2 ** 20);
});

it('what V8 is told is known to it: of an option it does not know it only writes a line', () => {
  const told = [keepMemorySmall, keepHeapSmall].flatMap((keep) => keep.toString().match(/--[\w-]+/g) ?? []);
  expect(told).toEqual(['--no-maglev-destroy-on-background', '--heap-growing-percent']);
  const known = spawnSync(process.execPath, ['--v8-options'], { encoding: 'utf8' }).stdout;
  expect(told.filter((option) => !known.includes(option.replace('--no-', '--')))).toEqual([]);
});

it('what nothing refers to is gone once garbage is collected', async () => {
  const kept = new WeakRef({ some: 'thing' });
  // Until a turn of the loop has passed, what was made in it stays.
  await new Promise((resolve) => setImmediate(resolve));
  collectGarbage();
  expect(kept.deref()).toBeUndefined();
});
