import { describe, expect, it } from 'vitest';
import type { RequestRow } from '../../src-main/shared/model.ts';
import {
  bounded,
  emptyHistory,
  type HistoryList,
  indexOf,
  maxLoadedRows,
  pageRows,
  rowAt,
  unreadHistory,
  wholeHistory,
  wishFor,
  withPage,
  withRow,
} from '../../src-renderer/stores/history-list.ts';
import { makeRow } from './fixtures.ts';
import { ScriptedHistory } from './scripted-history.ts';

/** The n-th turn of a made-up past. */
const turn = (n: number): RequestRow => makeRow({ id: `t${String(n).padStart(6, '0')}`, startedAt: 1e12 + n * 1_000 });
const turns = (count: number): RequestRow[] => Array.from({ length: count }, (_, n) => turn(n));

/** Fetches what of these indexes is missing, as the page does. */
function fetched(list: HistoryList, history: ScriptedHistory, first: number, last: number): HistoryList {
  let now = list;
  for (let wish = wishFor(now, first, last); wish !== null; wish = wishFor(now, first, last)) {
    now = withPage(now, wish, history.query({ filter: {}, ...wish, limit: pageRows }));
  }
  return now;
}

function read(history: ScriptedHistory): HistoryList {
  const page = history.query({ filter: {}, cursor: null, limit: pageRows });
  return withPage(unreadHistory(page.total), { cursor: null, skip: 0 }, page);
}

/** Ids in sight, `null` where a row is missing. */
const ids = (list: HistoryList, first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, n) => rowAt(list, first + n)?.id ?? null);

describe('a history of which pages are here', () => {
  it('knows how long it is before it has its rows', () => {
    const list = read(new ScriptedHistory(turns(50_000)));
    expect(list.count).toBe(50_000);
    expect(rowAt(list, 0)).toEqual(turn(49_999));
    expect(rowAt(list, pageRows)).toBeNull();
    expect(rowAt(list, 50_000)).toBeNull();
    expect(wishFor(list, 0, pageRows - 1)).toBeNull();
    expect(wishFor(list, 0, pageRows)).toEqual({
      cursor: { startedAt: expect.any(Number), id: turn(49_800).id },
      skip: 0,
    });
  });

  it('fetches any place with one question, and joins what meets', () => {
    const history = new ScriptedHistory(turns(50_000));
    let list = read(history);
    for (const first of [40_000, 39_900, 40_100, 0, 49_960, 150, 25_000]) {
      const wish = wishFor(list, first, first + 39);
      if (wish !== null) list = withPage(list, wish, history.query({ filter: {}, ...wish, limit: pageRows }));
      expect(ids(list, first, first + 39)).toEqual(Array.from({ length: 40 }, (_, n) => turn(49_999 - first - n).id));
      expect(list.count).toBe(50_000);
    }
    expect(wishFor(list, 39_900, 40_139)).toBeNull();
  });

  it('reads the whole of it, page after page, down and up', () => {
    for (const order of [1, -1]) {
      const history = new ScriptedHistory(turns(1_730));
      let list = read(history);
      for (let at = 0; at < 1_730; at += 30) {
        const first = order === 1 ? at : 1_729 - at;
        list = fetched(list, history, Math.max(0, first - 30), first);
      }
      list = fetched(list, history, 0, 1_729);
      expect(list.stretches).toHaveLength(1);
      expect(ids(list, 0, 1_729)).toEqual(Array.from({ length: 1_730 }, (_, n) => turn(1_729 - n).id));
    }
  });

  it('takes in turns that end: new ones on top, late ones where they belong, each once', () => {
    const history = new ScriptedHistory(turns(1_000));
    let list = read(history);
    list = withRow(list, turn(1_001), false);
    list = withRow(list, turn(1_000), false);
    list = withRow(list, { ...turn(1_000), totalMs: 7 }, true);
    expect(list.count).toBe(1_002);
    expect(ids(list, 0, 2)).toEqual([turn(1_001).id, turn(1_000).id, turn(999).id]);
    expect(rowAt(list, 1)?.totalMs).toBe(7);
    const late = { ...turn(900), id: 't000900-late' };
    expect(indexOf(withRow(list, late, false), late.id)).toBe(101);
  });

  it('counts what falls into a gap, once', () => {
    const list = read(new ScriptedHistory(turns(1_000)));
    const late = { ...turn(5), id: 'late' };
    expect(withRow(list, late, false).count).toBe(1_001);
    expect(withRow(list, late, true)).toBe(list);
    expect(withRow(emptyHistory, late, false)).toEqual(wholeHistory([late]));
  });

  it('keeps few rows however many arrive or are looked at, and finds the others again', () => {
    const history = new ScriptedHistory(turns(50_000));
    let list = read(history);
    const loaded = () => list.stretches.reduce((sum, { rows }) => sum + (rows?.length ?? 0), 0);
    for (let n = 50_000; n < 53_000; n += 1) {
      history.add(turn(n));
      list = bounded(withRow(list, turn(n), false), 20);
      expect(loaded()).toBeLessThanOrEqual(maxLoadedRows);
    }
    expect(list.count).toBe(53_000);
    expect(ids(list, 0, 40)).not.toContain(null);
    for (let first = 0; first < 53_000; first += 1_000) {
      list = bounded(fetched(list, history, first, first + 60), first + 30);
      expect(loaded()).toBeLessThanOrEqual(maxLoadedRows + pageRows);
      expect(ids(list, first, first + 60)[0]).toBe(turn(52_999 - first).id);
    }
    expect(list.stretches.length).toBeLessThan(30);
    list = fetched(list, history, 0, 60);
    expect(ids(list, 0, 60)).toEqual(Array.from({ length: 61 }, (_, n) => turn(52_999 - n).id));
  });

  it('keeps its rows where the top is a gap, while new turns arrive there', () => {
    const history = new ScriptedHistory(turns(5_000));
    let list = bounded(fetched(read(history), history, 4_000, 4_060), 4_030);
    list = { ...list, stretches: list.stretches.map((each, n) => (n === 0 ? { ...each, rows: null } : each)) };
    const anchor = turn(970);
    const before = indexOf(list, anchor.id);
    for (let n = 5_000; n < 5_030; n += 1) {
      history.add(turn(n));
      list = withRow(list, turn(n), false);
    }
    expect(indexOf(list, anchor.id)).toBe(before + 30);
    expect(ids(fetched(list, history, 0, 3), 0, 3)).toEqual([5_029, 5_028, 5_027, 5_026].map((n) => turn(n).id));
  });

  it('learns from an answer that there are more turns, or fewer, than it thought', () => {
    const history = new ScriptedHistory(turns(3_000));
    let list = read(history);
    // Turns from long before, which no delta told of; and then all that is older is forgotten.
    for (let n = 1; n <= 40; n += 1) history.add({ ...turn(-n) });
    list = fetched(list, history, 2_900, 2_940);
    expect(list.count).toBe(3_040);
    const short = new ScriptedHistory(turns(3_000).slice(2_000));
    list = fetched(read(history), short, 1_500, 1_540);
    expect(list.count).toBe(1_000);
    list = fetched(list, short, 0, 999);
    expect(ids(list, 900, 1_000)).toEqual([...Array.from({ length: 100 }, (_, n) => turn(2_099 - n).id), null]);
  });
});
