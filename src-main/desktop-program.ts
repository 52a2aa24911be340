import { join } from 'node:path';
import { compose } from './app/app.ts';
import { startDesktop } from './electron/desktop.ts';
import { hasTrayHost } from './electron/tray-host.ts';
import { hardenPrototypes } from './shared/harden-prototypes.ts';

const outDir = join(import.meta.dirname, '..');

hardenPrototypes();
// Electron is not ready before this module is: what has to happen before that is awaited here.
await startDesktop({
  compose,
  hasTrayHost: () => hasTrayHost(process.platform),
  rendererDir: join(outDir, 'renderer'),
  preloadDir: join(outDir, 'preload'),
  assetsDir: join(outDir, '..', 'assets'),
});
