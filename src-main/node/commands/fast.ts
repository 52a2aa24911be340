import type { FastPolicy } from '../../shared/tiers.ts';
import { policyMeaning } from '../../shared/tiers.ts';
import { english } from '../../shared/words/english.ts';
import type { CommandContext } from '../context.ts';
import type { CommonOptions } from '../options.ts';
import { call, withBridge } from './with-bridge.ts';

/** Sets the fast mode; without a policy it tells which one is set. */
export async function setFast(
  policy: FastPolicy | undefined,
  options: CommonOptions,
  context: CommandContext,
): Promise<number> {
  const { fastPolicy } = await withBridge(options, context, (bridge) =>
    policy === undefined ? call(bridge, 'settings.get', null) : call(bridge, 'settings.set', { fastPolicy: policy }),
  );
  context.print(`Fast mode is ${fastPolicy}. ${policyMeaning(english.t, fastPolicy)}`);
  return 0;
}
