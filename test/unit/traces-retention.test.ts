import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { TraceDatabase } from '../../src-main/core/traces/store/database.ts';
import { LatencyQuery, TraceQuery } from '../../src-main/shared/trace-query.ts';
import { firstStartedAt, storedTurn } from '../support/stored-turns.ts';

const limits = { maxRows: 1_000_000, maxBytes: 1024 ** 3, maxAgeMs: 100 * 365 * 24 * 60 * 60_000 };
const folder = mkdtempSync(join(tmpdir(), 'slipstream-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What is done to a store; `at` are places in time, of which several are the same. */
const step = fc.oneof(
  {
    arbitrary: fc.record({
      do: fc.constant('add' as const),
      turns: fc.array(fc.record({ n: fc.nat(25), hasPayloads: fc.boolean() }), { minLength: 1, maxLength: 4 }),
    }),
    weight: 8,
  },
  fc.record({ do: fc.constant('mark' as const), n: fc.nat(25), starred: fc.boolean() }),
  fc.record({ do: fc.constant('rows' as const), maxRows: fc.integer({ min: 1, max: 12 }) }),
  fc.record({ do: fc.constant('age' as const), maxAgeMs: fc.integer({ min: 1, max: 12 }) }),
  fc.record({ do: fc.constant('reopen' as const) }),
  { arbitrary: fc.record({ do: fc.constant('clear' as const) }), weight: 1 },
);

const idOf = (n: number) => storedTurn(n).row.id;
const atOf = (n: number) => firstStartedAt + ((n * 7) % 13);
const nowMs = firstStartedAt + 13;

describe('what is kept of turns', () => {
  it('is what the limits leave and what is starred, with its details and nothing else, in rows and in figures', () => {
    let run = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 4, maxLength: 12 }), (steps) => {
        run += 1;
        const path = join(folder, `${run}.db`);
        let now = { ...limits };
        let database = new TraceDatabase(path, now);
        /** What is kept, and whether it is starred and has payloads. */
        const kept = new Map<number, { starred: boolean; hasPayloads: boolean }>();
        const forget = (isOver: (n: number) => boolean) => {
          for (const [n, { starred }] of kept) if (!starred && isOver(n)) kept.delete(n);
        };
        const prune = () => {
          forget((n) => atOf(n) <= nowMs - now.maxAgeMs);
          const plain = [...kept]
            .filter(([, { starred }]) => !starred)
            .map(([n]) => atOf(n))
            .toSorted();
          const over = plain.length - now.maxRows;
          if (over > 0) forget((n) => atOf(n) <= (plain[over - 1] ?? 0));
        };
        for (const each of steps) {
          if (each.do === 'add') {
            database.add(
              each.turns.map(({ n, hasPayloads }) => ({
                ...storedTurn(n, { startedAt: atOf(n) }),
                ...(hasPayloads ? { payloads: '["x"]' } : {}),
              })),
              nowMs,
            );
            for (const { n, hasPayloads } of each.turns) if (!kept.has(n)) kept.set(n, { starred: false, hasPayloads });
            prune();
          } else if (each.do === 'mark') {
            const known = kept.get(each.n);
            const row = database.mark(idOf(each.n), { starred: each.starred, note: 'n' });
            expect(row?.starred ?? (row === null ? null : false)).toBe(known === undefined ? null : each.starred);
            if (known) known.starred = each.starred;
          } else if (each.do === 'reopen') {
            database.close();
            database = new TraceDatabase(path, now);
          } else if (each.do === 'clear') {
            database.clear();
            kept.clear();
          } else {
            const { do: _do, ...more } = each;
            now = { ...limits, ...more };
            database.setLimits(now, nowMs);
            prune();
          }
          const ids = [...kept.keys()].toSorted((a, b) => atOf(b) - atOf(a) || b - a).map(idOf);
          const { rows, total } = database.query(TraceQuery.parse({ limit: 500 }));
          expect(rows.map(({ id }) => id)).toEqual(ids);
          expect(total).toBe(ids.length);
          expect(database.state().turns).toBe(ids.length);
          expect(database.starred).toBe([...kept.values()].filter(({ starred }) => starred).length);
          expect(database.latency(LatencyQuery.parse({ metric: 'total' })).n).toBe(ids.length);
          for (const [n, { hasPayloads }] of kept) {
            expect(database.detail(idOf(n))).not.toBeNull();
            expect(database.payloads(idOf(n)) !== null).toBe(hasPayloads);
          }
        }
        const other = new DatabaseSync(path);
        for (const table of ['details', 'payloads']) {
          const { orphans } =
            other.prepare(`SELECT count(*) AS orphans FROM ${table} WHERE n NOT IN (SELECT n FROM exchanges)`).get() ??
            {};
          expect(orphans).toBe(0);
        }
        other.close();
        database.close();
      }),
      { numRuns: 10, seed: 7 },
    );
  });

  it('is read page by page without holes and doubles, whatever comes and goes meanwhile', () => {
    const change = fc.record({ add: fc.array(fc.nat(60), { maxLength: 6 }), star: fc.nat(60), maxRows: fc.nat(40) });
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(60)),
        fc.array(change),
        fc.integer({ min: 1, max: 7 }),
        (first, changes, limit) => {
          const database = new TraceDatabase(':memory:', limits);
          const turnOf = (n: number) => storedTurn(n, { startedAt: atOf(n) });
          const all = () => database.query(TraceQuery.parse({ limit: 500 })).rows.map(({ id }) => id);
          database.add(first.map(turnOf), nowMs);
          const atFirst = all();
          const found: string[] = [];
          let cursor: TraceQuery['cursor'] = null;
          for (let page = 0; cursor !== null || page === 0; page += 1) {
            const { rows, hasMore } = database.query(TraceQuery.parse({ cursor, limit }));
            found.push(...rows.map(({ id }) => id));
            const last = rows.at(-1);
            cursor = hasMore && last ? { startedAt: last.startedAt, id: last.id } : null;
            const { add, star, maxRows } = changes[page] ?? { add: [], star: -1, maxRows: limits.maxRows };
            database.mark(idOf(star), { starred: true, note: null });
            database.add(add.map(turnOf), nowMs);
            database.setLimits({ ...limits, maxRows }, nowMs);
            database.setLimits(limits, nowMs);
          }
          const left = new Set(all());
          database.close();
          expect(new Set(found).size).toBe(found.length);
          expect(atFirst.filter((id) => left.has(id) && !found.includes(id))).toEqual([]);
        },
      ),
      { numRuns: 40, seed: 7 },
    );
  });
});
