import type { TraceStore } from '../../src-main/core/traces/store/trace-store.ts';
import { openWorkerStore } from '../../src-main/core/traces/store/worker-store.ts';
import { recordingLog } from './host.ts';

type Parts = Parameters<typeof openWorkerStore>[0];

/** Stores in workers of their own; those that a test leaves open are closed with `closeAll`. */
export class WorkerStores {
  readonly #opened = new Set<TraceStore>();

  open({ log = recordingLog(), ...parts }: Omit<Parts, 'log'> & Partial<Parts>): TraceStore {
    const store = openWorkerStore({ ...parts, log });
    if (store === null) throw new Error('no worker');
    this.#opened.add(store);
    return store;
  }

  async close(store: TraceStore): Promise<void> {
    this.#opened.delete(store);
    await store.close();
  }

  async closeAll(): Promise<void> {
    for (const store of [...this.#opened]) await this.close(store);
  }
}
