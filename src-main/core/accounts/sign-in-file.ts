import { SlipstreamError } from '../../shared/errors.ts';
import { type ImportTool, type LeftOut, leftOut } from '../../shared/import-model.ts';
import { jsonValue } from '../../shared/json-value.ts';
import { isProxyAddress } from '../../shared/proxy-address.ts';
import { said } from '../../shared/words/said.ts';
import { isJsonObject, type JsonObject, parseJsonObject, textMember } from '../json.ts';
import type { Account, AccountOrigin } from './account.ts';
import { parseAuthFile } from './auth-file.ts';
import { isCliproxyFile, parseCliproxyFile } from './cliproxy-file.ts';
import { maxEntries, signInsOfOthers } from './other-tools.ts';

/** Reads a sign-in by copy, from an official auth.json or a CLIProxyAPI file. Throws `account_file_invalid`. */
export function parseSignInFile(text: string, origin: AccountOrigin, nowMs: number): Account {
  const file = parseJsonObject(text);
  if (file !== null && !Object.hasOwn(file, 'tokens') && isCliproxyFile(file))
    return parseCliproxyFile(file, origin, nowMs);
  return parseAuthFile(text, origin, nowMs);
}

/** What a file holds: the program it is of, its sign-ins, and what of it is not taken. */
export interface SignInFiles {
  readonly tool: ImportTool;
  readonly accounts: readonly Account[];
  readonly left: readonly LeftOut[];
}

/**
 * Reads every sign-in of a file: one, a list of them as CLIProxyAPI exports several, or what another proxy keeps. Entries for
 * other services are left out. Throws `account_file_invalid` for the first entry that cannot be read where none can be.
 */
export function readSignInFiles(text: string, origin: AccountOrigin, nowMs: number): SignInFiles {
  const others = signInsOfOthers(parseJsonObject(text) ?? {});
  if (others !== null) {
    const { accounts, left } = readEntries(others.entries, origin, nowMs);
    return { tool: others.tool, accounts, left: [...others.left, ...left] };
  }
  const entries = listIn(text);
  if (entries === null) {
    const file = parseJsonObject(text);
    const account = parseSignInFile(text, origin, nowMs);
    return {
      tool: file !== null && Object.hasOwn(file, 'tokens') ? 'codex' : 'cliproxyapi',
      accounts: [account],
      left: leftOfFile(file),
    };
  }
  const objects = entries.filter(isJsonObject);
  if (objects.length === 0) throw new SlipstreamError('account_file_invalid', said('failures.import.list'));
  const isOther = ({ type }: JsonObject) => typeof type === 'string' && type !== 'codex';
  const ours = objects.filter((entry) => !isOther(entry));
  if (ours.length === 0) parseSignInFile(JSON.stringify(objects[0]), origin, nowMs);
  const { accounts, left } = readEntries(ours.slice(0, maxEntries), origin, nowMs);
  const foreign = objects.filter(isOther).map(({ type }) => leftOut(String(type), 'other-service'));
  const more = ours.length > maxEntries ? [leftOut(String(ours.length - maxEntries), 'too-many')] : [];
  return { tool: 'cliproxyapi', accounts, left: [...left, ...foreign.slice(0, maxEntries), ...more] };
}

/** Entries one by one: one that is damaged keeps the others from nothing. Throws where none can be read. */
function readEntries(entries: readonly JsonObject[], origin: AccountOrigin, nowMs: number) {
  const accounts: Account[] = [];
  const left: LeftOut[] = [];
  let first: unknown = null;
  for (const [index, entry] of entries.entries()) {
    try {
      accounts.push(parseSignInFile(JSON.stringify(entry), origin, nowMs));
      left.push(...leftOfFile(entry));
    } catch (error) {
      first ??= error;
      left.push(leftOut(textMember(entry, 'email') || `#${index + 1}`, 'unreadable'));
    }
  }
  if (accounts.length === 0 && first !== null) throw first;
  return { accounts, left };
}

/** What CLIProxyAPI lets its owner say of an account that has no equal here, where it says it. */
function leftOfFile(file: JsonObject | null): readonly LeftOut[] {
  const proxy = textMember(file, 'proxy_url');
  const named = ['prefix', 'excluded_models', 'weight', 'request_retry', 'disable_cooling'].filter(
    (name) => file !== null && Object.hasOwn(file, name),
  );
  return [
    ...named.map((name) => leftOut(name, 'no-equal')),
    ...(proxy !== null && proxy !== '' && !isProxyAddress(proxy) ? [leftOut('proxy_url', 'no-proxy')] : []),
  ];
}

/** The entries of a list, at the top or as the one list of an object's `accounts`, `auths` or `files`; null for anything else. */
function listIn(text: string): readonly unknown[] | null {
  const value = jsonValue(text);
  if (Array.isArray(value)) return value;
  if (!isJsonObject(value) || Object.hasOwn(value, 'tokens')) return null;
  const lists = ['accounts', 'auths', 'files'].map((name) => (Object.hasOwn(value, name) ? value[name] : null));
  return lists.find((list) => Array.isArray(list)) ?? null;
}
