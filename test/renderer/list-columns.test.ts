import { describe, expect, it } from 'vitest';
import {
  defaultColumns,
  defaultLayout,
  moved,
  nextSort,
  readLayout,
  withColumn,
  writeLayout,
} from '../../src-renderer/lib/list-columns.ts';

const stored = (text: string | null) => ({ getItem: () => text });

describe('the columns of the request list', () => {
  it.each([
    ['nothing', null],
    ['no JSON', '{'],
    ['a list', '[]'],
    ['names that no column has', '{"columns":["x",3]}'],
    ['an order by nothing', '{"sort":{"by":"x","order":"up"}}'],
    ['an order without a direction', '{"sort":{"by":"total"}}'],
  ])('are the usual ones where the browser has %s', (_what, text) => {
    expect(readLayout(stored(text))).toEqual(defaultLayout);
  });

  it('are kept as they were chosen, each once', () => {
    let text = '';
    const layout = { columns: ['model', 'out'], sort: { by: 'out', order: 'up' } } as const;
    writeLayout({ setItem: (_name, value) => (text = value) }, { ...layout, columns: [...layout.columns, 'model'] });
    expect(readLayout(stored(text))).toEqual(layout);
    writeLayout(
      {
        setItem: () => {
          throw new Error('full');
        },
      },
      layout,
    );
  });

  it('are shown, hidden and moved, but for the last one', () => {
    expect(withColumn(['time', 'model'], 'out', true)).toEqual(['time', 'model', 'out']);
    expect(withColumn(['time', 'model'], 'time', true)).toEqual(['time', 'model']);
    expect(withColumn(['time', 'model'], 'time', false)).toEqual(['model']);
    expect(withColumn(['model'], 'model', false)).toEqual(['model']);
    expect(moved(['time', 'model', 'out'], 'out', -1)).toEqual(['time', 'out', 'model']);
    expect(moved(['time', 'model'], 'time', -1)).toEqual(['time', 'model']);
    expect(moved(defaultColumns, 'key', 1)).toEqual(defaultColumns);
  });

  it.each([
    ['total', null, { by: 'total', order: 'down' }],
    ['total', { by: 'total', order: 'down' }, { by: 'total', order: 'up' }],
    ['total', { by: 'total', order: 'up' }, null],
    ['model', { by: 'total', order: 'up' }, { by: 'model', order: 'up' }],
    ['time', null, { by: 'time', order: 'up' }],
    ['time', { by: 'model', order: 'up' }, null],
  ] as const)('sort by %s from %j', (by, before, after) => expect(nextSort(before, by)).toEqual(after));
});
