import { chmodSync, closeSync, existsSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { hardenPrototypes } from '../../../shared/harden-prototypes.ts';
import { maxStarredTurns } from '../../../shared/store-limits.ts';
import type { TraceStoreState } from '../../../shared/trace-query.ts';
import { tell } from '../../../shared/words/told.ts';
import type { Told } from '../../../shared/words/told-text.ts';
import { systemCode, systemProblem } from '../../../shared/write-problem.ts';
import { withMark } from '../turn-mark.ts';
import { BelievedTime } from './believed-time.ts';
import { TraceDatabase } from './database.ts';
import { NewerDatabase, schemaVersion } from './schema.ts';
import { isDamage, isOutOfRoom } from './sqlite.ts';
import type { EndedExchange, StoreCalls, StoreLimits } from './trace-store.ts';

/** The store's own thread: owns the database and answers one question after the other. */

export interface WorkerStart {
  /** Null keeps everything in memory. */
  readonly path: string | null;
  readonly limits: StoreLimits;
  /** The program's clock, which a thread cannot be handed: epoch ms at its start, and with each question. */
  readonly nowMs: number;
  readonly monotonicMs: number;
}

export interface WorkerQuestion {
  readonly id: number;
  readonly nowMs: number;
  readonly monotonicMs: number;
  readonly name: keyof StoreCalls;
  readonly input: unknown;
}

export type WorkerAnswer =
  | { readonly id: number; readonly problem: Told | null; readonly value: unknown }
  /** `code` is the system's, or SQLite's; empty where there is none. */
  | { readonly id: number; readonly problem: Told | null; readonly error: string; readonly code: string };

/** While memory stands in, the disk is looked at again so long after the first failure, and twice as long after each further one. */
const firstLookMs = 1_000;
const longestLookMs = 60_000;
/** What memory keeps for the disk; the oldest go first. */
const maxHeld = 2_000;

hardenPrototypes();
const start = workerData as WorkerStart;
let limits = start.limits;
let { nowMs, monotonicMs } = start;
let believed = new BelievedTime(nowMs, monotonicMs);
/** What turns are old by. */
let believedMs = nowMs;
let kind: TraceStoreState['kind'] = start.path === null ? 'memory' : 'disk';
/** Where the turns are; beside the usual place where a newer program has its own there. */
let { path } = start;
/** Why they are not where they should be, for people. */
let problem: Told | null = null;
let held: EndedExchange[] = [];
/** Everything was forgotten while memory stood in: what is on the disk goes as soon as it can be had. */
let owesClear = false;
let lookMs = firstLookMs;
/** Monotonic ms. */
let lookedAtMs = start.monotonicMs;
let database = open();

/** A file that cannot be read is set aside and a new one begun; where the disk cannot be used, memory must do. */
function open(): TraceDatabase {
  if (kind === 'disk') {
    try {
      return openOnDisk();
    } catch (error) {
      problem = tell('problems.traces.memory', { why: systemProblem(error) });
    }
  }
  kind = 'memory';
  lookedAtMs = monotonicMs;
  return new TraceDatabase(':memory:', limits);
}

/** Throws where neither the file nor one in its place can be used. */
function openOnDisk(): TraceDatabase {
  if (path === null) throw new Error('there is no path');
  try {
    return openFile(path);
  } catch (error) {
    if (error instanceof NewerDatabase && path === start.path) {
      const newer = path;
      path = path.replace(/(\.sqlite)?$/, `-v${schemaVersion}.sqlite`);
      const opened = openOnDisk();
      problem = tell('problems.traces.newer', { newer, path });
      return opened;
    }
    if (!isDamage(error)) throw error;
    setAside(path);
    return openFile(path);
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown error';
}

/** Goes back to the disk once it can be used, with what memory has kept meanwhile. */
function lookAtDisk(): void {
  if (kind !== 'memory' || path === null || monotonicMs - lookedAtMs < lookMs) return;
  const [was, before] = [database, problem];
  lookedAtMs = monotonicMs;
  try {
    problem = null;
    const onDisk = openOnDisk();
    try {
      if (owesClear) onDisk.clear();
      onDisk.add(held, believedMs);
      for (const experiment of was.experiments()) onDisk.saveExperiment(experiment);
    } catch (error) {
      onDisk.close();
      throw error;
    }
    was.close();
    database = onDisk;
    kind = 'disk';
    held = [];
    owesClear = false;
    lookMs = firstLookMs;
  } catch {
    problem = before;
    lookMs = Math.min(lookMs * 2, longestLookMs);
  }
}

function openFile(path: string): TraceDatabase {
  // Made for its owner only; SQLite's other files take the mode of this one.
  closeSync(openSync(path, 'a', 0o600));
  chmodSync(path, 0o600);
  const opened = new TraceDatabase(path, limits);
  try {
    // The turns themselves say what time it was: a clock that is far ahead of them is not believed at once.
    believed = new BelievedTime(opened.newestUpTo(nowMs) ?? nowMs, monotonicMs);
    believedMs = believed.now(nowMs, monotonicMs);
    opened.prune(believedMs);
  } catch (error) {
    opened.close();
    throw error;
  }
  return opened;
}

/** Forgets all turns: with their file where there is no room to take them out of it. */
function clear(): void {
  try {
    database.clear();
  } catch (error) {
    if (!isOutOfRoom(error) || path === null || kind === 'memory') throw error;
    beginAnew(path);
  }
  held = [];
  owesClear = kind === 'memory';
}

function beginAnew(path: string): void {
  const experiments = database.experiments();
  database.close();
  try {
    for (const ending of ['', '-wal', '-shm']) rmSync(`${path}${ending}`, { force: true });
  } finally {
    database = open();
  }
  for (const experiment of experiments) database.saveExperiment(experiment);
}

function setAside(path: string): void {
  if (existsSync(path)) renameSync(path, `${path}.damaged-${nowMs}`);
  for (const ending of ['-wal', '-shm']) rmSync(`${path}${ending}`, { force: true });
}

/** The newest that was set aside, in this run or an earlier one, and is still there; null for none. */
function setAsidePath(): string | null {
  if (path === null) return null;
  const folder = dirname(path);
  const beginning = `${basename(path)}.damaged-`;
  try {
    const found = readdirSync(folder).filter((name) => name.startsWith(beginning));
    const newest = found.toSorted().at(-1);
    return newest === undefined ? null : join(folder, newest);
  } catch {
    // Somebody may have removed the folder.
    return null;
  }
}

const calls: { readonly [K in keyof StoreCalls]: (input: Parameters<StoreCalls[K]>[0]) => ReturnType<StoreCalls[K]> } =
  {
    add: (batch) => {
      database.add(batch, believedMs);
      if (kind === 'memory' && path !== null) held = [...held, ...batch].slice(-maxHeld);
      return null;
    },
    query: (query) => {
      const { rows, total, hasMore } = database.query(query);
      const last = rows.at(-1);
      return { rows, total, next: hasMore && last !== undefined ? { startedAt: last.startedAt, id: last.id } : null };
    },
    detail: (id) => database.detail(id),
    payloads: (id) => database.payloads(id),
    mark: ({ id, mark }) => {
      if (mark.starred && database.starred >= maxStarredTurns && database.markOf(id)?.starred !== true) return 'full';
      held = held.map((each) => (each.row.id === id ? { ...each, row: withMark(each.row, mark) } : each));
      return database.mark(id, mark) ?? 'unknown';
    },
    markOf: (id) => database.markOf(id),
    choices: () => database.choices(),
    sessions: (query) => database.sessions(query),
    session: (query) => database.session(query),
    latency: (query) => database.latency(query),
    passiveTurns: (filter) => database.passiveTurns(filter),
    usage: (range) => ({ groups: database.usage.sums(range), firstDay: database.usage.firstDay() }),
    quotaReadings: (sinceMs) => database.usage.readings(sinceMs),
    saveExperiment: (experiment) => {
      database.saveExperiment(experiment);
      return null;
    },
    experiments: () => database.experiments(),
    state: () => ({ kind, setAsidePath: setAsidePath(), ...database.state() }),
    setLimits: (next) => {
      limits = next;
      database.setLimits(next, believedMs);
      return null;
    },
    clear: () => {
      clear();
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
    if (!isDamage(error) || path === null || kind === 'memory') throw error;
    // Found damaged while in use: what is asked is asked again of a new file.
    try {
      database.close();
    } catch {
      // It cannot be helped.
    }
    try {
      setAside(path);
    } catch {
      kind = 'memory';
    }
    database = open();
    return call();
  }
}

parentPort?.on('message', ({ id, name, input, ...question }: WorkerQuestion) => {
  ({ nowMs, monotonicMs } = question);
  believedMs = believed.now(nowMs, monotonicMs);
  let reply: WorkerAnswer;
  try {
    if (name !== 'close') lookAtDisk();
    reply = { id, value: answer(name, input), problem };
  } catch (error) {
    reply = { id, error: textOf(error), code: systemCode(error), problem };
  }
  parentPort?.postMessage(reply);
  if (name === 'close') parentPort?.close();
});
