// Needs a process of its own: whose blocks are counted runs slowly, and so does all that the process has loaded.
import { afterAll, expect, it } from 'vitest';
import { stopCounting } from '../fuzz/coverage.ts';
import { led } from '../fuzz/led.ts';

afterAll(stopCounting);

const words = ['if', 'then', 'else', 'end', 'now'];

/** Each word alone is found soon; all of them one after the other are not drawn in any time. */
function stumblesOver(input: Buffer): void {
  const text = input.toString('latin1');
  let read = 0;
  if (text.startsWith('if', read)) read += 2;
  if (read === 2 && text.startsWith('then', read)) read += 4;
  if (read === 6 && text.startsWith('else', read)) read += 4;
  if (read === 10 && text.startsWith('end', read)) read += 3;
  if (read === 13 && text.startsWith('now', read)) throw new Error('found');
}

const target = led({
  name: 'planted',
  seeds: ['nothing'],
  words,
  rule: stumblesOver,
  isCounted: (url) => url.includes('fuzz-led'),
});
const limits = { seed: 7, maxInputs: 60_000, maxMs: 60_000 };

it('an input led by coverage gets behind conditions one by one, and is told as short as can be', async () => {
  const result = await target.run(limits);
  expect(result.finding).toContain('input "ifthenelseendnow"');
  expect(result.blocks).toBeGreaterThan(4);
  expect(result.inputs).toBeLessThan(limits.maxInputs);
});
