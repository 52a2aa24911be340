import {
  focusManager,
  notifyManager,
  QueryClient,
  type QueryFilters,
  type QueryFunctionContext,
} from '@tanstack/react-query';
import type { Bridge, CallInput, CallName, CallOutput } from '../../src-main/shared/contract.ts';
import type { RequestRow } from '../../src-main/shared/model.ts';
import type { Failure } from '../../src-main/shared/result.ts';
import type { AppStore } from './app-store.ts';

/** A call to main that only reads, as the key its answer is known by. */
export type Question<K extends CallName> = readonly [name: K, input: CallInput<K>];

/** An answer with what was asked: on a screen it may stand for a moment after the question has become another one. */
export interface Answer<K extends CallName> {
  readonly input: CallInput<K>;
  readonly value: CallOutput<K>;
}

/** A question that main could not answer. */
export class CallFailed extends Error {
  readonly code: Failure['code'];

  constructor({ code, message }: Failure) {
    super(message);
    this.code = code;
  }
}

/** What is told of many turns: asked anew when some have ended, at most this often. */
const ofTurns: readonly CallName[] = [
  'requests.query',
  'requests.choices',
  'requests.storeState',
  'keys.list',
  'sessions.query',
  'sessions.get',
  'latency.query',
  'latency.passive',
  'usage.sums',
  'usage.windows',
];
const endedRestMs = 5_000;
/** Counts and middles that stand beside the list follow it sooner: they cost the store little. */
const quickRestMs = 900;

/** Whether a question is about single figures, not about a chart. */
function isQuick([name, input]: Question<CallName>): boolean {
  if (name === 'requests.query' || name === 'requests.storeState') return true;
  return name === 'latency.query' && (input as CallInput<'latency.query'>).buckets === 1;
}

/** What questions of one name need beyond the others. */
const own: Partial<Record<CallName, Parameters<QueryClient['setQueryDefaults']>[1]>> = {
  // A file may have been edited meanwhile.
  'clients.list': { refetchOnWindowFocus: true },
  // Another dashboard, or a command, may have changed them.
  'keys.list': { refetchOnWindowFocus: true },
  'browsers.list': { refetchOnWindowFocus: true },
  // The days that are meant, and a pace, change with the time alone.
  'usage.sums': { refetchInterval: 60_000 },
  'usage.windows': { refetchInterval: 60_000 },
  // It goes with what turns would be sent with now.
  'lab.continuation': { gcTime: 0 },
  // Large, and never the same turn's twice.
  'requests.detail': { gcTime: 0 },
  // What was shown is what is written: only a person has it read again.
  'clients.plan': { gcTime: 0, staleTime: 'static' },
  'clients.undoPlan': { gcTime: 0, staleTime: 'static' },
};

const unusedKeptMs = 60_000;

/**
 * The answers of main to questions, each known by its name and input. Here alone is said what makes them stale: a new
 * connection all of them, an ended turn the figures of many, a step of a turn its detail.
 */
export function createQueries(bridge: Pick<Bridge, 'invoke'>, appStore: AppStore): QueryClient {
  const isLive = (): boolean => appStore.getState().connection === 'live';
  const ask = async ({ queryKey }: Pick<QueryFunctionContext, 'queryKey'>): Promise<Answer<CallName>> => {
    const [name, input] = queryKey as unknown as Question<CallName>;
    const result = await bridge.invoke(name, input);
    if (!result.ok) throw new CallFailed(result.error);
    return { input, value: result.value };
  };
  const queries = new QueryClient({
    defaultOptions: {
      queries: {
        queryFn: ask,
        enabled: isLive,
        networkMode: 'always',
        retry: false,
        refetchOnWindowFocus: false,
        gcTime: unusedKeptMs,
      },
    },
  });
  for (const [name, options] of Object.entries(own)) queries.setQueryDefaults([name], options);
  const turn = oneAtATime();
  queries.setQueryDefaults(['requests.detail'], {
    ...own['requests.detail'],
    queryFn: (context) => turn(context.signal, () => ask(context)),
  });
  followState(queries, appStore);
  return queries;
}

/** Has answers shown in the task they come in, and looks again at what may have changed when the user comes back. */
export function attachQueries(queries: QueryClient, host: Window): void {
  notifyManager.setScheduler(queueMicrotask);
  focusManager.setEventListener((onFocus) => {
    const listener = (): void => onFocus();
    host.addEventListener('focus', listener);
    return () => host.removeEventListener('focus', listener);
  });
  queries.mount();
}

/** Asks anew what is told of many turns, where it is on show. */
export function readTurnsAgain(queries: QueryClient): void {
  for (const name of ofTurns) void askAnew(queries, { queryKey: [name] });
}

