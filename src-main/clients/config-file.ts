import { createHash, randomBytes } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';
import { SlipstreamError } from '../shared/errors.ts';
import { said } from '../shared/words/said.ts';
import { tell } from '../shared/words/told.ts';

/** Thousands of projects fit in, and planning a change of the worst of them takes a moment. */
const maxFileBytes = 256 * 1024;
const newFileMode = 0o600;
const newFolderMode = 0o700;
const permissionBits = 0o777;
const anyoneWrites = 0o222;
const bom = '\ufeff';
const giveRight = tell('failures.client.mend.write');

/** A configuration file as it was read; of one that is not there `bytes` is null. */
export interface ConfigFile {
  /** As it is known to the client. */
  readonly path: string;
  /** Where its bytes are, behind every link. */
  readonly realPath: string;
  readonly bytes: Buffer | null;
  readonly mode: number;
  /** Null: not there. */
  readonly owner: { readonly uid: number; readonly gid: number } | null;
}

/** Reads a file that belongs to another program. Throws `client_file_unusable`, which says what to do about it. */
export function readConfigFile(path: string): ConfigFile {
  const absent = { path, realPath: placeOf(path), bytes: null, mode: newFileMode, owner: null };
  let stats: Stats;
  let realPath = path;
  try {
    if (lstatOrNull(path) === null) return absent;
    realPath = realpathSync(path);
    stats = statSync(realPath);
  } catch (cause) {
    throw unusable(path, tell('failures.client.what.dangling'), tell('failures.client.mend.remove'), cause);
  }
  if (stats.isDirectory()) throw unusable(path, tell('failures.client.what.folder'), tell('failures.client.mend.move'));
  if (!stats.isFile()) throw unusable(path, tell('failures.client.what.special'), tell('failures.client.mend.move'));
  if (stats.size > maxFileBytes)
    throw unusable(path, tell('failures.client.what.large'), tell('failures.client.mend.paste'));
  try {
    const { uid, gid, mode } = stats;
    return { path, realPath, bytes: readFileSync(realPath), mode: mode & permissionBits, owner: { uid, gid } };
  } catch (cause) {
    throw unusable(path, tell('failures.client.what.unreadable'), tell('failures.client.mend.read'), cause);
  }
}

/** Where a file that is not there would be, behind every link on the way to it. */
function placeOf(path: string): string {
  const folder = dirname(path);
  if (folder === path) return path;
  try {
    return join(realpathSync(folder), basename(path));
  } catch {
    return join(placeOf(folder), basename(path));
  }
}

/** The file's real place where a link leads out of the home folder; null where it lies inside. */
export function outsideOf({ realPath }: ConfigFile, homeDir: string): string | null {
  const way = relative(placeOf(join(homeDir, 'x')).slice(0, -2), realPath);
  return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way) ? realPath : null;
}

/** The text of a file without its byte order mark, and the way back to bytes; null is an empty text. Throws `client_file_invalid`. */
export function decodeConfig(bytes: Buffer | null): { text: string; encode: (text: string) => Buffer } {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes ?? Buffer.alloc(0));
  } catch (cause) {
    throw new SlipstreamError('client_file_invalid', { ...said('failures.client.utf8'), cause });
  }
  const mark = text.startsWith(bom) ? bom : '';
  return { text: text.slice(mark.length), encode: (changed) => Buffer.from(`${mark}${changed}`) };
}

/** What a file that Slipstream made is once everything is taken out of it. */
export function isEmptyConfig(text: string): boolean {
  const bare = text.trim();
  return bare === '' || (bare.startsWith('{') && bare.endsWith('}') && bare.slice(1, -1).trim() === '');
}

/** Names a content; null for no file. */
export function hashOf(bytes: Buffer | null): string | null {
  return bytes === null ? null : createHash('sha256').update(bytes).digest('hex');
}

/** Makes sure that a file, or the place for a new one, can be written. Throws `client_file_unusable`. */
export function checkWritable(file: ConfigFile): void {
  if (file.bytes !== null && (file.mode & anyoneWrites) === 0) {
    throw unusable(file.path, tell('failures.client.what.readOnly'), tell('failures.client.mend.writable'));
  }
  const uid = process.getuid?.();
  // A file that is replaced becomes ours, and only ours to read once it holds the key.
  if (file.owner !== null && uid !== undefined && uid !== 0 && uid !== file.owner.uid) {
    throw unusable(file.path, tell('failures.client.what.owner'), tell('failures.client.mend.own'));
  }
  try {
    if (file.bytes !== null) accessSync(file.realPath, constants.W_OK);
    accessSync(nearestFolder(dirname(file.realPath)), constants.W_OK);
  } catch (cause) {
    throw unusable(file.path, tell('failures.client.what.unwritable'), giveRight, cause);
  }
}

/** Folders on the way to a file that are not there yet, the outermost first. */
export function missingFolders(path: string): string[] {
  const folder = dirname(path);
  return existsSync(folder) || folder === path ? [] : [...missingFolders(folder), folder];
}

/** A name beside the file, for what becomes the file. */
export function temporaryPath({ realPath }: ConfigFile): string {
  return join(dirname(realPath), `.${basename(realPath)}.slipstream-${randomBytes(6).toString('hex')}`);
}

/** Replaces a file as a whole, or removes it, unless it changed since it was read. Throws `client_file_changed`, `client_file_unusable`. */
export function replaceFile(file: ConfigFile, bytes: Buffer | null, mode: number, temporary: string): void {
  try {
    if (bytes === null) {
      checkSame(file);
      rmSync(file.realPath);
      return;
    }
    mkdirSync(dirname(file.realPath), { recursive: true, mode: newFolderMode });
    writeDurably(temporary, bytes, mode, file.owner);
    checkSame(file);
    renameSync(temporary, file.realPath);
    syncFolder(dirname(file.realPath));
  } catch (cause) {
    rmSync(temporary, { force: true });
    if (cause instanceof SlipstreamError) throw cause;
    throw unusable(
      file.path,
      tell('failures.client.what.unwritable'),
      isFull(cause) ? tell('failures.client.mend.room') : giveRight,
      cause,
    );
  }
}

function isFull(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && (cause.code === 'ENOSPC' || cause.code === 'EDQUOT');
}

/** Writes a new file that is on the disk when this returns. */
export function writeDurably(path: string, bytes: Buffer, mode: number, owner: ConfigFile['owner'] = null): void {
  const handle = openSync(path, 'wx', newFileMode);
  try {
    writeFileSync(handle, bytes);
    // Only root can give a file away, and only root needs to.
    if (owner !== null && process.getuid?.() === 0) fchownSync(handle, owner.uid, owner.gid);
    fchmodSync(handle, mode);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function checkSame(file: ConfigFile): void {
  const now = readConfigFile(file.path);
  if (now.realPath !== file.realPath || hashOf(now.bytes) !== hashOf(file.bytes)) {
    throw new SlipstreamError('client_file_changed');
  }
}

function nearestFolder(folder: string): string {
  const parent = dirname(folder);
  return existsSync(folder) || parent === folder ? folder : nearestFolder(parent);
}

function syncFolder(folder: string): void {
  // Windows has no such thing.
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function lstatOrNull(path: string): Stats | null {
  return lstatSync(path, { throwIfNoEntry: false }) ?? null;
}

function unusable(path: string, what: string, mend: string, cause?: unknown): SlipstreamError {
  return new SlipstreamError('client_file_unusable', {
    ...said('failures.client.unusable', { path, what, mend }),
    ...(cause === undefined ? {} : { cause }),
  });
}
