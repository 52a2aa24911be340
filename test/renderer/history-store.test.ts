import { describe, expect, it } from 'vitest';
import type { RequestRow } from '../../src-main/shared/model.ts';
import { TraceQuery } from '../../src-main/shared/trace-query.ts';
import { createAppStore } from '../../src-renderer/stores/app-store.ts';
import { indexOf, maxLoadedRows, rowAt } from '../../src-renderer/stores/history-list.ts';
import { createHistoryStore, type HistoryStore } from '../../src-renderer/stores/history-store.ts';
import { FakeBridge } from './fake-bridge.ts';
import { makeRow, makeSnapshot } from './fixtures.ts';
import { ScriptedHistory } from './scripted-history.ts';

const turn = (n: number, patch: Partial<RequestRow> = {}): RequestRow =>
  makeRow({ id: `t${String(n).padStart(6, '0')}`, startedAt: 1e12 + n * 1_000, ...patch });
const running = (n: number, patch: Partial<RequestRow> = {}) => turn(n, { status: 'running', totalMs: null, ...patch });
const turns = (count: number) => Array.from({ length: count }, (_, n) => turn(n));

/** A store that is open, over a history that answers as the real one does. */
async function opened(kept: readonly RequestRow[], requests: RequestRow[] = [], filter = {}) {
  const bridge = new FakeBridge();
  const app = createAppStore(bridge, bridge);
  const store = createHistoryStore(bridge, app);
  await bridge.answer('app.snapshot', makeSnapshot({ requests }));
  const history = new ScriptedHistory(kept);
  let seq = 0;
  const rig = {
    bridge,
    store,
    history,
    /** Answers the oldest question for a page, and where it was the first, what is kept. */
    async page(): Promise<void> {
      await rig.answered()();
    },
    /** What the store says now to the oldest question for a page; it comes when the function is called. */
    answered(): () => Promise<void> {
      const asked = bridge.calls.filter(({ name }) => name === 'requests.query')[rig.pages];
      const query = TraceQuery.parse(asked?.input);
      rig.pages += 1;
      const page = { ...history.query(query), asOf: seq };
      const kept = { ...history.state(), asOf: seq };
      return async () => {
        await bridge.answer('requests.query', page);
        if (query.cursor === null && query.skip === undefined) await bridge.answer('requests.storeState', kept);
      };
    },
    pages: 0,
    arrive(...rows: RequestRow[]): void {
      for (const row of rows) if (row.status !== 'running') history.add(row);
      seq += 1;
      bridge.emit({ seq, kind: 'requests', rows });
    },
    mark(row: RequestRow): void {
      seq += 1;
      bridge.emit({ seq, kind: 'marked', row });
    },
    clear(): void {
      history.clear();
      seq += 1;
      bridge.emit({ seq, kind: 'cleared' });
    },
  };
  store.getState().open(filter);
  return rig;
}

/** Ids of the first rows of the whole list. */
function top(store: HistoryStore, count: number): (string | null)[] {
  const { running: above, ended } = store.getState();
  return Array.from({ length: count }, (_, n) => (above[n] ?? rowAt(ended, n - above.length))?.id ?? null);
}

