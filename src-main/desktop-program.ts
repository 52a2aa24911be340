import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { compose } from './app/app.ts';
import { startDesktop } from './electron/desktop.ts';
import { hasTrayHost } from './electron/tray-host.ts';
import { keepMemorySmall } from './node/v8-memory.ts';
import { hardenPrototypes } from './shared/harden-prototypes.ts';

/** Parts of the built program lie a folder deeper than its entry. */
const outDirs = ['..', '../..'].map((path) => join(import.meta.dirname, path));
const outDir = outDirs.find((path) => existsSync(join(path, 'renderer'))) ?? join(import.meta.dirname, '..');

hardenPrototypes();
keepMemorySmall();
// Electron is not ready before this module is: what has to happen before that is awaited here.
await startDesktop({
  compose,
  hasTrayHost: () => hasTrayHost(process.platform),
  rendererDir: join(outDir, 'renderer'),
  preloadDir: join(outDir, 'preload'),
  assetsDir: join(outDir, '..', 'assets'),
});