/** Changes an answer that is known, by what a later call has told. */
export function changeAnswer<K extends CallName>(
  queries: QueryClient,
  question: Question<K>,
  change: (value: CallOutput<K>) => CallOutput<K>,
): void {
  const filters = { queryKey: question, exact: true };
  const isAsked = queries.isFetching(filters) > 0;
  queries.setQueryData<Answer<K>>(question, (known) => known && { ...known, value: change(known.value) });
  // The answer that is on its way may be from before.
  if (isAsked) void askAnew(queries, filters);
}

/** What is being asked would answer for before: it is dropped, since the library would take it for the new answer. */
async function askAnew(queries: QueryClient, filters: QueryFilters): Promise<void> {
  await queries.cancelQueries(filters);
  await queries.invalidateQueries(filters);
}

const isOfTurns =
  (which: (question: Question<CallName>) => boolean) =>
  ({ queryKey }: { readonly queryKey: readonly unknown[] }): boolean => {
    const question = queryKey as unknown as Question<CallName>;
    return ofTurns.includes(question[0]) && which(question);
  };

/** Told of each change of the rows: asks once the rest is over, if a turn has ended since it last did. */
function paced(appStore: AppStore, restMs: number, ask: () => void): (isFirst: boolean) => void {
  let known = '';
  let isWaiting = false;
  const look = (): void => {
    isWaiting = false;
    const key = endedKey(appStore.getState().rows);
    if (key === known) return;
    known = key;
    ask();
  };
  return (isFirst) => {
    if (isFirst) known = endedKey(appStore.getState().rows);
    else if (!isWaiting) {
      isWaiting = true;
      setTimeout(look, restMs);
    }
  };
}

function followState(queries: QueryClient, appStore: AppStore): void {
  const paces = [
    paced(appStore, quickRestMs, () => void askAnew(queries, { predicate: isOfTurns(isQuick) })),
    paced(
      appStore,
      endedRestMs,
      () => void askAnew(queries, { predicate: isOfTurns((question) => !isQuick(question)) }),
    ),
  ];
  appStore.subscribe((state, before) => {
    if (state.connection === 'live' && before.connection !== 'live') void askAnew(queries, {});
    // Whoever had the turns forgotten sees at once that they are gone.
    else if (state.generation !== before.generation) readTurnsAgain(queries);
    if (state.settings?.usagePrices !== before.settings?.usagePrices)
      void askAnew(queries, { queryKey: ['usage.sums'] });
    const isForgotten = state.experiment === null && before.experiment !== null;
    if (state.coins !== before.coins || isForgotten) void askAnew(queries, { queryKey: ['lab.list'] });
    if (state.marked !== null && state.marked !== before.marked) {
      const { marked: row } = state;
      changeAnswer(queries, ['requests.detail', { id: row.id }], (detail) => ({ ...detail, row }));
    }
    if (state.accounts !== before.accounts && idsOf(state) !== idsOf(before))
      void askAnew(queries, { queryKey: ['usage.windows'] });
    if (state.profiles !== before.profiles) void askAnew(queries, { queryKey: ['profiles.compare'] });
    if (state.rows === before.rows) return;
    for (const pace of paces) pace(before.app === null);
    for (const { queryKey } of queries.getQueryCache().findAll({ queryKey: ['requests.detail'] })) {
      const [, { id }] = queryKey as unknown as Question<'requests.detail'>;
      if (revisionOf(state.rows, id) !== revisionOf(before.rows, id)) {
        void askAnew(queries, { queryKey, exact: true });
      }
    }
  });
}

/** Differs whenever an account has come or gone. */
const idsOf = ({ accounts }: { readonly accounts: readonly { readonly id: string }[] }): string =>
  accounts.map(({ id }) => id).join(' ');

/** Differs whenever another turn has ended. */
function endedKey(rows: readonly RequestRow[]): string {
  const ended = rows.filter(({ status }) => status !== 'running');
  const latest = ended.reduce((end, row) => Math.max(end, row.startedAt + (row.totalMs ?? 0)), 0);
  return `${ended.length} ${latest}`;
}

/** Changes with everything that changes a detail: each step of the turn, and its end. */
function revisionOf(rows: readonly RequestRow[], id: string): string {
  const row = rows.find((each) => each.id === id);
  if (row === undefined) return 'not in the list';
  return [row.status, row.attempts, row.transport, row.httpStatus, row.firstTokenMs !== null, row.totalMs].join(' ');
}

/** Held arrow keys pass many rows: what is wanted no longer when its turn comes is never asked. */
function oneAtATime(): <T>(signal: AbortSignal, run: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (signal, run) => {
    const next = last.then(() => {
      signal.throwIfAborted();
      return run();
    });
    last = next.catch(() => undefined);
    return next;
  };
}
