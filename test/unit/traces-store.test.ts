import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { TraceDatabase } from '../../src-main/core/traces/store/database.ts';
import { MemoryTraceStore } from '../../src-main/core/traces/store/memory-store.ts';
import { columnsOf } from '../../src-main/core/traces/store/rows.ts';
import { migrate, schemaVersion } from '../../src-main/core/traces/store/schema.ts';
import { storedDetail } from '../../src-main/core/traces/store/stored-detail.ts';
import type { EndedExchange } from '../../src-main/core/traces/store/trace-store.ts';
import { turnMatcher } from '../../src-main/shared/trace-filter.ts';
import { LatencyQuery, type TraceFilter, TraceQuery } from '../../src-main/shared/trace-query.ts';
import { filterCases, filteredTurns } from '../support/filter-cases.ts';
import { firstStartedAt, storedTurn } from '../support/stored-turns.ts';

const limits = { maxRows: 1_000_000, maxBytes: 1024 ** 3, maxAgeMs: 100 * 365 * 24 * 60 * 60_000 };

function filled(turns: readonly EndedExchange[], more: Partial<typeof limits> = {}) {
  const database = new TraceDatabase(':memory:', { ...limits, ...more });
  database.add(turns, firstStartedAt);
  return database;
}

const varied = [
  storedTurn(0),
  storedTurn(1, { model: 'gpt-5.4', tierSent: 'priority' }),
  storedTurn(2, { transport: 'http', account: { id: 'two', label: 'bo…' }, client: 'curl 8' }),
  storedTurn(3, { status: 'failed', error: { code: 'upstream_closed', message: 'Closed by Example.COM (1006).' } }),
  storedTurn(4, { status: 'failed', error: { code: 'pool_full', message: "100% _'full'" }, effort: null }),
];

async function idsOf(turns: readonly EndedExchange[], filter: TraceFilter) {
  const query = TraceQuery.parse({ filter });
  const indexOf = ({ id }: { readonly id: string }) => Number(id.slice(-12));
  const memory = new MemoryTraceStore();
  for (const turn of turns) memory.add(turn);
  const inDatabase = filled(turns).query(query);
  const inMemory = await memory.query(query);
  expect(inMemory.rows).toEqual(inDatabase.rows);
  expect(inMemory.total).toBe(inDatabase.total);
  return inDatabase.rows.map(indexOf);
}

describe('the filters of stored turns, in the database and in memory', () => {
  const turns = filteredTurns.map((members, index) => storedTurn(index, members));

  it.each(filterCases)('by %s', async (_name, filter, expected) => {
    expect(await idsOf(turns, filter)).toEqual(expected);
  });

  it('by no effort', async () => {
    expect(await idsOf(varied, { effort: ['standard'] })).toEqual([4]);
  });

  it('of a turn that still runs', () => {
    for (const [name, filter, expected] of filterCases) {
      const passed = turns.flatMap(({ row, facts }, index) =>
        turnMatcher(filter)({ ...row, effort: facts.effort }) ? [index] : [],
      );
      expect([name, passed.reverse()]).toEqual([name, expected]);
    }
  });
});

