import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClientTarget } from '../../src-main/clients/client.ts';
import { type Rig, type RigOptions, startRig } from '../support/slipstream.ts';

/** What each client is asked to do, once. */
export type Feature = 'tool' | 'abort' | 'failure' | 'image' | 'lanes';

export const model = 'gpt-6.1-sol';

/** What upstream says where a turn fails: every client has to show it. */
export const refusalText = 'The simulator does not like this prompt.';

/** A closed port on loopback: whatever a client would send elsewhere ends here. */
const nowhere = 'http://127.0.0.1:9';

/** Folders of the clients that are installed, by part; others are skipped. */
export const installed = JSON.parse(process.env.CLIENT_FOLDERS ?? '{}') as Readonly<Record<string, string>>;

export interface ClientRun {
  readonly code: number | null;
  readonly stdout: string;
  /** Both outputs, as they came. */
  readonly all: string;
}

/** A program to start: the file, what it is given, and how long it may take. */
export interface ClientCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

/** Ends what a client left running of its own, such as Cline's hub: it is known by the home that it was started with. */
function endStayers(home: string): void {
  for (const entry of existsSync('/proc/self/environ') ? readdirSync('/proc') : []) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const isOurs = readFileSync(`/proc/${entry}/environ`, 'utf8').split('\0').includes(`HOME=${home}`);
      if (isOurs) process.kill(Number(entry), 'SIGKILL');
    } catch {
      // It has ended, or is somebody else's.
    }
  }
}

/** Slipstream on the simulator, and a home that holds all the client may know. */
export interface Stand {
  readonly rig: Rig;
  readonly home: string;
  readonly target: ClientTarget;
  stop(): Promise<void>;
}

/** Starts both. */
export async function startStand(options: RigOptions = {}): Promise<Stand> {
  const rig = await startRig(options);
  const home = mkdtempSync(join(tmpdir(), 'slipstream-client-'));
  return {
    rig,
    home,
    target: { baseUrl: rig.baseUrl, apiKey: rig.apiKey, models: rig.app.offered().models },
    stop: async () => {
      await rig.stop();
      endStayers(home);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Upstream refuses every turn for what it says. */
export function failTurns({ rig }: Stand): void {
  rig.simulator.faults.always('turn', { kind: 'failed', afterEvents: 3, code: 'invalid_prompt', message: refusalText });
}

/** Starts a client; nothing of it leaves loopback. `ended` tells what it printed. */
export function startClient(
  { home }: Stand,
  command: ClientCommand,
): { child: ChildProcess; ended: Promise<ClientRun> } {
  const child = spawn(command.file, command.args, {
    cwd: home,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, to be stopped as a terminal would: many are a launcher with the client below it.
    detached: true,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: home,
      TERM: 'dumb',
      HTTPS_PROXY: nowhere,
      HTTP_PROXY: nowhere,
      NO_PROXY: '127.0.0.1,localhost',
      no_proxy: '127.0.0.1,localhost',
      ...command.env,
    },
  });
  const out = { stdout: '', all: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    out.stdout += chunk.toString('utf8');
    out.all += chunk.toString('utf8');
  });
  child.stderr.on('data', (chunk: Buffer) => {
    out.all += chunk.toString('utf8');
  });
  const timer = setTimeout(() => signalClient(child, 'SIGKILL'), command.timeoutMs ?? 60_000);
  const ended = new Promise<ClientRun>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      signalClient(child, 'SIGKILL');
      resolve({ code, ...out });
    });
  });
  return { child, ended };
}

/** Signals a client with all that it started. */
export function signalClient({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // Nothing of it is left.
  }
}

/** How long a client may take to start, or to give up: they are big, and the machine may be busy. */
export const patience = { timeoutMs: 45_000 };

/** Upstream's turn ended because the client went away, long before its answer was whole. */
export async function untilAborted({ rig }: Stand): Promise<void> {
  await rig.simulator.log.waitFor('turn', ({ phase }) => phase === 'aborted', patience);
}

/** Whether an image reached upstream; some clients make a JPEG of every one. */
export function sawImage({ rig }: Stand): boolean {
  const isImage = (raw: Buffer) =>
    ['png', 'jpeg'].some((kind) => raw.includes(`"image_url":"data:image/${kind};base64,`));
  return rig.simulator.log.frames.some(({ raw }) => isImage(raw));
}

/** Notes for the table whether the second turn of a tool loop was sent as what is new of it. */
export function noteIncrement(task: { readonly meta: object }, stand: Stand): void {
  Object.assign(task.meta, { increment: sawIncrement(stand) });
}

/** Whether a turn upstream went on from the one before it, with its new items alone. */
function sawIncrement({ rig }: Stand): boolean {
  return rig.simulator.log.frames.some(({ raw }) => raw.includes('"previous_response_id":"resp_'));
}
