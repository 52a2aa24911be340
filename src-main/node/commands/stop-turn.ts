import type { CommandContext } from '../context.ts';
import type { CommonOptions } from '../options.ts';
import { call, withBridge } from './with-bridge.ts';

/** Ends a turn that runs, by the id that the request's detail shows. */
export async function stopTurn(id: string, options: CommonOptions, context: CommandContext): Promise<number> {
  await withBridge(options, context, (bridge) => call(bridge, 'requests.stop', { id }));
  context.print('The turn was stopped.');
  return 0;
}
