import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rootDir } from '../support/headless.ts';
import { areaOf } from './layer-rules.ts';
import { sourceFiles } from './source-files.ts';

/** Every command begins with what the command line imports: what is slow to load is loaded by the command that needs it. */

const files = new Map(sourceFiles().map((file) => [file.path, file]));
const node = (path: string) => `src-main/node/${path}`;

/** All that a file loads before it does anything: our files, and packages. */
function loadedBy(path: string): readonly string[] {
  const found = new Set([path]);
  for (const each of found)
    for (const { to, typeOnly, dynamic } of files.get(each)?.imports ?? []) if (!typeOnly && !dynamic) found.add(to);
  return [...found];
}

const packagesOf = (loaded: readonly string[]) =>
  loaded.filter((name) => areaOf(name) === null && !name.startsWith('node:'));

describe('what a command loads before it is known which one it is', () => {
  const loaded = loadedBy('src-main/headless-program.ts');

  it('is the command line, and of the core three small files', () => {
    expect(loaded).toContain(node('command-line.ts'));
    expect(loaded.filter((path) => /^src-main\/(core|app|clients|simulator)\//.test(path)).toSorted()).toEqual([
      'src-main/core/load-own-code.ts',
      'src-main/core/plain-file.ts',
      'src-main/core/server/addresses.ts',
    ]);
  });

  it('has no call, no words of screens, and no package but the one that reads arguments', () => {
    expect(loaded.filter((path) => /\/(contract|settings|english|catalogue|lab)\.ts$/.test(path))).toEqual([]);
    expect(packagesOf(loaded)).toEqual(['commander']);
  });

  it('has the code of no command', () => {
    const commands = [...(files.get(node('command-code.ts'))?.imports ?? [])].filter(({ dynamic }) => dynamic);
    expect(commands.length).toBeGreaterThan(20);
    expect(commands.filter(({ to }) => loaded.includes(to))).toEqual([]);
    const others = [...files.values()].flatMap(({ path, imports }) =>
      imports.filter(({ to }) => path !== node('command-code.ts') && commands.some((one) => one.to === to)),
    );
    expect(others.filter(({ typeOnly, from }) => !typeOnly && !from.startsWith(node('commands/')))).toEqual([]);
  });
});

describe('what a command loads for itself', () => {
  it.each(['status', 'open'])('is no call where nothing runs that "%s" could ask', (name) => {
    const loaded = loadedBy(node(`commands/${name}.ts`));
    expect(loaded).toContain(node('find-instance.ts'));
    expect(loaded.filter((each) => ['zod', 'ws', 'src-main/shared/contract.ts'].includes(each))).toEqual([]);
  });

  it.each(['key', 'fast', 'language', 'accounts', 'metrics', 'stop-turn', 'service', 'login', 'bench'])(
    'is no core for "%s", which asks the one that runs',
    (name) => {
      const loaded = loadedBy(node(`commands/${name}.ts`));
      expect(loaded.filter((path) => /^src-main\/(app|core\/(turn|upstream|traces|accounts))\//.test(path))).toEqual(
        [],
      );
      expect(loaded).not.toContain(node('host.ts'));
    },
  );
});

describe('what the program loads before it listens', () => {
  const loaded = [...loadedBy(node('commands/serve.ts')), ...loadedBy('src-main/app/app.ts')];

  it('is the core and its settings, without the schemas of calls and of what they tell', () => {
    expect(loaded).toEqual(expect.arrayContaining(['src-main/core/turn/runner.ts', 'src-main/shared/settings.ts']));
    expect(loaded.filter((path) => /shared\/(contract|model|lab|trace-query|payload-query)\.ts$/.test(path))).toEqual(
      [],
    );
  });
});

describe('the built parts', () => {
  const out = join(rootDir, 'out', 'main');

  /** All that a part loads before it does anything. */
  function partsOf(name: string): readonly string[] {
    const found = new Set([name]);
    for (const part of found)
      for (const [, to = ''] of readFileSync(join(out, part), 'utf8').matchAll(
        /^(?:import|export)\b.*["']\.\/(.*\.js)["'];$/gm,
      ))
        found.add(to);
    return [...found];
  }

  it('are few for a start, and those of the core come with the commands that need them', () => {
    expect(existsSync(join(out, 'core.js'))).toBe(true);
    expect(partsOf('headless.js')).not.toContain('command-line.js');
    const begin = partsOf('headless-program.js');
    expect(begin).toContain('command-line.js');
    expect(begin.filter((part) => ['core.js', 'calls.js', 'english.js', 'serve.js'].includes(part))).toEqual([]);
    const serve = partsOf('serve.js');
    expect(serve).toContain('core.js');
    expect(serve).not.toContain('calls.js');
    expect(serve.length).toBeLessThan(20);
    for (const name of ['key.js', 'fast.js', 'accounts.js', 'bench.js']) expect(partsOf(name)).not.toContain('core.js');
  });

  it('take Node’s own modules as they are, but for one line of the bundler’s', () => {
    const parts = readdirSync(out).filter((name) => name.endsWith('.js'));
    const imports = parts.flatMap((name) =>
      readFileSync(join(out, name), 'utf8')
        .split('\n')
        .filter((line) => /^import\b.*"node:/.test(line)),
    );
    expect(parts.length).toBeGreaterThan(20);
    expect(imports.filter((line) => line !== 'import __shims_module__ from "node:module";')).toEqual([]);
  });

  it('of the thread that keeps turns have nothing of the rest', () => {
    expect(partsOf('trace-worker.js').toSorted()).toEqual(['shared-with-thread.js', 'trace-worker.js']);
  });
});
