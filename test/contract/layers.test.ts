import { describe, expect, it } from 'vitest';
import { filesWith } from '../support/sources.ts';
import { importCircles } from './import-circles.ts';
import { areaOf, heavyForPages, type ImportFact, isOfPage, judge } from './layer-rules.ts';
import { readSource, sourceFiles } from './source-files.ts';

const maxLines = 350;
const files = sourceFiles();

/** Tools that ask for a default export. */
const isToolConfig = (path: string) => path.endsWith('.config.ts');

describe('the arrows between the parts of the program', () => {
  it('sees the program: every part has files, and they import each other', () => {
    const areas = new Set(files.map(({ path }) => areaOf(path)));
    const parts = ['shared', 'core', 'core/server', 'core/turn', 'core/normalise', 'app', 'simulator'];
    expect(parts.filter((part) => !areas.has(part))).toEqual([]);
    expect(files.flatMap(({ imports }) => imports).length).toBeGreaterThan(200);
  });

  it('are followed by every import', () => {
    const offenders = files.flatMap(({ imports }) => imports.flatMap((fact) => judge(fact) ?? []));
    expect(offenders).toEqual([]);
  });

  it('never lead back to where they began, not even for types', () => {
    expect(importCircles(files)).toEqual([]);
  });

  it('bring pages no package by way of shared', () => {
    const taken = files.flatMap(({ imports }) =>
      imports.filter(({ from, to, typeOnly }) => isOfPage(from) && areaOf(to) === 'shared' && !typeOnly),
    );
    expect(taken.length).toBeGreaterThan(5);
    expect(heavyForPages(files)).toEqual([]);
  });
});

describe('the form of the sources', () => {
  const named = (wanted: (file: (typeof files)[number]) => boolean) => files.filter(wanted).map(({ path }) => path);

  it('has no default exports', () => {
    expect(named((file) => file.hasDefaultExport && !isToolConfig(file.path))).toEqual([]);
  });

  it('has no barrels: no index file, and no file that hands on what another one exports', () => {
    expect(named(({ path }) => /(^|\/)index\.[a-z]+$/.test(path))).toEqual([]);
    expect(files.flatMap(({ path, reexports }) => reexports.map((one) => `${path} hands on ${one}`))).toEqual([]);
  });

  it('has no file that is named after nothing', () => {
    expect(named(({ path }) => /(^|\/)(utils?|helpers?|misc|common)(\.|\/)/i.test(path))).toEqual([]);
  });

  it(`has no file over ${maxLines} lines`, () => {
    const long = files.filter(({ lines }) => lines > maxLines);
    expect(long.map(({ path, lines }) => `${path}: ${lines} lines`)).toEqual([]);
  });

  it('names files with their ending', () => {
    const bare = files.flatMap(({ path, ownSpecifiers }) =>
      ownSpecifiers.filter((one) => !/\.(tsx?|mjs|json|css|svg)(\?.*)?$/.test(one)).map((one) => `${path}: ${one}`),
    );
    expect(bare).toEqual([]);
  });
});

