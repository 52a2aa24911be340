import { describe, expect, it } from 'vitest';
import { TraceDatabase } from '../../src-main/core/traces/store/database.ts';
import { MemoryTraceStore } from '../../src-main/core/traces/store/memory-store.ts';
import { TraceQuery } from '../../src-main/shared/trace-query.ts';
import { sortNames } from '../../src-main/shared/trace-sort.ts';
import { emptyHistory, rowAt, unreadHistory } from '../../src-renderer/stores/history-list.ts';
import { hasMovedOn, sortedWishFor, withSortedPage } from '../../src-renderer/stores/sorted-list.ts';
import { firstStartedAt, storedTurn } from '../support/stored-turns.ts';

const limits = { maxRows: 1_000_000, maxBytes: 1024 ** 3, maxAgeMs: 100 * 365 * 24 * 60 * 60_000 };

const turns = [
  storedTurn(0, { model: 'b', totalMs: 30, project: '/b' }),
  storedTurn(1, { model: 'A', totalMs: null, usage: null, firstTokenMs: null }),
  storedTurn(2, { model: 'c', totalMs: 10, tierSent: 'priority', key: 'laptop' }),
  storedTurn(3, { model: 'a', totalMs: 20, transport: 'http', account: null, attempts: 3 }),
  storedTurn(4, { model: 'B', totalMs: 20, status: 'failed', client: 'curl 8' }),
];
const database = new TraceDatabase(':memory:', limits);
database.add(turns, firstStartedAt);
const memory = new MemoryTraceStore();
for (const turn of turns) memory.add(turn);

const places = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => Number(id.slice(-12)));

describe('the order of turns', () => {
  it.each([
    [{ by: 'total', order: 'down' }, [0, 4, 3, 2, 1]],
    [{ by: 'total', order: 'up' }, [2, 4, 3, 0, 1]],
    [{ by: 'model', order: 'up' }, [3, 1, 4, 0, 2]],
    [{ by: 'time', order: 'up' }, [0, 1, 2, 3, 4]],
    [{ by: 'account', order: 'up' }, [4, 2, 1, 0, 3]],
    [{ by: 'key', order: 'down' }, [2, 4, 3, 1, 0]],
  ] as const)('by %j has what is missing last, and of equals the newest first', (sort, expected) => {
    expect(places(database.query(TraceQuery.parse({ sort })).rows)).toEqual(expected);
  });

  it('is the same in memory, whatever it is by, page by page', async () => {
    for (const by of sortNames)
      for (const order of ['up', 'down'] as const)
        for (const skip of [0, 2]) {
          const query = TraceQuery.parse({ sort: { by, order }, skip, limit: 2 });
          expect(places(database.query(query).rows)).toEqual(places((await memory.query(query)).rows));
        }
  });

  it.each(['n', 'id; DROP TABLE exchanges', 'started_at'])('is by no column of anybody’s choice: %s', (by) => {
    expect(TraceQuery.safeParse({ sort: { by, order: 'up' } }).success).toBe(false);
  });
});

describe('a long list in an order of its own', () => {
  const pageOf = (skip: number, length: number, total: number) => ({
    rows: Array.from({ length }, (_, index) => storedTurn(skip + index).row),
    next: skip + length < total ? { startedAt: 0, id: 'x' } : null,
    total,
  });

  it('is fetched where it is looked at, from end to end', () => {
    let list = unreadHistory(1_000);
    for (const [first, last] of [
      [900, 940],
      [0, 40],
      [0, 999],
      [0, 999],
      [0, 999],
      [0, 999],
    ] as const) {
      for (let wish = sortedWishFor(list, first, last); wish !== null; wish = sortedWishFor(list, first, last)) {
        expect(wish.cursor).toBeNull();
        list = withSortedPage(list, wish, pageOf(wish.skip, Math.min(200, 1_000 - wish.skip), 1_000));
        expect(list.count).toBe(1_000);
      }
    }
    expect(Array.from({ length: 1_000 }, (_, index) => rowAt(list, index)?.id)).toEqual(
      Array.from({ length: 1_000 }, (_, index) => storedTurn(index).row.id),
    );
  });

  it('is read anew where all of a page is here already, whatever runs above it', () => {
    const first = { cursor: null, skip: 0 };
    const list = withSortedPage(unreadHistory(500), first, pageOf(0, 200, 500));
    const running = storedTurn(600, { status: 'running', totalMs: null }).row;
    const moved = pageOf(0, 200, 700);
    expect(hasMovedOn(list, moved)).toBe(true);
    expect(hasMovedOn(list, { ...moved, rows: [running, ...moved.rows] })).toBe(true);
    expect(hasMovedOn(list, { ...pageOf(150, 200, 700) })).toBe(false);
    expect(hasMovedOn(list, { ...moved, rows: [running] })).toBe(false);
  });

  it('ends where the store has no more', () => {
    const list = withSortedPage(unreadHistory(500), { cursor: null, skip: 0 }, pageOf(0, 120, 120));
    expect([list.count, sortedWishFor(list, 0, 400)]).toEqual([120, null]);
    expect(withSortedPage(emptyHistory, { cursor: null, skip: 0 }, pageOf(0, 1, 1))).toEqual(emptyHistory);
  });
});
