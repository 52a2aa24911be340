import type { RequestRow } from '../../src-main/shared/model.ts';
import type { Failure, Result } from '../../src-main/shared/result.ts';
import { turnMatcher } from '../../src-main/shared/trace-filter.ts';
import type {
  FollowedPage,
  FollowedState,
  TraceFilter,
  TracePage,
  TraceStoreState,
} from '../../src-main/shared/trace-query.ts';
import { compareBy, type TraceSort } from '../../src-main/shared/trace-sort.ts';
import { type CountedIds, hasCounted, withCounted } from './counted-ids.ts';
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
import { hasMovedOn, sortedWishFor, withSortedPage } from './sorted-list.ts';

/** A row, and the number of the delta that it came with; where it has ended, of the first that said so. */
interface Arrival {
  readonly row: RequestRow;
  readonly seq: number;
}

/** Ended turns that a delta added to what is shown. */
interface Added {
  readonly seq: number;
  readonly turns: number;
  readonly matching: number;
}

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
  readonly held: ReadonlyMap<string, Arrival>;
  /** What was added since the list was read, oldest first: an answer given before it does not count it. */
  readonly added: readonly Added[];
  readonly counted: CountedIds;

  /** Turns that run and match, newest first; they stand above those that have ended. */
  readonly running: readonly RequestRow[];
  readonly ended: HistoryList;
  /** The first page of this filter has come. */
  readonly isRead: boolean;
  /** Why the last page did not come; null once one did. */
  readonly problem: string | null;
  /** What the store keeps, whatever the filter; its turns are counted on as they end. Null until it was told. */
  readonly kept: TraceStoreState | null;
  /** Why the store has not said it anew. */
  readonly keptFailed: Failure | null;
  /** Turns that have shown up since the list was read. */
  readonly arrivedCount: number;
  readonly isPaused: boolean;
  /** Turns that have shown up and wait until the list is live again. */
  readonly waitingCount: number;
}

/** Rows held while they cannot be shown; beyond it the list is read anew. */
const maxHeld = 2_000;
/** Deltas that are remembered, of 20 a second at most: an answer takes less long. */
const maxAdded = 1_000;
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
  added: [],
  counted: [],
  running: [],
  ended: emptyHistory,
  isRead: false,
  problem: null,
  kept: null,
  keptFailed: null,
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
export function begun(
  state: HistoryState,
  known: readonly RequestRow[],
  isLive: boolean,
  isPaused: boolean,
): HistoryState {
  return {
    ...state,
    phase: isLive ? 'reading' : 'idle',
    reading: state.reading + 1,
    held: new Map(),
    added: [],
    counted: withCounted(
      [],
      known.filter((row) => !isRunning(row)).map(({ id }) => id),
    ),
    running: known.filter((row) => isRunning(row) && state.matches(row)),
    isPaused,
    waitingCount: 0,
  };
}

/** What a reading began for has come. */
export function firstPageCame(
  state: HistoryState,
  page: Result<FollowedPage>,
  kept: Result<FollowedState>,
): HistoryState {
  if (!page.ok) return { ...keptCame(state, kept), phase: 'idle', problem: page.error.message };
  const { rows, total, asOf } = page.value;
  const held = heldUntil(state, asOf).map(({ id }) => id);
  const counted = withCounted(state.counted, [...held, ...rows.map(({ id }) => id)]);
  return {
    ...keptCame({ ...state, counted }, kept),
    phase: 'idle',
    ended: placed(state.sort, unreadHistory(total), { cursor: null, skip: 0 }, page.value),
    isRead: true,
    problem: null,
    arrivedCount: 0,
  };
}

/** What the store keeps has come. */
export function keptCame(state: HistoryState, kept: Result<FollowedState>): HistoryState {
  if (!kept.ok) return { ...state, keptFailed: kept.error };
  const { asOf, turns } = kept.value;
  const added = addedSince(state, asOf).reduce((sum, delta) => sum + delta.turns, 0);
  return {
    ...state,
    keptFailed: null,
    kept: { ...kept.value, turns: turns + added - heldUntil(state, asOf).length },
  };
}

/** What is to be fetched for what is looked at; null where nothing is, or may be by now. */
export function missing({ phase, isRead, sight, running, ended, sort }: HistoryState): PageWish | null {
  if (phase !== 'idle' || !isRead) return null;
  const wish = sort === null ? wishFor : sortedWishFor;
  return wish(ended, sight.first - running.length - marginRows, sight.last - running.length + marginRows);
}

/** A page that was missing has come. */
export function pageCame(state: HistoryState, wish: PageWish, page: Result<FollowedPage>): HistoryState {
  if (!page.ok) return { ...state, phase: 'idle', problem: page.error.message };
  const { rows, asOf } = page.value;
  const held = rows.filter(({ id }) => state.held.has(id)).map(({ id }) => id);
  const next: HistoryState = { ...state, phase: 'idle', counted: withCounted(state.counted, held), problem: null };
  const added = addedSince(next, asOf).reduce((sum, { matching }) => sum + matching, 0);
  const total = page.value.total + added - heldUntil(next, asOf).filter(state.matches).length;
  return trimmed({ ...next, ended: placed(state.sort, state.ended, wish, { ...page.value, total }) });
}

/** Whether a page says nothing of the list that is here any more. */
export function isOutdated({ sort, ended }: HistoryState, page: Result<FollowedPage>): boolean {
  return sort !== null && page.ok && hasMovedOn(ended, page.value);
}

