import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Watched } from '../support/stall.ts';
import type { Role, Started, Usage } from './part-process.ts';

/** A process of a benchmark, from its maker's side. */
export class Part {
  readonly #child: ChildProcess;
  readonly started: Started;

  private constructor(child: ChildProcess, started: Started) {
    this.#child = child;
    this.started = started;
  }

  /** Of this checkout, or of another to compare with. Rejects where the process ends before it has started. */
  static async start(role: Role, checkout = join(import.meta.dirname, '../..')): Promise<Part> {
    const isOurs = role.role === 'slipstream';
    const child = fork(join(checkout, 'test/perf/part-process.ts'), {
      // The program has these caps wherever it is started.
      execArgv: ['--disable-warning=ExperimentalWarning', ...(isOurs ? ['--max-semi-space-size=4'] : [])],
      env: { ...process.env, ...(isOurs && { MALLOC_ARENA_MAX: '2' }) },
    });
    child.send(role);
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`the ${role.role} ended with ${code}`);
    });
    const [started] = await Promise.race([once(child, 'message'), ended]);
    ended.catch(() => {});
    return new Part(child, started);
  }

  async usage(): Promise<Usage> {
    this.#child.send('usage');
    const [usage] = await once(this.#child, 'message');
    return usage;
  }

  /** The same without a collection, as the system sees it. */
  async memory(): Promise<Usage> {
    this.#child.send('memory');
    const [usage] = await once(this.#child, 'message');
    return usage;
  }

  /** What the process goes through while something is done. */
  async watched(run: () => Promise<unknown>): Promise<Watched> {
    this.#child.send('watch');
    await once(this.#child, 'message');
    await run();
    this.#child.send('watched');
    const [watched] = await once(this.#child, 'message');
    return watched;
  }

  stop(): void {
    this.#child.disconnect();
  }
}
