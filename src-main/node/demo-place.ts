import { lstatSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { findInstance } from './instance.ts';

/** Where a demo says which folder it runs on, for the commands of the same user. */
function notePath(): string {
  return join(tmpdir(), `slipstream-demo-of-${userInfo().username}.txt`);
}

/** Tells commands of this demo; the one that was started last is the one they reach. A disk that takes nothing is no failure. */
export function announceDemo(dataDir: string): void {
  try {
    rmSync(notePath(), { force: true });
    writeFileSync(notePath(), dataDir, { mode: 0o600, flag: 'wx' });
  } catch {
    // Commands do not find it then.
  }
}

/** The demo of this folder is over. */
export function withdrawDemo(dataDir: string): void {
  if (readNote() === dataDir) rmSync(notePath(), { force: true });
}

/** The data folder of the demo that runs; null where none does. */
export function findDemo(): string | null {
  const dataDir = readNote();
  return dataDir !== null && findInstance(dataDir) !== null ? dataDir : null;
}

/** Others can write where it lies: a note that is not ours, or a link, says nothing. */
function readNote(): string | null {
  try {
    const stat = lstatSync(notePath());
    const isOurs = process.platform === 'win32' || stat.uid === process.getuid?.();
    return isOurs && stat.isFile() ? readFileSync(notePath(), 'utf8') : null;
  } catch {
    return null;
  }
}
