import { createStore, type StoreApi } from 'zustand/vanilla';
import type { AccountView, SignInView } from '../../src-main/shared/account-model.ts';
import type { Bridge } from '../../src-main/shared/contract.ts';
import type { CoinView, LabExperiment } from '../../src-main/shared/lab.ts';
import type { ProfilesView } from '../../src-main/shared/learned-profile.ts';
import type { AppInfo, Delta, Problem, RequestRow, Snapshot } from '../../src-main/shared/model.ts';
import type { Failure } from '../../src-main/shared/result.ts';
import type { AppSettings } from '../../src-main/shared/settings.ts';
import { alwaysLive, type Connection, type ConnectionState } from '../bridge.ts';
import { maxRows, mergeRows } from './rows.ts';

/** A turn that has ended, and the number of the delta that first said so. */
interface Ended extends Pick<RequestRow, 'id' | 'startedAt'> {
  readonly seq: number;
}

/** Main's state as the page knows it. */
interface AppState {
  readonly connection: ConnectionState;
  /** Slipstream was upgraded: it serves another page than this one. */
  readonly isOutdated: boolean;
  /** Null until the first snapshot. */
  readonly app: AppInfo | null;
  /** Number of the last delta taken in. */
  readonly seq: number;
  /** What the user has set; null until the first snapshot. */
  readonly settings: AppSettings | null;
  readonly accounts: readonly AccountView[];
  /** A sign-in under way, or how the last one ended. */
  readonly signIn: SignInView | null;
  /** What is wrong with Slipstream's own files. */
  readonly problems: readonly Problem[];
  /** The shapes of the official client; null until the first snapshot. */
  readonly profiles: ProfilesView | null;
  /** The experiment that was last told of since the snapshot: it runs, or has ended. */
  readonly experiment: LabExperiment | null;
  /** Coins that decide the tier of sessions. */
  readonly coins: readonly CoinView[];
  /** Newest first, at most `maxRows`, and those that run. */
  readonly rows: readonly RequestRow[];
  /** The rows that came last, as they came. */
  readonly arrived: readonly RequestRow[];
  /** The turns that ended last, the latest last: an answer given before does not count them. */
  readonly ended: readonly Ended[];
  /** The turn that was starred last, or had a note written beside it. */
  readonly marked: RequestRow | null;
  /** Rises with every snapshot, and when all turns that have ended were forgotten: what was read of the past is old. */
  readonly generation: number;
  /** Why the last try to fetch the snapshot failed; null once one came. */
  readonly problem: Failure | null;
}

export type AppStore = StoreApi<AppState>;

const retryDelayMs = 1_000;
/** Deltas held while a snapshot is on its way; beyond it a gap is certain to be noticed, and fetched again. */
const maxHeldDeltas = 2_000;
/** More do not end within the second that an answer takes. */
const maxEnded = 500;

/**
 * Mirrors main's state: one snapshot, then numbered deltas. A gap in the numbers, and every new connection, fetches the
 * snapshot again; deltas that arrive meanwhile wait and follow it.
 */
