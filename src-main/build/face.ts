import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What `npm start` knows before it picks a face. */
export interface FaceFacts {
  readonly args: readonly string[];
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isRoot: boolean;
  /** `missing` may still be installed; `refused` was tried in vain. */
  readonly runtime: 'present' | 'missing' | 'refused';
}

export type FaceChoice =
  | { readonly face: 'desktop' }
  /** Get the Electron runtime, then choose again. */
  | { readonly face: 'install' }
  /** `reason` is null where headless is what was asked for. */
  | { readonly face: 'headless'; readonly reason: string | null };

/** Picks the face. Electron without its sandbox is never an answer, so root means headless. */
export function chooseFace(facts: FaceFacts): FaceChoice {
  const { args, platform, env, isRoot, runtime } = facts;
  if (args.includes('--headless') || !startsServer(args)) {
    return { face: 'headless', reason: null };
  }
  if (platform === 'linux' && !env.DISPLAY && !env.WAYLAND_DISPLAY) {
    return { face: 'headless', reason: 'there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)' };
  }
  if (isRoot) {
    return { face: 'headless', reason: 'this is root, and Electron has no sandbox as root' };
  }
  if (runtime === 'refused') {
    return { face: 'headless', reason: 'the Electron runtime could not be installed' };
  }
  return { face: runtime === 'present' ? 'desktop' : 'install' };
}

/** Only `serve`, named or implied, has a window; the other commands and the help are text. */
function startsServer(args: readonly string[]): boolean {
  const [first] = args;
  if (args.some((arg) => ['-h', '--help', '-V', '--version'].includes(arg))) return false;
  return first === undefined || first === 'serve' || first.startsWith('-');
}

const executables: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'Electron.app/Contents/MacOS/Electron',
  win32: 'electron.exe',
};

/**
 * Where the Electron runtime is, or null. Looks at files only: importing the electron package downloads the runtime.
 */
export function findElectron(
  electronPackageDir: string,
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): string | null {
  const pathFile = join(electronPackageDir, 'path.txt');
  const overrideDir = env.ELECTRON_OVERRIDE_DIST_PATH;
  if (!overrideDir && !existsSync(pathFile)) return null;
  const executable = existsSync(pathFile) ? readFileSync(pathFile, 'utf8') : (executables[platform] ?? 'electron');
  const runtime = join(overrideDir || join(electronPackageDir, 'dist'), executable);
  return existsSync(runtime) ? runtime : null;
}
