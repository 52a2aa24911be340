import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the Codex command keeps its sign-in: `$CODEX_HOME/auth.json`, else `~/.codex/auth.json`. */
export function officialAuthPath(env: NodeJS.ProcessEnv, homeDir = homedir()): string {
  return join(env.CODEX_HOME || join(homeDir, '.codex'), 'auth.json');
}