describe('the history store', () => {
  it('shows what the page knows at once, and the whole history when its first page has come', async () => {
    const rig = await opened(turns(5_000), [running(5_000), turn(4_999), turn(4_998)]);
    expect(rig.store.getState()).toMatchObject({ isRead: false, kept: null });
    expect(top(rig.store, 4)).toEqual([turn(5_000).id, turn(4_999).id, turn(4_998).id, null]);
    await rig.page();
    expect(rig.store.getState()).toMatchObject({ isRead: true, problem: null, kept: { turns: 5_000 } });
    expect(rig.store.getState().ended.count).toBe(5_000);
    expect(top(rig.store, 5)[4]).toBe(turn(4_996).id);
  });

  it('keeps turns that run on top, and puts them where they belong when they end', async () => {
    const rig = await opened(turns(300));
    await rig.page();
    rig.arrive(running(300));
    rig.arrive(turn(301), running(302));
    expect(top(rig.store, 4)).toEqual([302, 300, 301, 299].map((n) => turn(n).id));
    rig.arrive(turn(300));
    expect(top(rig.store, 4)).toEqual([302, 301, 300, 299].map((n) => turn(n).id));
    expect(rig.store.getState()).toMatchObject({ arrivedCount: 3, kept: { turns: 302 } });
    rig.arrive({ ...turn(300), totalMs: 5 });
    expect(rig.store.getState()).toMatchObject({ arrivedCount: 3, kept: { turns: 302 } });
    expect(rig.store.getState().ended.count).toBe(302);
  });

  it('lets only what matches in, while it runs and when it has ended', async () => {
    const rig = await opened(turns(10), [], { status: ['failed'] });
    await rig.page();
    rig.arrive(running(20), turn(21), turn(22, { status: 'failed' }));
    expect(top(rig.store, 2)).toEqual([turn(22).id, null]);
    expect(rig.store.getState()).toMatchObject({ arrivedCount: 1, kept: { turns: 12 } });
    rig.arrive(turn(20, { status: 'failed' }));
    expect(top(rig.store, 2)).toEqual([turn(22).id, turn(20).id]);
  });

  it('loses nothing that ends while the first page is on its way, and shows nothing twice', async () => {
    const rig = await opened(turns(10), [running(10), running(11)]);
    rig.arrive(turn(10));
    rig.arrive(turn(11));
    await rig.page();
    expect(top(rig.store, 4)).toEqual([turn(11).id, turn(10).id, turn(9).id, turn(8).id]);
    expect(rig.store.getState().ended.count).toBe(12);
    expect(rig.store.getState().running).toEqual([]);
  });

  it('counts each turn once that ends while the first page is on its way, however many they are', async () => {
    const rig = await opened(turns(1_000), [], { status: ['failed', 'completed'] });
    for (let n = 0; n < 600; n += 10) rig.arrive(...Array.from({ length: 10 }, (_, k) => turn(1_000 + n + k)));
    const answer = rig.answered();
    for (let n = 600; n < 900; n += 10) rig.arrive(...Array.from({ length: 10 }, (_, k) => turn(1_000 + n + k)));
    await answer();
    expect(rig.store.getState()).toMatchObject({ ended: { count: 1_900 }, kept: { turns: 1_900 } });
    expect(top(rig.store, 1)).toEqual([turn(1_899).id]);
    rig.arrive(turn(1_900), turn(1_901, { status: 'running' }));
    expect(rig.store.getState()).toMatchObject({ ended: { count: 1_901 }, kept: { turns: 1_901 } });
  });

  it('shows no turn twice in an order of its own, however many have arrived since it was read', async () => {
    const rig = await opened(turns(1_000));
    rig.store.getState().open({}, { by: 'total', order: 'down' });
    await rig.page();
    await rig.page();
    const shown = (count: number) => top(rig.store, count).filter((id) => id !== null);
    const read = async (first: number): Promise<void> => {
      rig.store.getState().look(first, first + 30);
      while (rig.store.getState().phase !== 'idle') await rig.page();
    };
    rig.arrive(...Array.from({ length: 5 }, (_, n) => turn(2_000 + n, { totalMs: 1e6 })));
    await read(210);
    expect(new Set(shown(1_000)).size).toBe(shown(1_000).length);
    expect(top(rig.store, 211)[210]).not.toBeNull();
    rig.arrive(...Array.from({ length: 500 }, (_, n) => turn(3_000 + n, { totalMs: 1e6 })));
    await read(600);
    expect(new Set(shown(1_505)).size).toBe(shown(1_505).length);
    expect(rig.store.getState()).toMatchObject({ waitingCount: 0, ended: { count: 1_505 } });
    expect(top(rig.store, 631)[630]).not.toBeNull();
  });

  it('shows the star of a turn that was held while it got it', async () => {
    const rig = await opened(turns(10));
    await rig.page();
    rig.store.getState().setPaused(true);
    rig.arrive(turn(10));
    rig.mark({ ...turn(10), starred: true });
    rig.store.getState().setPaused(false);
    expect(rowAt(rig.store.getState().ended, 0)).toMatchObject({ id: turn(10).id, starred: true });
  });

  it('counts each turn once that ends before or after a later page was read, shown or held', async () => {
    const rig = await opened(turns(5_000), [], { status: ['completed'] });
    await rig.page();
    const arrive = (first: number) =>
      rig.arrive(turn(first), turn(first + 1, { status: 'failed' }), turn(first + 2), running(first + 3));
    arrive(5_000);
    rig.store.getState().look(2_000, 2_030);
    arrive(5_010);
    const second = rig.answered();
    arrive(5_020);
    await second();
    expect(rig.store.getState().ended.count).toBe(5_006);
    rig.store.getState().setPaused(true);
    arrive(5_030);
    rig.store.getState().look(4_000, 4_030);
    arrive(5_040);
    const third = rig.answered();
    arrive(5_050);
    await third();
    expect(rig.store.getState()).toMatchObject({ ended: { count: 5_006 }, kept: { turns: 5_009 } });
    expect(rig.store.getState().waitingCount).toBe(6);
    rig.store.getState().setPaused(false);
    expect(rig.store.getState()).toMatchObject({ ended: { count: 5_012 }, kept: { turns: 5_018 } });
  });

  it('counts what is kept on from what the store says, whatever ended before its answer came', async () => {
    const rig = await opened(turns(10));
    await rig.page();
    rig.arrive(turn(10));
    const kept = { ...rig.history.state(), asOf: 1 };
    const asked = rig.store.getState().readKept();
    rig.arrive(turn(11));
    await rig.bridge.answer('requests.storeState', kept);
    await asked;
    expect(rig.store.getState().kept?.turns).toBe(12);
  });

  it('holds what arrives while it is paused, counts it, and then shows it', async () => {
    const rig = await opened(turns(10), [running(10)]);
    await rig.page();
    rig.store.getState().setPaused(true);
    rig.arrive(turn(10), running(11));
    rig.arrive(turn(11), turn(12));
    expect(rig.store.getState()).toMatchObject({ waitingCount: 2, arrivedCount: 0 });
    expect(top(rig.store, 2)).toEqual([turn(10).id, turn(9).id]);
    rig.store.getState().setPaused(false);
    expect(top(rig.store, 4)).toEqual([12, 11, 10, 9].map((n) => turn(n).id));
    expect(rig.store.getState()).toMatchObject({ waitingCount: 0, arrivedCount: 2, running: [] });
  });

  it('stays paused where its first page comes only then, and holds what that has not', async () => {
    const rig = await opened(turns(10), [running(10)]);
    rig.store.getState().setPaused(true);
    rig.arrive(turn(10), running(11));
    const answer = rig.answered();
    rig.arrive(turn(12));
    await answer();
    expect(top(rig.store, 2)).toEqual([turn(10).id, turn(9).id]);
    expect(rig.store.getState()).toMatchObject({ isPaused: true, waitingCount: 2, running: [], ended: { count: 11 } });
    rig.store.getState().setPaused(false);
    expect(top(rig.store, 3)).toEqual([11, 12, 10].map((n) => turn(n).id));
    expect(rig.store.getState()).toMatchObject({ waitingCount: 0, ended: { count: 12 }, kept: { turns: 12 } });
  });

  it('stays paused where a page of another order is outdated and the list is read anew', async () => {
    const rig = await opened(turns(1_000));
    rig.store.getState().open({}, { by: 'total', order: 'down' });
    await rig.page();
    await rig.page();
    rig.store.getState().setPaused(true);
    rig.arrive(...Array.from({ length: 400 }, (_, n) => turn(2_000 + n, { totalMs: 1e6 })));
    rig.store.getState().look(480, 520);
    await rig.page();
    expect(rig.store.getState()).toMatchObject({ phase: 'reading', isPaused: true });
    while (rig.store.getState().phase !== 'idle') await rig.page();
    rig.arrive(turn(3_000));
    expect(rig.store.getState()).toMatchObject({ isPaused: true, waitingCount: 1, ended: { count: 1_400 } });
    rig.store.getState().setPaused(false);
    expect(rig.store.getState()).toMatchObject({ isPaused: false, waitingCount: 1, kept: { turns: 1_401 } });
  });

  it('reads anew after a pause that more went by than it holds', async () => {
    const rig = await opened(turns(10));
    await rig.page();
    rig.store.getState().setPaused(true);
    rig.arrive(...Array.from({ length: 2_500 }, (_, n) => turn(100 + n)));
    rig.store.getState().setPaused(false);
    expect(rig.bridge.count('requests.query')).toBe(2);
    await rig.page();
    expect(rig.store.getState().ended.count).toBe(2_510);
  });

  it('fetches what comes into sight, one page at a time, and the latest of what was looked at', async () => {
    const rig = await opened(turns(50_000));
    await rig.page();
    expect(rig.bridge.count('requests.query')).toBe(1);
    for (const first of [10_000, 20_000, 30_000]) rig.store.getState().look(first, first + 30);
    expect(rig.bridge.count('requests.query')).toBe(2);
    await rig.page();
    await rig.page();
    expect(top(rig.store, 30_031)[30_000]).toBe(turn(19_999).id);
    expect(top(rig.store, 20_001)[20_000]).toBeNull();
    expect(rig.bridge.count('requests.query')).toBe(3);
  });

  it('fetches a row that is far away when it is asked for', async () => {
    const rig = await opened(turns(50_000));
    await rig.page();
    const last = rig.store.getState().fetchRow(() => 49_999);
    await rig.page();
    expect((await last)?.id).toBe(turn(0).id);
    expect((await rig.store.getState().fetchRow(() => 0))?.id).toBe(turn(49_999).id);
    expect(await rig.store.getState().fetchRow(() => 50_000)).toBeNull();
  });

  it.each([0, 500])(
    'takes the last row of the whole list, asked for before its first page came (%d known)',
    async (known) => {
      const rig = await opened(turns(50_000), turns(50_000).slice(50_000 - known));
      const last = rig.store.getState().fetchRow(({ running: above, ended }) => above.length + ended.count - 1);
      await rig.page();
      await rig.page();
      expect((await last)?.id).toBe(turn(0).id);
    },
  );

  it('answers no key that was pressed on a list which is closed or another one by now', async () => {
    const rig = await opened(turns(3));
    const ofBefore = rig.store.getState().fetchRow(() => 0);
    const close = rig.store.getState().open({ status: ['failed'] });
    expect(await ofBefore).toBeNull();
    const ofClosed = rig.store.getState().fetchRow(() => 0);
    close();
    expect(await ofClosed).toBeNull();
  });

  it('holds few rows however many arrive', async () => {
    const rig = await opened(turns(50_000));
    await rig.page();
    for (let n = 0; n < 600; n += 1) rig.arrive(...Array.from({ length: 10 }, (_, k) => turn(50_000 + n * 10 + k)));
    const { ended } = rig.store.getState();
    const held = ended.stretches.reduce((sum, { rows }) => sum + (rows?.length ?? 0), 0);
    expect(held).toBeLessThanOrEqual(maxLoadedRows);
    expect(ended.count).toBe(56_000);
    expect(indexOf(ended, turn(55_999).id)).toBe(0);
  });

  it('drops the answer to a filter that is no longer asked for', async () => {
    const rig = await opened(turns(10));
    rig.store.getState().open({ text: 'nowhere' });
    await rig.page();
    expect(rig.store.getState().isRead).toBe(false);
    await rig.page();
    expect(rig.store.getState()).toMatchObject({ isRead: true, ended: { count: 0 } });
  });

  it('reads anew on a new connection and when the history was cleared, and not while nobody looks', async () => {
    const rig = await opened(turns(10), [running(11)]);
    await rig.page();
    rig.clear();
    await rig.page();
    expect(rig.store.getState()).toMatchObject({ ended: { count: 0 }, kept: { turns: 0 } });
    expect(rig.store.getState().running).toHaveLength(1);
    const close = rig.store.getState().open({});
    await rig.page();
    close();
    rig.clear();
    expect(rig.bridge.count('requests.query')).toBe(3);
  });

  it('says that the history cannot be read, shows what it knows, and tries again when told to', async () => {
    const rig = await opened(turns(10), [turn(9)]);
    await rig.bridge.fail('requests.query', 'The database of traces has stopped.');
    await rig.bridge.fail('requests.storeState', 'The database of traces has stopped.');
    expect(rig.store.getState()).toMatchObject({ problem: 'The database of traces has stopped.', isRead: false });
    expect(top(rig.store, 1)).toEqual([turn(9).id]);
    rig.arrive(turn(10));
    expect(top(rig.store, 1)).toEqual([turn(10).id]);
    rig.pages = 1;
    rig.store.getState().readAgain();
    await rig.page();
    expect(rig.store.getState()).toMatchObject({ problem: null, isRead: true, ended: { count: 11 } });
  });
});
