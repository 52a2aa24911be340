import { createHash } from 'node:crypto';
import { chmod, chown, readFile, realpath, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { SlipstreamError } from '../../shared/errors.ts';
import { said } from '../../shared/words/said.ts';
import { tell } from '../../shared/words/told.ts';
import type { Told } from '../../shared/words/told-text.ts';
import { systemCode } from '../../shared/write-problem.ts';
import { objectMember, parseJsonObject, textMember } from '../json.ts';
import type { Account, AccountOrigin, AccountTokens } from './account.ts';
import { parseAuthFile } from './auth-file.ts';

/* The official auth.json, shared with the Codex command (PROTOCOL.md, Sign-in). */

const maxFileBytes = 1_048_576;

/** What tells one content of a file from the next without reading it; null where there is no such file. */
export async function fileStamp(path: string): Promise<string | null> {
  const facts = await stat(path, { bigint: true }).catch(() => null);
  return facts === null ? null : `${facts.ino}:${facts.mtimeNs}:${facts.ctimeNs}:${facts.size}`;
}

export type LinkedContent =
  | { readonly kind: 'ok'; readonly account: Account }
  | { readonly kind: 'missing' }
  /** It holds no sign-in that can be read, perhaps only because it is being written. */
  | { readonly kind: 'unreadable'; readonly told: Told };

/** Reads the file as an account. */
export async function readLinkedFile(path: string, origin: AccountOrigin, nowMs: number): Promise<LinkedContent> {
  let text: string;
  try {
    const facts = await stat(path);
    if (!facts.isFile()) return { kind: 'unreadable', told: tell('failures.link.noFile', { path }) };
    if (facts.size > maxFileBytes) return { kind: 'unreadable', told: tell('failures.link.large', { path }) };
    text = await readFile(path, 'utf8');
  } catch (cause) {
    const isMissing =
      cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR');
    return isMissing ? { kind: 'missing' } : { kind: 'unreadable', told: tell('failures.link.unreadable', { path }) };
  }
  try {
    return { kind: 'ok', account: parseAuthFile(text, origin, nowMs) };
  } catch (thrown) {
    if (thrown instanceof SlipstreamError) return { kind: 'unreadable', told: thrown.told };
    throw thrown;
  }
}

/** Names a refresh token without holding it. */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Resolves with false where the file was not as it had been read any more, and was left. */
export type WriteLinkedFile = (path: string, text: string, isAsRead: () => Promise<boolean>) => Promise<unknown>;

/**
 * Puts renewed tokens into the file, if it still has the refresh token they replaced: through its real path, with its mode, its
 * owner and every key that is not ours kept. False where another program has put others there. Rejects with what the file
 * system says.
 */
export async function writeLinkedTokens(
  path: string,
  tokens: AccountTokens,
  spentHash: string,
  nowMs: number,
  write: WriteLinkedFile = replaceFile,
): Promise<boolean> {
  const target = await realpath(path);
  const read = await readFile(target, 'utf8');
  const file = parseJsonObject(read);
  if (file === null) throw new Error('the file is no JSON object any more');
  const before = objectMember(file, 'tokens');
  if (tokenHash(textMember(before, 'refresh_token') ?? '') !== spentHash) return false;
  const renewed = {
    ...file,
    tokens: {
      ...before,
      id_token: tokens.idToken,
      access_token: tokens.accessToken,
      refresh_token: tokens.refreshToken,
    },
    // Nanoseconds, as the official client writes them.
    last_refresh: new Date(nowMs).toISOString().replace('Z', '000000Z'),
  };
  const isAsRead = async () => (await readFile(target, 'utf8')) === read;
  return (await write(target, `${JSON.stringify(renewed, null, 2)}\n`, isAsRead)) !== false;
}

/** A write in place that ends early leaves nobody a sign-in: these are no reason to try one. */
const noRoom = new Set(['ENOSPC', 'EDQUOT', 'EIO']);

/**
 * Whole and durable, with mode and owner kept; in place where the file has other names (hard links), or the folder takes no new
 * file, as with one that is mounted alone, but not where the disk has no room. The temporary file has one name, so that one left
 * behind by a crash is written over by the next try.
 */
async function replaceFile(target: string, text: string, isAsRead: () => Promise<boolean>): Promise<boolean> {
  const temporary = `${target}.slipstream`;
  const { mode, uid, gid, nlink } = await stat(target);
  try {
    await writeFile(temporary, text, { mode: 0o600, flush: true });
    await chown(temporary, uid, gid).catch(() => {});
    await chmod(temporary, mode & 0o777);
    if (nlink > 1) throw new Error('the file has other names, which would keep the spent token');
    // Writing takes a while, and another program may have signed in meanwhile.
    const isSame = await isAsRead();
    await (isSame ? rename(temporary, target) : rm(temporary));
    return isSame;
  } catch (cause) {
    await rm(temporary, { force: true });
    if (noRoom.has(systemCode(cause))) throw cause;
    if (!(await isAsRead())) return false;
    await writeFile(target, text, { flag: 'r+', flush: true });
    await truncate(target, Buffer.byteLength(text));
    return true;
  }
}

/** Checks a path that somebody wants to link. Throws `link_invalid`. */
export function checkLinkPath(path: string): string {
  if (!isAbsolute(path) || path.includes('\0') || !path.endsWith('.json')) {
    throw new SlipstreamError('link_invalid', said('failures.link.path'));
  }
  return path;
}
