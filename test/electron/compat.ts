import { cpSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { build } from 'vite';

const sourceDir = join(import.meta.dirname, 'compat');
const entries = ['main.js', 'trace-worker.js'];

/** Lets a built program run on an older Electron: what that lacks is built into a folder beside it, and its files import it there. */
export async function addCompat(outDir: string, packagesDir: string): Promise<void> {
  const compatDir = join(outDir, 'compat');
  const packages = join(packagesDir, 'node_modules');
  const sqlite = join(packages, '@photostructure', 'sqlite');
  await build({
    configFile: false,
    logLevel: 'error',
    root: sourceDir,
    resolve: {
      alias: {
        'compat-sqlite': join(sqlite, 'dist', 'index.mjs'),
        'compat-zstd': join(packages, '@hpcc-js', 'wasm-zstd', 'dist', 'index.js'),
        'node-gyp-build': join(sourceDir, 'node-gyp-build.ts'),
      },
    },
    ssr: { noExternal: true },
    build: {
      ssr: true,
      outDir: compatDir,
      emptyOutDir: true,
      target: 'node20',
      rolldownOptions: {
        input: ['patch', 'sqlite', 'zlib'].map((name) => join(sourceDir, `${name}.ts`)),
        output: { entryFileNames: '[name].js', chunkFileNames: '[name].js' },
      },
    },
  });
  cpSync(
    join(sqlite, 'prebuilds', `${process.platform}-${process.arch}`, '@photostructure+sqlite.glibc.node'),
    join(compatDir, 'sqlite.node'),
  );
  for (const path of globSync('main/**/*.js', { cwd: outDir })) {
    const file = join(outDir, path);
    const compat = relative(dirname(file), compatDir);
    const code = readFileSync(file, 'utf8')
      .replaceAll(/(\bfrom ?)["']node:(sqlite|zlib)["']/g, `$1"${compat}/$2.js"`)
      .replace(/^/, entries.some((entry) => path.endsWith(`/${entry}`)) ? `import "${compat}/patch.js";\n` : '');
    writeFileSync(file, code);
  }
}
