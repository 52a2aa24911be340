import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig, type UserConfig } from 'electron-vite';
import type { Plugin } from 'vite';
import { withPlainBuiltins } from './builtins.ts';
import { partsOf } from './parts.ts';
import { hashSources, removeStamp, writeStamp } from './stale.ts';

const rootDir = resolve(import.meta.dirname, '..', '..');

/** Stamps the build when its last part, the renderer, is written; every way to build goes through here. */
function stampPlugin(sourceHash: string): Plugin {
  return { name: 'slipstream-stamp', apply: 'build', writeBundle: () => writeStamp(rootDir, sourceHash) };
}

const builtinsPlugin: Plugin = { name: 'slipstream-builtins', apply: 'build', renderChunk: withPlainBuiltins };

// biome-ignore lint/style/noDefaultExport: electron-vite reads its configuration from the default export
export default defineConfig((): UserConfig => {
  removeStamp(rootDir);
  // Taken before the first part is built: an edit made meanwhile leaves the build stale.
  const sourceHash = hashSources(rootDir);
  return {
    main: {
      plugins: [builtinsPlugin],
      build: {
        outDir: resolve(rootDir, 'out/main'),
        emptyOutDir: true,
        target: 'node24',
        // Dependencies stay outside; all else that is imported, mostly packages of many small files, which take longer to find
        // and read than all the rest of a start, goes into the build.
        externalizeDeps: true,
        rolldownOptions: {
          input: {
            main: resolve(rootDir, 'src-main/main.ts'),
            headless: resolve(rootDir, 'src-main/headless.ts'),
            'trace-worker': resolve(rootDir, 'src-main/core/traces/store/worker.ts'),
          },
          // Names that stay, so that what V8 kept of an older build makes room for the new.
          // They lie side by side, since the program finds page, preload and thread from where its parts lie.
          output: {
            entryFileNames: '[name].js',
            chunkFileNames: '[name].js',
            codeSplitting: {
              groups: [
                {
                  debugName: 'parts',
                  name: partsOf(resolve(rootDir, 'src-main')),
                  includeDependenciesRecursively: false,
                },
              ],
            },
            // V8 holds a text of ASCII alone in half the room; names and lines stay, for the sake of stacks.
            comments: false,
            minify: { mangle: false, compress: false, codegen: { removeWhitespace: false, asciiOnly: true } },
          },
        },
      },
    },
    preload: {
      build: {
        outDir: resolve(rootDir, 'out/preload'),
        emptyOutDir: true,
        target: 'node24',
        // A sandboxed preload can require nothing but electron, so all else goes into the one file.
        externalizeDeps: false,
        rolldownOptions: {
          input: { preload: resolve(rootDir, 'src-main/electron/preload.ts') },
          output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
        },
      },
    },
    renderer: {
      root: resolve(rootDir, 'src-renderer'),
      plugins: [react(), stampPlugin(sourceHash)],
      css: { modules: { localsConvention: 'camelCaseOnly' } },
      build: {
        outDir: resolve(rootDir, 'out/renderer'),
        emptyOutDir: true,
        // The dashboard also opens in browsers that are not Chromium.
        target: 'es2022',
        minify: true,
        // The content security policy has no data: for scripts, styles and fonts.
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        rolldownOptions: { input: resolve(rootDir, 'src-renderer/index.html') },
      },
    },
  };
});
