import { lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { officialAuthPath } from '../../core/codex-home.ts';
import type { AccountView } from '../../shared/account-model.ts';
import type { Bridge } from '../../shared/contract.ts';
import { SlipstreamError } from '../../shared/errors.ts';
import type { ImportPreview, LeftOut } from '../../shared/import-model.ts';
import { previewLines } from '../../shared/import-words.ts';
import { english } from '../../shared/words/english.ts';
import type { CommandContext } from '../context.ts';
import { decodeText } from '../decode-text.ts';
import type { CommonOptions } from '../options.ts';
import { askAtTerminal } from './ask.ts';
import { call, withBridge } from './with-bridge.ts';

const maxFileBytes = 1_048_576;
const maxFiles = 200;

export interface ImportOptions extends CommonOptions {
  readonly copy?: true;
  /** Of what needs a yes: it is there. */
  readonly yes?: true;
  /** Show what would be taken, and take nothing. */
  readonly dryRun?: true;
}

/**
 * Imports sign-ins, and settings of other proxies. The sign-in that the Codex command uses is linked: a copy of it would be
 * signed out by the next refresh on either side. Any other file, and with `--copy` that one too, is copied. A folder, settings
 * and several accounts are shown before they are taken.
 */
export async function importFile(path: string, options: ImportOptions, context: CommandContext): Promise<number> {
  const facts = statSync(path, { throwIfNoEntry: false });
  const isFolder = facts?.isDirectory() === true;
  const { files, left } = isFolder
    ? readFolder(path, context)
    : { files: [{ name: null, text: readSignIn(path) }], left: [] };
  const isShared = !isFolder && options.copy !== true && isSameFile(resolve(path), officialAuthPath(process.env));
  return withBridge(options, context, async (bridge) => {
    if (isShared && options.dryRun !== true) {
      await link(bridge, resolve(path), context);
      return 0;
    }
    const found = [...(await previews(bridge, files)), nothingBut(left)];
    const isPlain = !isFolder && found[0]?.accounts.length === 1 && found.every((preview) => preview.left.length === 0);
    if (!isPlain || options.dryRun === true) for (const line of previewLines(found, english)) context.print(line);
    if (options.dryRun === true) return 0;
    const wanted = found.filter(({ accounts, settings }) => accounts.length + settings.length > 0);
    if (wanted.length === 0) return 1;
    if (!isPlain && !(await mayTake(options, context))) return 1;
    await take(bridge, wanted, context);
    if (!isPlain) context.print(english.t('migration.shared'));
    return 0;
  });
}

/** Shares a sign-in with the Codex command. */
async function link(bridge: Bridge, path: string, context: CommandContext): Promise<void> {
  const added = await addedBy(bridge, () => call(bridge, 'accounts.link', { path }));
  for (const account of added) context.print(`Linked ${nameOf(account)}.`);
  if (added.length === 0) context.print(replaced);
  for (const line of sharedNotes) context.print(line);
}

/** Copies what the texts hold. */
async function take(bridge: Bridge, wanted: readonly Found[], context: CommandContext): Promise<void> {
  const added = await addedBy(bridge, async () => {
    let accounts: readonly AccountView[] = [];
    for (const { text } of wanted) accounts = await call(bridge, 'accounts.import', { text });
    return accounts;
  });
  for (const account of added) context.print(`Imported ${nameOf(account)}.`);
  const hasSettings = wanted.some(({ settings }) => settings.length > 0);
  if (hasSettings) context.print('The settings were taken over.');
  else if (added.length === 0) context.print(replaced);
}

/** The accounts that are there after some work, of which it answers the list, and were not before it. */
async function addedBy(bridge: Bridge, work: () => Promise<readonly AccountView[]>): Promise<readonly AccountView[]> {
  const known = new Set((await call(bridge, 'accounts.list', null)).map(({ id }) => id));
  return (await work()).filter(({ id }) => !known.has(id));
}

const replaced = 'The account was there already; its tokens were replaced.';
const sharedNotes = [
  'Slipstream and Codex share this sign-in through the file: what one renews, the other takes over. When both renew it at the',
  'same moment one of them may have to sign in again; "npx slipstream login" gives Slipstream a sign-in of its own.',
];

/** A text that may hold sign-ins; of a folder, with the name of its file. */
interface FoundFile {
  readonly name: string | null;
  readonly text: string;
}

type Found = ImportPreview & Pick<FoundFile, 'text'>;

/** What each text holds. Of a folder a file that holds nothing is told as left out; a single file says what is wrong with it. */
async function previews(bridge: Bridge, files: readonly FoundFile[]): Promise<readonly Found[]> {
  const found: Found[] = [];
  for (const { name, text } of files) {
    try {
      found.push({ ...(await call(bridge, 'accounts.preview', { text })), text });
    } catch (error) {
      const isForeign = error instanceof SlipstreamError && error.code === 'account_file_invalid';
      if (name === null || !isForeign) throw error;
      found.push(nothingBut([{ what: name, why: 'no-sign-in' }]));
    }
  }
  return found;
}

function nothingBut(left: readonly LeftOut[]): Found {
  return { tool: null, accounts: [], settings: [], left: [...left], text: '' };
}

async function mayTake({ yes }: ImportOptions, context: CommandContext): Promise<boolean> {
  if (yes === true) return true;
  if (process.stdin.isTTY) return askAtTerminal('Take it?', 'yes');
  context.complain('Nothing was taken. Run it again with --yes.');
  return false;
}

/** The sign-ins and the configuration in a folder of another proxy, in the order of their names. Links and large files are left. */
function readFolder(folder: string, context: CommandContext) {
  const names = readdirSync(folder)
    .filter((name) => /\.(json|ya?ml)$/i.test(name) && !/^(package|tsconfig|models?)\b/.test(name))
    .toSorted();
  const files: FoundFile[] = [];
  const left: LeftOut[] = [];
  for (const name of names) {
    const file = join(folder, name);
    const facts = lstatSync(file);
    if (facts.isDirectory()) continue;
    if (!facts.isFile() || facts.size > maxFileBytes) {
      left.push({ what: name, why: facts.isFile() ? 'too-large' : 'no-file' });
      continue;
    }
    if (files.length === maxFiles) {
      context.complain(`Only the first ${maxFiles} files are read.`);
      break;
    }
    try {
      files.push({ name, text: decodeText(readFileSync(file)) });
    } catch {
      left.push({ what: name, why: 'not-readable' });
    }
  }
  if (files.length === 0)
    throw refusal(`There is no sign-in in ${folder}. Give the folder where the other program keeps its accounts.`);
  return { files, left };
}

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
    return decodeText(readFileSync(file));
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
