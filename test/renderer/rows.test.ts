import { describe, expect, it } from 'vitest';
import { mergeRows } from '../../src-renderer/stores/rows.ts';
import { makeRow } from './fixtures.ts';

const row = (id: string, startedAt: number) => makeRow({ id, startedAt });
const ids = (rows: readonly { readonly id: string }[]): string => rows.map(({ id }) => id).join('');

describe('mergeRows', () => {
  const rows = [row('d', 40), row('c', 30), row('b', 20)];

  it.each([
    ['a newer row goes first', [row('e', 50)], 'edcb'],
    ['an older row goes where it belongs', [row('x', 25)], 'dcxb'],
    ['the oldest goes last', [row('a', 1)], 'dcba'],
    ['several come in any order', [row('e', 50), row('a', 1), row('f', 60)], 'fedcba'],
    ['of two that started together the later arrival goes first', [row('x', 40), row('y', 40)], 'yxdcb'],
  ])('%s', (_, incoming, expected) => {
    expect(ids(mergeRows(rows, incoming))).toBe(expected);
  });

  it('replaces a row in its place and leaves the others the very same', () => {
    const ended = makeRow({ id: 'c', startedAt: 30, status: 'failed' });
    const merged = mergeRows(rows, [ended]);
    expect(merged).toEqual([rows[0], ended, rows[2]]);
    expect(merged[0]).toBe(rows[0]);
  });

  it('takes the last of several versions of a row that is new', () => {
    const merged = mergeRows([], [makeRow({ status: 'running' }), makeRow({ status: 'completed' })]);
    expect(merged.map(({ status }) => status)).toEqual(['completed']);
  });

  it('drops the oldest beyond the limit', () => {
    expect(ids(mergeRows(rows, [row('e', 50), row('f', 60)], 3))).toBe('fed');
  });

  it('answers the very same list when nothing came', () => {
    expect(mergeRows(rows, [])).toBe(rows);
  });
});
