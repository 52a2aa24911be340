import type { FastPolicy } from '../../shared/model.ts';
import type { CommandContext } from '../context.ts';
import type { CommonOptions } from '../options.ts';
import { call, withBridge } from './with-bridge.ts';

const meanings: Record<FastPolicy, string> = {
  on: 'every turn whose model has the tier asks for priority',
  off: 'no turn asks for priority, not even where the client does',
  auto: 'each client decides',
};

/** Sets the fast mode. */
export async function setFast(policy: FastPolicy, options: CommonOptions, context: CommandContext): Promise<number> {
  const set = await withBridge(options, context, (bridge) => call(bridge, 'fast.set', { policy }));
  context.print(`Fast mode is ${set.policy}: ${meanings[set.policy]}.`);
  return 0;
}
