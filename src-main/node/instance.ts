import { rmSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import writeFileAtomic from 'write-file-atomic';
import { SlipstreamError } from '../shared/errors.ts';
import { writeProblemText } from '../shared/write-problem-text.ts';
import { accessProblem, ensureDataDir, folderUnusable, madePrivate } from './data-dir.ts';
import { type InstanceRecord, readRecord, readWork, recordPath, type Work, workPath } from './find-instance.ts';
import { holdLock, isLockHeld, lockPath } from './instance-lock.ts';

/** The right to write to a data folder. The OS takes it back when the process dies, however it dies. */
export interface InstanceHold {
  /** Says what holds the folder where that is not an instance but a command that waits, for instance "a sign-in waits". */
  announceWork(work: string): void;
  /** Tells commands how to reach this instance. */
  announce(record: InstanceRecord): void;
  /** Whether the folder is there as it was taken: somebody may have removed or replaced it, and then it is ours no more. */
  isThere(): boolean;
  /** The instance cannot be reached any more and is about to give the folder back: who wants it waits. */
  announceStop(): void;
  release(): void;
}

/** The data folder is ours now, or somebody else's who can be reached. */
export type InstanceAccess =
  | { readonly kind: 'held'; readonly hold: InstanceHold }
  | { readonly kind: 'running'; readonly record: InstanceRecord };

const startingLimitMs = 5_000;
/** A command that has said what it does waits for a person, and that takes longer than anybody would wait here. */
const workLimitMs = 500;
/** A stop lets turns end and waits for sign-ins that are being renewed. */
const stoppingLimitMs = 60_000;
const startingPollMs = 25;

function limitMs(work: Work | null): number {
  if (work === null) return startingLimitMs;
  return work.isStopping ? stoppingLimitMs : workLimitMs;
}

/** Takes the data folder, or finds who has it. Waits a little for one that is starting or a command at work, and for one that is stopping. */
export async function reachInstance(
  dataDir: string,
  complain: (line: string) => void,
  pause: (ms: number) => Promise<unknown> = delay,
): Promise<InstanceAccess> {
  if (ensureDataDir(dataDir)) complain(madePrivate(dataDir));
  let work = readWork(dataDir);
  for (let waitedMs = 0; waitedMs <= limitMs(work); waitedMs += startingPollMs) {
    const hold = tryHold(dataDir);
    if (hold !== null) {
      return { kind: 'held', hold };
    }
    const record = readRecord(dataDir);
    if (record !== null) {
      return { kind: 'running', record };
    }
    await pause(startingPollMs);
    const before = work;
    work = readWork(dataDir);
    // The one that stopped is gone: what was waited for it is no wait for whoever has the folder now.
    if (before?.isStopping && !work?.isStopping) waitedMs = 0;
  }
  throw new SlipstreamError('instance_running', {
    message:
      work === null
        ? 'Another Slipstream is starting on this data folder, or a command is at work. Try again.'
        : `${work.what} on this data folder (pid ${work.pid}). ${work.isStopping ? 'Wait for it' : 'Finish it or cancel it there with Ctrl-C'}, then try again.`,
  });
}

/** Takes the data folder; throws `instance_running`, which names the first, where somebody has it. */
export async function holdInstance(dataDir: string, complain: (line: string) => void): Promise<InstanceHold> {
  const access = await reachInstance(dataDir, complain);
  if (access.kind === 'running') {
    const { pid, controlUrl } = access.record;
    throw new SlipstreamError('instance_running', {
      message: `Slipstream already runs on this data folder: pid ${pid}, http://${new URL(controlUrl).host}.`,
    });
  }
  return access.hold;
}

function tryHold(dataDir: string): InstanceHold | null {
  // On a read-only disk SQLite would open an old file all the same, and hold nothing.
  const problem = accessProblem(dataDir);
  if (problem !== null) {
    if (isLockHeld(dataDir)) return null;
    throw folderUnusable(dataDir, 'written', problem);
  }
  const held = holdLock(dataDir);
  if (held === null) return null;
  const lock = lockNumber(dataDir);
  const isThere = () => lock !== null && lockNumber(dataDir) === lock;
  // What a killed instance left says nothing true any more.
  const forget = () => {
    for (const path of [recordPath(dataDir), workPath(dataDir)]) rmSync(path, { force: true });
  };
  try {
    forget();
  } catch (cause) {
    held.close();
    const path = cause instanceof Error && 'path' in cause ? String(cause.path) : dataDir;
    const message = `${path} is in the way and cannot be removed: ${writeProblemText(cause)}.`;
    throw new SlipstreamError('store_unwritable', { message, cause });
  }
  const write = (path: string, value: unknown) => {
    try {
      // It says nothing true after a crash of the machine, so nobody waits for the disk.
      writeFileAtomic.sync(path, `${JSON.stringify(value)}\n`, { mode: 0o600, fsync: false });
    } catch (cause) {
      throw folderUnusable(dataDir, 'written', cause);
    }
  };
  return {
    announceWork: (what) => write(workPath(dataDir), { pid: process.pid, what, isStopping: false } satisfies Work),
    announce: (record) => write(recordPath(dataDir), record),
    isThere,
    announceStop: () => {
      if (!isThere()) return;
      const what = 'Slipstream is stopping';
      write(workPath(dataDir), { pid: process.pid, what, isStopping: true } satisfies Work);
      rmSync(recordPath(dataDir), { force: true });
    },
    release: () => {
      if (!held.isOpen) return;
      try {
        // Another one may have begun on what took its place.
        if (isThere()) forget();
      } catch {
        // The folder takes no change any more: nobody believes what is in it once it is given back.
      } finally {
        held.close();
      }
    },
  };
}

/** The system's number of the file that stands for the hold; null where it is not there, or cannot be looked at. */
function lockNumber(dataDir: string): bigint | null {
  try {
    return statSync(lockPath(dataDir), { bigint: true }).ino;
  } catch {
    return null;
  }
}
