import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Delta } from '../../src-main/shared/model.ts';
import { type AppStore, createAppStore } from '../../src-renderer/stores/app-store.ts';
import { maxRows } from '../../src-renderer/stores/rows.ts';
import { FakeBridge } from './fake-bridge.ts';
import { makeAccount, makeRow, makeRows, makeSnapshot, plainSettings } from './fixtures.ts';

const fast = (seq: number, fastPolicy: 'auto' | 'on' | 'off'): Delta => ({
  seq,
  kind: 'settings',
  settings: { fastPolicy },
});
const newRow = (seq: number, id: string, startedAt: number): Delta => ({
  seq,
  kind: 'requests',
  rows: [makeRow({ id, startedAt })],
});

async function loaded(seq = 5): Promise<{ bridge: FakeBridge; store: AppStore }> {
  const bridge = new FakeBridge();
  const store = createAppStore(bridge, bridge);
  await bridge.answer('app.snapshot', makeSnapshot({ seq }));
  return { bridge, store };
}

const idsOf = (store: AppStore): string[] => store.getState().rows.map((row) => row.id);

describe('the app store', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('has no app before the first snapshot, and all of it after', async () => {
    const bridge = new FakeBridge();
    const store = createAppStore(bridge, bridge);
    expect(store.getState().app).toBeNull();
    const snapshot = makeSnapshot({
      seq: 9,
      settings: { ...plainSettings, fastPolicy: 'off' },
      accounts: [makeAccount()],
      requests: [makeRow()],
    });
    await bridge.answer('app.snapshot', snapshot);
    const { app, seq, settings, accounts, rows } = store.getState();
    expect({ app, seq, settings, accounts, requests: rows }).toEqual({
      app: snapshot.app,
      seq: 9,
      settings: snapshot.settings,
      accounts: snapshot.accounts,
      requests: snapshot.requests,
    });
  });

  it('goes on over what a newer program tells of, which a page that was left open does not know', async () => {
    const { bridge, store } = await loaded();
    const unknown: unknown = { seq: 6, kind: 'weather', sky: 'grey' };
    bridge.emit(unknown as Delta, fast(7, 'on'));
    expect([store.getState().settings?.fastPolicy, store.getState().seq]).toEqual(['on', 7]);
    expect(bridge.count('app.snapshot')).toBe(1);
  });

  it('knows which turns have ended since an answer was given, each once', async () => {
    const { bridge, store } = await loaded();
    const row = (id: string, status: 'running' | 'completed') => makeRow({ id, status, startedAt: 1 });
    const told = (seq: number, ...rows: ReturnType<typeof row>[]): Delta => ({ seq, kind: 'requests', rows });
    bridge.emit(told(6, row('r1', 'running')), told(7, row('r1', 'completed'), row('r2', 'completed')));
    bridge.emit(told(8, row('r1', 'completed'), row('r3', 'running')), told(9, row('r3', 'completed')));
    expect(store.getState().ended.map(({ id, seq }) => [id, seq])).toEqual([
      ['r1', 7],
      ['r2', 7],
      ['r3', 9],
    ]);
    bridge.emit({ seq: 10, kind: 'cleared' });
    expect(store.getState().ended).toEqual([]);
  });

  it('takes each kind of delta in', async () => {
    const { bridge, store } = await loaded();
    bridge.emit(
      fast(6, 'on'),
      { seq: 7, kind: 'accounts', accounts: [makeAccount()] },
      { seq: 8, kind: 'settings', settings: { strategy: 'fill-first', pinnedAccountId: 'a1' } },
      newRow(9, 'r1', 1),
    );
    const state = store.getState();
    expect(state.seq).toBe(9);
    const told = { fastPolicy: 'on', strategy: 'fill-first', pinnedAccountId: 'a1' };
    expect(state.settings).toEqual({ ...plainSettings, ...told });
    expect(state.accounts).toHaveLength(1);
    expect(idsOf(store)).toEqual(['r1']);
  });

  it('ignores deltas it has seen', async () => {
    const { bridge, store } = await loaded();
    bridge.emit(fast(6, 'on'), fast(6, 'off'), fast(5, 'off'));
    expect(store.getState()).toMatchObject({ seq: 6, settings: { fastPolicy: 'on' } });
    expect(bridge.count('app.snapshot')).toBe(1);
  });

  it('holds deltas that come before the snapshot and applies those it does not contain', async () => {
    const bridge = new FakeBridge();
    const store = createAppStore(bridge, bridge);
    bridge.emit(fast(4, 'off'), newRow(5, 'in the snapshot', 1), newRow(6, 'new', 2));
    await bridge.answer(
      'app.snapshot',
      makeSnapshot({ seq: 5, requests: [makeRow({ id: 'in the snapshot', startedAt: 1 })] }),
    );
    expect(store.getState()).toMatchObject({ seq: 6, settings: { fastPolicy: 'auto' } });
    expect(idsOf(store)).toEqual(['new', 'in the snapshot']);
    expect(bridge.count('app.snapshot')).toBe(1);
  });

  it('fetches the snapshot again when a number is missing, and applies what came meanwhile', async () => {
    const { bridge, store } = await loaded();
    bridge.emit(fast(6, 'on'), newRow(8, 'after the gap', 3), newRow(9, 'later', 4));
    expect(bridge.count('app.snapshot')).toBe(2);
    expect(store.getState()).toMatchObject({ seq: 6, rows: [] });
    await bridge.answer(
      'app.snapshot',
      makeSnapshot({
        seq: 8,
        settings: { ...plainSettings, fastPolicy: 'on' },
        requests: [makeRow({ id: 'after the gap', startedAt: 3 })],
      }),
    );
    expect(store.getState().seq).toBe(9);
    expect(idsOf(store)).toEqual(['later', 'after the gap']);
  });

  it('fetches once more when the snapshot does not close the gap', async () => {
    const { bridge, store } = await loaded();
    bridge.emit(fast(8, 'on'));
    await bridge.answer('app.snapshot', makeSnapshot({ seq: 6 }));
    expect(bridge.count('app.snapshot')).toBe(3);
    await bridge.answer('app.snapshot', makeSnapshot({ seq: 8, settings: { ...plainSettings, fastPolicy: 'on' } }));
    expect(store.getState()).toMatchObject({ seq: 8, settings: { fastPolicy: 'on' } });
  });

  it('starts anew on every new connection, also where the numbers start again', async () => {
    const { bridge, store } = await loaded(500);
    bridge.setState('reconnecting');
    expect(store.getState()).toMatchObject({ connection: 'reconnecting', seq: 500 });
    bridge.setState('live');
    bridge.emit(fast(2, 'on'));
    await bridge.answer('app.snapshot', makeSnapshot({ seq: 1 }));
    expect(store.getState()).toMatchObject({ connection: 'live', seq: 2, settings: { fastPolicy: 'on' } });
  });

  it('drops a snapshot of a connection that is gone', async () => {
    const bridge = new FakeBridge();
    const store = createAppStore(bridge, bridge);
    bridge.setState('reconnecting');
    await bridge.answer('app.snapshot', makeSnapshot({ seq: 700 }));
    expect(store.getState().app).toBeNull();
    bridge.setState('live');
    await bridge.answer('app.snapshot', makeSnapshot({ seq: 1 }));
    expect(store.getState().seq).toBe(1);
  });

  it('tells why a snapshot failed, and tries again a second later', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const bridge = new FakeBridge();
    const store = createAppStore(bridge, bridge);
    await bridge.fail('app.snapshot', 'The store is busy.');
    expect(store.getState().problem?.message).toBe('The store is busy.');
    bridge.emit(fast(4, 'on'));
    vi.advanceTimersByTime(1_000);
    expect(bridge.count('app.snapshot')).toBe(2);
    await bridge.answer('app.snapshot', makeSnapshot({ seq: 3 }));
    expect(store.getState()).toMatchObject({ problem: null, seq: 4, settings: { fastPolicy: 'on' } });
  });

  it('keeps the newest 2,000 rows', async () => {
    const { bridge, store } = await loaded();
    bridge.emit({ seq: 6, kind: 'requests', rows: makeRows(2_500, 1e12) });
    expect(store.getState().rows).toHaveLength(maxRows);
    bridge.emit(newRow(7, 'newest', 2e12), newRow(8, 'too old', 1));
    expect(idsOf(store)[0]).toBe('newest');
    expect(idsOf(store)).not.toContain('too old');
    expect(store.getState().rows).toHaveLength(maxRows);
  });
});
