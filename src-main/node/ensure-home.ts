import { homedir } from 'node:os';

/**
 * A process without HOME whose user nobody knows, as in a container with a number for its user, has no home folder, and asking
 * for it throws. It gets the one that containers give.
 */
export function ensureHome(env: NodeJS.ProcessEnv, ask: () => string = homedir): void {
  try {
    ask();
  } catch {
    env.HOME = '/';
  }
}
