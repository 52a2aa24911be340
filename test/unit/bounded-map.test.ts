import { expect, it } from 'vitest';
import { BoundedMap } from '../../src-main/core/bounded-map.ts';

type Step = readonly ['set' | 'renew', string] | readonly ['delete', string];

const cases: readonly { name: string; steps: readonly Step[]; kept: string[]; dropped: string[] }[] = [
  {
    name: 'keeps all up to the limit',
    steps: [
      ['set', 'a'],
      ['set', 'b'],
      ['set', 'c'],
    ],
    kept: ['a', 'b', 'c'],
    dropped: [],
  },
  {
    name: 'drops the oldest above it',
    steps: [
      ['set', 'a'],
      ['set', 'b'],
      ['set', 'c'],
      ['set', 'd'],
      ['set', 'e'],
    ],
    kept: ['c', 'd', 'e'],
    dropped: ['a', 'b'],
  },
  {
    name: 'lets an entry that is set again keep its age',
    steps: [
      ['set', 'a'],
      ['set', 'b'],
      ['set', 'c'],
      ['set', 'a'],
      ['set', 'd'],
    ],
    kept: ['b', 'c', 'd'],
    dropped: ['a'],
  },
  {
    name: 'makes a renewed entry the newest',
    steps: [
      ['set', 'a'],
      ['set', 'b'],
      ['set', 'c'],
      ['renew', 'a'],
      ['set', 'd'],
    ],
    kept: ['c', 'a', 'd'],
    dropped: ['b'],
  },
  {
    name: 'leaves the newest the newest where that is renewed, also once it was taken out',
    steps: [
      ['set', 'a'],
      ['renew', 'a'],
      ['set', 'b'],
      ['renew', 'b'],
      ['delete', 'b'],
      ['renew', 'b'],
      ['renew', 'a'],
      ['set', 'c'],
      ['set', 'd'],
    ],
    kept: ['a', 'c', 'd'],
    dropped: ['b'],
  },
  {
    name: 'tells nobody of an entry that was taken out',
    steps: [
      ['set', 'a'],
      ['set', 'b'],
      ['delete', 'a'],
      ['set', 'c'],
      ['set', 'd'],
    ],
    kept: ['b', 'c', 'd'],
    dropped: [],
  },
];

it.each(cases)('$name', ({ steps, kept, dropped }) => {
  const gone: string[] = [];
  const map = new BoundedMap<string, true>(3, (key) => {
    expect(map.has(key)).toBe(false);
    gone.push(key);
  });
  for (const [step, key] of steps) {
    if (step === 'delete') map.delete(key);
    else map[step](key, true);
  }
  expect([[...map.keys()], gone]).toEqual([kept, dropped]);
});
