import { homedir } from 'node:os';
import { isAbsolute } from 'node:path';

/**
 * A process without HOME whose user nobody knows, as in a container with a number for its user, has no home folder, and asking
 * for it throws. It gets the one that containers give. A HOME that is empty, or leads from wherever the process was started, is
 * none: sign-ins would be kept in a folder of somebody's project.
 */
export function ensureHome(env: NodeJS.ProcessEnv, ask: () => string = homedir): void {
  if (env.HOME !== undefined && !isAbsolute(env.HOME)) delete env.HOME;
  try {
    ask();
  } catch {
    env.HOME = '/';
  }
}
