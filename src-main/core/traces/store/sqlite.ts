import type { DatabaseSync } from 'node:sqlite';

/** For another program, such as a backup, to let go of the file; only the store's own thread waits. */
const lockWaitMs = 5_000;

/** node:sqlite, without its note on standard error that it is experimental: it is part of the pinned Node. */
export function openSqlite(path: string): DatabaseSync {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    const { DatabaseSync: Database } = process.getBuiltinModule('node:sqlite');
    return new Database(path, { timeout: lockWaitMs });
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** SQLite's result codes for a file that is damaged or no database. */
const damageCodes = new Set([11, 26]);

/** Those for a disk that has no room, or does not take what is written. */
const roomCodes = new Set([10, 13]);

/** Whether an error of node:sqlite says that the file is damaged. */
export function isDamage(error: unknown): boolean {
  return damageCodes.has(plainCode(error));
}

/** Whether an error of node:sqlite says that the disk takes no more. */
export function isOutOfRoom(error: unknown): boolean {
  return roomCodes.has(plainCode(error));
}

/** The extended code holds the plain one in its lowest byte. */
function plainCode(error: unknown): number {
  return error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;
}
