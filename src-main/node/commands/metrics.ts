import type { CommandContext } from '../context.ts';
import type { CommonOptions } from '../options.ts';
import { call, withBridge } from './with-bridge.ts';

/** Switches the counting of turns on or off, or tells where the figures are and by which token. */
export async function metrics(
  wanted: 'on' | 'off' | undefined,
  options: CommonOptions & { readonly rotate?: true },
  context: CommandContext,
): Promise<number> {
  return withBridge(options, context, async (bridge) => {
    const settings =
      wanted === undefined
        ? await call(bridge, 'settings.get', null)
        : await call(bridge, 'settings.set', { metrics: wanted === 'on' });
    if (!settings.metrics) {
      context.print('Metrics are off. "npx slipstream metrics on" switches them on.');
      return 0;
    }
    const { url, token } = await call(bridge, 'metrics.access', { renew: options.rotate === true });
    context.print(url);
    context.print(token);
    return 0;
  });
}
