import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { SlipstreamError } from '../shared/errors.ts';

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

/** Makes the folder where it is missing, for its owner only. */
export function ensureDataDir(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new SlipstreamError('store_unwritable', { message: `The data folder ${dataDir} cannot be made.`, cause });
  }
}
