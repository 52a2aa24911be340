import { accessSync, chmodSync, constants, existsSync, lstatSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SlipstreamError } from '../shared/errors.ts';
import { systemCode } from '../shared/write-problem.ts';
import { writeProblemText } from '../shared/write-problem-text.ts';

/** What only a data folder of ours holds: another one, say a home folder, keeps its mode. */
const ownFiles = ['lock.sqlite', 'settings.json', 'instance.json', 'accounts'] as const;
const othersMayLook = 0o077;

/** Makes the folder where it is missing, for its owner only. True where one of ours was open to others, and is so no more. */
export function ensureDataDir(dataDir: string): boolean {
  try {
    makeFolder(dataDir);
    const isOpen = process.platform !== 'win32' && (statSync(dataDir).mode & othersMayLook) !== 0;
    if (!isOpen || !ownFiles.some((name) => existsSync(join(dataDir, name)))) return false;
    chmodSync(dataDir, 0o700);
    return true;
  } catch (cause) {
    throw folderUnusable(dataDir, 'made', cause);
  }
}

/** Node's own way of making several goes round for ever in a file system that takes no folders, such as `/proc`. */
function makeFolder(dir: string): void {
  if (isFolder(dir)) return;
  const parent = dirname(dir);
  if (parent !== dir && lstatSync(parent, { throwIfNoEntry: false }) === undefined) makeFolder(parent);
  try {
    mkdirSync(dir, { mode: 0o700 });
  } catch (error) {
    // Another process may have been faster.
    if (!isFolder(dir)) throw error;
  }
}

/** False where nothing is there either. */
function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Throws `store_unwritable` where nobody can look into the data folder: it is none, or not ours. One to be made yet is fine. */
export function checkReadable(dataDir: string): void {
  try {
    if (!statSync(dataDir).isDirectory()) throw Object.assign(new Error('not a folder'), { code: 'ENOTDIR' });
    accessSync(dataDir, constants.X_OK);
  } catch (cause) {
    if (systemCode(cause) !== 'ENOENT' || strayLink(dataDir) !== null) throw folderUnusable(dataDir, 'read', cause);
  }
}

/** Why the data folder cannot be used, or not be made; null where nothing is seen to be in the way. */
export function dataDirProblem(dataDir: string): string | null {
  try {
    checkReadable(dataDir);
    let nearest = dataDir;
    while (!existsSync(nearest)) nearest = dirname(nearest);
    const problem = accessProblem(nearest);
    if (problem !== null) throw folderUnusable(dataDir, nearest === dataDir ? 'written' : 'made', problem);
    return null;
  } catch (thrown) {
    if (thrown instanceof SlipstreamError) return thrown.message;
    throw thrown;
  }
}

const sqliteFull = 13;

/** The data folder cannot be used, and why. */
export function folderUnusable(dataDir: string, what: 'made' | 'read' | 'written', cause: unknown): SlipstreamError {
  const link = strayLink(dataDir);
  const which = link === dataDir ? 'it' : link;
  const why = which === null ? reason(dataDir, cause) : `${which} is a link to something that is not there`;
  const message = `The data folder ${dataDir} cannot be ${what}: ${why}.`;
  return new SlipstreamError('store_unwritable', { message, cause });
}

/** What the system says, where SQLite only says that it cannot, and Node that nothing is there. */
function reason(dataDir: string, cause: unknown): string {
  if (systemCode(cause) === 'ENOENT') {
    const problem = accessProblem(dirname(dataDir));
    return problem === null || systemCode(problem) === 'ENOENT'
      ? 'the system takes nothing new there (ENOENT)'
      : writeProblemText(problem);
  }
  if (!(cause instanceof Error && 'errcode' in cause)) return writeProblemText(cause);
  return writeProblemText(cause.errcode === sqliteFull ? { code: 'ENOSPC' } : accessProblem(dataDir));
}

/** The link that leads nowhere, of a path and the folders above it; null where there is none. */
function strayLink(path: string): string | null {
  try {
    const facts = lstatSync(path, { throwIfNoEntry: false });
    if (facts === undefined) return dirname(path) === path ? null : strayLink(dirname(path));
    return facts.isSymbolicLink() && statSync(path, { throwIfNoEntry: false }) === undefined ? path : null;
  } catch {
    return null;
  }
}

/** What the system says to writing there; null where it says nothing. */
export function accessProblem(dir: string): unknown {
  try {
    accessSync(dir, constants.W_OK | constants.X_OK);
    return null;
  } catch (error) {
    return error;
  }
}

/** Said where a folder that others could look into was made private. */
export function madePrivate(dataDir: string): string {
  return `slipstream: other users could look into ${dataDir}; it is for you alone now.`;
}