describe('pages', () => {
  it('hold every turn once, newest first, and the same total', () => {
    const database = filled(Array.from({ length: 95 }, (_, index) => storedTurn(index)));
    const seen: string[] = [];
    let cursor: TraceQuery['cursor'] = null;
    for (let page = 0; page < 10; page += 1) {
      const { rows, total, hasMore } = database.query({ filter: {}, cursor, limit: 20 });
      expect(total).toBe(95);
      seen.push(...rows.map(({ id }) => id));
      const last = rows.at(-1);
      cursor = last === undefined ? null : { startedAt: last.startedAt, id: last.id };
      if (!hasMore) break;
    }
    expect(seen).toEqual(Array.from({ length: 95 }, (_, index) => storedTurn(94 - index).row.id));
  });

  it('begin so many turns after the cursor, in the database and in memory', async () => {
    const turns = Array.from({ length: 60 }, (_, index) => storedTurn(index));
    const memory = new MemoryTraceStore();
    for (const turn of turns) memory.add(turn);
    const { startedAt, id } = storedTurn(50).row;
    const query = { filter: {}, cursor: { startedAt, id }, skip: 30, limit: 5 };
    const { rows, hasMore } = filled(turns).query(query);
    expect(rows.map((row) => row.id)).toEqual([19, 18, 17, 16, 15].map((index) => storedTurn(index).row.id));
    expect(hasMore).toBe(true);
    expect((await memory.query(query)).rows).toEqual(rows);
    expect(filled(turns).query({ ...query, skip: 49 })).toMatchObject({ rows: [storedTurn(0).row], hasMore: false });
  });

  it('tell apart turns that began at the same moment', () => {
    const database = filled(Array.from({ length: 7 }, (_, index) => storedTurn(index, { startedAt: firstStartedAt })));
    const first = database.query({ filter: {}, cursor: null, limit: 3 }).rows;
    const last = first.at(-1);
    const cursor = { startedAt: last?.startedAt ?? 0, id: last?.id ?? '' };
    const second = database.query({ filter: {}, cursor, limit: 10 }).rows;
    expect(new Set([...first, ...second].map(({ id }) => id)).size).toBe(7);
  });

  it('have the same turns where a filter finds few of them and where it finds many', () => {
    const [usual, rare] = ['gpt-5.5', 'gpt-5.4'];
    const turns = Array.from({ length: 900 }, (_, index) =>
      // Moments that several share, and that are no whole milliseconds.
      storedTurn(index, {
        startedAt: firstStartedAt + Math.floor(index / 3) * 1_000.1,
        model: index % 7 === 0 ? rare : usual,
      }),
    );
    const newest = turns.map(({ row }) => row).toReversed();
    const database = filled(turns);
    for (const model of [usual, rare]) {
      const wanted = newest.filter((row) => row.model === model).map(({ id }) => id);
      for (const skip of [0, 1, 40, 80, wanted.length - 1, wanted.length, wanted.length + 5]) {
        const page = database.query(TraceQuery.parse({ filter: { model: [model] }, limit: 10, skip }));
        expect(page.rows.map(({ id }) => id)).toEqual(wanted.slice(skip, skip + 10));
        expect([page.total, page.hasMore]).toEqual([wanted.length, wanted.length > skip + 10]);
      }
    }
  });

  it('give rows back as they were put in', () => {
    const turns = [
      storedTurn(0, { usage: null, firstTokenMs: null, account: null, transport: null, httpStatus: null }),
      storedTurn(1, { tierAsked: 'fast', tierSent: 'priority', kind: 'compact', clientTransport: 'ws' }),
    ];
    expect(filled(turns).query(TraceQuery.parse({})).rows).toEqual([turns[1]?.row, turns[0]?.row]);
  });
});

describe('details', () => {
  it('come back whole and say where from', () => {
    const database = filled(varied);
    const [first] = varied;
    const json = database.detail(first?.row.id ?? '');
    expect(json).toBe(String(first?.detail));
    expect(storedDetail(json)).toEqual({ ...JSON.parse(String(first?.detail)), isStored: true });
    expect(storedDetail('{"another":"version"}')).toBeNull();
    expect(database.detail('never')).toBeNull();
  });
});

