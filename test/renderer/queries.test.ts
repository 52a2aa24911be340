import { focusManager, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CallName } from '../../src-main/shared/contract.ts';
import type { RequestRow } from '../../src-main/shared/model.ts';
import { createAppStore } from '../../src-renderer/stores/app-store.ts';
import {
  type Answer,
  CallFailed,
  changeAnswer,
  createQueries,
  type Question,
} from '../../src-renderer/stores/queries.ts';
import { makeDetail } from './detail-fixtures.ts';
import { FakeBridge } from './fake-bridge.ts';
import { choices, makeClient, makeUndoPlan } from './figure-fixtures.ts';
import { makeRow, makeSnapshot } from './fixtures.ts';

const running = makeRow({ id: 'r1', status: 'running', firstTokenMs: null, totalMs: null });
const ended = makeRow({ id: 'r1' });

async function started(rows: readonly RequestRow[] = []) {
  const bridge = new FakeBridge();
  const appStore = createAppStore(bridge, bridge);
  const queries = createQueries(bridge, appStore);
  await bridge.answer('app.snapshot', makeSnapshot({ requests: [...rows] }));
  /** As a screen that shows the answer; what it shows, and its end. */
  const show = <K extends CallName>(question: Question<K>) => {
    const observer = new QueryObserver<Answer<K>, CallFailed, Answer<K>, Answer<K>, Question<K>>(queries, {
      queryKey: question,
    });
    const close = observer.subscribe(() => undefined);
    return { shown: () => observer.getCurrentResult(), close };
  };
  return { bridge, show, queries };
}

