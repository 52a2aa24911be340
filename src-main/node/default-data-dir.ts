import { isAbsolute, join } from 'node:path';

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
      return join(absolute(env.XDG_CONFIG_HOME) ?? join(homeDir, '.config'), 'slipstream');
  }
}

/** Its specification has a relative one passed over: it would be another folder wherever the program is started. */
function absolute(folder = ''): string | null {
  return isAbsolute(folder) ? folder : null;
}