describe('the limits', () => {
  it('of rows: the oldest go first', () => {
    const database = filled(
      Array.from({ length: 50 }, (_, index) => storedTurn(index)),
      { maxRows: 10 },
    );
    expect(database.state()).toMatchObject({ turns: 10, oldestAt: firstStartedAt + 40_000 });
    expect(database.query(TraceQuery.parse({})).total).toBe(10);
  });

  it('of age', () => {
    const database = filled(Array.from({ length: 50 }, (_, index) => storedTurn(index)));
    database.setLimits({ ...limits, maxAgeMs: 60_000 }, firstStartedAt + 70_000);
    expect(database.state()).toMatchObject({ turns: 39, oldestAt: firstStartedAt + 11_000 });
  });

  it('of bytes', () => {
    const database = filled([], { maxBytes: 16 * 1024 * 1024 });
    // 12 kB that do not get smaller by compression than 9 kB.
    const noise = () => randomBytes(9_000).toString('base64');
    for (let batch = 0; batch < 20; batch += 1) {
      const turns = Array.from({ length: 100 }, (_, index) => ({
        ...storedTurn(batch * 100 + index),
        detail: Buffer.from(noise()),
      }));
      database.add(turns, firstStartedAt);
    }
    expect(database.state().bytes).toBeLessThanOrEqual(12 * 1024 * 1024);
    expect(database.state().turns).toBeGreaterThan(500);
    expect(database.query({ filter: {}, cursor: null, limit: 1 }).rows[0]?.id).toBe(storedTurn(1_999).row.id);
  });

  it('of bytes hold for experiments, too, which leave most of the room to turns', () => {
    const database = filled(varied, { maxBytes: 16 * 1024 * 1024 });
    const json = JSON.stringify({ x: 'é'.repeat(40_000) });
    for (let index = 0; index < 200; index += 1) database.saveExperiment({ id: `e${index}`, startedAt: index, json });
    database.prune(firstStartedAt);
    const kept = database.experiments();
    expect(kept.length).toBeGreaterThan(30);
    expect(kept.length * 80_000).toBeLessThanOrEqual(3 * 1024 * 1024);
    expect(kept[0]?.id).toBe('e199');
    expect(database.state().turns).toBe(varied.length);
    database.saveExperiment({ id: 'large', startedAt: 201, json: JSON.stringify({ x: 'x'.repeat(4_000_000) }) });
    expect(database.experiments().map(({ id }) => id)).toEqual(['large']);
  });

  it('leave experiments alone when turns are forgotten', () => {
    const database = filled(varied);
    database.saveExperiment({ id: 'e', startedAt: 1, json: '{}' });
    database.clear();
    expect(database.state().turns).toBe(0);
    expect(database.experiments()).toEqual([{ id: 'e', startedAt: 1, json: '{}' }]);
  });
});

describe('latency figures', () => {
  const ask = (turns: readonly EndedExchange[], query: object) =>
    filled(turns).latency(LatencyQuery.parse({ metric: 'firstToken', ...query }));

  it('count completed turns of clients only', () => {
    const turns = [
      storedTurn(0, { firstTokenMs: 10 }),
      storedTurn(1, { firstTokenMs: 30 }),
      storedTurn(2, { status: 'failed', firstTokenMs: 500 }),
      storedTurn(3, { kind: 'prewarm', firstTokenMs: 500 }),
      storedTurn(4, { isReplay: true, firstTokenMs: 500 }),
      storedTurn(5, { firstTokenMs: null }),
    ];
    const { n, groups } = ask(turns, {});
    expect(n).toBe(2);
    expect(groups).toMatchObject([{ label: 'all turns', summary: { n: 2, p50: 20 } }]);
  });

  it('have a summary, a series and a histogram for each group, and each says of how many', () => {
    const turns = Array.from({ length: 100 }, (_, index) =>
      storedTurn(index, { tierSent: index % 4 === 0 ? 'priority' : null, firstTokenMs: index + 1 }),
    );
    const answer = ask(turns, { groupBy: 'tier', buckets: 10, bins: 5 });
    expect(answer.groups.map(({ key, summary }) => [key, summary.n])).toEqual([
      ['standard', 75],
      ['priority', 25],
    ]);
    for (const group of answer.groups) {
      expect(group.series.reduce((total, { n }) => total + n, 0)).toBe(group.summary.n);
      expect(group.histogram.reduce((total, count) => total + count, 0)).toBe(group.summary.n);
      expect(group.series).toHaveLength(answer.bucketStarts.length);
      expect(group.histogram).toHaveLength(answer.binEdges.length - 1);
    }
    const { p50, p90, p95, p99 } = answer.groups[1]?.summary ?? {};
    expect([p50, p90, p95, p99].map((value) => value?.toFixed(2))).toEqual(['49.00', '87.40', '92.20', '96.04']);
  });

  it('are empty where there is nothing', () => {
    expect(ask([], {})).toMatchObject({ n: 0, groups: [], fromMs: null, binEdges: [] });
  });

  it('count tokens a second after the first token', () => {
    const turns = [storedTurn(0, { firstTokenMs: 1_000, totalMs: 3_000 })];
    expect(ask(turns, { metric: 'tokensPerSecond' }).groups[0]?.summary.p50).toBe(100);
  });

  it('leave out reasoning that was not told: it was over before the first token', () => {
    const usage = { inputTokens: 50, cachedTokens: 0, outputTokens: 2_000, reasoningTokens: 1_900 };
    const turns = [storedTurn(0, { firstTokenMs: 9_000, totalMs: 10_000, usage, tellsReasoning: false })];
    expect(ask(turns, { metric: 'tokensPerSecond' }).groups[0]?.summary.p50).toBe(100);
  });

  it('are the same in memory', async () => {
    const memory = new MemoryTraceStore();
    for (const turn of varied) memory.add(turn);
    const query = LatencyQuery.parse({ metric: 'total', groupBy: 'account' });
    expect(await memory.latency(query)).toEqual(filled(varied).latency(query));
    expect(await memory.choices()).toEqual(filled(varied).choices());
  });

  it('has none of what a turn left empty, as one choice that finds it', async () => {
    const turns = [storedTurn(0, { model: '' }), storedTurn(1, { model: '', key: 'standard' }), storedTurn(2)];
    const { model, key } = filled(turns).choices();
    expect(model.map(({ value }) => value)).toEqual(['standard', 'gpt-5.5']);
    expect(key.map(({ value }) => value)).toEqual(['standard']);
    expect(await idsOf(turns, { model: ['standard'] })).toEqual([1, 0]);
    expect(await idsOf(turns, { query: 'model:none' })).toEqual([1, 0]);
    expect(await idsOf(turns, { query: 'key="standard"' })).toEqual([1]);
  });
});

