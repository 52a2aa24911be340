import type { RequestRow } from '../../src-main/shared/model.ts';
import type { Result } from '../../src-main/shared/result.ts';
import { turnMatcher } from '../../src-main/shared/trace-filter.ts';
import type { TraceFilter, TracePage, TraceStoreState } from '../../src-main/shared/trace-query.ts';
import { compareBy, type TraceSort } from '../../src-main/shared/trace-sort.ts';
import {
  bounded,
  emptyHistory,
  type HistoryList,
  type PageWish,
  rowAt,
  unreadHistory,
  wholeHistory,
  wishFor,
  withChanged,
  withPage,
  withRow,
} from './history-list.ts';
import { sortedWishFor, withSortedPage } from './sorted-list.ts';

/** The request list as a value, and what becomes of it: everything here is pure. */
export interface HistoryState {
  readonly filter: TraceFilter;
  /** Null: newest first. */
  readonly sort: TraceSort | null;
  readonly matches: (row: RequestRow) => boolean;
  /** `reading` its first page, `fetching` a later one; one question at a time. */
  readonly phase: 'closed' | 'idle' | 'reading' | 'fetching';
  /** Rises with every new reading: answers of the one before say nothing any more. */
  readonly reading: number;
  /** Rises whenever the list is opened or closed. */
  readonly opening: number;
  /** Indexes of the whole list that are looked at, the last included. */
  readonly sight: { readonly first: number; readonly last: number };
  /** Rows that arrived while the list was paused, or its first page was on its way. */
  readonly held: ReadonlyMap<string, RequestRow>;
  /** Ids of ended turns that were counted, to count each once; in blocks, of which only the last one ever changes. */
  readonly counted: readonly ReadonlySet<string>[];

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
}

/** Rows held while they cannot be shown; beyond it the list is read anew. */
const maxHeld = 2_000;
/** Ended turns that are remembered are at most so many. */
const blockIds = 200;
const maxBlocks = 20;
/** Rows fetched beyond what is in sight. */
const marginRows = 40;

/** Nobody looks at the list. */
export const closedHistory: HistoryState = {
  filter: {},
  sort: null,
  matches: turnMatcher({}),
  phase: 'closed',
  reading: 0,
  opening: 0,
  sight: { first: 0, last: 0 },
  held: new Map(),
  counted: [],
  running: [],
  ended: emptyHistory,
  isRead: false,
  problem: null,
  kept: null,
  arrivedCount: 0,
  isPaused: false,
  waitingCount: 0,
};

/** Opened for a filter: until its first page has come it shows what the page knows by itself. */
export function opened(
  state: HistoryState,
  filter: TraceFilter,
  sort: TraceSort | null,
  known: readonly RequestRow[],
): HistoryState {
  const matches = turnMatcher(filter);
  const rows = known.filter(matches);
  return {
    ...state,
    filter,
    sort,
    matches,
    phase: 'idle',
    opening: state.opening + 1,
    sight: { first: 0, last: 0 },
    running: rows.filter(isRunning),
    ended: wholeHistory(rows.filter((row) => !isRunning(row)).toSorted(sort === null ? byKey : compareBy(sort))),
    isRead: false,
    arrivedCount: 0,
  };
}

export function closed(state: HistoryState): HistoryState {
  return { ...state, phase: 'closed', opening: state.opening + 1, reading: state.reading + 1 };
}

/** Read from its beginning; without a connection it waits for the next one. */
export function begun(state: HistoryState, known: readonly RequestRow[], isLive: boolean): HistoryState {
  return {
    ...state,
    phase: isLive ? 'reading' : 'idle',
    reading: state.reading + 1,
    held: new Map(),
    counted: withCounted(
      [],
      known.filter((row) => !isRunning(row)).map(({ id }) => id),
    ),
    running: known.filter((row) => isRunning(row) && state.matches(row)),
    isPaused: false,
    waitingCount: 0,
  };
}

/** What a reading began for has come. */
export function firstPageCame(
  state: HistoryState,
  page: Result<TracePage>,
  kept: Result<TraceStoreState>,
): HistoryState {
  const next: HistoryState = { ...state, phase: 'idle', kept: kept.ok ? kept.value : state.kept };
  if (!page.ok) return { ...next, problem: page.error.message };
  return {
    ...next,
    ended: placed(state.sort, unreadHistory(page.value.total), { cursor: null, skip: 0 }, page.value),
    counted: withCounted(
      state.counted,
      page.value.rows.map(({ id }) => id),
    ),
    isRead: true,
    problem: null,
    arrivedCount: 0,
  };
}

