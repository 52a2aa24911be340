import { tell } from './words/told.ts';
import { othersWords, type Told } from './words/told-text.ts';

/** What the system's codes say, and SQLite's. */
const problems = new Map([
  ['EACCES', tell('failures.write.permissions')],
  ['EBUSY', tell('failures.system.busy')],
  ['EDQUOT', tell('failures.write.quota')],
  ['EEXIST', tell('failures.write.folder')],
  ['EFBIG', tell('failures.write.fileSize')],
  ['EIO', tell('failures.system.disk')],
  ['EISDIR', tell('failures.system.folder')],
  ['ELOOP', tell('failures.system.loop')],
  ['EMFILE', tell('failures.write.files')],
  ['ENAMETOOLONG', tell('failures.system.long')],
  ['ENFILE', tell('failures.write.files')],
  ['ENOENT', tell('failures.system.none')],
  ['ENOMEM', tell('failures.system.memory')],
  ['ENOSPC', tell('failures.write.full')],
  ['ENOTDIR', tell('failures.write.folder')],
  ['EPERM', tell('failures.write.permissions')],
  ['EROFS', tell('failures.write.readOnly')],
  ['ERR_FS_EISDIR', tell('failures.system.folder')],
  ['ERR_FS_FILE_TOO_LARGE', tell('failures.system.large')],
  ['ERR_NOT_A_FILE', tell('failures.system.special')],
  ['ERR_STRAY_LINK', tell('failures.system.stray')],
  ['ERR_WORKER_OUT_OF_MEMORY', tell('failures.system.memory')],
  ['SQLITE_BUSY', tell('failures.system.busy')],
  ['SQLITE_CANTOPEN', tell('failures.system.unopened')],
  ['SQLITE_CORRUPT', tell('failures.system.damaged')],
  ['SQLITE_FULL', tell('failures.write.full')],
  ['SQLITE_IOERR', tell('failures.system.disk')],
  ['SQLITE_LOCKED', tell('failures.system.busy')],
  ['SQLITE_NOMEM', tell('failures.system.memory')],
  ['SQLITE_NOTADB', tell('failures.system.damaged')],
  ['SQLITE_PERM', tell('failures.write.permissions')],
  ['SQLITE_READONLY', tell('failures.write.readOnly')],
]);

/** SQLite's names of its result codes. */
const sqliteNames = new Map([
  [3, 'SQLITE_PERM'],
  [5, 'SQLITE_BUSY'],
  [6, 'SQLITE_LOCKED'],
  [7, 'SQLITE_NOMEM'],
  [8, 'SQLITE_READONLY'],
  [10, 'SQLITE_IOERR'],
  [11, 'SQLITE_CORRUPT'],
  [13, 'SQLITE_FULL'],
  [14, 'SQLITE_CANTOPEN'],
  [26, 'SQLITE_NOTADB'],
]);

/** The system's code of an error, or SQLite's name of one that is known; empty where it has none. */
export function systemCode(cause: unknown): string {
  if (typeof cause !== 'object' || cause === null) return '';
  // An extended code holds the plain one in its lowest byte.
  if ('errcode' in cause) return sqliteNames.get(Number(cause.errcode) & 0xff) ?? '';
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
}

/** Why the system did not take or give something, as the end of a sentence for people; its code is kept beside the words. */
export function writeProblem(cause: unknown): Told {
  const code = systemCode(cause);
  const why = problems.get(code);
  if (why !== undefined) return tell('failures.system', { why, code });
  return code === '' ? tell('failures.write.system') : othersWords(code);
}

/** The same of an error that may have no code: its own words then. */
export function systemProblem(cause: unknown): Told {
  return systemCode(cause) === '' && cause instanceof Error ? othersWords(cause.message) : writeProblem(cause);
}
