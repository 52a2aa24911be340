import { cpSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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
        input: ['patch', 'own'].map((name) => join(sourceDir, `${name}.ts`)),
        output: { entryFileNames: '[name].js', chunkFileNames: '[name].js' },
      },
    },
  });
  cpSync(
    join(sqlite, 'prebuilds', `${process.platform}-${process.arch}`, '@photostructure+sqlite.glibc.node'),
    join(compatDir, 'sqlite.node'),
  );
  const imported = new Map<string, Set<string>>();
  for (const path of globSync('main/**/*.js', { cwd: outDir })) {
    const file = join(outDir, path);
    const compat = relative(dirname(file), compatDir);
    const code = readFileSync(file, 'utf8').replaceAll(
      /^import \{([^}]+)\} from ["']node:([\w/]+)["'];$/gm,
      (_line, names: string, module: string) => {
        const known = imported.get(module) ?? new Set();
        for (const name of names.split(',')) known.add(name.trim().split(' as ')[0] ?? '');
        imported.set(module, known);
        return `import {${names}} from "${compat}/node/${module.replace('/', '-')}.js";`;
      },
    );
    const isEntry = entries.some((entry) => path.endsWith(`/${entry}`));
    writeFileSync(file, isEntry ? `import "${compat}/patch.js";\n${code}` : code);
  }
  mkdirSync(join(compatDir, 'node'));
  for (const [module, names] of imported)
    writeFileSync(join(compatDir, 'node', `${module.replace('/', '-')}.js`), standIn(module, [...names]));
}

/** A module of Node's with every name that is imported of it; what neither it nor we have fails when it is called. */
function standIn(module: string, names: readonly string[]): string {
  const real = module === 'sqlite' ? 'const real = {};' : `import * as real from "node:${module}";`;
  const lines = names.map(
    (name) =>
      `export const ${name} = real["${name}"] ?? given["${name}"] ?? (() => { throw new Error("Node lacks ${module}.${name}"); });`,
  );
  return [real, 'import { own } from "../own.js";', `const given = own["${module}"] ?? {};`, ...lines, ''].join('\n');
}
