import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import type { TraceDetail } from '../../../shared/model.ts';
import { tell } from '../../../shared/words/told.ts';
import type { Told } from '../../../shared/words/told-text.ts';
import { systemProblem } from '../../../shared/write-problem.ts';
import { startThread } from '../../load-own-code.ts';
import type { Clock, Logger, Timer } from '../../ports.ts';
import type { TurnMark } from '../turn-mark.ts';
import { storedPayloads } from './stored-payloads.ts';
import type { EndedExchange, KeptExperiment, StoreCalls, StoreLimits, TraceStore } from './trace-store.ts';
import type { WorkerAnswer, WorkerQuestion, WorkerStart } from './worker.ts';

/** Batches go out at least twice a second: what a sudden death can cost. */
const batchEveryMs = 400;
/** So that they are over before the garbage collection takes them for what stays. */
const maxBatch = 32;
/** What could not be written waits, at most so many turns; the oldest go first. */
const maxWaiting = 5_000;
/** After a failure it is tried again so much later, and twice as late after each further one. */
const firstRetryMs = 1_000;
const longestRetryMs = 60_000;
/** A worker that died is replaced at once so many times; beyond that only after a while, for it may have wanted room. */
const maxRestarts = 3;
const restMs = 60_000;
/** Meanwhile so many turns wait at most. */
const maxResting = 500;

/** Where the worker's file is: beside this one in the sources, at the top of the built program. */
const workerFiles = ['worker.ts', 'trace-worker.js', '../trace-worker.js'];

