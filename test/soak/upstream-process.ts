import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { UpstreamOrder, UpstreamReport } from './upstream.ts';

/** The simulator's process, from outside. */
export class UpstreamProcess {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Starts it; answers with it and with where the program finds it. */
  static async start(seed: number, probability: number): Promise<[UpstreamProcess, readonly string[]]> {
    const child = fork(join(import.meta.dirname, 'upstream.ts'), [String(seed), String(probability)]);
    const upstream = new UpstreamProcess(child);
    const { upstreamUrl, issuerUrl } = await upstream.#next('listening');
    return [upstream, ['--upstream', upstreamUrl, '--issuer', issuerUrl]];
  }

  /** A new account. */
  addAccount(expired: boolean): Promise<Extract<UpstreamReport, { kind: 'added' }>> {
    const added = this.#next('added');
    this.tell({ kind: 'add', expired });
    return added;
  }

  tell(order: UpstreamOrder): void {
    if (this.#child.connected) this.#child.send(order);
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.disconnect();
    await ended;
  }

  async #next<K extends UpstreamReport['kind']>(kind: K): Promise<Extract<UpstreamReport, { kind: K }>> {
    for (;;) {
      const [report] = (await once(this.#child, 'message')) as [UpstreamReport];
      if (report.kind === kind) return report as Extract<UpstreamReport, { kind: K }>;
    }
  }
}
