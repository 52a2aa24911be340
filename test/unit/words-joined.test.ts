import { expect, it } from 'vitest';
import { joined } from '../../src-main/shared/words/joined.ts';

it('a joined catalogue has the texts of all its parts, and nothing that objects inherit', () => {
  const catalogue = joined({ 'a.b': 'one' }, { 'a.c': 'two', 'b.a': 'three' }, {});
  expect(Object.entries(catalogue)).toEqual([
    ['a.b', 'one'],
    ['a.c', 'two'],
    ['b.a', 'three'],
  ]);
  expect('toString' in catalogue).toBe(false);
  expect(catalogue['b.a']).toBe('three');
});