function workerPath(): string | null {
  return workerFiles.map((file) => join(import.meta.dirname, file)).find((path) => existsSync(path)) ?? null;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

interface WorkerStoreParts {
  readonly start: Omit<WorkerStart, 'nowMs' | 'monotonicMs'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Told why turns are not kept as they should be, for people; null: they are again. */
  readonly onProblem?: (problem: Told | null) => void;
}

/** Rows are written and forgotten: V8 would let them take three times as much of the memory. */
const maxYoungGenerationSizeMb = 16;

/** The store in its worker, which starts when it is first needed. Null where a worker cannot be had. */
export function openWorkerStore(parts: WorkerStoreParts): TraceStore | null {
  const path = workerPath();
  return path === null ? null : new WorkerTraceStore(path, parts);
}

class WorkerTraceStore implements TraceStore {
  readonly #path: string;
  readonly #parts: WorkerStoreParts;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #limits: StoreLimits;
  #batch: EndedExchange[] = [];
  #timer: Timer | null = null;
  #lastId = 0;
  /** How often everything was forgotten. */
  #era = 0;
  #deaths = 0;
  #retryMs = firstRetryMs;
  /** A batch has failed; until then nothing is written. */
  #retryTimer: Timer | null = null;
  /** Why the last batch was not written. */
  #unwritten: Told | null = null;
  #workerProblem: Told | null = null;
  #toldProblem: Told | null = null;
  #isClosed = false;
  /** Why there is no database, until it is tried again (monotonic ms). */
  #failure: Error | null = null;
  #restsUntilMs = 0;

  constructor(path: string, parts: WorkerStoreParts) {
    this.#path = path;
    this.#parts = parts;
    this.#limits = parts.start.limits;
  }

  add(exchange: EndedExchange): void {
    const isResting = this.#isResting();
    this.#batch.push(exchange);
    if (this.#batch.length > (isResting ? maxResting : maxWaiting)) this.#batch.shift();
    if (isResting) return;
    if (this.#batch.length >= maxBatch) this.#flush();
    else this.#timer ??= this.#parts.clock.after(batchEveryMs, () => this.#flush());
  }

  query(query: Parameters<TraceStore['query']>[0]) {
    return this.#ask('query', query);
  }

  async detail(id: string): Promise<TraceDetail | null> {
    const [json, { storedDetail }] = await Promise.all([this.#ask('detail', id), import('./stored-detail.ts')]);
    return storedDetail(json);
  }

  async payloads(id: string) {
    return storedPayloads(await this.#ask('payloads', id));
  }

  mark(id: string, mark: TurnMark) {
    return this.#ask('mark', { id, mark });
  }

  markOf(id: string) {
    return this.#ask('markOf', id);
  }

  choices() {
    return this.#ask('choices', null);
  }

  sessions(query: Parameters<TraceStore['sessions']>[0]) {
    return this.#ask('sessions', query);
  }

  session(query: Parameters<TraceStore['session']>[0]) {
    return this.#ask('session', query);
  }

  latency(query: Parameters<TraceStore['latency']>[0]) {
    return this.#ask('latency', query);
  }

  passiveTurns(filter: Parameters<TraceStore['passiveTurns']>[0]) {
    return this.#ask('passiveTurns', filter);
  }

  usage(range: Parameters<TraceStore['usage']>[0]) {
    return this.#ask('usage', range);
  }

  quotaReadings(sinceMs: number) {
    return this.#ask('quotaReadings', sinceMs);
  }

  async saveExperiment(experiment: KeptExperiment): Promise<void> {
    await this.#ask('saveExperiment', experiment);
  }

  experiments() {
    return this.#ask('experiments', null);
  }

  state() {
    return this.#ask('state', null);
  }

  setLimits(limits: StoreLimits): void {
    this.#limits = limits;
    if (this.#worker === null) return;
    this.#ask('setLimits', limits).catch((error: unknown) => this.#warn(error));
  }

  async clear(): Promise<void> {
    // What waits is forgotten too, and so is what is on its way and may come back.
    this.#era += 1;
    this.#batch = [];
    this.#retryTimer?.cancel();
    this.#retryTimer = null;
    this.#unwritten = null;
    this.#tellProblem();
    await this.#ask('clear', null);
  }

  async close(): Promise<void> {
    this.#retryTimer?.cancel();
    this.#retryTimer = null;
    this.#flush();
    this.#isClosed = true;
    const worker = this.#worker;
    if (worker === null) return;
    const gone = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    await this.#ask('close', null).catch((error: unknown) => this.#warn(error));
    worker.ref();
    await gone;
  }

  /** Asks after what waits was written, so that every answer knows of it. */
  #ask<K extends keyof StoreCalls>(
    name: K,
    input: Parameters<StoreCalls[K]>[0],
    transferred: readonly ArrayBuffer[] = [],
  ): Promise<ReturnType<StoreCalls[K]>> {
    if (name !== 'add') this.#flush();
    if (this.#isResting() && this.#failure !== null) return Promise.reject(this.#failure);
    let worker: Worker;
    try {
      worker = this.#start();
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      this.#fail(error);
      return Promise.reject(error);
    }
    this.#lastId += 1;
    const id = this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#waiting.set(id, { resolve, reject });
    // While an answer is awaited the program is not done.
    if (name !== 'add') worker.ref();
    worker.postMessage({ id, ...this.#time(), name, input } satisfies WorkerQuestion, transferred);
    // The worker answers by the same table.
    return promise as Promise<ReturnType<StoreCalls[K]>>;
  }

  #time(): Pick<WorkerQuestion, 'nowMs' | 'monotonicMs'> {
    const { clock } = this.#parts;
    return { nowMs: clock.epochMs(), monotonicMs: clock.monotonicMs() };
  }

  #start(): Worker {
    if (this.#worker !== null) return this.#worker;
    const workerData: WorkerStart = {
      ...this.#parts.start,
      limits: this.#limits,
      ...this.#time(),
    };
    const worker = startThread(this.#path, {
      workerData,
      name: 'traces',
      resourceLimits: { maxYoungGenerationSizeMb },
    });
    worker.on('message', (answer: WorkerAnswer) => this.#hear(answer));
    worker.on('error', (error) => this.#died(worker, error instanceof Error ? error : new Error(String(error))));
    worker.on('exit', () => this.#died(worker, new Error('The database of traces has stopped.')));
    // The store must not keep a program alive that is done.
    worker.unref();
    this.#worker = worker;
    return worker;
  }

  #flush(): void {
    this.#timer?.cancel();
    this.#timer = null;
    if (this.#batch.length === 0 || this.#retryTimer !== null || this.#isResting()) return;
    const [batch, era] = [this.#batch, this.#era];
    this.#batch = [];
    // Each detail lies in a piece of memory with others, all of which would be copied with it.
    const details = batch.map(({ detail }) => new Uint8Array(detail));
    const sent = batch.map((exchange, index) => ({ ...exchange, detail: details[index] ?? exchange.detail }));
    const transferred = details.map(({ buffer }) => buffer);
    this.#ask('add', sent, transferred).then(
      () => this.#wrote(),
      (error: unknown) => (era === this.#era ? this.#keep(batch, error) : this.#warn(error)),
    );
  }

  #wrote(): void {
    this.#retryMs = firstRetryMs;
    this.#unwritten = null;
    this.#tellProblem();
  }

  /** A batch that was not written waits for a better moment; a turn written twice is there once. */
  #keep(batch: readonly EndedExchange[], error: unknown): void {
    this.#warn(error);
    if (this.#isClosed) return;
    const isResting = this.#isResting();
    this.#batch = [...batch, ...this.#batch].slice(-(isResting ? maxResting : maxWaiting));
    if (isResting) return;
    this.#unwritten = systemProblem(error);
    this.#tellProblem();
    if (this.#retryTimer !== null) return;
    this.#retryTimer = this.#parts.clock.after(this.#retryMs, () => {
      this.#retryTimer = null;
      this.#flush();
    });
    this.#retryMs = Math.min(this.#retryMs * 2, longestRetryMs);
  }

  #tellProblem(): void {
    const problem =
      this.#unwritten === null ? this.#workerProblem : tell('problems.traces.waiting', { why: this.#unwritten });
    if (problem === this.#toldProblem) return;
    this.#toldProblem = problem;
    this.#parts.onProblem?.(problem);
  }

  #hear(answer: WorkerAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0) this.#worker?.unref();
    this.#workerProblem = answer.problem;
    this.#tellProblem();
    if ('error' in answer) waiting?.reject(Object.assign(new Error(answer.error), { code: answer.code }));
    else waiting?.resolve(answer.value);
  }

  /** What it was asked is lost; the next question starts another, unless too many have died. */
  #died(worker: Worker, error: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    this.#deaths += 1;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    if (this.#isClosed || this.#deaths > maxRestarts) this.#fail(error);
    else this.#parts.log.warn('The database of traces stopped; it is started anew.', { error });
  }

  /** Too many workers have died, and it is too early for the next; after the time of rest there is no failure any more. */
  #isResting(): boolean {
    if (!this.#isClosed && this.#parts.clock.monotonicMs() >= this.#restsUntilMs) this.#failure = null;
    return this.#failure !== null;
  }

  #fail(error: Error): void {
    this.#failure = error;
    this.#restsUntilMs = this.#parts.clock.monotonicMs() + restMs;
    this.#timer?.cancel();
    this.#timer = null;
    this.#retryTimer?.cancel();
    this.#retryTimer = null;
    this.#batch = this.#batch.slice(-maxResting);
    if (!this.#isClosed) this.#workerProblem = tell('problems.traces.stopped', { why: systemProblem(error) });
    this.#unwritten = null;
    this.#tellProblem();
  }

  #warn(error: unknown): void {
    this.#parts.log.warn('Traces could not be written.', { error });
  }
}
