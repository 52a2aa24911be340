import { describe, expect, it } from 'vitest';
import { tableLines } from '../../src-main/node/commands/text-table.ts';

const rows = [
  ['NAME', 'STATE', 'ADDRESS'],
  ['ada', 'ready', `${'a'.repeat(50)}@example.test`],
  ['b'.repeat(20), 'refused', 'b@example.test'],
];

describe('a table', () => {
  it('is as wide as it needs where nothing limits it', () => {
    expect(tableLines(rows).map((line) => line.length)).toEqual([42, 98, 49]);
  });

  it.each([80, 60, 40, 32])('fits a terminal of %i columns, the widest cut first', (maxWidth) => {
    const lines = tableLines(rows, { maxWidth });
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(maxWidth);
    expect(lines[1]).toMatch(/^ {2}ada +ready +a+…$/);
  });

  it('keeps something of each column where there is no room at all', () => {
    expect(tableLines(rows, { maxWidth: 5 })[1]).toBe('  ada      ready    aaaaa…');
  });

  it('keeps each row on one line, whatever a name holds', () => {
    expect(
      tableLines(
        [
          ['PROJECT', 'TURNS'],
          ['/home/a\nb\tc', '1'],
        ],
        { indent: '', gap: '  ' },
      ),
    ).toEqual(['PROJECT      TURNS', '/home/a b c  1']);
  });

  it('counts what takes two columns of a terminal as two, and cuts no character in half', () => {
    const wide = [
      ['PROJECT', 'TURNS'],
      ['/家/项目', '1'],
      ['/home/it', '2'],
    ];
    expect(tableLines(wide, { indent: '', gap: '  ' })).toEqual(['PROJECT   TURNS', '/家/项目  1', '/home/it  2']);
    expect(tableLines([['项目项目项目'], ['😀😀😀😀😀😀']], { indent: '', maxWidth: 8 })).toEqual([
      '项目项…',
      '😀😀😀…',
    ]);
  });
});
