import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface CodexRun {
  readonly code: number | null;
  /** The answer. */
  readonly stdout: string;
  /** Progress, warnings and errors. */
  readonly stderr: string;
}

export interface CodexOptions {
  /** Text of config.toml. */
  readonly config: string;
  /** Text of auth.json; none is written without it. */
  readonly authJson?: string;
  /** A folder to run in that is kept; a temporary one without it. */
  readonly home?: string;
  readonly args?: readonly string[];
  readonly env?: Record<string, string>;
  readonly timeoutMs?: number;
}

/** A closed port on loopback: whatever the CLI would send elsewhere ends here. */
const nowhere = 'http://127.0.0.1:9';

/** The version that these tests run with. */
export const codexVersion = process.env.CODEX_VERSION ?? '';

/** Starts the CLI with a home folder that holds all it may know. Nothing of it leaves loopback. */
export function spawnCodex(args: readonly string[], home: string, env: Record<string, string> = {}): ChildProcess {
  const launcher = process.env.CODEX_LAUNCHER;
  if (launcher === undefined) throw new Error('Run these tests with "npm run test:codex".');
  return spawn(process.execPath, [launcher, ...args], {
    cwd: home,
    stdio: [args[0] === 'app-server' ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH ?? '',
      HOME: home,
      CODEX_HOME: home,
      TERM: 'xterm',
      HTTPS_PROXY: nowhere,
      HTTP_PROXY: nowhere,
      NO_PROXY: '127.0.0.1,localhost',
      ...env,
    },
  });
}

/** Runs `codex exec PROMPT` in a home of its own. */
export function runCodex(prompt: string, options: CodexOptions): Promise<CodexRun> {
  const home = options.home ?? mkdtempSync(join(tmpdir(), 'slipstream-codex-'));
  writeFileSync(join(home, 'config.toml'), options.config);
  if (options.authJson !== undefined) writeFileSync(join(home, 'auth.json'), options.authJson, { mode: 0o600 });
  const args = ['exec', '--skip-git-repo-check', ...(options.args ?? []), prompt];
  const child = spawnCodex(args, home, options.env);
  const out = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk: Buffer) => {
    out.stdout += chunk.toString('utf8');
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    out.stderr += chunk.toString('utf8');
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? 30_000);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      if (options.home === undefined) rmSync(home, { recursive: true, force: true });
      resolve({ code, ...out });
    });
  });
}

/** Complaints about the machine the tests run on, and side calls that end at `nowhere`. */
const environmental = /PATH aliases|bubblewrap|rmcp::transport|chatgpt\.com|ab\.chatgpt|otel|api\.github\.com/i;

/** The CLI writes its list of models in place; a task of it that reads meanwhile finds nothing there, and asks for the list. */
const readWhileWritten = /failed to load models cache: EOF while parsing a value at line 1 column 0$/;

/** Warnings and errors that a user would see about the turn itself. */
export function complaints(run: CodexRun): string[] {
  return run.stderr
    .split('\n')
    .filter((line) => /warning|error|reconnect|falling back/i.test(line))
    .filter((line) => !environmental.test(line) && !readWhileWritten.test(line));
}

/** config.toml for a provider with a bearer key (PROTOCOL.md, Ways in). */
export function bearerConfig(
  baseUrl: string,
  key: string,
  options: { websockets: boolean; fast?: boolean; model?: string },
): string {
  return [
    `model = "${options.model ?? 'gpt-6.1-sol'}"`,
    'model_provider = "slipstream"',
    ...(options.fast ? ['service_tier = "fast"'] : []),
    '[model_providers.slipstream]',
    'name = "Slipstream"',
    `base_url = "${baseUrl}/v1"`,
    'wire_api = "responses"',
    `supports_websockets = ${options.websockets}`,
    `experimental_bearer_token = "${key}"`,
    '',
  ].join('\n');
}

/** config.toml for the built-in provider on Slipstream, with the key in the path (PROTOCOL.md, Ways in). */
export function pathKeyConfig(baseUrl: string, key: string): string {
  return [`model = "gpt-6.1-sol"`, `openai_base_url = "${baseUrl}/k/${key}/v1"`, ''].join('\n');
}
