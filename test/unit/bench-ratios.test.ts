import { expect, it } from 'vitest';
import { leastOf, ratiosOf, worseThan } from '../perf/bench-ratios.ts';

const spread = (median: number, least = median) => ({ median, least, most: median });

it('the benchmark keeps the ratios of ours to the bare relay, by work', () => {
  const rows = [
    { work: 'a turn', target: 'bare relay', cpuToBare: spread(1) },
    { work: 'a turn', target: 'Slipstream', cpuToBare: spread(2, 1.5) },
    { work: 'a turn', target: 'Slipstream, upstream deflates', cpuToBare: spread(3) },
    { work: 'a turn', target: 'the other checkout', cpuToBare: spread(4) },
    { work: 'a turn', target: 'other', cpuToBare: null },
  ];
  expect(ratiosOf(rows)).toEqual({ 'a turn: Slipstream': 2, 'a turn: Slipstream, upstream deflates': 3 });
  expect(ratiosOf(rows, 'least')).toMatchObject({ 'a turn: Slipstream': 1.5 });
});

it.each([
  ['as committed', { a: 2 }, 0],
  ['half as much again', { a: 3 }, 0],
  ['more than that', { a: 3.01 }, 1],
  ['no number', { a: Number.NaN }, 1],
  ['with one that is not committed', { a: 2, b: 1 }, 1],
  ['without one that is', {}, 1],
])('a run %s is told from a good one', (_what, ratios: Record<string, number>, failures) => {
  expect(worseThan({ a: 2 }, ratios)).toHaveLength(failures);
});

it('a ratio is worse only where it is in each measurement', () => {
  const measured = [
    { a: 4, b: 2 },
    { a: 2, b: 4 },
  ];
  expect(worseThan({ a: 2, b: 2 }, leastOf(measured))).toEqual([]);
  expect(worseThan({ a: 2, b: 2 }, leastOf([...measured.slice(0, 1), { a: 4, b: 4 }]))).toHaveLength(1);
});
