import { Command } from 'commander';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TraceDatabase } from '../../src-main/core/traces/store/database.ts';
import { MemoryTraceStore } from '../../src-main/core/traces/store/memory-store.ts';
import type { EndedExchange } from '../../src-main/core/traces/store/trace-store.ts';
import { addExportOptions, type ExportOptions, exportFilter } from '../../src-main/node/commands/export-options.ts';
import { SessionQuery } from '../../src-main/shared/session-query.ts';
import { filterEntries, filterMembers, turnMatcher } from '../../src-main/shared/trace-filter.ts';
import { TraceFilter, TraceQuery } from '../../src-main/shared/trace-query.ts';
import { sortNames } from '../../src-main/shared/trace-sort.ts';
import { formatRoute, parseRoute } from '../../src-renderer/lib/route.ts';
import { oddFilter, oddTurns } from '../support/odd-turns.ts';
import { firstStartedAt } from '../support/stored-turns.ts';

const limits = { maxRows: 1_000_000, maxBytes: 1024 ** 3, maxAgeMs: 100 * 365 * 24 * 60 * 60_000 };

function filled(turns: readonly EndedExchange[]) {
  const database = new TraceDatabase(':memory:', limits);
  database.add(turns, firstStartedAt);
  const memory = new MemoryTraceStore();
  for (const turn of turns) memory.add(turn);
  return { database, memory };
}

const idsOf = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id);
const filters = fc.array(oddFilter, { minLength: 6, maxLength: 6 });

describe('turns of odd texts', () => {
  it('are found alike by the database, its figures, memory and the page', async () => {
    await fc.assert(
      fc.asyncProperty(oddTurns(6), filters, async (turns, wanted) => {
        const { database, memory } = filled(turns);
        for (const filter of wanted) {
          const query = TraceQuery.parse({ filter, limit: 500 });
          const stored = database.query(query);
          const matches = turnMatcher(filter);
          const ofPage = turns.filter(({ row, facts }) => matches({ ...row, effort: facts.effort }));
          expect(idsOf((await memory.query(query)).rows)).toEqual(idsOf(stored.rows));
          expect(idsOf(ofPage.map(({ row }) => row)).toSorted()).toEqual(idsOf(stored.rows).toSorted());
          expect(stored.total).toBe(stored.rows.length);
        }
        database.close();
      }),
      { numRuns: 50, seed: 7 },
    );
  });

  it('come in the same order page by page, none twice and none left out', async () => {
    const sort = fc.record({ by: fc.constantFrom(...sortNames), order: fc.constantFrom('up', 'down') });
    await fc.assert(
      fc.asyncProperty(oddTurns(8), sort, fc.integer({ min: 1, max: 3 }), async (turns, order, limit) => {
        const { database, memory } = filled(turns);
        for (const more of [{}, { sort: order }]) {
          const whole = idsOf((await memory.query(TraceQuery.parse({ limit: 500, ...more }))).rows);
          const found: string[] = [];
          for (let hasMore = true; hasMore; ) {
            const page = database.query(TraceQuery.parse({ limit, skip: found.length, ...more }));
            found.push(...idsOf(page.rows));
            ({ hasMore } = page);
          }
          expect(found).toEqual(whole);
        }
        database.close();
      }),
      { numRuns: 30, seed: 7 },
    );
  });

  it('make the same sessions in the database and in memory, page by page', async () => {
    await fc.assert(
      fc.asyncProperty(oddTurns(8), oddFilter, async (turns, filter) => {
        const { database, memory } = filled(turns);
        for (const wanted of [{}, filter]) {
          let cursor: SessionQuery['cursor'] = null;
          do {
            const query = SessionQuery.parse({ filter: wanted, cursor, limit: 2 });
            const page = database.sessions(query);
            expect(await memory.sessions(query)).toEqual(page);
            cursor = page.next;
          } while (cursor !== null);
        }
        database.close();
      }),
      { numRuns: 30, seed: 7 },
    );
  });
});

describe('a filter of odd texts', () => {
  it('comes back from an address as it went in', () => {
    fc.assert(
      fc.property(oddFilter, (filter) => {
        const offered = filterEntries.flatMap(([name, { param }]) =>
          param === null || filter[name] === undefined ? [] : [[name, filter[name]] as const],
        );
        const route = formatRoute({ screen: 'requests', requestId: null, filter });
        expect(parseRoute(route).filter).toEqual(TraceFilter.parse(Object.fromEntries(offered)));
      }),
      { numRuns: 200, seed: 7 },
    );
  });

  it('comes back from the command line, where a value has no comma and no space at its ends', () => {
    fc.assert(
      fc.property(oddFilter, ({ model, text }) => {
        const values = (model ?? []).filter((each) => !each.includes(',') && each.trim() === each);
        const args = [
          ...(values.length === 0 ? [] : [`--model=${values.join(',')}`]),
          ...(text === undefined ? [] : [`${filterMembers.text.option.flag.split(' ')[0]}=${text}`]),
        ];
        const options = addExportOptions(new Command()).parse(args, { from: 'user' }).opts<ExportOptions>();
        expect(exportFilter(options, 0)).toEqual({
          ...(values.length === 0 ? {} : { model: values }),
          ...(text === undefined ? {} : { text }),
        });
      }),
      { numRuns: 100, seed: 7 },
    );
  });
});
