import { accessSync, chmodSync, closeSync, constants, existsSync, lstatSync, openSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { checkPlainFile } from '../core/plain-file.ts';
import { SlipstreamError } from '../shared/errors.ts';
import { systemCode } from '../shared/write-problem.ts';
import { writeProblemText } from '../shared/write-problem-text.ts';
import { accessProblem, folderUnusable } from './data-dir.ts';

const damage = ['SQLITE_CORRUPT', 'SQLITE_NOTADB'];

/** The file that holds the lock of a data folder. */
export const lockPath = (dataDir: string) => join(dataDir, 'lock.sqlite');

/**
 * Holds a data folder, by an exclusive SQLite transaction on a file of its own: unlike a pid file, it cannot be left behind.
 * Null where somebody else holds it. Throws `store_unwritable`.
 */
export function holdLock(dataDir: string): DatabaseSync | null {
  const path = lockPath(dataDir);
  try {
    keepForOwner(path);
    return tryLock(path) ?? remade(path);
  } catch (cause) {
    if (systemCode(cause) === 'SQLITE_BUSY') return null;
    throw unusable(dataDir, path, cause);
  }
}

/**
 * SQLite would make it as the umask has it, and whoever can open it can hold it. One that is there is not opened: to close it
 * again would let go of a lock that this process has.
 */
function keepForOwner(path: string): void {
  try {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found === undefined) closeSync(openSync(path, 'wx', 0o600));
    else if (found.isFile() && (found.mode & 0o077) !== 0) chmodSync(path, found.mode & 0o700);
  } catch {
    // SQLite says what is wrong with it, where that matters.
  }
}

/**
 * Whether somebody holds a data folder. Changes nothing there, so that it can be told of a folder or a lock that takes no
 * writing too. Throws `store_unwritable` where the lock cannot be read.
 */
export function isLockHeld(dataDir: string): boolean {
  const path = lockPath(dataDir);
  if (!existsSync(path)) return false;
  const problem = fileProblem(path, constants.R_OK);
  if (problem !== null) throw lockUnusable(path, problem);
  let lock: DatabaseSync | null = null;
  try {
    lock = new DatabaseSync(path, { timeout: 0, readOnly: true });
    lock.exec('PRAGMA schema_version');
    return false;
  } catch (cause) {
    // Whoever is let in far enough to see damage, or a journal that was left, has met nobody.
    return systemCode(cause) === 'SQLITE_BUSY';
  } finally {
    lock?.close();
  }
}

/** Null where the file is damaged. */
function tryLock(path: string): DatabaseSync | null {
  const lock = new DatabaseSync(path, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    // SQLite opens a file that cannot be written for reading, and then shuts nobody out.
    const problem = fileProblem(path);
    if (problem !== null) throw problem;
    return lock;
  } catch (cause) {
    lock.close();
    if (damage.includes(systemCode(cause)) && lstatSync(path).isFile()) return null;
    throw cause;
  }
}

/** Nothing is kept in it, and nobody holds one whose damage was seen: who has the lock is met before the file is read. */
function remade(path: string): DatabaseSync {
  truncateSync(path);
  const lock = tryLock(path);
  if (lock === null) throw new Error('the lock is damaged again');
  return lock;
}

function unusable(dataDir: string, path: string, cause: unknown): SlipstreamError {
  const problem = fileProblem(path);
  if (systemCode(cause) === 'SQLITE_FULL' || accessProblem(dataDir) !== null)
    return folderUnusable(dataDir, 'written', cause);
  return systemCode(problem) === 'ENOENT'
    ? folderUnusable(dataDir, 'written', problem)
    : lockUnusable(path, problem ?? cause);
}

function lockUnusable(path: string, cause: unknown): SlipstreamError {
  const why = writeProblemText(cause);
  const message = `The lock ${path} cannot be used: ${why}. Remove it while no Slipstream runs on this data folder.`;
  return new SlipstreamError('store_unwritable', { message, cause });
}

/** What the system says of the file, where SQLite only says that it cannot. */
function fileProblem(path: string, access = constants.R_OK | constants.W_OK): unknown {
  try {
    accessSync(path, access);
    checkPlainFile(path);
    return lstatSync(path).isDirectory() ? { code: 'EISDIR' } : null;
  } catch (error) {
    return error;
  }
}
