import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A disk of its own, of a few MB, that can be full or read-only for real. */
export interface SmallDisk {
  readonly dir: string;
  /** Takes every free block but for so many bytes. */
  fill(leftBytes?: number): void;
  /** Gives the space back. */
  free(): void;
  setReadOnly(isReadOnly: boolean): void;
  dispose(): void;
}

const mount = (...args: string[]) => execFileSync('mount', args, { stdio: 'ignore' });
const unmount = (dir: string) => execFileSync('umount', ['--lazy', dir], { stdio: 'ignore' });

/** Whether this user may mount: root outside a container that forbids it. */
export function canMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    mountSmallDisk().dispose();
    return true;
  } catch {
    return false;
  }
}

/** Mounts a disk of 4 MiB; throws where this machine does not allow it. */
export function mountSmallDisk(): SmallDisk {
  const dir = mkdtempSync(join(tmpdir(), 'slipstream-disk-'));
  try {
    mount('-t', 'tmpfs', '-o', 'size=4m,mode=0700', 'tmpfs', dir);
  } catch (error) {
    rmSync(dir, { recursive: true });
    throw error;
  }
  const filler = join(dir, 'filler');
  return {
    dir,
    fill: (leftBytes = 0) => {
      const { bavail, bsize } = statfsSync(dir);
      writeFileSync(filler, Buffer.alloc(bavail * bsize - leftBytes));
    },
    free: () => rmSync(filler),
    setReadOnly: (isReadOnly) => mount('-o', `remount,${isReadOnly ? 'ro' : 'rw'}`, dir),
    dispose: () => {
      unmount(dir);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
