import { writeFileSync } from 'node:fs';
import { SlipstreamError } from '../../shared/errors.ts';
import type { CommandContext } from '../context.ts';
import type { CommonOptions } from '../options.ts';
import { call, withBridge } from './with-bridge.ts';

const maxTurns = 500;

/** Writes the newest turns to a HAR file that only its owner can read. */
export async function exportHar(
  file: string,
  options: CommonOptions & { readonly bodies?: true },
  context: CommandContext,
): Promise<number> {
  const withBodies = options.bodies === true;
  const har = await withBridge(options, context, (bridge) =>
    call(bridge, 'export.har', { ids: null, filter: {}, limit: maxTurns, withBodies }),
  );
  try {
    writeFileSync(file, har.text, { mode: 0o600, flag: 'wx' });
  } catch (cause) {
    const exists = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
    throw new SlipstreamError('store_unwritable', {
      message: exists ? `${file} is there already.` : `${file} cannot be written.`,
      cause,
    });
  }
  context.print(`Wrote ${har.turns} turns (${har.entries} entries) to ${file}.`);
  if (withBodies) context.print('It holds what was said to the model. Look it through before you pass it on.');
  return 0;
}
