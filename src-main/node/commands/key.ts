import type { CommandContext } from '../context.ts';
import type { CommonOptions } from '../options.ts';
import { call, withBridge } from './with-bridge.ts';

/** Prints the API key, alone on standard output so that scripts can take it; a new one where that is asked for. */
export async function showKey(
  options: CommonOptions & { readonly rotate?: true },
  context: CommandContext,
): Promise<number> {
  const { apiKey } = await withBridge(options, context, (bridge) =>
    call(bridge, options.rotate ? 'app.rotateKey' : 'app.apiKey', null),
  );
  context.print(apiKey);
  if (options.rotate) {
    context.complain('The old key is refused from now on. Set up your clients again, or give them this one.');
  }
  return 0;
}
