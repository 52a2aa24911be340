import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freeSignInPorts } from './free-sign-in-ports.ts';

export const rootDir = resolve(import.meta.dirname, '..', '..');
/** As npm's scripts and the launcher have it; without it the program begins anew with it. */
export const heapCap = '--max-semi-space-size=4';
/** One cache of compiled code for all runs: each has a data folder of its own. */
const compiled = join(rootDir, 'node_modules', '.cache', 'slipstream-compiled');
const capped = () => ({ ...process.env, MALLOC_ARENA_MAX: '2', NODE_COMPILE_CACHE: compiled });
export const headlessEntry = join(rootDir, 'out', 'main', 'headless.js');
/** What Node runs the program with. */
export const headlessArgs: readonly string[] = [heapCap, ...freeSignInPorts, headlessEntry];

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningHeadless {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly baseUrl: string;
  readonly dashboardUrl: string;
  readonly apiKey: string;
  /** How it ended. */
  readonly finished: Promise<Finished>;
}

interface Way {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** A temporary folder, with a way to run the built program on it. */
export class Headless {
  readonly #way: Way;
  readonly dir = mkdtempSync(join(tmpdir(), 'slipstream-headless-'));
  readonly dataDir = join(this.dir, 'data');
  readonly #children: ChildProcess[] = [];
  #readyFiles = 0;

  constructor(way: Way = { program: process.execPath, args: headlessArgs }) {
    this.#way = way;
  }

  /** Runs a command to its end. */
  run(...args: string[]): Promise<Finished> {
    return this.#spawn([...args, '--data-dir', this.dataDir]).finished;
  }

  /** Starts a command that a test listens to, and ends. */
  start(...args: string[]): { readonly child: ChildProcess; readonly finished: Promise<Finished> } {
    return this.#spawn([...args, '--data-dir', this.dataDir]);
  }

  /** Starts `serve` on a free port and waits for its ready file. Rejects when it ends before. */
  async serve(...args: string[]): Promise<RunningHeadless> {
    this.#readyFiles += 1;
    const readyFile = join(this.dir, `ready-${this.#readyFiles}.json`);
    const ready = appears(this.dir, readyFile);
    const place = args.includes('--demo') ? [] : ['--data-dir', this.dataDir];
    const started = this.#spawn(['serve', '--port', '0', '--no-open', '--ready-file', readyFile, ...place, ...args]);
    const early = started.finished.then(({ code, stderr }) => {
      throw new Error(`ended with ${code} before it was ready: ${stderr}`);
    });
    await Promise.race([ready, early]);
    return { ...JSON.parse(readFileSync(readyFile, 'utf8')), ...started };
  }

  dispose(): void {
    for (const child of this.#children) child.kill('SIGKILL');
    rmSync(this.dir, { recursive: true, force: true });
  }

  #spawn(args: readonly string[]): { child: ChildProcess; finished: Promise<Finished> } {
    const { program, args: first, env = capped() } = this.#way;
    const child = spawn(program, [...first, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#children.push(child);
    const text = { stdout: '', stderr: '' };
    child.stdout.on('data', (data) => {
      text.stdout += data;
    });
    child.stderr.on('data', (data) => {
      text.stderr += data;
    });
    const finished = once(child, 'close').then(([code]) => ({ code, ...text }));
    return { child, finished };
  }
}

/** Resolves when the file is there; it is renamed into place, so it is whole then. */
function appears(dir: string, file: string): Promise<void> {
  return new Promise((done) => {
    const watcher = watch(dir, (_event, name) => {
      if (name !== null && join(dir, name) === file) {
        watcher.close();
        done();
      }
    });
    watcher.unref();
  });
}
