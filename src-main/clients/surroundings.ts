import { existsSync } from 'node:fs';
import { delimiter, isAbsolute, join, relative, sep } from 'node:path';
import { SlipstreamError } from '../shared/errors.ts';
import { said } from '../shared/words/said.ts';

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

/** A client's folder: what the environment names, or what is usual. */
export function folderOf(variable: string, usual: string, { env, homeDir }: Surroundings): string {
  return env[variable] || join(homeDir, usual);
}

/** As `folderOf`, for writing into it. Throws `client_file_unusable` where it lies outside the home folder. */
export function homeFolderOf(variable: string, usual: string, around: Surroundings): string {
  const folder = folderOf(variable, usual, around);
  const way = relative(around.homeDir, folder);
  if (!isAbsolute(folder) || way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)) {
    throw new SlipstreamError('client_file_unusable', said('failures.client.home', { variable, folder }));
  }
  return folder;
}
