/** The long run, with its heap and handles, is test/perf/soak.ts. */
import { expect, it } from 'vitest';
import { runSoak } from '../support/soak.ts';

it('60 streams over 3 accounts while upstream fails at random: each ends whole or with a clear error, none hangs, nothing is lost, doubled or out of order', async () => {
  const report = await runSoak({
    until: { turns: 400 },
    streams: 60,
    // No heap is measured here.
    warmUpTurns: 60,
    probability: 0.08,
    collectGarbage: () => {},
  });
  expect(report.violations).toEqual([]);
  expect(report.ends.complete).toBeGreaterThan(report.turns * 0.8);
  expect(report.faults.status).toBeGreaterThan(0);
}, 60_000);
