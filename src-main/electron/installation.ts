import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { app } from 'electron';
import { feedUrlOf, type Installation } from './update-rules.ts';

/** What the package says of itself. Who packages it for a package manager names it in `resources/package-manager`. */
export function readInstallation(isDemo: boolean): Installation {
  const text = (name: string) => {
    const path = join(process.resourcesPath ?? '', name);
    return app.isPackaged && existsSync(path) ? readFileSync(path, 'utf8').trim() : null;
  };
  return {
    isPackaged: app.isPackaged,
    isDemo,
    platform: process.platform,
    appImage: process.env.APPIMAGE,
    packageType: text('package-manager') ?? text('package-type'),
    feedUrl: feedUrlOf(text('app-update.yml') ?? ''),
  };
}

/** What puts the AppImage that runs now aside, in place of the one kept before; null where it is none. */
export function previousKeeper({ appImage }: Installation, dataDir: string): (() => void) | null {
  if (!appImage) return null;
  return () => {
    const dir = join(dataDir, 'previous');
    rmSync(dir, { recursive: true, force: true });
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    copyFileSync(appImage, join(dir, basename(appImage)));
  };
}
