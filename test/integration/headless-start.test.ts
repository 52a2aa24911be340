import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { parseSync } from 'vite';
import { afterEach, describe, expect, it } from 'vitest';
import { Headless, headlessEntry, rootDir } from '../support/headless.ts';

const launcher = join(rootDir, 'src-main', 'node', 'launcher.mjs');
const starter = join(rootDir, 'src-main', 'build', 'start.ts');

/** A Node of this machine that is too old for Slipstream itself, or null. */
function findOldNode(): string | null {
  const candidates = (process.env.PATH ?? '').split(delimiter).map((dir) => join(dir, 'node'));
  const isOld = (path: string) => /^v2[0-3]\./.test(execFileSync(path, ['--version'], { encoding: 'utf8' }));
  return candidates.find((path) => existsSync(path) && isOld(path)) ?? null;
}
const oldNode = findOldNode();

/** What a built file imports, as its parser lists it: a walk through all of its code takes a second. */
function importsOf(path: string): string[] {
  const text = readFileSync(path, 'utf8');
  const { module, errors } = parseSync(path, text);
  expect(errors).toEqual([]);
  const statics = module.staticImports.map(({ moduleRequest }) => moduleRequest.value);
  const handedOn = module.staticExports.flatMap(({ entries }) =>
    entries.flatMap(({ moduleRequest }) => (moduleRequest === null ? [] : [moduleRequest.value])),
  );
  const dynamic = module.dynamicImports.flatMap(({ moduleRequest: { start, end } }) => {
    const [, specifier] = /^["'`](.*)["'`]$/.exec(text.slice(start, end)) ?? [];
    return specifier === undefined ? [] : [specifier];
  });
  return [...statics, ...handedOn, ...dynamic];
}

let headless: Headless | null = null;
afterEach(() => headless?.dispose());
const using = (...way: ConstructorParameters<typeof Headless>) => {
  headless = new Headless(...way);
  return headless;
};

describe('the built program', () => {
  it.skipIf(process.platform !== 'linux')(
    'caps what short-lived objects take, also where it is started by hand, and keeps what V8 compiled',
    async () => {
      const env = { ...process.env, NODE_COMPILE_CACHE: undefined };
      const started = using({ program: process.execPath, args: [headlessEntry], env });
      mkdirSync(started.dataDir, { mode: 0o700 });
      const { child, pid, finished } = await started.serve();
      expect(pid).toBe(child.pid);
      expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')).toContain('--max-semi-space-size=4');
      child.kill('SIGTERM');
      expect((await finished).code).toBe(0);
      expect(readdirSync(join(started.dataDir, 'compile-cache'))).toHaveLength(1);
    },
  );
});

describe('the launcher', () => {
  it('runs in place on Node 24, and passes arguments and exit code on', async () => {
    const launched = using({ program: process.execPath, args: [launcher] });
    expect(await launched.run('status', '--json')).toEqual({ code: 3, stdout: '{"state":"stopped"}\n', stderr: '' });
  });

  it.skipIf(oldNode === null)('runs the pinned Node 24 from an older one, and passes the exit code on', async () => {
    const launched = using({ program: oldNode ?? '', args: [launcher] });
    expect(await launched.run('status', '--json')).toEqual({ code: 3, stdout: '{"state":"stopped"}\n', stderr: '' });
  });

  it.skipIf(oldNode === null).each(['SIGINT', 'SIGTERM'] as const)(
    'passes %s on from an older Node',
    async (signal) => {
      const served = await using({ program: oldNode ?? '', args: [launcher] }).serve();
      expect(served.pid).not.toBe(served.child.pid);
      served.child.kill(signal);
      expect(await served.finished).toMatchObject({ code: 0, stderr: '' });
    },
  );
});

describe('npm start', () => {
  const { DISPLAY: _x11, WAYLAND_DISPLAY: _wayland, ...noDisplay } = process.env;

  it.skipIf(process.platform !== 'linux')('without a display says so in one line and serves headless', async () => {
    const started = using({ program: process.execPath, args: [starter], env: noDisplay });
    const served = await started.serve();
    served.child.kill('SIGINT');
    const { code, stderr } = await served.finished;
    expect(code).toBe(0);
    expect(stderr.split('\n').filter((line) => !line.startsWith('{'))).toEqual([
      'Running headless: there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set).',
      '',
    ]);
  });

  it('runs a command without a word about faces, and passes the exit code on', async () => {
    const started = using({ program: process.execPath, args: [starter], env: noDisplay });
    expect(await started.run('status')).toMatchObject({ code: 3, stderr: '' });
  });
});

describe('the built headless program', () => {
  it('loads nothing of Electron', () => {
    const seen = new Set<string>();
    const imported = new Set<string>();
    const follow = (path: string) => {
      if (seen.has(path)) return;
      seen.add(path);
      for (const to of importsOf(path)) {
        imported.add(to);
        if (to.startsWith('.')) follow(join(dirname(path), to));
      }
    };
    follow(headlessEntry);
    expect(seen.size).toBeGreaterThan(1);
    expect([...imported].filter((name) => name.startsWith('electron'))).toEqual([]);
    expect(imported).toContain('prom-client');
  });
});
