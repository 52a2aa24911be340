import { chmodSync, closeSync, existsSync, openSync, renameSync, rmSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { hardenPrototypes } from '../../../shared/harden-prototypes.ts';
import type { TraceStoreState } from '../../../shared/trace-query.ts';
import { TraceDatabase } from './database.ts';
import { isDamage } from './sqlite.ts';
import type { StoreCalls, StoreLimits } from './trace-store.ts';

/** The store's own thread: owns the database and answers one question after the other. */

export interface WorkerStart {
  /** Null keeps everything in memory. */
  readonly path: string | null;
  readonly limits: StoreLimits;
  /** The program's clock, which a thread cannot be handed: epoch ms at its start, and with each question. */
  readonly nowMs: number;
}

export interface WorkerQuestion {
  readonly id: number;
  readonly nowMs: number;
  readonly name: keyof StoreCalls;
  readonly input: unknown;
}

export type WorkerAnswer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: string };

hardenPrototypes();
const start = workerData as WorkerStart;
let limits = start.limits;
let { nowMs } = start;
let kind: TraceStoreState['kind'] = start.path === null ? 'memory' : 'disk';
let setAsidePath: string | null = null;
let database = open();

/** A file that cannot be read is set aside and a new one begun; where the disk cannot be used, memory must do. */
function open(): TraceDatabase {
  if (start.path !== null && kind === 'disk') {
    try {
      return openFile(start.path);
    } catch (error) {
      if (isDamage(error)) {
        try {
          setAside(start.path);
          return openFile(start.path);
        } catch {
          // Neither can it be moved nor written: below.
        }
      }
    }
  }
  kind = 'memory';
  return new TraceDatabase(':memory:', limits, nowMs);
}

function openFile(path: string): TraceDatabase {
  // Made for its owner only; SQLite's other files take the mode of this one.
  closeSync(openSync(path, 'a', 0o600));
  chmodSync(path, 0o600);
  return new TraceDatabase(path, limits, nowMs);
}

function setAside(path: string): void {
  setAsidePath = `${path}.damaged-${nowMs}`;
  if (existsSync(path)) renameSync(path, setAsidePath);
  for (const ending of ['-wal', '-shm']) rmSync(`${path}${ending}`, { force: true });
}

const calls: { readonly [K in keyof StoreCalls]: (input: Parameters<StoreCalls[K]>[0]) => ReturnType<StoreCalls[K]> } =
  {
    add: (batch) => {
      database.add(batch, nowMs);
      return null;
    },
    query: (query) => {
      const { rows, total, hasMore } = database.query(query);
      const last = rows.at(-1);
      return { rows, total, next: hasMore && last !== undefined ? { startedAt: last.startedAt, id: last.id } : null };
    },
    detail: (id) => database.detail(id),
    choices: () => database.choices(),
    latency: (query) => database.latency(query),
    passiveTurns: (filter) => database.passiveTurns(filter),
    saveExperiment: (experiment) => {
      database.saveExperiment(experiment);
      return null;
    },
    experiments: () => database.experiments(),
    state: () => ({ kind, setAsidePath, ...database.state() }),
    setLimits: (next) => {
      limits = next;
      database.setLimits(next, nowMs);
      return null;
    },
    clear: () => {
      database.clear();
      return null;
    },
    close: () => {
      database.close();
      return null;
    },
  };

function answer<K extends keyof StoreCalls>(name: K, input: unknown): ReturnType<StoreCalls[K]> {
  // The asking side is `WorkerTraceStore`, typed by the same table.
  const call = () => calls[name](input as Parameters<StoreCalls[K]>[0]);
  try {
    return call();
  } catch (error) {
    if (!isDamage(error) || start.path === null || kind === 'memory') throw error;
    // Found damaged while in use: what is asked is asked again of a new file.
    try {
      database.close();
    } catch {
      // It cannot be helped.
    }
    try {
      setAside(start.path);
    } catch {
      kind = 'memory';
    }
    database = open();
    return call();
  }
}

parentPort?.on('message', ({ id, name, input, ...question }: WorkerQuestion) => {
  nowMs = question.nowMs;
  let reply: WorkerAnswer;
  try {
    reply = { id, value: answer(name, input) };
  } catch (error) {
    reply = { id, error: error instanceof Error ? error.message : 'unknown error' };
  }
  parentPort?.postMessage(reply);
  if (name === 'close') parentPort?.close();
});
