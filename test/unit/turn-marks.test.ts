import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { TraceDatabase } from '../../src-main/core/traces/store/database.ts';
import { MemoryTraceStore } from '../../src-main/core/traces/store/memory-store.ts';
import { columnsOf } from '../../src-main/core/traces/store/rows.ts';
import { migrate } from '../../src-main/core/traces/store/schema.ts';
import { TraceQuery } from '../../src-main/shared/trace-query.ts';
import { firstStartedAt, storedTurn } from '../support/stored-turns.ts';

const dayMs = 24 * 60 * 60_000;
const limits = { maxRows: 1_000_000, maxBytes: 1024 ** 3, maxAgeMs: 30 * dayMs };
const turns = Array.from({ length: 60 }, (_, index) => storedTurn(index, { key: index % 2 === 0 ? null : 'laptop' }));
const idOf = (index: number): string => storedTurn(index).row.id;
const starred = { starred: true, note: null };

function filled(): TraceDatabase {
  const database = new TraceDatabase(':memory:', limits);
  database.add(turns, firstStartedAt);
  return database;
}

const placesIn = (rows: readonly { readonly id: string }[]): number[] => rows.map(({ id }) => Number(id.slice(-12)));
const ask = (query: string) => TraceQuery.parse({ filter: { query }, limit: 500 });
const found = (database: TraceDatabase, query: string): number[] => placesIn(database.query(ask(query)).rows);

describe('a turn that is starred', () => {
  it.each([
    ['older than the days that are kept', limits, firstStartedAt + 31 * dayMs, [7, 3]],
    ['among more rows than are kept', { ...limits, maxRows: 2 }, firstStartedAt, [59, 58, 7, 3]],
    ['in more bytes than are kept', { ...limits, maxBytes: 1 }, firstStartedAt, [59, 58, 57, 7, 3]],
  ])('stays when it is %s', (_why, narrow, nowMs, expected) => {
    const database = filled();
    for (const index of [3, 7]) database.mark(idOf(index), starred);
    database.setLimits(narrow, nowMs);
    expect(found(database, '')).toEqual(expected);
    expect(database.state().turns).toBe(expected.length);
    expect(database.detail(idOf(3))).not.toBeNull();
  });

  it('goes by the limits again once its star is taken off', () => {
    const database = filled();
    database.mark(idOf(3), starred);
    database.mark(idOf(3), { starred: false, note: 'still here' });
    expect(database.starred).toBe(0);
    database.prune(firstStartedAt + 31 * dayMs);
    expect(found(database, '')).toEqual([]);
  });

  it('is forgotten with all others when the history is cleared', () => {
    const database = filled();
    database.mark(idOf(3), starred);
    database.clear();
    expect([found(database, ''), database.starred]).toEqual([[], 0]);
  });

  it('stays in memory, too', async () => {
    const store = new MemoryTraceStore();
    for (const turn of turns) store.add(turn);
    await store.mark(idOf(3), starred);
    store.setLimits({ ...limits, maxRows: 5 });
    store.add(storedTurn(60));
    expect(placesIn((await store.query(ask(''))).rows)).toEqual([60, 59, 58, 57, 3]);
  });

  it('is one of a thousand at most', async () => {
    const store = new MemoryTraceStore();
    for (let index = 0; index < 1_001; index += 1) {
      store.add(storedTurn(index));
      if (index < 1_000) await store.mark(idOf(index), starred);
    }
    expect(await store.mark(idOf(1_000), starred)).toBe('full');
    expect(await store.mark(idOf(5), { starred: true, note: 'one of them' })).toMatchObject({ note: 'one of them' });
    expect(await store.mark('nobody', starred)).toBe('unknown');
  });
});

describe('what the user thinks of turns', () => {
  it.each([
    ['is:starred', [7, 3]],
    ['-is:starred note:slow', [9]],
    ['note:slow', [9, 7]],
    ['SLOW', [9, 7]],
    ['note:standard', [11]],
    ['note:none is:starred', [3]],
    ['key:laptop is:starred', [7, 3]],
    ['key:standard is:starred', []],
  ])('is found by %s, in the database and in memory', async (query, expected) => {
    const database = filled();
    const memory = new MemoryTraceStore();
    for (const turn of turns) memory.add(turn);
    const marks = [
      [3, starred],
      [7, { starred: true, note: 'Slow first token' }],
      [9, { starred: false, note: 'so slow' }],
      [11, { starred: false, note: 'standard' }],
    ] as const;
    for (const [index, mark] of marks) {
      expect(await memory.mark(idOf(index), mark)).toEqual(database.mark(idOf(index), mark));
      expect(await memory.markOf(idOf(index))).toEqual(database.markOf(idOf(index)));
    }
    const inMemory = await memory.query(ask(query));
    expect(placesIn(inMemory.rows)).toEqual(expected);
    expect(found(database, query)).toEqual(expected);
    expect(database.query(ask(query)).total).toBe(expected.length);
  });

  it('is still there after the file is opened again, one of an older version included', () => {
    const folder = mkdtempSync(join(tmpdir(), 'slipstream-'));
    const path = join(folder, 'traces.sqlite');
    const older = new DatabaseSync(path);
    migrate(older, 5);
    const known = columnsOf(storedTurn(3));
    const names = older
      .prepare("SELECT name FROM pragma_table_info('exchanges')")
      .all()
      .map(({ name }) => String(name))
      .filter((name) => name in known);
    older
      .prepare(`INSERT INTO exchanges (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`)
      .run(...names.map((name) => known[name] ?? null));
    older.close();
    const first = new TraceDatabase(path, limits);
    expect(first.markOf(idOf(3))).toEqual({ starred: false, note: null });
    first.mark(idOf(3), { starred: true, note: 'look at this' });
    first.close();
    const second = new TraceDatabase(path, limits);
    expect(second.starred).toBe(1);
    expect(second.query(ask('is:starred')).rows).toMatchObject([{ id: idOf(3), starred: true, note: 'look at this' }]);
    second.close();
    rmSync(folder, { recursive: true });
  });
});