const detailOf = (id: string): Question<'requests.detail'> => ['requests.detail', { id }];
/** Goes on where promises have. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

async function opened(rows: readonly RequestRow[]) {
  const { bridge, show } = await started(rows);
  const detail = show(detailOf('r1'));
  await settled();
  return { bridge, show, detail };
}

describe('the detail of a turn', () => {
  it('is asked for when it is opened', async () => {
    const { bridge, detail } = await opened([running]);
    expect(detail.shown()).toMatchObject({ data: undefined, error: null });
    await bridge.answer('requests.detail', makeDetail(running));
    expect(detail.shown().data?.value.row.id).toBe('r1');
    expect(bridge.count('requests.detail')).toBe(1);
  });

  it('is asked for again when the row ends, and not for rows of others', async () => {
    const { bridge, detail } = await opened([running]);
    await bridge.answer('requests.detail', makeDetail(running));
    bridge.emit({ seq: 1, kind: 'requests', rows: [makeRow({ id: 'other' })] });
    await settled();
    expect(bridge.count('requests.detail')).toBe(1);
    bridge.emit({ seq: 2, kind: 'requests', rows: [ended] });
    await settled();
    await bridge.answer('requests.detail', makeDetail(ended));
    expect(detail.shown().data?.value.row.status).toBe('completed');
    expect(bridge.count('requests.detail')).toBe(2);
  });

  it('is asked for again after an answer that the end of the row has overtaken', async () => {
    const { bridge, detail } = await opened([running]);
    bridge.emit({ seq: 1, kind: 'requests', rows: [ended] });
    await settled();
    expect(bridge.count('requests.detail')).toBe(1);
    await bridge.answer('requests.detail', makeDetail(running));
    await bridge.answer('requests.detail', makeDetail(ended));
    expect(detail.shown().data?.value.row.status).toBe('completed');
  });

  it('passes over the turns between the first and the one that stays open', async () => {
    const { bridge, show, detail } = await opened([running, makeRow({ id: 'r2' }), makeRow({ id: 'r3' })]);
    const between = show(detailOf('r2'));
    detail.close();
    const last = show(detailOf('r3'));
    between.close();
    await bridge.answer('requests.detail', makeDetail(running));
    expect(last.shown().data).toBeUndefined();
    await bridge.answer('requests.detail', makeDetail(makeRow({ id: 'r3' })));
    expect(last.shown().data?.value.row.id).toBe('r3');
    expect(bridge.inputsOf('requests.detail')).toEqual([{ id: 'r1' }, { id: 'r3' }]);
  });

  it('is not asked for again and again where it is no longer kept, and keeps what it was after a failure', async () => {
    const { bridge, detail } = await opened([]);
    await bridge.fail('requests.detail', 'This request is no longer kept.');
    expect(detail.shown()).toMatchObject({ data: undefined, error: { message: 'This request is no longer kept.' } });
    expect(detail.shown().error).toBeInstanceOf(CallFailed);
    expect(bridge.count('requests.detail')).toBe(1);
    bridge.emit({ seq: 1, kind: 'requests', rows: [running] });
    await settled();
    await bridge.answer('requests.detail', makeDetail(running));
    bridge.emit({ seq: 2, kind: 'requests', rows: [ended] });
    await settled();
    await bridge.fail('requests.detail', 'Not now.');
    expect(detail.shown()).toMatchObject({ data: { value: { row: { id: 'r1' } } }, error: { message: 'Not now.' } });
  });
});

describe('questions', () => {
  it('keep what a later call has told from an answer that was asked for before it', async () => {
    const { bridge, show, queries } = await started();
    const clients = show(['clients.list', null]);
    await bridge.answer('clients.list', [makeClient()]);
    void queries.refetchQueries({ queryKey: ['clients.list'] });
    await settled();
    changeAnswer(queries, ['clients.list', null], () => [makeClient({ state: 'set-up' })]);
    await settled();
    expect(clients.shown().data?.value).toEqual([makeClient({ state: 'set-up' })]);
    await bridge.answer('clients.list', [makeClient()]);
    expect(clients.shown().data?.value).toEqual([makeClient({ state: 'set-up' })]);
    await bridge.answer('clients.list', [makeClient({ state: 'changed-since' })]);
    expect(clients.shown().data?.value).toEqual([makeClient({ state: 'changed-since' })]);
  });

  it('wait while there is no connection, and are all asked anew on a new one', async () => {
    const { bridge, show } = await started([running]);
    show(['clients.list', null]);
    await bridge.answer('clients.list', []);
    bridge.setState('reconnecting');
    show(['lab.list', null]);
    await settled();
    expect([bridge.count('clients.list'), bridge.count('lab.list')]).toEqual([1, 0]);
    bridge.setState('live');
    await settled();
    expect([bridge.count('clients.list'), bridge.count('lab.list')]).toEqual([2, 1]);
  });

  it('are asked once however many show the answer', async () => {
    const { bridge, show } = await started();
    const shown = [show(['requests.choices', null]), show(['requests.choices', null])];
    await bridge.answer('requests.choices', choices);
    expect(shown.map(({ shown: look }) => look().data?.value)).toEqual([choices, choices]);
    expect(bridge.count('requests.choices')).toBe(1);
  });

  it('about keys and browsers, which others may change, are asked anew when the user comes back', async () => {
    const { bridge, show, queries } = await started();
    for (const name of ['keys.list', 'browsers.list', 'lab.list'] as const) {
      show([name, null]);
      await bridge.answer(name, []);
    }
    queries.mount();
    focusManager.setFocused(false);
    focusManager.setFocused(true);
    await settled();
    queries.unmount();
    focusManager.setFocused(undefined);
    expect(['keys.list', 'browsers.list', 'lab.list'].map((name) => bridge.count(name as CallName))).toEqual([2, 2, 1]);
  });

  it('leave a change of a file as it was shown, whatever happens', async () => {
    const { bridge, show } = await started();
    show(['clients.undoPlan', { id: 'codex' }]);
    await bridge.answer('clients.undoPlan', makeUndoPlan());
    bridge.setState('reconnecting');
    bridge.setState('live');
    await settled();
    expect(bridge.count('clients.undoPlan')).toBe(1);
  });
});

describe('figures of many turns', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  it('are asked for again when turns have ended, once for many, and not for turns that run', async () => {
    const { bridge, show } = await started([ended]);
    show(['requests.choices', null]);
    await bridge.answer('requests.choices', choices);
    show(['keys.list', null]);
    await bridge.answer('keys.list', []);
    vi.advanceTimersByTime(60_000);
    bridge.emit({ seq: 1, kind: 'requests', rows: [makeRow({ id: 'r2', status: 'running' })] });
    vi.advanceTimersByTime(60_000);
    expect(bridge.count('requests.choices')).toBe(1);
    for (const [at, id] of ['r2', 'r3', 'r4'].entries()) {
      bridge.emit({ seq: 2 + at, kind: 'requests', rows: [makeRow({ id })] });
    }
    vi.advanceTimersByTime(4_999);
    await settled();
    expect(bridge.count('requests.choices')).toBe(1);
    vi.advanceTimersByTime(1);
    await settled();
    expect([bridge.count('requests.choices'), bridge.count('keys.list')]).toEqual([2, 2]);
  });

  it('that are counts follow within a second, and are not asked more often than that however many end', async () => {
    const { bridge, show } = await started([ended]);
    const page = { rows: [], next: null, total: 1, asOf: 0 };
    show(['requests.query', { filter: {}, cursor: null, limit: 1 }]);
    await bridge.answer('requests.query', page);
    for (let second = 0; second < 5; second += 1) {
      for (let turn = 0; turn < 20; turn += 1) {
        const seq = 1 + second * 20 + turn;
        bridge.emit({ seq, kind: 'requests', rows: [makeRow({ id: `t${seq}` })] });
        vi.advanceTimersByTime(50);
        await settled();
      }
      expect(bridge.count('requests.query')).toBeGreaterThan(1 + second);
      if (bridge.count('requests.query') > 2 + second) throw new Error('asked too often');
    }
  });
});
