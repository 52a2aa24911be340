import type { FastPolicy } from '../../shared/tiers.ts';
import { policyMeaning } from '../../shared/tiers.ts';
import type { CommandContext } from '../context.ts';
import type { CommonOptions } from '../options.ts';
import { call, withBridge } from './with-bridge.ts';

/** Sets the fast mode. */
export async function setFast(policy: FastPolicy, options: CommonOptions, context: CommandContext): Promise<number> {
  const { fastPolicy } = await withBridge(options, context, (bridge) =>
    call(bridge, 'settings.set', { fastPolicy: policy }),
  );
  context.print(`Fast mode is ${fastPolicy}. ${policyMeaning(fastPolicy)}`);
  return 0;
}
