import { execFile } from 'node:child_process';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, matchesGlob, resolve } from 'node:path';
import { promisify } from 'node:util';
import { getConfig, validateConfiguration } from 'app-builder-lib/out/util/config/config.js';
import { Arch, build, DIR_TARGET, Platform } from 'electron-builder';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawIcons } from '../../src-main/build/icons.ts';
import { packageOf, readLock, withDependencies } from '../../src-main/build/shipped.ts';

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

  it('makes dmg and zip, nsis, AppImage and deb, with the hardened runtime on macOS', () => {
    const targets = [config.mac, config.win, config.linux].flatMap((platform) =>
      [platform?.target ?? []].flat().map((target) => (typeof target === 'string' ? target : target.target)),
    );
    expect(targets).toEqual(['dmg', 'zip', 'nsis', 'AppImage', 'deb']);
    expect(config.mac).toMatchObject({ hardenedRuntime: true });
    // The default for nsis has spaces, which do not survive an upload to a release.
    expect(config.nsis?.artifactName).toMatch(/^[\w${}.-]+$/);
  });

  it('has what a deb and a Linux desktop need: a maintainer, a page, a category, and one name for window and entry', () => {
    const { homepage, desktopName } = config.extraMetadata as Record<string, string>;
    expect(URL.canParse(homepage ?? '')).toBe(true);
    expect(config.linux).toMatchObject({ category: 'Development', syncDesktopName: true });
    expect(config.linux?.maintainer).toMatch(/\w/);
    expect(desktopName).toMatch(/^[a-z]+(\.\w+){2,}\.desktop$/);
  });

  it('gives macOS no more than the entitlement V8 needs, and keeps the app out of the dock', () => {
    const entitlements = read(config.mac?.entitlements ?? '');
    expect(
      [...entitlements.matchAll(/<key>([^<]+)<\/key>\s*<(\w+)\/>/g)].map(([, key, value]) => [key, value]),
    ).toEqual([['com.apple.security.cs.allow-jit', 'true']]);
    expect(config.mac?.extendInfo).toEqual({ LSUIElement: true });
  });

  it('says in one place where newer versions are: a web server that only TLS or this machine itself may be', () => {
    expect(config.publish).toMatchObject({ provider: 'generic', url: expect.stringMatching(/^https:/) });
    expect(JSON.stringify({ ...config, publish: null, extraMetadata: null })).not.toMatch(/https?:/);
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
      'assets/tray/idle-outlined.png',
    ];
    expect(needed.filter((path) => !packed(path))).toEqual([]);
  });

  it('packs no Node binary', () => {
    const { optionalDependencies } = JSON.parse(read('package.json')) as { optionalDependencies: object };
    const left = files.filter((pattern) => pattern.startsWith('!node_modules/')).map((pattern) => pattern.slice(1));
    const isLeftOut = (name: string) => left.some((pattern) => matchesGlob(`node_modules/${name}/index.js`, pattern));
    expect(Object.keys(optionalDependencies).filter((name) => !isLeftOut(name))).toEqual([]);
  });
});