/** What is to be fetched for what is looked at; null where nothing is, or may be by now. */
export function missing({ phase, isRead, sight, running, ended, sort }: HistoryState): PageWish | null {
  if (phase !== 'idle' || !isRead) return null;
  const wish = sort === null ? wishFor : sortedWishFor;
  return wish(ended, sight.first - running.length - marginRows, sight.last - running.length + marginRows);
}

/** A page that was missing has come. */
export function pageCame(state: HistoryState, wish: PageWish, page: Result<TracePage>): HistoryState {
  if (!page.ok) return { ...state, phase: 'idle', problem: page.error.message };
  return trimmed({ ...state, phase: 'idle', ended: placed(state.sort, state.ended, wish, page.value), problem: null });
}

function placed(sort: TraceSort | null, list: HistoryList, wish: PageWish, page: TracePage): HistoryList {
  return sort === null ? withPage(list, wish, page) : withSortedPage(list, wish, page);
}

/** Rows that arrive: shown, or held where they cannot be. */
export function arrived(state: HistoryState, rows: readonly RequestRow[]): HistoryState {
  return state.phase === 'reading' || state.isPaused ? withHeld(state, rows) : withRows(state, rows);
}

/** A turn that was starred, or has a note: it may match no longer. One that matches only now comes with the next reading. */
export function marked(state: HistoryState, row: RequestRow): HistoryState {
  return { ...state, ended: withChanged(state.ended, row.id, state.matches(row) ? row : null) };
}

/** Whether more was held than can be shown: the list has to be read anew. */
export function heldTooMuch({ held }: HistoryState): boolean {
  return held.size > maxHeld;
}

/** Shows what was held. */
export function released(state: HistoryState): HistoryState {
  return state.held.size === 0 ? state : withRows({ ...state, held: new Map() }, [...state.held.values()]);
}

/** The row at an index of the whole list; null where it is not here. */
export function rowOf({ running, ended }: Pick<HistoryState, 'running' | 'ended'>, index: number): RequestRow | null {
  return running[index] ?? rowAt(ended, index - running.length);
}

function withRows(state: HistoryState, rows: readonly RequestRow[]): HistoryState {
  let { ended, kept, arrivedCount, waitingCount } = state;
  const running = new Map(state.running.map((row) => [row.id, row]));
  const counted = new Set<string>();
  for (const row of rows) {
    const isKnown = running.delete(row.id);
    const isCounted = counted.has(row.id) || hasCounted(state, row);
    const doesMatch = state.matches(row);
    if (doesMatch && !isKnown && !isCounted) arrivedCount += 1;
    if (isRunning(row)) {
      if (doesMatch) running.set(row.id, row);
      continue;
    }
    if (!isCounted && kept !== null) kept = { ...kept, turns: kept.turns + 1 };
    if (!isCounted) counted.add(row.id);
    if (!doesMatch) continue;
    // Its place in another order is known to the store alone.
    if (state.sort === null) ended = withRow(ended, row, isCounted);
    else if (isCounted) ended = withChanged(ended, row.id, row);
    else waitingCount += 1;
  }
  return trimmed({
    ...state,
    ended,
    kept,
    arrivedCount,
    waitingCount,
    counted: withCounted(state.counted, [...counted]),
    running: [...running.values()].toSorted(byKey),
  });
}

function withHeld(state: HistoryState, rows: readonly RequestRow[]): HistoryState {
  const held = new Map(state.held);
  for (const row of rows) if (held.size <= maxHeld) held.set(row.id, row);
  if (!state.isPaused) return { ...state, held };
  const shown = new Set(state.running.map(({ id }) => id));
  const fresh = [...held.values()].filter((row) => !shown.has(row.id) && !hasCounted(state, row) && state.matches(row));
  return { ...state, held, waitingCount: fresh.length };
}

/** Without what is far from what is looked at. */
function trimmed(state: HistoryState): HistoryState {
  return { ...state, ended: bounded(state.ended, (state.sight.first + state.sight.last) / 2) };
}

function hasCounted({ counted }: Pick<HistoryState, 'counted'>, { id }: RequestRow): boolean {
  return counted.some((block) => block.has(id));
}

function withCounted(counted: HistoryState['counted'], ids: readonly string[]): HistoryState['counted'] {
  if (ids.length === 0) return counted;
  const blocks = counted.slice(0, -1);
  let last = new Set(counted.at(-1));
  for (const id of ids) {
    if (last.size >= blockIds) {
      blocks.push(last);
      last = new Set();
    }
    last.add(id);
  }
  return [...blocks, last].slice(-maxBlocks);
}

function isRunning({ status }: RequestRow): boolean {
  return status === 'running';
}

function byKey(a: RequestRow, b: RequestRow): number {
  return b.startedAt - a.startedAt || (a.id < b.id ? 1 : -1);
}
