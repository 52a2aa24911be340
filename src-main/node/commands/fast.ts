import type { FastPolicy } from '../../shared/model.ts';
import { policyMeaning } from '../../shared/tiers.ts';
import type { CommandContext } from '../context.ts';
import type { CommonOptions } from '../options.ts';
import { call, withBridge } from './with-bridge.ts';

/** Sets the fast mode. */
export async function setFast(policy: FastPolicy, options: CommonOptions, context: CommandContext): Promise<number> {
  const set = await withBridge(options, context, (bridge) => call(bridge, 'fast.set', { policy }));
  context.print(`Fast mode is ${set.policy}. ${policyMeaning(set.policy)}`);
  return 0;
}
