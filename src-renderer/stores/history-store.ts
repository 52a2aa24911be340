import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Bridge } from '../../src-main/shared/contract.ts';
import type { RequestRow } from '../../src-main/shared/model.ts';
import { turnMatcher } from '../../src-main/shared/trace-filter.ts';
import type { TraceFilter, TraceStoreState } from '../../src-main/shared/trace-query.ts';
import type { AppStore } from './app-store.ts';
import {
  bounded,
  emptyHistory,
  type HistoryList,
  pageRows,
  rowAt,
  unreadHistory,
  wholeHistory,
  wishFor,
  withPage,
  withRow,
} from './history-list.ts';

interface HistoryState {
  /** Turns that run and match, newest first; they stand above those that have ended. */
  readonly running: readonly RequestRow[];
  readonly ended: HistoryList;
  /** The first page of this filter has come. */
  readonly isRead: boolean;
  /** Why the last page did not come; null once one did. */
  readonly problem: string | null;
  /** What the store keeps, whatever the filter; its turns are counted on as they end. Null until it was told. */
  readonly kept: TraceStoreState | null;
  /** Turns that have shown up since the list was read. */
  readonly arrivedCount: number;
  readonly isPaused: boolean;
  /** Turns that have shown up and wait until the list is live again. */
  readonly waitingCount: number;
  /** Reads the turns that match, and follows what arrives. Returns what ends it. */
  open(filter: TraceFilter): () => void;
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

export type HistoryStore = StoreApi<HistoryState>;

/** Rows held while they cannot be shown; beyond it the list is read anew. */
const maxHeld = 2_000;
/** Ids of ended turns that are remembered, to count each once. */
const maxCounted = 4_000;
/** Rows fetched beyond what is in sight. */
const marginRows = 40;
const maxTries = 20;

/**
 * The request list over the whole history: pages of the store that are looked at, and on top what arrives live. One
 * page is asked for at a time, and an answer to a question of before is dropped.
 */
export function createHistoryStore(bridge: Bridge, appStore: AppStore): HistoryStore {
  let filter: TraceFilter = {};
  let matches = turnMatcher(filter);
  let isOpen = false;
  /** Raised with every new reading: answers of the one before say nothing any more. */
  let reading = 0;
  /** Raised whenever the list is opened or closed. */
  let opening = 0;
  let isFetching = false;
  /** The first page is on its way. */
  let isReading = false;
  let sight = { first: 0, last: 0 };
  /** Rows that arrived while the list was paused, or its first page was on its way. */
  let held = new Map<string, RequestRow>();
  let counted = new Set<string>();
  let waitingForPage: (() => void)[] = [];

  const store = createStore<HistoryState>()((set, get) => ({
    running: [],
    ended: emptyHistory,
    isRead: false,
    problem: null,
    kept: null,
    arrivedCount: 0,
    isPaused: false,
    waitingCount: 0,
    open: (next) => {
      filter = next;
      matches = turnMatcher(filter);
      isOpen = true;
      opening += 1;
      sight = { first: 0, last: 0 };
      // Who waits for a row of the list before gets none.
      pageCame();
      showKnown();
      void read();
      return () => {
        isOpen = false;
        opening += 1;
        reading += 1;
        pageCame();
      };
    },
    look: (first, last) => {
      sight = { first, last };
      void fetchMissing();
    },
    fetchRow: async (indexIn) => {
      const mine = opening;
      for (let tries = 0; tries < maxTries; tries += 1) {
        while (isReading && mine === opening) await nextPage();
        if (mine !== opening) return null;
        const { running, ended, problem } = get();
        const index = indexIn({ running, ended });
        const row = running[index] ?? rowAt(ended, index - running.length);
        if (row !== null || index < 0 || index >= running.length + ended.count || problem !== null) return row;
        sight = { first: index, last: index };
        const page = nextPage();
        void fetchMissing();
        await page;
      }
      return null;
    },
    setPaused: (isPaused) => {
      if (isPaused === get().isPaused) return;
      set({ isPaused, waitingCount: 0 });
      if (!isPaused) takeHeld();
    },
    readAgain: () => void read(),
    readKept: async () => {
      const mine = reading;
      const answer = await bridge.invoke('requests.storeState', null);
      if (answer.ok && mine === reading) set({ kept: answer.value });
    },
  }));

  /** What the page knows by itself, until the first page has come. */
  function showKnown(): void {
    const known = appStore.getState().rows.filter(matches);
    store.setState({
      running: known.filter(isRunning),
      ended: wholeHistory(known.filter((row) => !isRunning(row)).toSorted(byKey)),
      isRead: false,
      isPaused: false,
      waitingCount: 0,
      arrivedCount: 0,
    });
  }

  async function read(): Promise<void> {
    reading += 1;
    const mine = reading;
    held = new Map();
    const { rows, connection } = appStore.getState();
    counted = new Set(rows.filter((row) => !isRunning(row)).map(({ id }) => id));
    store.setState({ running: rows.filter((row) => isRunning(row) && matches(row)), isPaused: false, waitingCount: 0 });
    isFetching = connection === 'live';
    isReading = isFetching;
    if (!isReading) return pageCame();
    const [page, kept] = await Promise.all([
      bridge.invoke('requests.query', { filter, cursor: null, limit: pageRows }),
      bridge.invoke('requests.storeState', null),
    ]);
    if (mine !== reading) return;
    isFetching = false;
    isReading = false;
    if (kept.ok) store.setState({ kept: kept.value });
    if (page.ok) {
      const list = withPage(unreadHistory(page.value.total), { cursor: null, skip: 0 }, page.value);
      store.setState({ ended: list, isRead: true, problem: null, arrivedCount: 0 });
      for (const { id } of page.value.rows) counted.add(id);
    } else {
      store.setState({ problem: page.error.message });
    }
    takeHeld();
    pageCame();
    void fetchMissing();
  }

  async function fetchMissing(): Promise<void> {
    if (isFetching) return;
    const { running, ended, isRead } = store.getState();
    const first = sight.first - running.length - marginRows;
    const last = sight.last - running.length + marginRows;
    const wish = wishFor(ended, first, last);
    if (wish === null || !isRead || !isOpen || appStore.getState().connection !== 'live') return pageCame();
    const mine = reading;
    isFetching = true;
    const result = await bridge.invoke('requests.query', { filter, ...wish, limit: pageRows });
    if (mine !== reading) return;
    isFetching = false;
    if (result.ok) show({ ended: withPage(store.getState().ended, wish, result.value), problem: null });
    else store.setState({ problem: result.error.message });
    pageCame();
    if (result.ok) void fetchMissing();
  }

  function nextPage(): Promise<void> {
    return new Promise((resolve) => waitingForPage.push(resolve));
  }

  function pageCame(): void {
    const waiting = waitingForPage;
    waitingForPage = [];
    for (const go of waiting) go();
  }

  function show(change: Partial<HistoryState> & { readonly ended: HistoryList }): void {
    store.setState({ ...change, ended: bounded(change.ended, (sight.first + sight.last) / 2) });
  }

  function takeHeld(): void {
    const rows = [...held.values()];
    held = new Map();
    if (rows.length > maxHeld) void read();
    else if (rows.length > 0) take(rows);
  }

  /** Takes rows in as they arrive. */
  function take(rows: readonly RequestRow[]): void {
    const state = store.getState();
    let { ended, kept, arrivedCount } = state;
    const running = new Map(state.running.map((row) => [row.id, row]));
    for (const row of rows) {
      const isKnown = running.delete(row.id);
      const isCounted = counted.has(row.id);
      const doesMatch = matches(row);
      if (doesMatch && !isKnown && !isCounted) arrivedCount += 1;
      if (isRunning(row)) {
        if (doesMatch) running.set(row.id, row);
        continue;
      }
      if (!isCounted && kept !== null) kept = { ...kept, turns: kept.turns + 1 };
      counted.add(row.id);
      if (doesMatch) ended = withRow(ended, row, isCounted);
    }
    if (counted.size > maxCounted) counted = new Set([...counted].slice(-maxCounted / 2));
    show({ ended, kept, arrivedCount, running: [...running.values()].toSorted(byKey) });
  }

  /** Keeps rows for later: while the list is paused, and while a first page is on its way that may have them. */
  function hold(rows: readonly RequestRow[]): void {
    for (const row of rows) if (held.size <= maxHeld) held.set(row.id, row);
    const { running, isPaused } = store.getState();
    if (!isPaused) return;
    const shown = new Set(running.map(({ id }) => id));
    const fresh = [...held.values()].filter((row) => !shown.has(row.id) && !counted.has(row.id) && matches(row));
    store.setState({ waitingCount: fresh.length });
  }

  appStore.subscribe((state, before) => {
    if (!isOpen) return;
    if (state.generation !== before.generation) void read();
    else if (state.arrived !== before.arrived) {
      (isReading || store.getState().isPaused ? hold : take)(state.arrived);
    }
  });
  return store;
}

function isRunning({ status }: RequestRow): boolean {
  return status === 'running';
}

function byKey(a: RequestRow, b: RequestRow): number {
  return b.startedAt - a.startedAt || (a.id < b.id ? 1 : -1);
}
