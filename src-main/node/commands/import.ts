import { readFileSync, statSync } from 'node:fs';
import { SlipstreamError } from '../../shared/errors.ts';
import type { CommandContext } from '../context.ts';
import type { CommonOptions } from '../options.ts';
import { call, withBridge } from './with-bridge.ts';

const maxFileBytes = 1_048_576;

/** Imports a Codex sign-in by copy. */
export async function importFile(file: string, options: CommonOptions, context: CommandContext): Promise<number> {
  const text = readSignIn(file);
  await withBridge(options, context, async (bridge) => {
    const before = new Set((await call(bridge, 'accounts.list', null)).map((account) => account.id));
    const accounts = await call(bridge, 'accounts.import', { text });
    const added = accounts.filter((account) => !before.has(account.id));
    for (const account of added) {
      context.print(`Imported ${account.email}${account.plan === null ? '' : ` (${account.plan})`}.`);
    }
    if (added.length === 0) {
      context.print('The account was there already; its tokens were replaced.');
    }
  });
  return 0;
}

function readSignIn(file: string): string {
  try {
    if (statSync(file).size <= maxFileBytes) {
      return readFileSync(file, 'utf8');
    }
  } catch (cause) {
    throw new SlipstreamError('account_file_invalid', { message: `${file} cannot be read.`, cause });
  }
  throw new SlipstreamError('account_file_invalid', { message: `${file} is too large to be a sign-in.` });
}
