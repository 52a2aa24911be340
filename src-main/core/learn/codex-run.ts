import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { Clock } from '../ports.ts';

/** What one run of the client may know and how long it may take. */
export interface CodexRunOptions {
  /** The program, as found on this machine. */
  readonly codex: string;
  readonly args: readonly string[];
  /** Files of its CODEX_HOME. */
  readonly files: Readonly<Record<string, string>>;
  /** Every request but those to loopback goes here and no further. */
  readonly deadProxyUrl: string | null;
  readonly timeoutMs: number;
  readonly clock: Pick<Clock, 'after'>;
  readonly signal?: AbortSignal;
}

export interface CodexRun {
  readonly end: 'exited' | 'timeout' | 'aborted' | 'unstartable';
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const maxOutputChars = 64 * 1024;
/** What a program needs of the system to start at all; nothing of the user. */
const systemNames = ['SystemRoot', 'SystemDrive', 'ComSpec', 'PATHEXT', 'windir', 'NUMBER_OF_PROCESSORS', 'LANG'];

/** The environment of a run: the system's, with the user's folders, keys, proxies and settings left out. */
function scrubbedEnvironment(home: string, { codex, deadProxyUrl }: CodexRunOptions): NodeJS.ProcessEnv {
  const kept = systemNames.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  const temp = join(home, 'tmp');
  const proxy = deadProxyUrl ?? '';
  const proxies = Object.fromEntries(
    ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'].flatMap((name) => [
      [name, proxy],
      [name.toLowerCase(), proxy],
    ]),
  );
  return {
    ...Object.fromEntries(kept),
    // A launcher that npm made looks for its Node beside itself, where the desktop's own PATH may not lead.
    PATH: [process.env.PATH ?? '', dirname(codex)].join(delimiter),
    HOME: home,
    USERPROFILE: home,
    APPDATA: home,
    LOCALAPPDATA: home,
    XDG_CONFIG_HOME: home,
    XDG_CACHE_HOME: home,
    XDG_DATA_HOME: home,
    TMPDIR: temp,
    TEMP: temp,
    TMP: temp,
    CODEX_HOME: join(home, 'codex'),
    TERM: 'xterm',
    ...proxies,
    NO_PROXY: '127.0.0.1,localhost',
    no_proxy: '127.0.0.1,localhost',
  };
}

/** Folders of runs that have not ended: removed with the process, however it ends. */
const openHomes = new Set<{ readonly home: string; end(): void }>();
process.once('exit', () => {
  for (const { end } of openHomes) end();
});

/** Runs the client in a home of its own that is removed afterwards; it and what it started are ended at the limit. Never rejects. */
export async function runCodex(options: CodexRunOptions): Promise<CodexRun> {
  const home = mkdtempSync(join(tmpdir(), 'slipstream-codex-'));
  for (const folder of ['codex', 'tmp', 'work']) mkdirSync(join(home, folder));
  for (const [name, text] of Object.entries(options.files))
    writeFileSync(join(home, 'codex', name), text, { mode: 0o600 });
  const isScript = process.platform === 'win32' && /\.(cmd|bat)$/i.test(options.codex);
  const child = spawn(isScript ? `"${options.codex}"` : options.codex, [...options.args], {
    cwd: join(home, 'work'),
    env: scrubbedEnvironment(home, options),
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that what a launcher started ends with it.
    detached: process.platform !== 'win32',
    shell: isScript,
    windowsHide: true,
  });
  const kill = () => {
    try {
      if (child.pid !== undefined && process.platform !== 'win32') process.kill(-child.pid, 'SIGKILL');
      else child.kill('SIGKILL');
    } catch {
      // It has ended already.
    }
  };
  const remove = () => rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  const open = {
    home,
    end: () => {
      kill();
      remove();
    },
  };
  openHomes.add(open);
  const out = { stdout: '', stderr: '' };
  const keep = (name: 'stdout' | 'stderr') => (chunk: Buffer) => {
    out[name] = (out[name] + chunk.toString('utf8')).slice(-maxOutputChars);
  };
  child.stdout?.on('data', keep('stdout'));
  child.stderr?.on('data', keep('stderr'));
  const { promise, resolve } = Promise.withResolvers<CodexRun>();
  const timer = options.clock.after(options.timeoutMs, () => resolve({ end: 'timeout', code: null, ...out }));
  const abort = () => resolve({ end: 'aborted', code: null, ...out });
  options.signal?.addEventListener('abort', abort);
  if (options.signal?.aborted) abort();
  child.once('error', (error) => resolve({ end: 'unstartable', code: null, stdout: '', stderr: error.message }));
  child.once('close', (code) => resolve({ end: 'exited', code, ...out }));
  try {
    return await promise;
  } finally {
    timer.cancel();
    options.signal?.removeEventListener('abort', abort);
    open.end();
    openHomes.delete(open);
  }
}
