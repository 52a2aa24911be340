import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The machine as far as clients are looked for there. */
export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDir: string;
}

/** Whether a program of this name lies in a folder of PATH. */
export function isOnPath(name: string, { platform, env }: Surroundings): boolean {
  const endings = platform === 'win32' ? ['.exe', '.cmd', '.ps1', ''] : [''];
  const folders = (env.PATH ?? env.Path ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.some((folder) => endings.some((ending) => existsSync(join(folder, `${name}${ending}`))));
}

/** Where a program that follows the XDG rules keeps its configuration. */
export function xdgConfigDir({ env, homeDir }: Surroundings): string {
  return env.XDG_CONFIG_HOME || join(homeDir, '.config');
}
