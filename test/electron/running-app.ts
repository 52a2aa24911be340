import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, errors, type Page } from 'playwright-core';
import { type BridgeClient, connectBridge } from '../../src-main/node/bridge-client.ts';
import type { InstanceRecord } from '../../src-main/node/find-instance.ts';
import type { CallInput, CallName, CallOutput } from '../../src-main/shared/contract.ts';
import type { Snapshot } from '../../src-main/shared/model.ts';
import type { UserSession } from './user-session.ts';

interface StartOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** `package` is what users install, `folder` what `npm start` runs. */
  readonly form?: 'package' | 'folder';
  /** Another program than that of the form, such as an AppImage. */
  readonly program?: string;
  /** All of its processes can be signalled at once. */
  readonly leadsGroup?: boolean;
}

const startLimitMs = 30_000;
const stopLimitMs = 20_000;
const attachLimitMs = 5_000;

function nothingIfTooLate(error: unknown): null {
  if (error instanceof errors.TimeoutError) return null;
  throw error;
}

/** The program as a user of a session started it. */
export class RunningApp {
  readonly session: UserSession;
  readonly child: ChildProcess;
  readonly dataDir: string;
  output = '';
  readonly exited: Promise<number | null>;
  #browser: Browser | null = null;
  #bridge: BridgeClient | null = null;

  /** Starts it; not ready yet. */
  constructor(session: UserSession, options: StartOptions = {}) {
    const { args = [], env = {}, form = 'package', leadsGroup = false } = options;
    this.session = session;
    const { packageDir, runtimeDir, appDir } = session.stage;
    const [program, before] =
      form === 'package' ? [join(packageDir, 'slipstream'), []] : [join(runtimeDir, 'electron'), [appDir]];
    const dirAt = args.indexOf('--data-dir');
    this.dataDir = dirAt < 0 ? join(session.homeDir, '.config', 'slipstream') : (args[dirAt + 1] ?? '');
    this.child = session.spawn(options.program ?? program, [...before, '--remote-debugging-port=0', ...args], {
      env,
      leadsGroup,
    });
    const hear = (chunk: Buffer) => {
      this.output += chunk.toString();
    };
    this.child.stdout?.on('data', hear);
    this.child.stderr?.on('data', hear);
    this.exited = new Promise((resolve) => this.child.on('close', (code) => resolve(code)));
  }

  /** Started, and listening. */
  static async start(session: UserSession, options: StartOptions = {}): Promise<RunningApp> {
    const app = new RunningApp(session, options);
    // What a killed one has left there is not its own.
    const isOwn = () => existsSync(join(app.dataDir, 'instance.json')) && app.record.pid === app.child.pid;
    await app.until('it listens', isOwn);
    return app;
  }

  get record(): InstanceRecord {
    return JSON.parse(readFileSync(join(this.dataDir, 'instance.json'), 'utf8')) as InstanceRecord;
  }

  get baseUrl(): string {
    return `http://${new URL(this.record.controlUrl).host}`;
  }

  /** A call as a command makes it. */
  async call<K extends CallName>(name: K, input: CallInput<K>): Promise<CallOutput<K>> {
    this.#bridge ??= await connectBridge(this.record);
    const result = await this.#bridge.invoke(name, input);
    if (!result.ok) throw new Error(result.error.message);
    return result.value;
  }

  snapshot(): Promise<Snapshot> {
    return this.call('app.snapshot', null);
  }

  /** The page of the window that is open, or that opens. */
  async page(): Promise<Page> {
    const browser = await this.#connect();
    return this.until('a window', async () => (await this.pages(browser))[0] ?? null);
  }

  /** The pages of all windows. */
  async pages(connected?: Browser): Promise<readonly Page[]> {
    const browser = connected ?? (await this.#connect());
    return browser.contexts().flatMap((context) => context.pages());
  }

  async #connect(): Promise<Browser> {
    if (this.#browser?.isConnected() !== true) {
      const url = await this.until(
        'its debugger',
        () => /DevTools listening on (ws:\S+)/.exec(this.output)?.[1] ?? null,
      );
      // One that attaches while a window's first page is on its way may wait for good: then another attaches.
      const attach = () => chromium.connectOverCDP(url, { timeout: attachLimitMs }).catch(nothingIfTooLate);
      this.#browser = await this.until('a debugger that attaches', attach);
    }
    return this.#browser;
  }

  /** Looks until there is something to see; says what the program said where there is nothing. */
  async until<T>(what: string, look: () => T | Promise<T>, limitMs = startLimitMs): Promise<NonNullable<T>> {
    const endsAtMs = performance.now() + limitMs;
    while (true) {
      const found = await look();
      if (found !== null && found !== undefined && found !== false) return found;
      const isOver = this.child.exitCode !== null || this.output.includes('A JavaScript error occurred');
      if (performance.now() > endsAtMs || isOver)
        throw new Error(`Not seen: ${what}. The program said:\n${this.output.slice(-4_000)}`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  /** Ends it if it runs; its exit code. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM', whom: 'program' | 'group' = 'program'): Promise<number | null> {
    this.#bridge?.close();
    this.#bridge = null;
    if (this.child.exitCode === null && this.child.signalCode === null) {
      if (whom === 'group' && this.child.pid !== undefined) process.kill(-this.child.pid, signal);
      else this.child.kill(signal);
    }
    const killer = setTimeout(() => this.child.kill('SIGKILL'), stopLimitMs);
    const code = await this.exited;
    clearTimeout(killer);
    return code;
  }
}
