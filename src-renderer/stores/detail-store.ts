import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Bridge } from '../../src-main/shared/contract.ts';
import type { RequestRow, TraceDetail } from '../../src-main/shared/model.ts';
import type { Failure } from '../../src-main/shared/result.ts';
import type { AppStore } from './app-store.ts';

interface DetailState {
  /** The request that is open; null when none is. */
  readonly id: string | null;
  /** The last detail of that request; null until it came. */
  readonly detail: TraceDetail | null;
  readonly error: Failure | null;
  open(id: string | null): void;
}

export type DetailStore = StoreApi<DetailState>;

/**
 * The detail of the open request, fetched when it is opened and again whenever its row has moved on, its end above all.
 * One fetch at a time: held arrow keys pass many rows and fetch the one they stop at.
 */
export function createDetailStore(bridge: Bridge, appStore: AppStore): DetailStore {
  /** Row revision that the last fetch was made for; null asks for another. */
  let fetched: string | null = null;
  let isFetching = false;

  const store = createStore<DetailState>()((set, get) => ({
    id: null,
    detail: null,
    error: null,
    open: (id) => {
      if (id === get().id) return;
      fetched = null;
      set({ id, detail: null, error: null });
      fetchIfNeeded();
    },
  }));

  function fetchIfNeeded(): void {
    const { id } = store.getState();
    const { rows, connection } = appStore.getState();
    if (id === null || isFetching || connection !== 'live') return;
    const revision = revisionOf(rows.find((row) => row.id === id));
    if (revision === fetched) return;
    fetched = revision;
    void fetchDetail(id);
  }

  async function fetchDetail(id: string): Promise<void> {
    isFetching = true;
    const result = await bridge.invoke('requests.detail', { id });
    isFetching = false;
    if (store.getState().id === id) {
      // An error of a later fetch leaves the detail there was: it is still what happened.
      if (result.ok) store.setState({ detail: result.value, error: null });
      else store.setState({ error: result.error });
    }
    fetchIfNeeded();
  }

  appStore.subscribe((state, before) => {
    if (state.connection !== before.connection) fetched = null;
    if (state.connection !== before.connection || state.rows !== before.rows) fetchIfNeeded();
  });
  return store;
}

/** Changes with everything that changes a detail: each step of the turn, and its end. */
function revisionOf(row: RequestRow | undefined): string {
  if (row === undefined) return 'not in the list';
  return [row.status, row.attempts, row.transport, row.httpStatus, row.firstTokenMs !== null, row.totalMs].join(' ');
}
