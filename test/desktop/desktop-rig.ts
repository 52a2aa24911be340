import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { compose } from '../../src-main/app/app.ts';
import type { TraceKeeping } from '../../src-main/app/traces.ts';
import { startDesktop } from '../../src-main/electron/desktop.ts';
import type { StandIn } from './electron-stand-in/stand-in.ts';

const rootDir = resolve(import.meta.dirname, '..', '..');

/** The files as the build and the repository have them. */
export const builtPaths = {
  rendererDir: join(rootDir, 'out', 'renderer'),
  preloadDir: join(rootDir, 'out', 'preload'),
  assetsDir: join(rootDir, 'assets'),
};

interface Ready {
  readonly baseUrl: string;
  readonly dashboardUrl: null;
  readonly apiKey: string;
}

const processEvents = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK', 'uncaughtException', 'unhandledRejection'] as const;

/** Starts the desktop face on a stand-in, in a folder of its own; `dispose` takes everything back. */
export class DesktopRig {
  readonly dir = mkdtempSync(join(tmpdir(), 'slipstream-desktop-'));
  readonly dataDir: string;
  readonly readyFile = join(this.dir, 'ready.json');
  readonly standIn: StandIn;
  /** Whether the desktop shows tray icons. */
  hasTrayHost = true;
  /** A start with the database takes five times as long: one whole day has it. */
  traceKeeping: TraceKeeping = 'memory';
  readonly #args = process.argv;
  readonly #listeners = processEvents.map((event) => [event, new Set(process.listeners(event as 'SIGINT'))] as const);
  readonly #isPackaged: boolean;

  /** On a folder of its own, or on that of an earlier start. */
  constructor(standIn: StandIn, dataDir?: string) {
    this.standIn = standIn;
    this.dataDir = dataDir ?? join(this.dir, 'data');
    this.#isPackaged = standIn.module.app.isPackaged;
  }

  /** Up to where Electron has to be ready. */
  async start(...args: string[]): Promise<void> {
    const before = this.#isPackaged ? ['slipstream'] : ['electron', '.'];
    const own = ['--port', '0', '--data-dir', this.dataDir, '--log-level', 'silent', '--ready-file', this.readyFile];
    process.argv = [...before, ...own, ...args];
    // A sign-in comes back to a free port, so that tests can run side by side.
    await startDesktop({
      compose: (options) => compose({ ...options, signInPorts: [0], traceKeeping: this.traceKeeping }),
      ...builtPaths,
      hasTrayHost: async () => this.hasTrayHost,
      // Tests of the tray alone have the whole rest, on a clock that they move.
      menuRestMs: 20,
    });
  }

  /** Until the tray shows its first menu, which comes last. */
  async startReady(...args: string[]): Promise<Ready> {
    await this.start(...args);
    this.standIn.ready.resolve();
    await this.standIn.until('tray', () => this.standIn.trays[0]?.menu != null);
    return JSON.parse(readFileSync(this.readyFile, 'utf8')) as Ready;
  }

  /** Quits as the system does, and gives the exit code. */
  async quit(): Promise<number> {
    let isPrevented = false;
    this.standIn.module.app.emit('before-quit', { preventDefault: () => (isPrevented = true) });
    if (!isPrevented) throw new Error('Electron would have quit without the drain.');
    return this.standIn.exited;
  }

  /** What Node does with an error that nothing caught, as far as it concerns the program and not the test runner. */
  crash(error: Error): void {
    for (const listener of this.#own('uncaughtException')) listener(error);
  }

  /** What the program hears of a signal, and the test runner does not. */
  signal(signal: 'SIGTERM'): void {
    for (const listener of this.#own(signal)) listener(signal);
  }

  dispose(): void {
    process.argv = this.#args;
    for (const event of processEvents) for (const listener of this.#own(event)) process.off(event, listener);
    rmSync(this.dir, { recursive: true, force: true });
  }

  /** The listeners that the program has added. */
  #own(event: (typeof processEvents)[number]): readonly ((...args: unknown[]) => void)[] {
    const known = this.#listeners.find(([name]) => name === event)?.[1];
    const added = process.listeners(event as 'SIGINT').filter((listener) => known?.has(listener) !== true);
    return added as unknown as readonly ((...args: unknown[]) => void)[];
  }
}
