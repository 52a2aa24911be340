import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TraceDatabase } from '../../src-main/core/traces/store/database.ts';
import { MemoryTraceStore } from '../../src-main/core/traces/store/memory-store.ts';
import { columnsOf } from '../../src-main/core/traces/store/rows.ts';
import { migrate } from '../../src-main/core/traces/store/schema.ts';
import type { EndedExchange, UsageRange } from '../../src-main/core/traces/store/trace-store.ts';
import { localDay, noUsage, pricedGroups, type UsageGroup, usageKeys } from '../../src-main/shared/usage-words.ts';
import { firstStartedAt, storedTurn } from '../support/stored-turns.ts';

const limits = { maxRows: 1_000_000, maxBytes: 1024 ** 3, maxAgeMs: 100 * 365 * 24 * 60 * 60_000 };
const hourMs = 60 * 60_000;
const everything: UsageRange = { fromDay: null, toDay: null, by: [] };

const turnLike = fc.record({
  offsetHours: fc.integer({ min: 0, max: 24 * 400 }),
  model: fc.constantFrom('gpt-5.5', 'gpt-5.4', ''),
  client: fc.constantFrom('codex_exec 0.169.0', 'curl 8'),
  project: fc.constantFrom(null, '/home/ana/one', '/home/ana/two'),
  account: fc.constantFrom(null, 'one', 'two'),
  tier: fc.constantFrom(null, 'priority'),
  key: fc.constantFrom(null, 'build', 'ana'),
  kind: fc.constantFrom('turn' as const, 'prewarm' as const),
  status: fc.constantFrom('completed' as const, 'failed' as const),
  quotaPercent: fc.option(fc.integer({ min: 0, max: 100 })),
  firstTokenMs: fc.constantFrom(null, 400),
  usage: fc.option(
    fc.record({
      inputTokens: fc.nat(1e9),
      cachedTokens: fc.nat(1e9),
      outputTokens: fc.nat(1e9),
      reasoningTokens: fc.nat(1e9),
    }),
  ),
});

type TurnLike = typeof turnLike extends fc.Arbitrary<infer T> ? T : never;

function exchanges(turns: readonly TurnLike[]): EndedExchange[] {
  return turns.map(({ offsetHours, project, account, tier, key, quotaPercent, ...members }, index) => {
    const turn = storedTurn(index, {
      ...members,
      ...(project === null ? {} : { project }),
      ...(key === null ? {} : { key }),
      startedAt: firstStartedAt + offsetHours * hourMs + index,
      account: account === null ? null : { id: account, label: `${account}…` },
      tierSent: tier,
    });
    return { ...turn, facts: { ...turn.facts, quotaPercent } };
  });
}

const sorted = (groups: readonly UsageGroup[]) =>
  groups
    .map(({ keys, ...sums }) => ({ id: JSON.stringify(Object.entries(keys).toSorted()), ...sums }))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));

/** What the turns themselves add up to. */
function bySum(turns: readonly EndedExchange[]) {
  const sum = (of: (turn: EndedExchange) => number) => turns.reduce((total, turn) => total + of(turn), 0);
  return {
    turns: sum(({ row }) => (row.kind === 'prewarm' ? 0 : 1)),
    failed: sum(({ row }) => (row.kind !== 'prewarm' && row.status === 'failed' ? 1 : 0)),
    inputTokens: sum(({ row }) => row.usage?.inputTokens ?? 0),
    cachedTokens: sum(({ row }) => row.usage?.cachedTokens ?? 0),
    outputTokens: sum(({ row }) => row.usage?.outputTokens ?? 0),
    reasoningTokens: sum(({ row }) => row.usage?.reasoningTokens ?? 0),
    untold: sum(({ row }) => Number(row.kind !== 'prewarm' && row.usage === null && row.firstTokenMs !== null)),
  };
}

