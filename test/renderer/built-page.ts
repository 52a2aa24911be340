import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { build } from 'vite';

/**
 * Builds the page into a folder of its own: always from the sources as they are, and without the rest of the program.
 * The options are those of `src-main/build/electron.vite.config.ts` that decide what the page may do under its policy.
 */
export async function buildPage(): Promise<{ readonly folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'slipstream-page-'));
  const { NODE_ENV: before } = process.env;
  // Vitest sets it to test, which would build React's development half.
  process.env.NODE_ENV = 'production';
  try {
    await build({
      configFile: false,
      root: fileURLToPath(new URL('../../src-renderer', import.meta.url)),
      base: './',
      logLevel: 'warn',
      plugins: [react()],
      build: {
        outDir: folder,
        emptyOutDir: true,
        target: 'es2022',
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
      },
    });
  } finally {
    process.env.NODE_ENV = before;
  }
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
