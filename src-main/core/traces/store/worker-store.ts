import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { TraceDetail } from '../../../shared/model.ts';
import type { Clock, Logger, Timer } from '../../ports.ts';
import type { EndedExchange, KeptExperiment, StoreCalls, StoreLimits, TraceStore } from './trace-store.ts';
import type { WorkerAnswer, WorkerQuestion, WorkerStart } from './worker.ts';

/** Batches go out at least twice a second: what a sudden death can cost. */
const batchEveryMs = 400;
const maxBatch = 500;

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
  readonly start: WorkerStart;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The store in its worker. Null where a worker cannot be had. */
export function openWorkerStore(parts: WorkerStoreParts): TraceStore | null {
  const path = workerPath();
  if (path === null) return null;
  try {
    return new WorkerTraceStore(new Worker(path, { workerData: parts.start, name: 'traces' }), parts);
  } catch (error) {
    parts.log.warn('The database of traces could not be started.', { error });
    return null;
  }
}

class WorkerTraceStore implements TraceStore {
  readonly #worker: Worker;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #waiting = new Map<number, Waiting>();
  #batch: EndedExchange[] = [];
  #timer: Timer | null = null;
  #lastId = 0;
  #failure: Error | null = null;

  constructor(worker: Worker, { clock, log }: WorkerStoreParts) {
    this.#worker = worker;
    this.#clock = clock;
    this.#log = log;
    worker.on('message', (answer: WorkerAnswer) => this.#hear(answer));
    worker.on('error', (error) => this.#fail(error instanceof Error ? error : new Error(String(error))));
    worker.on('exit', () => this.#fail(new Error('The database of traces has stopped.')));
    // The store must not keep a program alive that is done.
    worker.unref();
  }

  add(exchange: EndedExchange): void {
    if (this.#failure !== null) return;
    this.#batch.push(exchange);
    if (this.#batch.length >= maxBatch) this.#flush();
    else this.#timer ??= this.#clock.after(batchEveryMs, () => this.#flush());
  }

  query(query: Parameters<TraceStore['query']>[0]) {
    return this.#ask('query', query);
  }

  detail(id: string): Promise<TraceDetail | null> {
    return this.#ask('detail', id);
  }

  choices() {
    return this.#ask('choices', null);
  }

  latency(query: Parameters<TraceStore['latency']>[0]) {
    return this.#ask('latency', query);
  }

  passiveTurns(filter: Parameters<TraceStore['passiveTurns']>[0]) {
    return this.#ask('passiveTurns', filter);
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
    this.#ask('setLimits', limits).catch((error: unknown) => this.#warn(error));
  }

  async clear(): Promise<void> {
    await this.#ask('clear', null);
  }

  async close(): Promise<void> {
    if (this.#failure !== null) return;
    const gone = new Promise<void>((resolve) => this.#worker.once('exit', () => resolve()));
    await this.#ask('close', null).catch((error: unknown) => this.#warn(error));
    // Its last answer let go of it, and the program is not done before it has ended.
    this.#worker.ref();
    await gone;
  }

  /** Asks after what waits was written, so that every answer knows of it. */
  #ask<K extends keyof StoreCalls>(name: K, input: Parameters<StoreCalls[K]>[0]): Promise<ReturnType<StoreCalls[K]>> {
    if (name !== 'add') this.#flush();
    if (this.#failure !== null) return Promise.reject(this.#failure);
    this.#lastId += 1;
    const id = this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#waiting.set(id, { resolve, reject });
    // While an answer is awaited the program is not done.
    if (name !== 'add') this.#worker.ref();
    this.#worker.postMessage({ id, name, input } satisfies WorkerQuestion);
    // The worker answers by the same table.
    return promise as Promise<ReturnType<StoreCalls[K]>>;
  }

  #flush(): void {
    this.#timer?.cancel();
    this.#timer = null;
    if (this.#batch.length === 0) return;
    const batch = this.#batch;
    this.#batch = [];
    this.#ask('add', batch).catch((error: unknown) => this.#warn(error));
  }

  #hear(answer: WorkerAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0) this.#worker.unref();
    if ('error' in answer) waiting?.reject(new Error(answer.error));
    else waiting?.resolve(answer.value);
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    this.#timer?.cancel();
    this.#batch = [];
  }

  #warn(error: unknown): void {
    this.#log.warn('Traces could not be written.', { error });
  }
}
