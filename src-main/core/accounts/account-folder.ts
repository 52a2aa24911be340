import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeProblem } from '../../shared/write-problem.ts';
import type { FileTrouble } from '../file-troubles.ts';
import { parseAccountFile } from './account-file.ts';

/** As write-file-atomic names the file it renames into place. */
const temporaryName = /^([0-9a-f]{16}\.json)\.\d+$/;

/** What was said last of an account, perhaps, and cannot be had. */
interface StuckWrite {
  readonly path: string;
  /** The file of the account, which is older then; there may be none. */
  readonly target: string;
  readonly trouble: FileTrouble;
}

interface AccountFolder {
  /** Files of accounts that can be read. */
  readonly paths: readonly string[];
  /** Those of other accounts: the tokens in their files may be spent, and to use a spent one may sign an account out. */
  readonly stuck: readonly StuckWrite[];
}

/** Makes the folder where it is missing, ends what a crash interrupted, and lists it. Rejects where that cannot be. */
export async function openAccountFolder(folder: string): Promise<AccountFolder> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const stuck = await finishWrites(folder);
  const waiting = new Set(stuck.map(({ target }) => target));
  const paths = (await readdir(folder)).filter((name) => name.endsWith('.json')).map((name) => join(folder, name));
  return { paths: paths.filter((path) => !waiting.has(path)), stuck };
}

/**
 * A temporary file that is whole holds what was said last, perhaps the only copy of a rotated token, and takes its place; one
 * of a newer Slipstream waits for it; any other is removed, for tokens are in it.
 */
async function finishWrites(folder: string): Promise<readonly StuckWrite[]> {
  const stuck: StuckWrite[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const name = entry.isFile() ? temporaryName.exec(entry.name)?.[1] : undefined;
    if (name === undefined) continue;
    const path = join(folder, entry.name);
    const target = join(folder, name);
    const trouble = await finish(path, target, name).catch(
      (cause: unknown): FileTrouble => ({ why: 'refused', cause: writeProblem(cause) }),
    );
    if (trouble !== null) stuck.push({ path, target, trouble });
  }
  return stuck;
}

/** Why it could not be done; null where it was. */
async function finish(path: string, target: string, name: string): Promise<FileTrouble | null> {
  const parsed = parseAccountFile(await readFile(path, 'utf8'));
  if (parsed.kind === 'newer') return { why: 'newer' };
  const isWhole = parsed.kind === 'ok' && `${parsed.file.id}.json` === name;
  // A part of one says nothing that the file of the account does not.
  await (isWhole ? rename(path, target) : rm(path, { force: true }).catch(() => {}));
  return null;
}