describe('the time of the core', () => {
  it('comes from the clock that it is given: it has no timers of its own, and does not ask the machine', () => {
    const ownTime =
      /(?<![.\w])(?:setTimeout|setInterval)\(|\bDate\.now\(|\bperformance\.now\(|\bAbortSignal\.timeout\(|\bsetTimeout\b.*timers\/promises/;
    expect(filesWith(ownTime).filter((path) => path.startsWith('src-main/core/'))).toEqual([]);
    expect(filesWith(ownTime)).toContain('src-main/node/clock.ts');
  });
});

describe('the judge of imports', () => {
  const fact = (from: string, to: string, more: Partial<ImportFact> = {}): ImportFact => ({
    from,
    to,
    typeOnly: false,
    dynamic: false,
    ...more,
  });
  const core = (path: string) => `src-main/core/${path}`;

  it.each<[ImportFact]>([
    [fact('src-main/shared/model.ts', core('json.ts'))],
    [fact('src-main/shared/model.ts', 'node:fs')],
    [fact('src-main/composer.ts', core('turn/runner.ts'))],
    [fact(core('latency/passive.ts'), core('traces/recorder.ts'), { typeOnly: true })],
    [fact('src-main/shared/model.ts', 'src-main/app/app.ts', { typeOnly: true })],
    [fact(core('ports.ts'), core('turn/runner.ts'), { typeOnly: true })],
    [fact(core('platform.ts'), core('normalise/identity.ts'))],
    [fact(core('json.ts'), core('normalise/identity.ts'), { typeOnly: true })],
    [fact(core('turn/runner.ts'), core('server/listener.ts'))],
    [fact(core('turn/runner.ts'), core('traces/recorder.ts'), { typeOnly: true })],
    [fact(core('normalise/body.ts'), core('accounts/account.ts'), { typeOnly: true })],
    [fact(core('accounts/accounts.ts'), core('upstream/pool.ts'))],
    [fact(core('upstream/pool.ts'), core('turn/turn.ts'), { typeOnly: true })],
    [fact(core('server/listener.ts'), core('traces/recorder.ts'))],
    [fact(core('server/listener.ts'), core('latency/percentiles.ts'))],
    [fact(core('server/listener.ts'), 'src-main/electron/tray.ts')],
    [fact(core('server/listener.ts'), 'src-main/app/app.ts', { typeOnly: true })],
    [fact(core('server/listener.ts'), 'electron')],
    [fact(core('server/listener.ts'), 'electron-store', { typeOnly: true })],
    [fact(core('server/listener.ts'), 'src-main/simulator/log.ts', { typeOnly: true })],
    [fact('src-main/node/host.ts', 'electron')],
    [fact('src-main/node/host.ts', core('turn/runner.ts'))],
    [fact('src-main/node/host.ts', 'src-main/electron/tray.ts')],
    [fact('src-main/node/demo.ts', 'src-main/simulator/simulator.ts')],
    [fact('src-main/electron/tray.ts', core('traces/recorder.ts'))],
    [fact('src-main/headless.ts', 'electron')],
    [fact('src-main/simulator/log.ts', core('json.ts'))],
    [fact('src-main/simulator/log.ts', 'src-main/shared/model.ts', { typeOnly: true })],
    [fact('src-renderer/main.tsx', core('json.ts'), { typeOnly: true })],
    [fact('src-renderer/main.tsx', 'src-main/app/app.ts', { typeOnly: true })],
    [fact('src-renderer/features/lab/lab-screen.tsx', 'src-renderer/features/requests/list-row.tsx')],
    [
      fact('src-renderer/features/lab/lab-screen.tsx', 'src-renderer/features/requests/list-row.tsx', {
        typeOnly: true,
      }),
    ],
    [fact('src-renderer/features/lab/lab-screen.tsx', 'src-renderer/features/requests/list-row.module.css')],
    [fact('src-renderer/features/lab/lab-screen.tsx', 'src-renderer/features/requests/detail/bodies.tsx')],
    [fact('src-renderer/features/lab/lab-screen.tsx', 'src-renderer/shell/top-bar.tsx')],
    [fact('src-renderer/ui/badge.tsx', 'src-renderer/features/lab/lab-screen.tsx')],
    [fact('src-renderer/hooks/use-now.ts', 'src-renderer/ui/badge.tsx')],
    [fact('src-renderer/stores/stores.ts', 'src-renderer/hooks/use-now.ts')],
    [fact('src-renderer/lib/format.ts', 'src-renderer/stores/stores.ts')],
    [fact('src-renderer/features/lab/lab-screen.tsx', 'src-renderer/bridge.ts')],
    [fact(core('json.ts'), './gone.ts')],
    [fact('src-main/new-folder/x.ts', 'src-main/shared/model.ts')],
  ])('refuses %j', (one) => {
    expect(judge(one)).toContain(one.from);
  });

  it.each<[ImportFact]>([
    [fact(core('server/listener.ts'), core('turn/runner.ts'))],
    [fact(core('turn/runner.ts'), core('upstream/pool.ts'))],
    [fact(core('upstream/pool.ts'), core('wire-event.ts'))],
    [fact(core('platform.ts'), core('normalise/identity.ts'), { typeOnly: true })],
    [fact('src-main/app/app.ts', core('traces/recorder.ts'))],
    [fact('src-main/app/app.ts', 'src-main/app/accounts.ts')],
    [fact('src-main/app/accounts.ts', core('accounts/store.ts'))],
    [fact('src-main/node/host.ts', core('traces/redaction.ts'))],
    [fact('src-main/node/host.ts', 'src-main/app/app.ts', { typeOnly: true })],
    [fact('src-main/node/demo.ts', 'src-main/simulator/simulator.ts', { dynamic: true })],
    [fact('src-main/main.ts', 'electron')],
    [fact('src-main/electron/tray.ts', 'electron')],
    [fact('src-main/electron/host.ts', 'src-main/node/clock.ts')],
    [fact('src-renderer/main.tsx', 'src-main/shared/model.ts', { typeOnly: true })],
    [fact('src-renderer/main.tsx', 'src-main/shared/channels.ts')],
    [fact('src-renderer/main.tsx', 'react')],
    [fact('src-renderer/features/lab/lab-screen.tsx', 'react')],
    [fact('src-renderer/features/lab/lab-screen.tsx', 'src-renderer/features/lab/lab-form.tsx')],
    [fact('src-renderer/features/requests/detail/bodies.tsx', 'src-renderer/features/requests/list-row.tsx')],
    [fact('src-renderer/features/lab/lab-screen.tsx', 'src-renderer/ui/badge.tsx')],
    [fact('src-renderer/shell/app.tsx', 'src-renderer/features/lab/lab-screen.tsx')],
    [fact('src-renderer/stores/app-store.ts', 'src-renderer/bridge.ts')],
  ])('allows %j', (one) => {
    expect(judge(one)).toBeNull();
  });
});

describe('the finder of circles', () => {
  const graph = (arrows: Readonly<Record<string, string>>) =>
    Object.entries(arrows).map(([path, targets]) => ({
      path,
      imports: [...targets].map((to) => ({ from: path, to, typeOnly: to === 'b', dynamic: false })),
    }));

  it.each<[string, Readonly<Record<string, string>>, string[]]>([
    ['none in a fork that meets again', { a: 'bc', b: 'd', c: 'd', d: '' }, []],
    ['two files, though only types cross', { a: 'b', b: 'a' }, ['a → b → a']],
    ['a file that imports itself', { a: 'a' }, ['a → a']],
    ['a circle that is entered from outside', { a: 'x', x: 'y', y: 'z', z: 'x' }, ['x → y → z → x']],
    ['two circles', { a: 'b', b: 'a', c: 'd', d: 'c' }, ['a → b → a', 'c → d → c']],
    ['a circle behind a file seen before', { a: 'b', b: '', c: 'bd', d: 'c' }, ['c → d → c']],
  ])('finds %s', (_what, arrows, circles) => {
    expect(importCircles(graph(arrows))).toEqual(circles);
  });
});

describe('the judge of what pages take from shared', () => {
  const page = 'src-renderer/main.tsx';
  const shared = (name: string) => `src-main/shared/${name}.ts`;
  const graph = (...sources: readonly (readonly [path: string, text: string])[]) =>
    sources.map(([path, imports]) => ({
      path,
      imports: readSource(path, imports).imports.map((one) => ({
        ...one,
        to: one.to.startsWith('./') ? one.to.replace('./', 'src-main/shared/') : one.to.replace(/^(\.\.\/)+/, ''),
      })),
    }));
  const takes = [page, "import { a } from '../src-main/shared/a.ts';"] as const;

  it.each([
    ['zod at once', [[shared('a'), "import { z } from 'zod';"]], 'zod'],
    ['a part of zod', [[shared('a'), "import { z } from 'zod/v4/core';"]], 'zod/v4/core'],
    [
      'Node by another file',
      [
        [shared('a'), "import './b.ts';"],
        [shared('b'), "import 'node:fs';"],
      ],
      'node:fs',
    ],
    [
      'zod at the end of a circle',
      [
        [shared('a'), "import { b } from './b.ts';"],
        [shared('b'), "import { a } from './a.ts'; import { c } from './c.ts';"],
        [shared('c'), "export { z } from 'zod';"],
      ],
      'zod',
    ],
    ['zod when it is wanted', [[shared('a'), "export const f = () => import('zod');"]], 'zod'],
  ] as const)('refuses %s', (_name, sources, end) => {
    const [way, ...more] = heavyForPages(graph(takes, ...sources));
    expect(way).toMatch(new RegExp(`^${page} → ${shared('a')} → .*${end}$|^${page} → ${shared('a')} → ${end}$`));
    expect(more).toEqual([]);
  });

  it.each([
    ['a file without imports', takes, [[shared('a'), 'export const a = 1;']]],
    ['a file that needs only types of zod', takes, [[shared('a'), "import type { z } from 'zod';"]]],
    [
      'types of a file that needs zod',
      [page, "import type { A } from '../src-main/shared/a.ts';"],
      [[shared('a'), "import 'zod';"]],
    ],
  ] as const)('allows %s', (_name, taken, sources) => {
    expect(heavyForPages(graph(taken, ...sources))).toEqual([]);
  });
});

describe('the reader of sources', () => {
  it('finds every kind of import', () => {
    const source = readSource(
      'src-main/core/traces/x.ts',
      [
        "import './recorder.ts';",
        "import type { A } from './feed.ts';",
        "import { type B, c } from './exchange.ts';",
        "import { type D } from './redaction.ts';",
        "export { e } from './body-memory.ts';",
        "export * from './fast-conditions.ts';",
        "const f = async () => { await import('./recorder.ts'); };",
        "type G = import('./feed.ts').RowFeed;",
        "export type H = import('zod').ZodType;",
        'export default 1;',
      ].join('\n'),
    );
    expect(source.imports.map(({ to, typeOnly, dynamic }) => [to.split('/').at(-1), typeOnly, dynamic])).toEqual(
      expect.arrayContaining([
        ['recorder.ts', false, false],
        ['feed.ts', true, false],
        ['exchange.ts', false, false],
        ['redaction.ts', true, false],
        ['body-memory.ts', false, false],
        ['fast-conditions.ts', false, false],
        ['recorder.ts', false, true],
        ['zod', true, false],
      ]),
    );
    expect(source.imports).toHaveLength(9);
    expect(source).toMatchObject({
      hasDefaultExport: true,
      lines: 10,
      reexports: ['./body-memory.ts', './fast-conditions.ts'],
    });
  });
});
