import { accessSync, constants, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';

/** Linux's folder in memory: what is made durable there waits for no disk. */
const memoryFolder = '/dev/shm';
/** Far more than the tests have there at a time. */
const neededBytes = 2 * 1024 ** 3;
const prefix = `slipstream-tests-${process.getuid?.() ?? 0}-`;

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Of runs that were killed before they could remove theirs. */
function removeAbandoned(): void {
  const ours = readdirSync(memoryFolder).filter((name) => name.startsWith(prefix));
  for (const name of ours.filter((each) => !isRunning(Number.parseInt(each.slice(prefix.length), 10))))
    rmSync(join(memoryFolder, name), { recursive: true, force: true });
}

/** Whether it is there, has room, and lets the programs run that tests write into it (a container's often does not). */
function isUsable(): boolean {
  try {
    accessSync(memoryFolder, constants.W_OK);
    const { bavail, bsize } = statfsSync(memoryFolder);
    const mount = readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .find((line) => line.split(' ')[1] === memoryFolder);
    return mount !== undefined && !mount.includes('noexec') && bavail * bsize >= neededBytes;
  } catch {
    return false;
  }
}

/**
 * Vitest's global setup: temporary folders of tests are in memory where they can be: some files of tests took twice as
 * long on a disk. A TMPDIR that somebody set stays. Gives back what removes the folder.
 */
export function setup(): (() => void) | undefined {
  if (process.env.TMPDIR !== undefined || !isUsable()) return undefined;
  removeAbandoned();
  const folder = mkdtempSync(join(memoryFolder, `${prefix}${process.pid}-`));
  process.env.TMPDIR = folder;
  return () => {
    delete process.env.TMPDIR;
    rmSync(folder, { recursive: true, force: true });
  };
}
