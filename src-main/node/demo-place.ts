import { lstatSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { namesIn } from '../core/plain-file.ts';
import { SlipstreamError } from '../shared/errors.ts';
import { writeProblemText } from '../shared/write-problem-text.ts';
import { findInstance, type InstanceRecord } from './find-instance.ts';

/** Where a demo runs: all that it writes is inside. */
export interface DemoPlace {
  readonly dir: string;
  readonly dataDir: string;
}

/** A demo's folder, and the process that made it: its name holds both. */
export interface DemoFolder extends DemoPlace {
  readonly pid: number;
}

const folderName = /^slipstream-demo-(\d+)-\w+$/;
const dataDirOf = (dir: string) => join(dir, 'data');

/** Makes a place for a demo of this process, for its user alone. Commands find it by its name. */
export function makeDemoPlace(): DemoPlace {
  const dir = makeTemporary(`slipstream-demo-${process.pid}-`);
  const dataDir = dataDirOf(dir);
  mkdirSync(dataDir, { mode: 0o700 });
  return { dir, dataDir };
}

/** Throws `store_unwritable`. */
function makeTemporary(prefix: string): string {
  try {
    return mkdtempSync(join(tmpdir(), prefix));
  } catch (cause) {
    const why = writeProblemText(cause);
    const message = `The folder ${tmpdir()} for temporary files cannot be written: ${why}. Set TMPDIR to one that can.`;
    throw new SlipstreamError('store_unwritable', { message, cause });
  }
}

/** Every demo's folder, of whichever user, whether it still runs or not. */
export function demoFolders(): DemoFolder[] {
  return namesIn(tmpdir()).flatMap((name) => {
    const pid = folderName.exec(name)?.[1];
    const dir = join(tmpdir(), name);
    return pid === undefined ? [] : [{ dir, dataDir: dataDirOf(dir), pid: Number(pid) }];
  });
}

/** The data folder of this user's demo that runs, of several the one that was started last; null where none does. */
export function findDemo(): string | null {
  const running = demoFolders().flatMap(({ dir, dataDir }) => {
    const record = isOurs(dir) ? recordOf(dataDir) : null;
    return record === null ? [] : [{ dataDir, startedAt: record.startedAt }];
  });
  return running.toSorted((one, other) => other.startedAt - one.startedAt)[0]?.dataDir ?? null;
}

/** Others can write where it lies: a folder that is not ours, or a link, is no demo of ours. */
function isOurs(dir: string): boolean {
  const stat = lstatSync(dir, { throwIfNoEntry: false });
  return stat?.isDirectory() === true && (process.platform === 'win32' || stat.uid === process.getuid?.());
}

/** The running instance of a data folder; null too where that cannot be told. */
export function recordOf(dataDir: string): InstanceRecord | null {
  try {
    return findInstance(dataDir);
  } catch {
    // A demo's goes away at this moment, or is what is left of one that was killed; of another its own command says more.
    return null;
  }
}