describe('the store in memory', () => {
  it('has the turns of passive comparison in the order they began, as the database has', async () => {
    const memory = new MemoryTraceStore();
    // A long turn ends after one that began later.
    const turns = [storedTurn(1), storedTurn(0), storedTurn(2)];
    for (const turn of turns) memory.add(turn);
    const passive = await memory.passiveTurns({});
    expect(passive.map(({ startedAt }) => startedAt - firstStartedAt)).toEqual([0, 1_000, 2_000]);
    expect(passive).toEqual(filled(turns).passiveTurns({}));
  });

  it('keeps 200 experiments, the newest first', async () => {
    const memory = new MemoryTraceStore();
    for (let index = 0; index < 210; index += 1)
      await memory.saveExperiment({ id: `e${index}`, startedAt: index, json: '{}' });
    await memory.saveExperiment({ id: 'e205', startedAt: 205, json: '{"a":1}' });
    const kept = await memory.experiments();
    expect(kept).toHaveLength(200);
    expect(kept.slice(0, 2).map(({ id }) => id)).toEqual(['e209', 'e208']);
    expect(kept[4]).toEqual({ id: 'e205', startedAt: 205, json: '{"a":1}' });
  });
});

describe('the version of the database', () => {
  it('is that of the newest migration', () => {
    expect(schemaVersion).toBe(8);
  });

  it('is brought up from each older one, and its turns are there', () => {
    const folder = mkdtempSync(join(tmpdir(), 'slipstream-'));
    for (let version = 1; version < schemaVersion; version += 1) {
      const path = join(folder, `${version}.db`);
      const older = new DatabaseSync(path);
      migrate(older, version);
      const known = columnsOf(storedTurn(3, { status: 'failed', error: { code: 'pool_full', message: 'Full.' } }));
      const names = older.prepare("SELECT name FROM pragma_table_info('exchanges')").all();
      const kept = names.map(({ name }) => String(name)).filter((name) => name in known);
      older
        .prepare(`INSERT INTO exchanges (${kept.join(', ')}) VALUES (${kept.map(() => '?').join(', ')})`)
        .run(...kept.map((name) => known[name] ?? null));
      older.close();
      const database = new TraceDatabase(path, limits);
      const said = {
        code: 'server_is_overloaded',
        message: 'Busy.',
        param: null,
        closeCode: 1013,
        closeReason: 'Later',
      };
      database.add([storedTurn(4, { status: 'failed', said })], firstStartedAt);
      const found = (text: string) =>
        database.query(TraceQuery.parse({ filter: { text } })).rows.map((row) => row.said);
      expect([found('pool_full'), found('server_is_overloaded'), found('later')]).toEqual([[null], [said], [said]]);
      database.close();
    }
    rmSync(folder, { recursive: true });
  });

  it('does not matter to a detail: what upstream said may be missing', () => {
    const detail = JSON.parse(String(storedTurn(0).detail));
    delete detail.row.said;
    expect(storedDetail(JSON.stringify(detail))?.row.said).toBeNull();
  });
});