/** What the built program imports and does not hold itself. */
function importedByBuild(): readonly string[] {
  const imported = globSync('out/main/**/*.js', { cwd: rootDir })
    .flatMap((file) => [
      ...read(file).matchAll(/^(?:import|export)\b[^;'"]*["']([a-z@][^"']*)["'];$/gm),
      ...read(file).matchAll(/\bimport\(["']([a-z@][^"']*)["']\)/g),
    ])
    .map(([, name = '']) => packageOf(name))
    .filter((name) => name !== 'electron' && !name.startsWith('node:') && !builtinModules.includes(name));
  return [...new Set(imported)];
}

/** A directory of an archive's header: names to files, which have a size and a place, or to directories. */
interface ArchiveNode {
  readonly files?: Readonly<Record<string, ArchiveNode>>;
  readonly size?: number;
  readonly offset?: string;
}

/** The files of an asar archive: path, content. */
function readArchive(path: string): ReadonlyMap<string, Buffer> {
  const archive = readFileSync(path);
  const contentAt = 8 + archive.readUInt32LE(4);
  const header = JSON.parse(archive.toString('utf8', 16, 16 + archive.readUInt32LE(12))) as ArchiveNode;
  const found = new Map<string, Buffer>();
  const walk = (node: ArchiveNode, at: string) => {
    for (const [name, child] of Object.entries(node.files ?? {})) {
      const start = contentAt + Number(child.offset ?? 0);
      if (child.files === undefined) found.set(`${at}${name}`, archive.subarray(start, start + (child.size ?? 0)));
      else walk(child, `${at}${name}/`);
    }
  };
  walk(header, '');
  return found;
}

/** Marks where the fuses of an Electron binary are: after it come a version, their number, and one digit each. */
const fuseSentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const fuseNames = [
  'runAsNode',
  'cookieEncryption',
  'nodeOptions',
  'nodeCliInspect',
  'asarIntegrity',
  'onlyLoadAppFromAsar',
  'browserSnapshot',
  'fileProtocolPrivileges',
] as const;

/** An unpacked Electron in name only: what electron-builder touches of one, with every fuse the wrong way round. */
function makeRuntime(dir: string): void {
  const fuses = Buffer.concat([Buffer.from(fuseSentinel), Buffer.from([1, fuseNames.length]), Buffer.from('10110001')]);
  const emptyArchive = '{"files":{}}'.padEnd(12);
  const header = Buffer.alloc(16);
  for (const [index, value] of [4, 8 + emptyArchive.length, 4 + emptyArchive.length, emptyArchive.length].entries())
    header.writeUInt32LE(value, 4 * index);
  mkdirSync(join(dir, 'resources'), { recursive: true });
  mkdirSync(join(dir, 'locales'));
  writeFileSync(join(dir, 'electron'), fuses, { mode: 0o755 });
  writeFileSync(join(dir, 'chrome-sandbox'), '', { mode: 0o755 });
  for (const name of ['LICENSE', 'LICENSES.chromium.html', 'version']) writeFileSync(join(dir, name), '');
  writeFileSync(join(dir, 'resources', 'default_app.asar'), Buffer.concat([header, Buffer.from(emptyArchive)]));
}

describe.skipIf(process.platform !== 'linux')('a package', () => {
  let dir: string;
  let appDir: string;
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'slipstream-package-'));
    makeRuntime(join(dir, 'electron'));
    // In this process, which has compiled the schema of configurations already: the command line would compile it again.
    await build({
      projectDir: rootDir,
      targets: Platform.LINUX.createTarget(DIR_TARGET, Arch.x64),
      publish: 'never',
      config: { electronDist: join(dir, 'electron'), directories: { output: join(dir, 'dist') } },
    });
    appDir = join(dir, 'dist', 'linux-unpacked');
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it('has its fuses set', () => {
    const binary = readFileSync(join(appDir, 'slipstream'), 'latin1');
    const at = binary.indexOf(fuseSentinel) + fuseSentinel.length + 2;
    expect(Object.fromEntries(fuseNames.map((name, index) => [name, binary[at + index]]))).toMatchObject({
      runAsNode: '0',
      cookieEncryption: '1',
      nodeOptions: '0',
      nodeCliInspect: '0',
      asarIntegrity: '1',
      onlyLoadAppFromAsar: '1',
      fileProtocolPrivileges: '0',
    });
  });

  it('holds the whole program in its archive: it starts from nothing else', async () => {
    const files = readArchive(join(appDir, 'resources', 'app.asar'));
    for (const [path, content] of files) {
      mkdirSync(dirname(join(dir, 'app', path)), { recursive: true });
      writeFileSync(join(dir, 'app', path), content);
    }
    const paths = [...files.keys()];
    const { main, desktopName } = JSON.parse(files.get('package.json')?.toString() ?? '') as Record<string, string>;
    expect(paths).toEqual(
      expect.arrayContaining([main, 'out/preload/preload.cjs', 'out/renderer/index.html', 'LICENSE']),
    );
    expect(desktopName).toBe('app.slipstream.Slipstream.desktop');
    expect(
      paths.filter((path) => /\.map$|^test\/|^src-|node_modules\/(react|uplot|node-)|screenshot/.test(path)),
    ).toEqual([]);
    // What is built in is not packed as well, and what is not built in is.
    const packed = paths.flatMap((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []);
    const imported = importedByBuild();
    expect(imported).toContain('socks');
    expect([...new Set(packed)].toSorted()).toEqual([...withDependencies(readLock(rootDir), imported)].toSorted());
    const headless = [join(dir, 'app', 'out', 'main', 'headless.js'), '--version'];
    const { stdout } = await promisify(execFile)(process.execPath, headless, { cwd: dir });
    expect(stdout.trim()).toBe((JSON.parse(read('package.json')) as { version: string }).version);
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
