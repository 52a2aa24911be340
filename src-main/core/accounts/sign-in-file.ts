import { parseJsonObject } from '../json.ts';
import type { Account, AccountOrigin } from './account.ts';
import { parseAuthFile } from './auth-file.ts';
import { isCliproxyFile, parseCliproxyFile } from './cliproxy-file.ts';

/** Reads a sign-in by copy, from an official auth.json or a CLIProxyAPI file. Throws `account_file_invalid`. */
export function parseSignInFile(text: string, origin: AccountOrigin, nowMs: number): Account {
  const file = parseJsonObject(text);
  if (file !== null && !Object.hasOwn(file, 'tokens') && isCliproxyFile(file))
    return parseCliproxyFile(file, origin, nowMs);
  return parseAuthFile(text, origin, nowMs);
}
