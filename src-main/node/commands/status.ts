import type { CommandContext } from '../context.ts';
import { findInstance } from '../find-instance.ts';
import type { CommonOptions } from '../options.ts';

/** Exit code for "not running", as init scripts have it. */
export const notRunning = 3;

/** Says whether an instance runs on the data folder, and what it is doing. */
export async function showStatus(
  options: CommonOptions & { readonly json?: true },
  context: CommandContext,
): Promise<number> {
  const record = findInstance(options.dataDir);
  if (record === null) {
    context.print(
      options.json ? JSON.stringify({ state: 'stopped' }) : 'Slipstream is not running on this data folder.',
    );
    return notRunning;
  }
  const { call, withInstance } = await import('./with-bridge.ts');
  const status = await withInstance(record, (bridge) => call(bridge, 'app.status', null));
  if (options.json) {
    context.print(JSON.stringify({ state: 'running', ...status }, null, 2));
    return 0;
  }
  const { app } = status;
  context.print(`Slipstream ${app.version} (${app.face}${app.demo ? ', demo' : ''}) runs as pid ${status.pid}.`);
  context.print(`Base URL      ${app.baseUrl}/v1`);
  context.print(`Upstream      ${app.upstream}`);
  context.print(`Data folder   ${app.dataDir}`);
  context.print(`Fast mode     ${status.fastPolicy}`);
  context.print(`Accounts      ${status.accounts}`);
  context.print(`Running turns ${status.running}`);
  return 0;
}
