import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';

/** No file of ours comes near it, and reading what is far larger takes long. */
const usualMaxBytes = 16 * 1024 * 1024;
const notAFile = 'ERR_NOT_A_FILE';
const strayLink = 'ERR_STRAY_LINK';
/** The code of a file that is larger than its reader takes, as Node has it. */
export const tooLarge = 'ERR_FS_FILE_TOO_LARGE';

/**
 * Throws what the system says of a file that is to be read, and where a pipe or a device has its name: reading one of those
 * may never end, and no signal is heard meanwhile. That of a folder comes with the reading. A link that leads nowhere is not
 * taken for no file: what it led to may only be away, as a disk that is not mounted, and a new file would take its place.
 */
export function checkPlainFile(path: string, maxBytes = usualMaxBytes): void {
  if (isStray(path)) throw coded(strayLink, `${path} leads nowhere`);
  const facts = statSync(path);
  if (facts.isDirectory()) return;
  if (!facts.isFile()) throw coded(notAFile, `${path} is not a file`);
  if (facts.size > maxBytes) throw coded(tooLarge, `${path} is too large`);
}

function isStray(path: string): boolean {
  const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  return isLink && statSync(path, { throwIfNoEntry: false }) === undefined;
}

/** The text of a file; see `checkPlainFile`. */
export function readPlainFile(path: string, maxBytes?: number): string {
  checkPlainFile(path, maxBytes);
  return readFileSync(path, 'utf8');
}

function coded(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

/** Names in a folder; none where it cannot be read, as one that was removed while the program runs. */
export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
