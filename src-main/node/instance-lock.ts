import { accessSync, constants, lstatSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SlipstreamError } from '../shared/errors.ts';
import { english } from '../shared/words/english.ts';
import { systemCode, writeProblem } from '../shared/write-problem.ts';
import { accessProblem, folderUnusable } from './data-dir.ts';

const damage = ['SQLITE_CORRUPT', 'SQLITE_NOTADB'];

/**
 * Holds a data folder, by an exclusive SQLite transaction on a file of its own: unlike a pid file, it cannot be left behind.
 * Null where somebody else holds it. Throws `store_unwritable`.
 */
export function holdLock(dataDir: string): DatabaseSync | null {
  const path = join(dataDir, 'lock.sqlite');
  try {
    return tryLock(path) ?? remade(path);
  } catch (cause) {
    if (systemCode(cause) === 'SQLITE_BUSY') return null;
    throw unusable(dataDir, path, cause);
  }
}

/** Null where the file is damaged. */
function tryLock(path: string): DatabaseSync | null {
  const lock = new DatabaseSync(path, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
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
  if (systemCode(cause) === 'SQLITE_FULL' || accessProblem(dataDir) !== null)
    return folderUnusable(dataDir, 'written', cause);
  const why = english.told(writeProblem(fileProblem(path) ?? cause));
  const message = `The lock ${path} cannot be used: ${why}. Remove it while no Slipstream runs on this data folder.`;
  return new SlipstreamError('store_unwritable', { message, cause });
}

/** What the system says of the file, where SQLite only says that it cannot. */
function fileProblem(path: string): unknown {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return lstatSync(path).isDirectory() ? { code: 'EISDIR' } : null;
  } catch (error) {
    return error;
  }
}
