import { join } from 'node:path';
import { compose } from './app/app.ts';
import { startDesktop } from './electron/desktop.ts';

const outDir = join(import.meta.dirname, '..');

// Electron is not ready before this module is: what has to happen before that is awaited here.
await startDesktop({
  compose,
  rendererDir: join(outDir, 'renderer'),
  preloadDir: join(outDir, 'preload'),
  assetsDir: join(outDir, '..', 'assets'),
});
