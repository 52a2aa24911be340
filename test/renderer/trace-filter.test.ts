import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { filterSql } from '../../src-main/core/traces/store/filter-sql.ts';
import { columnsOf } from '../../src-main/core/traces/store/rows.ts';
import { addExportOptions, type ExportOptions, exportFilter } from '../../src-main/node/commands/export-options.ts';
import { type FilterMember, filterEntries } from '../../src-main/shared/trace-filter.ts';
import { TraceFilter } from '../../src-main/shared/trace-query.ts';
import { formatFilter, parseFilter } from '../../src-renderer/lib/filter-params.ts';
import { storedTurn } from '../support/stored-turns.ts';

/** Every row of the table, everywhere it is read: a row that is added is tried by itself. */

function sampleOf(member: FilterMember): { readonly value: number | string | string[]; readonly text: string } {
  switch (member.kind) {
    case 'from':
    case 'until':
      return { value: Date.UTC(2026, 10, 23, 14), text: '2026-11-23T14:00:00.000Z' };
    case 'list': {
      const values = member.values?.slice(0, 2) ?? ['one', 'two'];
      return { value: [...values], text: values.join(',') };
    }
    case 'query': {
      const query = 'model:gpt-6* -client:curl first_token';
      return { value: query, text: query };
    }
    case 'phrase':
    case 'words':
      return { value: 'some words', text: 'some words' };
  }
}

const columns = Object.keys(columnsOf(storedTurn(0, {})));

describe.each(filterEntries)('the filter member %s', (name, member) => {
  const { value, text } = sampleOf(member);
  const filter = TraceFilter.parse({ [name]: value });

  it('is a member of the schema', () => {
    expect(filter).toEqual({ [name]: value });
    expect(TraceFilter.safeParse({ [name]: { not: 'that' } }).success).toBe(false);
  });

  it('goes into an address and comes back from it, where it is offered there', () => {
    expect(parseFilter(formatFilter(filter))).toEqual(member.param === null ? {} : filter);
  });

  it('is an option of the command line, where it is offered there', () => {
    const flag = member.option?.flag.split(' ')[0];
    if (flag === undefined) return;
    const options = addExportOptions(new Command()).parse([flag, text], { from: 'user' }).opts<ExportOptions>();
    expect(exportFilter(options, 0)).toEqual(filter);
  });

  it('is a condition on columns that the database has', () => {
    const { sql, values } = filterSql(filter);
    const named = sql.match(/\b[a-z]+(_[a-z]+)+\b/g) ?? [];
    expect(sql).not.toBe('1');
    expect(named.filter((column) => column !== 'concat_ws' && !columns.includes(column))).toEqual([]);
    expect(sql.match(/\?/g)).toHaveLength(values.length);
    if (member.kind === 'list') expect(columns).toContain(member.column);
  });

  it('looks at what the database looks at', () => {
    const { row, facts } = storedTurn(3, {
      tierSent: 'priority',
      error: { code: 'pool_full', message: 'some words' },
      said: {
        code: 'server_is_overloaded',
        message: 'other words',
        param: 'model',
        closeCode: 1001,
        closeReason: 'gone',
      },
      sessionId: 'a-session',
    });
    const stored = columnsOf({ ...storedTurn(3, {}), row, facts });
    const looks = member.kind === 'list' ? [member] : 'texts' in member ? member.texts : [];
    for (const { of, column } of looks) expect(of({ ...row, effort: facts.effort }) ?? null).toBe(stored[column]);
  });
});
