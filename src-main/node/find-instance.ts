import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readPlainFile } from '../core/plain-file.ts';
import { SlipstreamError } from '../shared/errors.ts';
import { systemCode } from '../shared/write-problem.ts';
import { writeProblemText } from '../shared/write-problem-text.ts';
import { checkReadable } from './data-dir.ts';
import { isLockHeld } from './instance-lock.ts';

/** How the running instance of a data folder is reached; readable by its owner only. A newer one may say more. */
export interface InstanceRecord {
  readonly pid: number;
  readonly startedAt: number;
  /** Address of the bridge websocket. */
  readonly controlUrl: string;
  readonly controlToken: string;
}

/** What holds a data folder that is no instance yet, or no more. */
export interface Work {
  readonly pid: number;
  readonly what: string;
  readonly isStopping: boolean;
}

const leastTokenChars = 32;
const ownHosts = ['127.0.0.1', '[::1]'];

export const recordPath = (dataDir: string) => join(dataDir, 'instance.json');
export const workPath = (dataDir: string) => join(dataDir, 'command.json');

/** The running instance of a data folder, or null. Changes nothing there. Throws `store_unwritable` where that cannot be told. */
export function findInstance(dataDir: string): InstanceRecord | null {
  checkReadable(dataDir);
  const record = readRecord(dataDir);
  return record !== null && isLockHeld(dataDir) ? record : null;
}

/** What is written of the instance, whether it runs or not; null where nothing that can be read is. */
export function readRecord(dataDir: string): InstanceRecord | null {
  const { pid, startedAt, controlUrl, controlToken } = read(recordPath(dataDir));
  if (typeof pid !== 'number' || typeof startedAt !== 'number' || typeof controlUrl !== 'string') return null;
  if (typeof controlToken !== 'string' || controlToken.length < leastTokenChars) return null;
  return isOwnAddress(controlUrl) ? { pid, startedAt, controlUrl, controlToken } : null;
}

/** What is written of a command at work, or of a stop. */
export function readWork(dataDir: string): Work | null {
  const { pid, what, isStopping } = read(workPath(dataDir));
  if (typeof pid !== 'number' || typeof what !== 'string' || typeof isStopping !== 'boolean') return null;
  return { pid, what, isStopping };
}

/** The token goes there: to this machine alone. */
function isOwnAddress(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === 'ws:' && ownHosts.includes(url.hostname);
}

/** The members of a file; none where it is not there, or is no JSON object. */
function read(path: string): Readonly<Record<string, unknown>> {
  if (!existsSync(path)) return {};
  try {
    const value: unknown = JSON.parse(readPlainFile(path));
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch (cause) {
    if (systemCode(cause) !== 'EACCES') return {};
    const message = `${path} cannot be read: ${writeProblemText(cause)}.`;
    throw new SlipstreamError('store_unwritable', { message, cause });
  }
}