export function createAppStore(bridge: Bridge, connection: Connection = alwaysLive): AppStore {
  const store = createStore<AppState>()(() => ({
    connection: connection.state(),
    isOutdated: false,
    app: null,
    seq: -1,
    settings: null,
    accounts: [],
    signIn: null,
    problems: [],
    profiles: null,
    experiment: null,
    coins: [],
    rows: [],
    arrived: [],
    ended: [],
    marked: null,
    generation: 0,
    problem: null,
  }));
  let held: Delta[] = [];
  let isFetching = false;
  /** Raised by every new connection: an answer of the one before says nothing any more. */
  let generation = 0;

  function receive(delta: Delta): void {
    const { app, seq } = store.getState();
    if (isFetching || app === null) {
      held = held.length < maxHeldDeltas ? [...held, delta] : [delta];
    } else if (delta.seq > seq + 1) {
      held = [delta];
      void fetchSnapshot();
    } else if (delta.seq === seq + 1) {
      // A page that is older than the program may be told of what it does not know: nothing comes of that.
      store.setState((state) => ({ seq: delta.seq, ...applyDelta(state, delta) }));
    }
  }

  async function fetchSnapshot(): Promise<void> {
    isFetching = true;
    const mine = generation;
    const result = await bridge.invoke('app.snapshot', null);
    if (mine !== generation) return;
    isFetching = false;
    if (!result.ok) {
      store.setState({ problem: result.error });
      isFetching = true;
      setTimeout(() => {
        if (mine === generation) void fetchSnapshot();
      }, retryDelayMs);
      return;
    }
    store.setState((state) => fromSnapshot(state, result.value));
    const waiting = held;
    held = [];
    for (const delta of waiting) receive(delta);
  }

  function connected(): void {
    generation += 1;
    held = [];
    void fetchSnapshot();
  }

  bridge.on(receive);
  connection.onState((state) => {
    store.setState({ connection: state });
    if (state === 'live') connected();
    // Whatever is under way belongs to a connection that is gone; the next one starts anew.
    else generation += 1;
  });
  if (connection.state() === 'live') connected();
  return store;
}

/** Takes in an account that a call answered, without waiting for its delta; one that is gone meanwhile stays away. */
export function withAccount(accounts: readonly AccountView[], account: AccountView): readonly AccountView[] {
  return accounts.map((known) => (known.id === account.id ? account : known));
}

function fromSnapshot(state: AppState, snapshot: Snapshot): Partial<AppState> {
  return {
    app: snapshot.app,
    seq: snapshot.seq,
    settings: snapshot.settings,
    accounts: snapshot.accounts,
    signIn: snapshot.signIn,
    problems: snapshot.problems,
    profiles: snapshot.profiles,
    // What became of it meanwhile is in the list of them.
    experiment: null,
    coins: snapshot.coins,
    rows: mergeRows([], snapshot.requests.toReversed(), maxRows),
    ended: [],
    generation: state.generation + 1,
    problem: null,
  };
}

/** With the turns that these rows say have ended, and that nobody has said so of before. */
function withEnded({ ended, rows: known }: AppState, rows: readonly RequestRow[], seq: number): readonly Ended[] {
  const over = rows.filter(isOver);
  if (over.length === 0) return ended;
  const before = new Set([...known.filter(isOver), ...ended].map(({ id }) => id));
  const more = over.filter(({ id }) => !before.has(id));
  return [...ended, ...more.map(({ id, startedAt }) => ({ id, startedAt, seq }))].slice(-maxEnded);
}

const isOver = ({ status }: RequestRow): boolean => status !== 'running';

function applyDelta(state: AppState, delta: Delta): Partial<AppState> {
  switch (delta.kind) {
    case 'settings':
      return { seq: delta.seq, settings: state.settings === null ? null : { ...state.settings, ...delta.settings } };
    case 'accounts':
      return { seq: delta.seq, accounts: delta.accounts };
    case 'signIn':
      return { seq: delta.seq, signIn: delta.signIn };
    case 'problems':
      return { seq: delta.seq, problems: delta.problems };
    case 'profiles':
      return { seq: delta.seq, profiles: delta.profiles };
    case 'lab':
      return { seq: delta.seq, experiment: delta.experiment };
    case 'coins':
      return { seq: delta.seq, coins: delta.coins };
    case 'requests':
      return {
        seq: delta.seq,
        rows: mergeRows(state.rows, delta.rows),
        arrived: delta.rows,
        ended: withEnded(state, delta.rows, delta.seq),
      };
    case 'marked': {
      const { row } = delta;
      return { seq: delta.seq, rows: state.rows.map((known) => (known.id === row.id ? row : known)), marked: row };
    }
    case 'cleared':
      return {
        seq: delta.seq,
        rows: state.rows.filter(({ status }) => status === 'running'),
        ended: [],
        generation: state.generation + 1,
      };
  }
}
