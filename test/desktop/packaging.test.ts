import { existsSync, globSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join, matchesGlob, resolve } from 'node:path';
import { getConfig, validateConfiguration } from 'app-builder-lib/out/util/config/config.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { drawIcons } from '../../src-main/build/icons.ts';

const rootDir = resolve(import.meta.dirname, '..', '..');
const read = (path: string) => readFileSync(join(rootDir, path), 'utf8');
type Config = Awaited<ReturnType<typeof getConfig>>;

describe('the packaging', () => {
  let config: Config;
  let files: readonly string[];
  beforeAll(async () => {
    config = await getConfig(rootDir, null, null);
    // It turns the list into a set of filters.
    files = [config.files ?? []].flat().flatMap((set) => (typeof set === 'string' ? set : (set.filter ?? [])));
    expect(files.length).toBeGreaterThan(5);
  });

  it('passes electron-builder’s own validation', async () => {
    await expect(validateConfiguration(config, { isEnabled: false, add: () => {} } as never)).resolves.toBeUndefined();
    await expect(
      validateConfiguration({ ...config, noSuchOption: 1 } as never, { isEnabled: false, add: () => {} } as never),
    ).rejects.toThrow('noSuchOption');
  });

  it('makes dmg, nsis, AppImage and deb, with the hardened runtime on macOS', () => {
    const targets = [config.mac, config.win, config.linux].flatMap((platform) =>
      [platform?.target ?? []].flat().map((target) => (typeof target === 'string' ? target : target.target)),
    );
    expect(targets).toEqual(['dmg', 'nsis', 'AppImage', 'deb']);
    expect(config.mac).toMatchObject({ hardenedRuntime: true });
  });

  it('names files that exist, each pattern at least one', () => {
    const kept = files.filter((pattern) => !pattern.startsWith('!'));
    expect(kept.filter((pattern) => globSync(pattern, { cwd: rootDir }).length === 0)).toEqual([]);
    const single = [config.mac?.icon, config.win?.icon, config.linux?.icon, config.mac?.entitlements];
    expect(single.filter((path) => typeof path !== 'string' || !existsSync(join(rootDir, path)))).toEqual([]);
  });

  it('holds what the program reads at run time', () => {
    const packed = (path: string) => files.some((pattern) => !pattern.startsWith('!') && matchesGlob(path, pattern));
    const { main } = JSON.parse(read('package.json')) as { main: string };
    const needed = [
      main,
      'out/preload/preload.cjs',
      'out/renderer/index.html',
      'assets/icon.png',
      'assets/tray/idle-dark.png',
    ];
    expect(needed.filter((path) => !packed(path))).toEqual([]);
  });

  it('leaves no module out that main imports, and packs no Node binary', () => {
    const { dependencies, optionalDependencies } = JSON.parse(read('package.json')) as {
      dependencies: Record<string, string>;
      optionalDependencies: Record<string, string>;
    };
    const left = files.filter((pattern) => pattern.startsWith('!node_modules/')).map((pattern) => pattern.slice(1));
    const isLeftOut = (name: string) => left.some((pattern) => matchesGlob(`node_modules/${name}/index.js`, pattern));
    const imported = globSync('src-main/**/*.ts', { cwd: rootDir, exclude: ['src-main/build/**'] })
      .flatMap((file) => [...read(file).matchAll(/^(?:import|export) (?!type )[^;]*?from '([^.'][^']*)'/gms)])
      .map(([, name = '']) => packageOf(name))
      .filter((name) => name !== 'electron' && !name.startsWith('node:') && !builtinModules.includes(name));
    const names = [...new Set(imported)];
    expect(names.filter((name) => !Object.hasOwn(dependencies, name) || isLeftOut(name))).toEqual([]);
    expect(Object.keys(optionalDependencies).filter((name) => !isLeftOut(name))).toEqual([]);
  });
});

describe('the images', () => {
  it('are those that the script makes of the SVG sources', async () => {
    const drawn = await drawIcons();
    const different = [...drawn].filter(
      ([path, content]) => !readFileSync(join(rootDir, 'assets', path)).equals(Buffer.from(content)),
    );
    expect(different.map(([path]) => path)).toEqual([]);
    expect(globSync('assets/**/*.png', { cwd: rootDir, exclude: ['assets/screenshot*.png'] })).toHaveLength(drawn.size);
  });
});

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
