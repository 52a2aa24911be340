import { join } from 'node:path';

interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDir: string;
}

/** The folder both faces use unless told otherwise. */
export function defaultDataDir({ platform, env, homeDir }: Surroundings): string {
  switch (platform) {
    case 'darwin':
      return join(homeDir, 'Library', 'Application Support', 'Slipstream');
    case 'win32':
      return join(env.APPDATA || join(homeDir, 'AppData', 'Roaming'), 'Slipstream');
    default:
      return join(env.XDG_CONFIG_HOME || join(homeDir, '.config'), 'slipstream');
  }
}
