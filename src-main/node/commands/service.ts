import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { SlipstreamError } from '../../shared/errors.ts';
import { writeProblemText } from '../../shared/write-problem-text.ts';
import type { CommandContext } from '../context.ts';
import { recordOf } from '../demo-place.ts';
import type { CommonOptions } from '../options.ts';
import { type Service, serviceFor } from '../service/units.ts';

export interface ServiceOptions extends CommonOptions {
  readonly port: number;
  readonly listen?: string;
  /** Says what would be done, and does nothing. */
  readonly print?: true;
}

type ServiceAction = 'install' | 'remove' | 'status';

/** Has the system run Slipstream without a window, ends that, or tells how it is. Throws `service_unsupported`, `store_unwritable`. */
export async function service(
  action: ServiceAction,
  options: ServiceOptions,
  context: CommandContext,
): Promise<number> {
  const found = serviceFor(process.platform, {
    node: process.execPath,
    program: resolve(process.argv[1] ?? ''),
    dataDir: resolve(options.dataDir),
    port: options.port,
    listenIp: options.listen ?? null,
    homeDir: homedir(),
  });
  if (found === null) throw new SlipstreamError('service_unsupported');
  if (options.print) {
    context.print(`# ${found.path}`);
    await context.write(found.text);
    return 0;
  }
  switch (action) {
    case 'install':
      return install(found, options, context);
    case 'remove':
      return remove(found, context);
    case 'status':
      return run(found.status, context);
  }
}

function install(found: Service, { dataDir }: ServiceOptions, context: CommandContext): number {
  const isThere = existsSync(found.path);
  // Where a service is there, it is most likely that one which runs.
  const other = isThere ? null : recordOf(dataDir);
  if (isThere) for (const command of found.replace) run(command, context);
  changing(found.path, 'written', () => {
    mkdirSync(dirname(found.path), { recursive: true, mode: 0o700 });
    writeFileAtomic.sync(found.path, found.text, { mode: 0o600 });
  });
  context.print(`Written: ${found.path}`);
  for (const command of found.install) {
    const code = run(command, context);
    if (code === 0) continue;
    context.complain(
      `slipstream: "${command.join(' ')}" failed; the file is kept, and "npx slipstream service remove" takes it away.`,
    );
    return code;
  }
  if (other === null) context.print('Slipstream runs as a service.');
  else
    context.complain(
      `slipstream: the service waits for process ${other.pid}, which has this data folder, to be stopped.`,
    );
  if (found.note !== null) context.print(found.note);
  return 0;
}

function remove(found: Service, context: CommandContext): number {
  if (!existsSync(found.path)) {
    context.print(`There is no service: ${found.path} is not there.`);
    return 0;
  }
  // One that does not run any more cannot be ended, and is removed all the same.
  for (const command of found.remove) run(command, context);
  changing(found.path, 'removed', () => rmSync(found.path));
  for (const command of found.removed) run(command, context);
  context.print(`Removed: ${found.path}. The data folder is kept.`);
  return 0;
}

/** Throws `store_unwritable`; whatever was there before is there still. */
function changing(path: string, what: 'written' | 'removed', work: () => void): void {
  try {
    work();
  } catch (cause) {
    const message = `${path} cannot be ${what}: ${writeProblemText(cause)}.`;
    throw new SlipstreamError('store_unwritable', { message, cause });
  }
}

function run([program = '', ...args]: readonly string[], context: CommandContext): number {
  const { status, error } = spawnSync(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (error !== undefined) context.complain(`slipstream: ${program} could not be run (${error.message}).`);
  return status ?? 1;
}
