import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a package's entry in the lock file says of it. */
interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export type LockedPackages = Readonly<Record<string, LockedPackage>>;

/** The packages of the lock file by their folder; the empty name is Slipstream itself. */
export function readLock(rootDir: string): LockedPackages {
  return (JSON.parse(readFileSync(join(rootDir, 'package-lock.json'), 'utf8')) as { packages: LockedPackages })
    .packages;
}

/** The folders of packages and of all that they depend on, found as Node finds them. */
export function withDependencies(packages: LockedPackages, names: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const add = (from: string, name: string) => {
    let at = from;
    while (at !== '' && !Object.hasOwn(packages, `${at}/node_modules/${name}`)) {
      at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1));
    }
    const path = at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`;
    if (found.has(path)) return;
    found.add(path);
    const { dependencies, optionalDependencies } = packages[path] ?? {};
    for (const needed of Object.keys({ ...dependencies, ...optionalDependencies })) add(path, needed);
  };
  for (const name of names) add('', name);
  return found;
}

/** The name of the package that an import names. */
export function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** The packages that program and page import, and that the build therefore holds where they are not dependencies. */
function importedBySources(rootDir: string): readonly string[] {
  const files = globSync(['src-main/**/*.ts', 'src-renderer/**/*.{ts,tsx}'], {
    cwd: rootDir,
    exclude: ['src-main/build/**'],
  });
  const specifiers = files.flatMap((file) =>
    [
      ...readFileSync(join(rootDir, file), 'utf8').matchAll(
        /(?:^import |^\} |\bfrom |\bimport\()(?:.{0,200}from )?'([a-z@][^':]*)'/gm,
      ),
    ].map(([, name = '']) => packageOf(name)),
  );
  return [...new Set(specifiers)];
}

/**
 * The folders of all packages that reach a user: those that are installed with Slipstream, and those that are built into it,
 * which are development dependencies so that nobody installs them twice. Electron itself has notices of its own.
 */
export function shippedPackages(rootDir: string): readonly string[] {
  const packages = readLock(rootDir);
  const installed = Object.keys(packages).filter((path) => path !== '' && packages[path]?.dev !== true);
  const imported = importedBySources(rootDir).filter((name) => Object.hasOwn(packages, `node_modules/${name}`));
  const builtIn = withDependencies(
    packages,
    imported.filter((name) => name !== 'electron'),
  );
  return [...new Set([...installed, ...builtIn])].toSorted();
}
