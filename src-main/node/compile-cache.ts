import { existsSync, mkdirSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { defaultDataDir } from './default-data-dir.ts';

const option = '--data-dir';

/**
 * Lets V8 keep what it compiles of the program, in the data folder where there is one already: the second start finds it there,
 * and need not read half of the program to find out what is in it. Only what is loaded from now on counts. Never throws.
 */
export function keepCompiled(args: readonly string[]): void {
  const dataDir =
    namedFolder(args) ?? defaultDataDir({ platform: process.platform, env: process.env, homeDir: homedir() });
  const folder = join(dataDir, 'compile-cache');
  if (existsSync(dataDir) && isMade(folder)) enableCompileCache(folder);
}

/** A demo changes nothing in a folder that is named beside it. */
function namedFolder(args: readonly string[]): string | undefined {
  if (args.includes('--demo')) return undefined;
  const given = args[args.indexOf(option) + 1];
  const written = args.find((arg) => arg.startsWith(`${option}=`))?.slice(option.length + 1);
  return written ?? (args.includes(option) ? given : undefined);
}

/** Node would make it too, but never stop trying in a file system that takes no folders, such as `/proc`. */
function isMade(folder: string): boolean {
  try {
    if (!existsSync(folder)) mkdirSync(folder);
    return true;
  } catch {
    return false;
  }
}