describe('daily sums', () => {
  it('are what the turns add up to, to the token, in the database and in memory, by any keys', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(turnLike, { maxLength: 30 }),
        fc.uniqueArray(fc.constantFrom(...usageKeys)),
        fc.integer({ min: 1, max: 30 }),
        async (likes, by, batch) => {
          const turns = exchanges(likes);
          const database = new TraceDatabase(':memory:', limits);
          const memory = new MemoryTraceStore();
          for (let at = 0; at < turns.length; at += batch) database.add(turns.slice(at, at + batch), firstStartedAt);
          for (const turn of turns) memory.add(turn);
          const inDatabase = database.usage.sums({ ...everything, by });
          const inMemory = await memory.usage({ ...everything, by });
          database.close();
          expect(sorted(inMemory.groups)).toEqual(sorted(inDatabase));
          const [total = noUsage] = pricedGroups(inDatabase, [], null);
          expect(total).toMatchObject(bySum(turns));
          for (const group of inDatabase) {
            const { day, model, account } = group.keys;
            const own = turns.filter(
              ({ row }) =>
                (day === undefined || localDay(row.startedAt) === day) &&
                (model === undefined || row.model === model) &&
                (account === undefined || (row.account?.id ?? '') === account) &&
                (group.keys.client === undefined || row.client === group.keys.client) &&
                (group.keys.project === undefined || (row.project ?? '') === group.keys.project) &&
                (group.keys.tier === undefined || (row.tierSent ?? '') === group.keys.tier) &&
                (group.keys.key === undefined || (row.key ?? '') === group.keys.key),
            );
            expect(group).toMatchObject(bySum(own));
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('stay when the turns are forgotten, and go when the user forgets everything', () => {
    const turns = Array.from({ length: 20 }, (_, index) => storedTurn(index));
    const database = new TraceDatabase(':memory:', { ...limits, maxRows: 5 });
    database.add(turns, firstStartedAt);
    expect(database.state().turns).toBe(5);
    expect(database.usage.sums(everything)).toMatchObject([bySum(turns)]);
    database.clear();
    expect(database.usage.sums(everything)).toEqual([]);
  });

  it('count a turn once that is written twice, and none of a batch that failed', () => {
    const turns = [storedTurn(0), storedTurn(1)];
    const database = new TraceDatabase(':memory:', limits);
    const broken = { ...storedTurn(2), detail: null as unknown as Buffer };
    expect(() => database.add([...turns, broken], firstStartedAt)).toThrow();
    expect(database.usage.sums(everything)).toEqual([]);
    database.add(turns, firstStartedAt);
    database.add([...turns, ...turns], firstStartedAt);
    expect(database.usage.sums(everything)).toMatchObject([bySum(turns)]);
  });

  it('are made of what an older database holds, with what was drawn', () => {
    const older = new DatabaseSync(':memory:');
    migrate(older, 3);
    const near = [10, 12, null, 15, 3].map((quotaPercent, index) => {
      const turn = storedTurn(index, {
        startedAt: firstStartedAt + index * hourMs,
        // One was left before upstream counted, and one was refused before it began.
        ...(index < 2 ? { usage: null, firstTokenMs: index === 0 ? 400 : null } : {}),
      });
      return { ...turn, facts: { ...turn.facts, quotaPercent } };
    });
    for (const turn of near) {
      const columns: Record<string, SQLInputValue> = { ...columnsOf(turn) };
      const names = older
        .prepare('PRAGMA table_info(exchanges)')
        .all()
        .map(({ name }) => String(name))
        .filter((name) => name in columns);
      older
        .prepare(`INSERT INTO exchanges (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`)
        .run(...names.map((name) => columns[name] ?? null));
    }
    migrate(older, 4);
    const migrated = older.prepare('SELECT * FROM usage_days ORDER BY day').all();
    const database = new TraceDatabase(':memory:', limits);
    database.add(near, firstStartedAt);
    const quota = database.usage.sums(everything)[0]?.quotaPercent;
    expect(quota).toBe(5);
    expect(migrated.reduce((sum, row) => sum + Number(row.quota_percent), 0)).toBe(quota);
    expect(migrated.map(({ day, turns: n, input_tokens }) => [day, n, input_tokens])).toEqual(
      database.usage
        .sums({ ...everything, by: ['day'] })
        .map(({ keys, turns: n, inputTokens }) => [keys.day, n, inputTokens])
        .toSorted(),
    );
    migrate(older);
    const brought = older.prepare('SELECT * FROM usage_days ORDER BY day').all();
    expect(brought).toEqual(migrated.map((row, index) => ({ ...row, key: '', untold: index === 0 ? 1 : 0 })));
    expect(database.usage.sums(everything)).toMatchObject([{ untold: 1 }]);
    older.close();
    database.close();
  });

  it('name an account as it was called last, whatever is asked for', async () => {
    const labels = ['zed…', 'mia…', 'ana…'];
    const turns = labels.map((label, day) =>
      storedTurn(day, {
        startedAt: firstStartedAt + day * 24 * hourMs,
        account: { id: 'one', label },
        model: `m${day}`,
      }),
    );
    const database = new TraceDatabase(':memory:', limits);
    const memory = new MemoryTraceStore();
    // Turns side by side end in any order.
    for (const turn of turns.toReversed()) {
      database.add([turn], firstStartedAt);
      memory.add(turn);
    }
    const range = { ...everything, by: ['account', 'model'] as const };
    for (const groups of [database.usage.sums(range), (await memory.usage(range)).groups]) {
      expect(groups.map(({ accountLabel }) => accountLabel)).toEqual(['ana…', 'ana…', 'ana…']);
      expect(pricedGroups(groups, ['account'], null)).toMatchObject([{ accountLabel: 'ana…', turns: 3 }]);
    }
  });

  it('do not grow without end: a day has so many lines, and the rest is one', () => {
    const turns = Array.from({ length: 700 }, (_, index) => storedTurn(index, { client: `client ${index}` }));
    const database = new TraceDatabase(':memory:', limits);
    database.add(turns, firstStartedAt);
    const lines = database.usage.sums({ ...everything, by: ['client'] });
    expect(lines.length).toBe(401);
    expect(database.usage.sums(everything)).toMatchObject([bySum(turns)]);
    const old = storedTurn(800, { startedAt: firstStartedAt - 4 * 366 * 24 * hourMs });
    database.add([old], firstStartedAt);
    database.usage.prune(firstStartedAt + 24 * hourMs, limits.maxBytes);
    expect(database.usage.firstDay()).toBe(localDay(firstStartedAt));
    database.usage.prune(firstStartedAt + 48 * hourMs, 0);
    expect(database.usage.firstDay()).toBeNull();
  });
});
