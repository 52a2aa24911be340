import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findNode, runNpm } from './nodes.ts';

const rootDir = resolve(import.meta.dirname, '..', '..');
const { version, dependencies, optionalDependencies } = JSON.parse(
  readFileSync(join(rootDir, 'package.json'), 'utf8'),
) as {
  readonly version: string;
  readonly dependencies: object;
  readonly optionalDependencies: object;
};

let dir: string;
let tarball: string;
let packed: readonly string[];
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'slipstream-npm-'));
  const { stdout, stderr } = runNpm(process.execPath, ['pack', '--json', '--pack-destination', dir], rootDir);
  const report = JSON.parse(stdout) as unknown;
  // A list, or since npm 12 an object by name.
  const [told] = Object.values(report as object) as {
    readonly filename: string;
    readonly files: readonly { path: string }[];
  }[];
  if (told === undefined) throw new Error(stderr);
  tarball = join(dir, told.filename);
  packed = told.files.map(({ path }) => path).toSorted();
}, 300_000);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** The built files that a start without a window may load. */
function loadedByHeadless(): readonly string[] {
  const found = new Set(['headless.js', 'trace-worker.js']);
  for (const name of found) {
    const text = readFileSync(join(rootDir, 'out', 'main', name), 'utf8');
    for (const [, part = ''] of text.matchAll(/\b(?:from|import) ?\(?"\.\/([a-z\d-]+\.js)"/g)) {
      // Comments of packages name files, too.
      if (existsSync(join(rootDir, 'out', 'main', part))) found.add(part);
    }
  }
  return [...found].map((name) => `out/main/${name}`);
}

describe('the tarball', () => {
  it('holds the program without a window, its page, launcher, licences and documents, and nothing else', () => {
    const page = globSync('out/renderer/**/*', { cwd: rootDir }).filter((path) => /\.\w+$/.test(path));
    const expected = [
      ...loadedByHeadless(),
      ...page.map((path) => path.replaceAll('\\', '/')),
      // npm takes what "main" names: Electron's entry, 162 bytes.
      'out/main/main.js',
      'src-main/node/launcher.mjs',
      'assets/THIRD-PARTY-NOTICES.txt',
      'package.json',
      'LICENSE',
      'README.md',
      'CHANGELOG.md',
    ];
    expect(page.length).toBeGreaterThan(5);
    expect(packed).toEqual([...new Set(expected)].toSorted());
  });
});

describe('installed in an empty folder', () => {
  let place: string;
  let told: string;
  beforeAll(() => {
    place = join(dir, 'empty');
    mkdirSync(place);
    writeFileSync(join(place, 'package.json'), '{"private":true}');
    const node = findNode(20, dir)?.path ?? process.execPath;
    const { stdout, stderr, status } = runNpm(node, ['install', '--no-fund', '--no-audit', tarball], place);
    told = `${stdout}${stderr}`;
    expect(status, told).toBe(0);
  }, 300_000);

  it('is what its own dependencies are, and no engine is complained about on Node 20', () => {
    expect(told).not.toMatch(/EBADENGINE|warn/i);
    const installed = globSync('node_modules/{*,@*/*}/package.json', { cwd: place }).map((path) =>
      path.replaceAll('\\', '/').slice('node_modules/'.length, -'/package.json'.length),
    );
    const others = ['react', 'zod', 'undici', 'electron', 'commander', 'typescript'];
    expect(installed).toEqual(expect.arrayContaining(Object.keys(dependencies)));
    expect(installed.filter((name) => others.includes(name))).toEqual([]);
    const binaries = installed.filter((name) => Object.hasOwn(optionalDependencies, name));
    expect(binaries.length).toBeLessThanOrEqual(1);
  });

  describe.each([20, 22, 24, 26])('on Node %i', (major) => {
    let node: string | null = null;
    beforeAll(() => {
      node = findNode(major, dir)?.path ?? null;
      if (node === null) process.stderr.write(`Skipped: what needs Node ${major}, which cannot be had here.\n`);
    }, 300_000);

    /** Runs a command to its end, through the shim that npm made. */
    function run(args: readonly string[]) {
      const launcher = join(place, 'node_modules', 'slipstream', 'src-main', 'node', 'launcher.mjs');
      return spawnSync(node ?? '', [launcher, ...args], { cwd: place, encoding: 'utf8', timeout: 60_000 });
    }

    it('says its version, and with npx', ({ skip }) => {
      if (node === null) return skip();
      const { stdout, stderr } = run(['--version']);
      expect([stdout.trim(), stderr]).toEqual([version, '']);
      expect(runNpm(node, ['exec', '--no', '--', 'slipstream', '--version'], place).stdout.trim()).toBe(version);
    });

    it('looks at what a turn depends on, without the network', ({ skip }) => {
      if (node === null) return skip();
      const { stdout, stderr, status } = run(['doctor', '--offline', '--data-dir', join(dir, `doctor-${major}`)]);
      expect(stderr).toBe('');
      expect(stdout).toContain('Accounts: There are none.');
      // Without an account no turn can work.
      expect(status).toBe(1);
    });

    it('completes commands', ({ skip }) => {
      if (node === null) return skip();
      expect(run(['complete', 'bash']).stdout).toContain('slipstream');
    });

    it('serves proxy and page, and ends when it is told to', async ({ skip }) => {
      if (node === null) return skip();
      const served = await serve(node, place, major);
      try {
        const health = await fetch(new URL('/healthz', served.baseUrl));
        expect(health.status).toBe(204);
        const page = await fetch(new URL('/', served.baseUrl));
        const html = await page.text();
        expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')]);
        const parts = [...html.matchAll(/(?:src|href)="([^"#]+\.(?:js|css))"/g)].map(([, path = '']) => path);
        expect(parts.length).toBeGreaterThan(1);
        const answers = await Promise.all(parts.map((path) => fetch(new URL(path, served.baseUrl))));
        expect(answers.map(({ status }) => status)).toEqual(parts.map(() => 200));
      } finally {
        served.child.kill('SIGTERM');
      }
      const [code] = await served.ended;
      expect(code).toBe(0);
    });
  });

  async function serve(node: string, cwd: string, major: number) {
    const readyFile = join(dir, `ready-${major}.json`);
    const shim = join(cwd, 'node_modules', 'slipstream', 'src-main', 'node', 'launcher.mjs');
    const args = ['serve', '--port', '0', '--no-open', '--ready-file', readyFile];
    const child: ChildProcess = spawn(node, [shim, ...args, '--data-dir', join(dir, `data-${major}`)], {
      cwd,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const ended = once(child, 'exit');
    await expect.poll(() => existsSync(readyFile), { timeout: 30_000, interval: 50 }).toBe(true);
    const { baseUrl } = JSON.parse(readFileSync(readyFile, 'utf8')) as { baseUrl: string };
    return { child, ended, baseUrl };
  }
});

it('is named after its version', () => {
  expect(basename(tarball)).toBe(`slipstream-${version}.tgz`);
});
