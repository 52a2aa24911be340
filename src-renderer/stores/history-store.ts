import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Bridge } from '../../src-main/shared/contract.ts';
import type { RequestRow } from '../../src-main/shared/model.ts';
import type { TraceFilter } from '../../src-main/shared/trace-query.ts';
import type { TraceSort } from '../../src-main/shared/trace-sort.ts';
import type { AppStore } from './app-store.ts';
import { pageRows } from './history-list.ts';
import {
  arrived,
  begun,
  closed,
  closedHistory,
  firstPageCame,
  type HistoryState,
  heldTooMuch,
  isOutdated,
  keptCame,
  marked,
  missing,
  opened,
  pageCame,
  released,
  rowOf,
  shownByFirstPage,
} from './history-state.ts';

interface HistoryActions {
  /** Reads the turns that match, newest first or in an order, and follows what arrives. Returns what ends it. */
  open(filter: TraceFilter, sort?: TraceSort | null): () => void;
  /** What is in sight of the whole list: fetches what of it is missing, and lets go of what is far away. */
  look(firstIndex: number, lastIndex: number): void;
  /**
   * The row at an index of the whole list, fetched where it is missing; null where there is none, and where the list has
   * been closed or opened anew. The index is worked out once the list is read: before, nobody knows how long it is.
   */
  fetchRow(indexIn: (list: Pick<HistoryState, 'running' | 'ended'>) => number): Promise<RequestRow | null>;
  setPaused(isPaused: boolean): void;
  /** Reads the list from its beginning. */
  readAgain(): void;
  /** Asks the store anew what it keeps. */
  readKept(): Promise<void>;
}

export type HistoryStore = StoreApi<HistoryState & HistoryActions>;

const maxTries = 20;

const sorted = (sort: TraceSort | null): { readonly sort?: TraceSort } => (sort === null ? {} : { sort });

/**
 * The request list over the whole history: pages of the store that are looked at, and on top what arrives live. What
 * becomes of it is said in `history-state.ts`; here it is asked for.
 */
export function createHistoryStore(bridge: Pick<Bridge, 'invoke'>, appStore: AppStore): HistoryStore {
  const isLive = (): boolean => appStore.getState().connection === 'live';

  const store: HistoryStore = createStore<HistoryState & HistoryActions>()((set, get) => ({
    ...closedHistory,
    open: (filter, sort = null) => {
      set(opened(get(), filter, sort, appStore.getState().rows));
      void read();
      return () => set(closed(get()));
    },
    look: (first, last) => {
      set({ sight: { first, last } });
      void fetchMissing();
    },
    fetchRow: async (indexIn) => {
      const { opening } = get();
      const isUnread = (state: HistoryState): boolean => state.phase === 'reading' && state.opening === opening;
      for (let tries = 0; tries < maxTries; tries += 1) {
        if (isUnread(get())) await becomes(store, (state) => !isUnread(state));
        const state = get();
        if (state.opening !== opening) return null;
        const index = indexIn(state);
        const row = rowOf(state, index);
        const count = state.running.length + state.ended.count;
        if (row !== null || index < 0 || index >= count || state.problem !== null) return row;
        get().look(index, index);
        await becomes(store, ({ phase }) => phase !== 'fetching');
      }
      return null;
    },
    setPaused: (isPaused) => {
      if (isPaused === get().isPaused) return;
      set({ isPaused, waitingCount: 0 });
      if (!isPaused) release();
    },
    readAgain: () => void read(),
    readKept: async () => {
      const { reading } = get();
      const answer = await bridge.invoke('requests.storeState', null);
      if (reading === get().reading) set(keptCame(get(), answer));
    },
  }));

  async function read(staysPaused = false): Promise<void> {
    store.setState((state) => begun(state, appStore.getState().rows, isLive(), staysPaused && state.isPaused));
    const { phase, reading, filter, sort } = store.getState();
    if (phase !== 'reading') return;
    const [page, kept] = await Promise.all([
      bridge.invoke('requests.query', { filter, cursor: null, limit: pageRows, ...sorted(sort) }),
      bridge.invoke('requests.storeState', null),
    ]);
    if (reading !== store.getState().reading) return;
    store.setState((state) => firstPageCame(state, page, kept));
    if (!store.getState().isPaused) release();
    else if (page.ok) store.setState((state) => shownByFirstPage(state, page.value.asOf));
    void fetchMissing();
  }

  async function fetchMissing(): Promise<void> {
    const { reading, filter, ...state } = store.getState();
    const wish = missing({ reading, filter, ...state });
    if (wish === null || !isLive()) return;
    store.setState({ phase: 'fetching' });
    const page = await bridge.invoke('requests.query', { filter, ...wish, limit: pageRows, ...sorted(state.sort) });
    if (reading !== store.getState().reading) return;
    if (isOutdated(store.getState(), page)) return read(true);
    store.setState((now) => pageCame(now, wish, page));
    if (page.ok) void fetchMissing();
  }

  function release(): void {
    if (heldTooMuch(store.getState())) void read();
    else store.setState(released);
  }

  appStore.subscribe((state, before) => {
    if (store.getState().phase === 'closed') return;
    if (state.generation !== before.generation) void read();
    else if (state.marked !== before.marked && state.marked !== null) {
      const { marked: row } = state;
      store.setState((list) => marked(list, row));
    } else if (state.arrived !== before.arrived) store.setState((list) => arrived(list, state.arrived, state.seq));
  });
  return store;
}

/** Waits until the state is so; at once where it is. */
function becomes(store: HistoryStore, isSo: (state: HistoryState) => boolean): Promise<void> {
  if (isSo(store.getState())) return Promise.resolve();
  return new Promise((resolve) => {
    const leave = store.subscribe((state) => {
      if (!isSo(state)) return;
      leave();
      resolve();
    });
  });
}
