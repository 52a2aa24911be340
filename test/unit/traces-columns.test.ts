import { describe, expect, it } from 'vitest';
import { NumberColumn, SmallColumn } from '../../src-main/core/traces/store/columns.ts';
import {
  columnsOf,
  figureColumns,
  figureRow,
  queriedColumns,
  queriedOf,
} from '../../src-main/core/traces/store/rows.ts';
import { storedTurn } from '../support/stored-turns.ts';

const rows = 10_000;
const everyOther = (value: number) => (index: number) => (index % 2 === 0 ? value : index % 7);

describe.each([
  ['numbers', () => new NumberColumn(), (index: number) => (index % 5 === 0 ? Number.NaN : index * 1.25 - 7)],
  ['numbers below 2⁸', () => new SmallColumn(), (index: number) => index % 256],
  ['numbers below 2¹⁶', () => new SmallColumn(), everyOther(65_535)],
  ['numbers below 2³²', () => new SmallColumn(), everyOther(2 ** 32 - 1)],
  ['numbers that rise', () => new SmallColumn(), (index: number) => index * 400],
] as const)('a column of %s', (_name, make, valueAt) => {
  it('gives back what was set, whatever was set before and after', () => {
    const column = make();
    for (let index = 0; index < rows; index += 1) column.set(index, valueAt(rows - 1 - index));
    for (let index = 0; index < rows; index += 1) column.set(index, valueAt(index));
    expect(Array.from({ length: rows }, (_none, index) => column.at(index))).toEqual(
      Array.from({ length: rows }, (_none, index) => valueAt(index)),
    );
  });

  it('grows on from where it was cut', () => {
    const column = make();
    for (let index = 0; index < rows; index += 1) column.set(index, 200);
    column.cut(5_000);
    for (let index = 5_000; index < rows; index += 1) column.set(index, valueAt(index));
    expect([4_999, 5_000, rows - 1].map((index) => column.at(index))).toEqual([200, valueAt(5_000), valueAt(rows - 1)]);
  });
});

describe('the figures of a stored turn', () => {
  it('are read from the columns that a start reads, and from no others', () => {
    const all = columnsOf(storedTurn(1, { error: { code: 'upstream_closed', message: 'Closed.' } }));
    const read = new Set<string>();
    const watched = new Proxy(all, {
      get: (row, name) => {
        read.add(String(name));
        return row[String(name)];
      },
    });
    expect(figureRow(watched, null)).toEqual(figureRow(all, null));
    expect([...read].toSorted()).toEqual(figureColumns.toSorted());
    read.clear();
    expect(queriedOf(watched)).toEqual(queriedOf(all));
    expect([...read].toSorted()).toEqual(queriedColumns.toSorted());
  });
});
