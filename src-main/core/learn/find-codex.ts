import { accessSync, constants, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, isAbsolute, join, resolve } from 'node:path';

interface Surroundings {
  readonly path: string;
  readonly pathExt: string;
  readonly platform: NodeJS.Platform;
  readonly homeDir: string;
}

/** Where installers put commands that a desktop's own PATH may not name. */
function usualFolders({ platform, homeDir }: Surroundings): string[] {
  if (platform === 'win32') return [join(homeDir, 'AppData', 'Roaming', 'npm')];
  const home = ['.local/bin', '.npm-global/bin', '.bun/bin', '.volta/bin', '.local/share/pnpm', 'bin'];
  return ['/opt/homebrew/bin', '/usr/local/bin', ...home.map((folder) => join(homeDir, folder))];
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

const thisMachine = (): Surroundings => ({
  path: process.env.PATH ?? '',
  pathExt: process.env.PATHEXT ?? '.EXE;.CMD;.BAT',
  platform: process.platform,
  homeDir: homedir(),
});

/** The first `codex` on PATH, or in the folders where installers put it; null where there is none. */
export function findCodex(around: Surroundings = thisMachine()): string | null {
  const names =
    around.platform === 'win32' ? around.pathExt.split(';').map((ending) => `codex${ending.toLowerCase()}`) : ['codex'];
  // A relative entry of PATH would find whatever lies in the folder we happen to be in.
  const folders = around.path.split(delimiter).filter((folder) => isAbsolute(folder));
  for (const folder of [...folders, ...usualFolders(around)]) {
    for (const name of names) if (isProgram(join(folder, name))) return join(folder, name);
  }
  return null;
}

/** The program of a path that the user names; null where there is none. */
export function codexAt(path: string): string | null {
  const absolute = resolve(path);
  return isProgram(absolute) ? absolute : null;
}
