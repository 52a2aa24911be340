import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type BridgeClient, connectBridge } from '../../src-main/node/bridge-client.ts';
import { findInstance } from '../../src-main/node/find-instance.ts';
import { Headless, type RunningHeadless } from '../support/headless.ts';
import type { Ledger } from './ledger.ts';

/** What the running program uses. */
interface Use {
  readonly rssMiB: number;
  readonly descriptors: number;
  readonly sockets: number;
}

const noUse: Use = { rssMiB: 0, descriptors: 0, sockets: 0 };
const stopLimitMs = 60_000;

/** The built program, started again after every end, with what its clients have to know to judge what they saw. */
export class Program {
  readonly #headless = new Headless();
  readonly #place: readonly string[];
  readonly #ledger: Ledger;
  #running: RunningHeadless | null = null;
  #bridge: BridgeClient | null = null;
  #ready = Promise.withResolvers<void>();
  /** When it was told to stop the last time, and when it was killed; ms of `performance.now`. */
  #stopAtMs = Number.NEGATIVE_INFINITY;
  #killAtMs = Number.NEGATIVE_INFINITY;
  starts = 0;
  most = noUse;

  constructor(place: readonly string[], ledger: Ledger) {
    this.#place = place;
    this.#ledger = ledger;
  }

  get dataDir(): string {
    return this.#headless.dataDir;
  }

  get bridge(): BridgeClient | null {
    return this.#bridge;
  }

  /** The one that takes turns now; waits while there is none. */
  async server(): Promise<RunningHeadless> {
    for (;;) {
      await this.#ready.promise;
      if (this.#running !== null) return this.#running;
    }
  }

  /** Whether it was killed since. */
  wasKilledSince(sinceMs: number): boolean {
    return this.#killAtMs >= sinceMs;
  }

  /** Whether it was told to stop by then: those who come then may find nobody. */
  wasStoppingAt(atMs: number): boolean {
    return this.#running === null || this.#stopAtMs <= atMs;
  }

  /** Whether a stop has begun about then or later. */
  stoppedSince(sinceMs: number): boolean {
    return this.#stopAtMs >= sinceMs;
  }

  async start(): Promise<void> {
    const running = await this.#headless.serve('--log-level', 'error', ...this.#place);
    this.starts += 1;
    this.#stopAtMs = Number.POSITIVE_INFINITY;
    const record = findInstance(this.dataDir);
    this.#bridge = record === null ? null : await connectBridge(record);
    this.#running = running;
    this.#ready.resolve();
    void running.finished.then(({ code, stderr }) => {
      const isAsked = this.#running !== running || Number.isFinite(this.#stopAtMs);
      if (!isAsked) this.#ledger.fault('crashed', `it ended with ${code}: ${stderr.slice(-500)}`);
    });
  }

  /** SIGTERM: it ends with 0 once its turns are over. */
  async stop(): Promise<void> {
    const running = await this.server();
    this.#stopAtMs = performance.now();
    running.child.kill('SIGTERM');
    const late = Promise.withResolvers<null>();
    const timer = setTimeout(() => late.resolve(null), stopLimitMs);
    const finished = await Promise.race([running.finished, late.promise]);
    clearTimeout(timer);
    this.#gone();
    if (finished === null) {
      running.child.kill('SIGKILL');
      this.#ledger.fault('crashed', 'it did not stop within a minute');
    } else if (finished.code !== 0) {
      const tookMs = Math.round(performance.now() - this.#stopAtMs);
      this.#ledger.fault(
        'crashed',
        `it stopped with ${finished.code} after ${tookMs} ms: ${finished.stderr.slice(-500)}`,
      );
    }
  }

  /** SIGKILL. */
  async kill(): Promise<void> {
    const running = await this.server();
    this.#stopAtMs = performance.now();
    this.#killAtMs = this.#stopAtMs;
    running.child.kill('SIGKILL');
    await running.finished;
    this.#gone();
    this.#killAtMs = performance.now();
  }

  /** What it uses now, where the system tells (Linux). */
  use(): Use {
    const pid = this.#running?.pid;
    if (pid === undefined || !existsSync(`/proc/${pid}/fd`)) return noUse;
    try {
      const rss = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
      const targets = readdirSync(`/proc/${pid}/fd`).map((fd) => linkOf(`/proc/${pid}/fd/${fd}`));
      const sockets = targets.filter((target) => target.startsWith('socket:')).length;
      const now = { rssMiB: Math.round(Number(rss ?? 0) / 1024), descriptors: targets.length, sockets };
      this.most = {
        rssMiB: Math.max(this.most.rssMiB, now.rssMiB),
        descriptors: Math.max(this.most.descriptors, now.descriptors),
        sockets: Math.max(this.most.sockets, now.sockets),
      };
      return now;
    } catch {
      return noUse;
    }
  }

  databaseMiB(): number {
    const files = readdirSync(this.dataDir).filter((name) => name.startsWith('traces'));
    const bytes = files.reduce((sum, name) => sum + statSync(join(this.dataDir, name)).size, 0);
    return Math.round((bytes / 1024 / 1024) * 10) / 10;
  }

  dispose(): void {
    this.#headless.dispose();
  }

  #gone(): void {
    this.#running = null;
    this.#bridge = null;
    this.#ready = Promise.withResolvers();
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
