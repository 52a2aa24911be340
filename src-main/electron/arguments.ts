import { homedir } from 'node:os';
import { Command, CommanderError, Option } from 'commander';
import { defaultDataDir } from '../node/default-data-dir.ts';
import {
  addCommonOptions,
  addServeOptions,
  checkServeOptions,
  defaultPort,
  demoHasItsFolder,
  type ServeOptions,
} from '../node/options.ts';
import { SlipstreamError } from '../shared/errors.ts';

/** Starts in the tray only. */
export const hiddenFlag = '--hidden';

/** What a desktop start takes. */
export interface DesktopOptions extends ServeOptions {
  /** Start in the tray only, as a login start does. */
  readonly hidden?: true;
}

/** The options of `serve` in a desktop start's arguments; null, with a line on standard error, where one is wrong. */
export function readDesktopOptions(args: readonly string[], complain: (line: string) => void): DesktopOptions | null {
  const command = addServeOptions(addCommonOptions(new Command('slipstream')))
    .addOption(new Option(hiddenFlag, 'start in the tray, without a window'))
    // Chromium's own switches and what a desktop environment adds are not ours to judge.
    .allowUnknownOption()
    .allowExcessArguments()
    .exitOverride()
    .configureOutput({ writeErr: (text) => complain(`slipstream: ${text.trimEnd().replace(/^error: /, '')}`) });
  try {
    const options = command.parse(args, { from: 'user' }).opts<DesktopOptions>();
    checkServeOptions(options);
    if (options.demo && command.getOptionValueSource('dataDir') === 'cli') complain(demoHasItsFolder(options.dataDir));
    return options;
  } catch (thrown) {
    if (thrown instanceof SlipstreamError) {
      complain(`slipstream: ${thrown.message}`);
    } else if (!(thrown instanceof CommanderError)) {
      throw thrown;
    }
    return null;
  }
}

/** What a login start is given: hidden, and on the same folder and port where they are not the usual ones. */
export function loginArguments({ dataDir, port }: Pick<DesktopOptions, 'dataDir' | 'port'>): readonly string[] {
  const usualDir = defaultDataDir({ platform: process.platform, env: process.env, homeDir: homedir() });
  return [
    hiddenFlag,
    ...(dataDir === usualDir ? [] : ['--data-dir', dataDir]),
    ...(port === defaultPort ? [] : ['--port', String(port)]),
  ];
}