/** What is shown already, but not in an answer of that number. */
function addedSince({ added }: HistoryState, asOf: number): readonly Added[] {
  return added.filter(({ seq }) => seq > asOf);
}

/** Ended turns that are in an answer of that number, but held, and counted when they are shown. */
function heldUntil(state: HistoryState, asOf: number): RequestRow[] {
  return [...state.held.values()]
    .filter(({ row, seq }) => seq <= asOf && !isRunning(row) && !hasCounted(state.counted, row.id))
    .map(({ row }) => row);
}

function placed(sort: TraceSort | null, list: HistoryList, wish: PageWish, page: TracePage): HistoryList {
  return sort === null ? withPage(list, wish, page) : withSortedPage(list, wish, page);
}

/** Rows that arrive with a delta: shown, or held where they cannot be. */
export function arrived(state: HistoryState, rows: readonly RequestRow[], seq: number): HistoryState {
  const arrivals = rows.map((row) => ({ row, seq }));
  return state.phase === 'reading' || state.isPaused ? withHeld(state, arrivals) : withRows(state, arrivals);
}

/** A turn that was starred, or has a note: it may match no longer. One that matches only now comes with the next reading. */
export function marked(state: HistoryState, row: RequestRow): HistoryState {
  const before = state.held.get(row.id);
  const isHeld = before !== undefined && !isRunning(before.row);
  const held = isHeld ? new Map(state.held).set(row.id, { ...before, row }) : state.held;
  return { ...state, held, ended: withChanged(state.ended, row.id, state.matches(row) ? row : null) };
}

/** Whether more was held than can be shown: the list has to be read anew. */
export function heldTooMuch({ held }: HistoryState): boolean {
  return held.size > maxHeld;
}

/** What was held while the first page was on its way, and is in it; the rest waits on where the list was paused meanwhile. */
export function shownByFirstPage(state: HistoryState, asOf: number): HistoryState {
  const isIn = ({ row, seq }: Arrival) => !isRunning(row) && seq <= asOf;
  const held = new Map([...state.held].filter(([, arrival]) => !isIn(arrival)));
  const running = state.running.filter(({ id }) => held.has(id) || !state.held.has(id));
  return { ...state, held, running, waitingCount: waitingIn({ ...state, held, running }) };
}

/** Shows what was held. */
export function released(state: HistoryState): HistoryState {
  return state.held.size === 0 ? state : withRows({ ...state, held: new Map() }, [...state.held.values()]);
}

/** The row at an index of the whole list; null where it is not here. */
export function rowOf({ running, ended }: Pick<HistoryState, 'running' | 'ended'>, index: number): RequestRow | null {
  return running[index] ?? rowAt(ended, index - running.length);
}

function withRows(state: HistoryState, arrivals: readonly Arrival[]): HistoryState {
  const added: Added[] = [];
  let { ended, kept, arrivedCount, waitingCount } = state;
  const running = new Map(state.running.map((row) => [row.id, row]));
  const counted = new Set<string>();
  for (const { row, seq } of arrivals) {
    const isKnown = running.delete(row.id);
    const isCounted = counted.has(row.id) || hasCounted(state.counted, row.id);
    const doesMatch = state.matches(row);
    if (doesMatch && !isKnown && !isCounted) arrivedCount += 1;
    if (isRunning(row)) {
      if (doesMatch) running.set(row.id, row);
      continue;
    }
    if (!isCounted && kept !== null) kept = { ...kept, turns: kept.turns + 1 };
    if (!isCounted) {
      counted.add(row.id);
      added.push({ seq, turns: 1, matching: doesMatch ? 1 : 0 });
    }
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
    added: withAdded(state.added, added),
    counted: withCounted(state.counted, [...counted]),
    running: [...running.values()].toSorted(byKey),
  });
}

/** With what came later, as one for each delta. */
function withAdded(before: HistoryState['added'], added: readonly Added[]): HistoryState['added'] {
  const bySeq = new Map(before.map((each) => [each.seq, each]));
  for (const { seq, turns, matching } of added) {
    const { turns: more = 0, matching: moreMatching = 0 } = bySeq.get(seq) ?? {};
    bySeq.set(seq, { seq, turns: turns + more, matching: matching + moreMatching });
  }
  return [...bySeq.values()].slice(-maxAdded);
}

function withHeld(state: HistoryState, arrivals: readonly Arrival[]): HistoryState {
  const held = new Map(state.held);
  for (const { row, seq } of arrivals) {
    const before = held.get(row.id);
    const hasEnded = before !== undefined && !isRunning(before.row);
    if (held.size <= maxHeld) held.set(row.id, { row, seq: hasEnded ? before.seq : seq });
  }
  if (!state.isPaused) return { ...state, held };
  return { ...state, held, waitingCount: waitingIn({ ...state, held }) };
}

/** Turns that are held and not shown yet. */
function waitingIn(state: HistoryState): number {
  const shown = new Set(state.running.map(({ id }) => id));
  const isFresh = ({ row }: Arrival) => !shown.has(row.id) && !hasCounted(state.counted, row.id) && state.matches(row);
  return [...state.held.values()].filter(isFresh).length;
}

/** Without what is far from what is looked at. */
function trimmed(state: HistoryState): HistoryState {
  return { ...state, ended: bounded(state.ended, (state.sight.first + state.sight.last) / 2) };
}

function isRunning({ status }: RequestRow): boolean {
  return status === 'running';
}

function byKey(a: RequestRow, b: RequestRow): number {
  return b.startedAt - a.startedAt || (a.id < b.id ? 1 : -1);
}
