import { readFileSync, realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { officialAuthPath } from '../../core/codex-home.ts';
import type { AccountView } from '../../shared/account-model.ts';
import { SlipstreamError } from '../../shared/errors.ts';
import type { CommandContext } from '../context.ts';
import type { CommonOptions } from '../options.ts';
import { call, withBridge } from './with-bridge.ts';

const maxFileBytes = 1_048_576;

/**
 * Imports a sign-in. The one the Codex command uses is linked: a copy of it would be signed out by the next refresh on either
 * side. Any other file, and with `--copy` that one too, is copied.
 */
export async function importFile(
  file: string,
  options: CommonOptions & { readonly copy?: true },
  context: CommandContext,
): Promise<number> {
  const text = readSignIn(file);
  const path = resolve(file);
  const isShared = options.copy !== true && isSameFile(path, officialAuthPath(process.env));
  await withBridge(options, context, async (bridge) => {
    const before = await call(bridge, 'accounts.list', null);
    const accounts = isShared
      ? await call(bridge, 'accounts.link', { path })
      : await call(bridge, 'accounts.import', { text });
    const known = new Set(before.map((account) => account.id));
    const added = accounts.filter((account) => !known.has(account.id));
    for (const account of added) context.print(`${isShared ? 'Linked' : 'Imported'} ${nameOf(account)}.`);
    if (added.length === 0) context.print('The account was there already; its tokens were replaced.');
    if (isShared) for (const line of sharedNotes) context.print(line);
  });
  return 0;
}

const sharedNotes = [
  'Slipstream and Codex share this sign-in through the file: what one renews, the other takes over. When both renew it at the',
  'same moment one of them may have to sign in again; "npx slipstream login" gives Slipstream a sign-in of its own.',
];

function nameOf(account: AccountView): string {
  return account.plan === null ? account.email : `${account.email} (${account.plan})`;
}

function isSameFile(left: string, right: string): boolean {
  try {
    return realpathSync(left) === realpathSync(right);
  } catch {
    return false;
  }
}

function readSignIn(file: string): string {
  const facts = statSync(file, { throwIfNoEntry: false });
  if (facts === undefined) throw refusal(missingText(file));
  if (!facts.isFile()) throw refusal(`${file} is not a file. Give the path of an auth.json.`);
  if (facts.size > maxFileBytes) throw refusal(`${file} is too large to be a sign-in.`);
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw refusal(`${file} cannot be read. Give your user the right to read it.`, cause);
  }
}

function missingText(file: string): string {
  return resolve(file) === officialAuthPath(process.env)
    ? `There is no ${file}. Run "codex login" first; if Codex keeps its sign-in in the system keyring, use "npx slipstream login" instead.`
    : `There is no ${file}. Give the path of an auth.json, or of a codex-*.json of CLIProxyAPI.`;
}

function refusal(message: string, cause?: unknown): SlipstreamError {
  return new SlipstreamError('account_file_invalid', { message, cause });
}
