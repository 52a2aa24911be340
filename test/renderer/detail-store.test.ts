import { describe, expect, it } from 'vitest';
import type { RequestRow } from '../../src-main/shared/model.ts';
import { createAppStore } from '../../src-renderer/stores/app-store.ts';
import { createDetailStore, type DetailStore } from '../../src-renderer/stores/detail-store.ts';
import { makeDetail } from './detail-fixtures.ts';
import { FakeBridge } from './fake-bridge.ts';
import { makeRow, makeSnapshot } from './fixtures.ts';

const running = makeRow({ id: 'r1', status: 'running', firstTokenMs: null, totalMs: null });

async function opened(rows: readonly RequestRow[]): Promise<{ bridge: FakeBridge; store: DetailStore }> {
  const bridge = new FakeBridge();
  const appStore = createAppStore(bridge, bridge);
  const store = createDetailStore(bridge, appStore);
  await bridge.answer('app.snapshot', makeSnapshot({ requests: [...rows] }));
  store.getState().open('r1');
  return { bridge, store };
}

describe('the detail store', () => {
  it('fetches a detail when it is opened', async () => {
    const { bridge, store } = await opened([running]);
    expect(store.getState()).toMatchObject({ id: 'r1', detail: null, error: null });
    await bridge.answer('requests.detail', makeDetail(running));
    expect(store.getState().detail?.row.id).toBe('r1');
    expect(bridge.count('requests.detail')).toBe(1);
  });

  it('fetches again when the row ends, and not for rows of others', async () => {
    const { bridge, store } = await opened([running]);
    await bridge.answer('requests.detail', makeDetail(running));
    bridge.emit({ seq: 1, kind: 'requests', rows: [makeRow({ id: 'other' })] });
    expect(bridge.count('requests.detail')).toBe(1);
    const ended = makeRow({ id: 'r1' });
    bridge.emit({ seq: 2, kind: 'requests', rows: [ended] });
    await bridge.answer('requests.detail', makeDetail(ended));
    expect(store.getState().detail?.row.status).toBe('completed');
    expect(bridge.count('requests.detail')).toBe(2);
  });

  it('fetches again after a fetch that the end of the row has overtaken', async () => {
    const { bridge, store } = await opened([running]);
    const ended = makeRow({ id: 'r1' });
    bridge.emit({ seq: 1, kind: 'requests', rows: [ended] });
    expect(bridge.count('requests.detail')).toBe(1);
    await bridge.answer('requests.detail', makeDetail(running));
    await bridge.answer('requests.detail', makeDetail(ended));
    expect(store.getState().detail?.row.status).toBe('completed');
  });

  it('keeps only what belongs to the request that is open now, and passes over those between', async () => {
    const { bridge, store } = await opened([running, makeRow({ id: 'r2' }), makeRow({ id: 'r3' })]);
    store.getState().open('r2');
    store.getState().open('r3');
    await bridge.answer('requests.detail', makeDetail(running));
    expect(store.getState()).toMatchObject({ id: 'r3', detail: null });
    await bridge.answer('requests.detail', makeDetail(makeRow({ id: 'r3' })));
    expect(store.getState().detail?.row.id).toBe('r3');
    expect(bridge.calls.filter(({ name }) => name === 'requests.detail').map(({ input }) => input)).toEqual([
      { id: 'r1' },
      { id: 'r3' },
    ]);
  });

  it('keeps the error of a request that is no longer kept, without asking again and again', async () => {
    const { bridge, store } = await opened([]);
    await bridge.fail('requests.detail', 'This request is no longer kept.');
    expect(store.getState()).toMatchObject({ detail: null, error: { message: 'This request is no longer kept.' } });
    expect(bridge.count('requests.detail')).toBe(1);
  });

  it('fetches again on a new connection', async () => {
    const { bridge } = await opened([running]);
    await bridge.answer('requests.detail', makeDetail(running));
    bridge.setState('reconnecting');
    expect(bridge.count('requests.detail')).toBe(1);
    bridge.setState('live');
    expect(bridge.count('requests.detail')).toBe(2);
  });
});
