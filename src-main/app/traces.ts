import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { clientKind } from '../core/normalise/client-kind.ts';
import type { ProfileBook } from '../core/normalise/profiles/book.ts';
import type { Host } from '../core/ports.ts';
import { silentWatcher } from '../core/silent-watcher.ts';
import { Recorder } from '../core/traces/recorder.ts';
import type { Redactor } from '../core/traces/redaction.ts';
import { flushing } from '../core/traces/store/flushing-store.ts';
import { MemoryTraceStore } from '../core/traces/store/memory-store.ts';
import { StoreWriter } from '../core/traces/store/store-writer.ts';
import type { StoreLimits, TraceStore } from '../core/traces/store/trace-store.ts';
import { openWorkerStore } from '../core/traces/store/worker-store.ts';
import type { TurnWatcher } from '../core/watch.ts';
import type { Settings } from '../shared/settings.ts';
import type { Told } from '../shared/words/told-text.ts';

const dayMs = 24 * 60 * 60_000;
/** Where ended turns are kept: in the database of the data folder, in memory, or nowhere (to measure what recording costs). */
export type TraceKeeping = 'database' | 'memory' | 'none';

interface TraceOptions {
  readonly host: Host;
  readonly redactor: Redactor;
  readonly keeping: TraceKeeping;
  readonly profiles: ProfileBook;
  /** Turns are not kept as they should be, or are again. */
  readonly onProblem: () => void;
}

/** The part that watches turns: recorder, database, redaction at the exits. */
export interface Traces {
  readonly watcher: TurnWatcher;
  readonly recorder: Recorder;
  readonly store: TraceStore;
  /** Why turns are not kept as they should be, for people; null where they are. */
  problem(): Told | null;
  /** Writes what waits and closes the database. */
  close(): Promise<void>;
}

function limitsOf({ traceDays, traceTurns, traceMegabytes }: Settings): StoreLimits {
  return { maxAgeMs: traceDays * dayMs, maxRows: traceTurns, maxBytes: traceMegabytes * 1024 * 1024 };
}

/** Builds recorder and store. Where the disk or SQLite cannot be used, memory stands in and the log says so. */
export function composeTraces({ host, redactor, keeping, profiles, onProblem }: TraceOptions): Traces {
  const { clock, log, settings, dataDir } = host;
  const recorder = new Recorder({
    clock,
    log,
    redactor,
    clientLabel: (headers) => clientKind(headers).label,
    shapeOf: (profile, transport) => profiles.named(profile)?.captured[transport] ?? null,
  });
  let limits = limitsOf(settings.read());
  const start = { path: join(dataDir, 'traces.sqlite'), limits };
  let problem: Told | null = null;
  const noteProblem = (now: Told | null) => {
    problem = now;
    onProblem();
  };
  const worker = keeping === 'database' ? openWorkerStore({ start, clock, log, onProblem: noteProblem }) : null;
  const store = worker ?? new MemoryTraceStore();
  const writer = new StoreWriter({ store, recorder, clock, log, keepsBodies: () => settings.read().traceBodies });
  settings.onChange(() => {
    const wanted = limitsOf(settings.read());
    if (isDeepStrictEqual(wanted, limits)) return;
    limits = wanted;
    store.setLimits(limits);
  });
  recorder.onEnded((exchange) => writer.note(exchange));
  return {
    watcher: keeping === 'none' ? silentWatcher : recorder,
    recorder,
    problem: () => problem,
    store: flushing(store, () => writer.flush()),
    close: async () => {
      writer.flush();
      await store.close();
    },
  };
}
