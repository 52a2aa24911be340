import { SlipstreamError } from '../../shared/errors.ts';
import { isJsonObject, parseJsonObject } from '../json.ts';
import type { Account, AccountOrigin } from './account.ts';
import { parseAuthFile } from './auth-file.ts';
import { isCliproxyFile, parseCliproxyFile } from './cliproxy-file.ts';

const maxEntries = 200;

/** Reads a sign-in by copy, from an official auth.json or a CLIProxyAPI file. Throws `account_file_invalid`. */
export function parseSignInFile(text: string, origin: AccountOrigin, nowMs: number): Account {
  const file = parseJsonObject(text);
  if (file !== null && !Object.hasOwn(file, 'tokens') && isCliproxyFile(file))
    return parseCliproxyFile(file, origin, nowMs);
  return parseAuthFile(text, origin, nowMs);
}

/**
 * Reads every sign-in of a file: one, or a list of them as CLIProxyAPI exports several. Entries for other services are left
 * out where there is one for Codex. Throws `account_file_invalid` for the first entry that cannot be read.
 */
export function parseSignInFiles(text: string, origin: AccountOrigin, nowMs: number): readonly Account[] {
  const entries = listIn(text);
  if (entries === null) return [parseSignInFile(text, origin, nowMs)];
  const objects = entries.filter(isJsonObject).slice(0, maxEntries);
  const isOther = (type: unknown) => typeof type === 'string' && type !== 'codex';
  const ours = objects.filter(({ type }) => !isOther(type));
  if (ours.length === 0 && objects.length === 0)
    throw new SlipstreamError('account_file_invalid', {
      message: 'This file is not a Codex sign-in: it is a list without one in it.',
    });
  return (ours.length > 0 ? ours : objects).map((entry) => parseSignInFile(JSON.stringify(entry), origin, nowMs));
}

/** The entries of a list, at the top or as the one list of an object's `accounts`, `auths` or `files`; null for anything else. */
function listIn(text: string): readonly unknown[] | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (Array.isArray(value)) return value;
  if (!isJsonObject(value) || Object.hasOwn(value, 'tokens')) return null;
  const lists = ['accounts', 'auths', 'files'].map((name) => (Object.hasOwn(value, name) ? value[name] : null));
  return lists.find((list) => Array.isArray(list)) ?? null;
}
