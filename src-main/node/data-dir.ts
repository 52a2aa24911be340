import { accessSync, chmodSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SlipstreamError } from '../shared/errors.ts';
import { english } from '../shared/words/english.ts';
import { writeProblem } from '../shared/write-problem.ts';

/** What only a data folder of ours holds: another one, say a home folder, keeps its mode. */
const ownFiles = ['lock.sqlite', 'settings.json', 'instance.json', 'accounts'] as const;
const othersMayLook = 0o077;

/** Makes the folder where it is missing, for its owner only. True where one of ours was open to others, and is so no more. */
export function ensureDataDir(dataDir: string): boolean {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const isOpen = process.platform !== 'win32' && (statSync(dataDir).mode & othersMayLook) !== 0;
    if (!isOpen || !ownFiles.some((name) => existsSync(join(dataDir, name)))) return false;
    chmodSync(dataDir, 0o700);
    return true;
  } catch (cause) {
    throw folderUnusable(dataDir, 'made', cause);
  }
}

const sqliteFull = 13;

/** The data folder cannot be used, and why. */
export function folderUnusable(dataDir: string, what: 'made' | 'written', cause: unknown): SlipstreamError {
  const message = `The data folder ${dataDir} cannot be ${what}: ${english.told(writeProblem(fileError(dataDir, cause)))}.`;
  return new SlipstreamError('store_unwritable', { message, cause });
}

/** What the system says, where SQLite only says that it cannot, and Node that nothing is there. */
function fileError(dataDir: string, cause: unknown): unknown {
  if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')
    return accessProblem(dirname(dataDir)) ?? cause;
  if (!(cause instanceof Error && 'errcode' in cause)) return cause;
  return cause.errcode === sqliteFull ? { code: 'ENOSPC' } : accessProblem(dataDir);
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
