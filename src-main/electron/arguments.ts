import { Command, CommanderError } from 'commander';
import { addCommonOptions, addServeOptions, checkServeOptions, type ServeOptions } from '../node/options.ts';
import { SlipstreamError } from '../shared/errors.ts';

/** The options of `serve` in a desktop start's arguments; null, with a line on standard error, where one is wrong. */
export function readDesktopOptions(args: readonly string[], complain: (line: string) => void): ServeOptions | null {
  const command = addServeOptions(addCommonOptions(new Command('slipstream')))
    // Chromium's own switches and what a desktop environment adds are not ours to judge.
    .allowUnknownOption()
    .allowExcessArguments()
    .exitOverride()
    .configureOutput({ writeErr: (text) => complain(`slipstream: ${text.trimEnd().replace(/^error: /, '')}`) });
  try {
    return checkServeOptions(command.parse(args, { from: 'user' }).opts<ServeOptions>());
  } catch (thrown) {
    if (thrown instanceof SlipstreamError) {
      complain(`slipstream: ${thrown.message}`);
    } else if (!(thrown instanceof CommanderError)) {
      throw thrown;
    }
    return null;
  }
}
