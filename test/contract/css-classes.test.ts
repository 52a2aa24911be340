import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');

interface Sources {
  readonly sheets: Readonly<Record<string, string>>;
  readonly components: Readonly<Record<string, string>>;
}

/** The classes of a sheet, as components write them. */
function classesOf(sheet: string): Set<string> {
  const rules = sheet.replace(/\/\*.*?\*\//gs, '').replace(/\{[^{}]*\}/g, '{}');
  const own = rules.replace(/:global\([^)]*\)/g, '');
  const names = [...own.matchAll(/\.(-?[a-z_][\w-]*)/gi)].map(([, name = '']) => name);
  return new Set(names.map((name) => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())));
}

/** What of components and sheets does not fit: each in a line. */
function misfits({ sheets, components }: Sources): string[] {
  const defined = new Map(Object.entries(sheets).map(([path, text]) => [path, classesOf(text)]));
  const used = new Map([...defined.keys()].map((path) => [path, new Set<string>()]));
  const wrong = Object.entries(components).flatMap(([path, text]) => {
    const imports = [...text.matchAll(/import (\w+) from '([^']+\.module\.css)'/g)];
    return imports.flatMap(([, name = '', specifier = '']) => {
      const sheet = normalize(join(dirname(path), specifier));
      const classes = defined.get(sheet);
      if (classes === undefined) return [`${path} imports ${sheet}, which is not there`];
      const found = [...text.matchAll(new RegExp(`\\b${name}(\\.(\\w+)|(?![\\w.]| from))`, 'g'))];
      return found.flatMap(([, , wanted]) => {
        if (wanted === undefined) return [`${path} uses ${name} by something else than a name`];
        used.get(sheet)?.add(wanted);
        return classes.has(wanted) ? [] : [`${path} uses ${name}.${wanted}, which ${sheet} lacks`];
      });
    });
  });
  const unused = [...defined].flatMap(([path, classes]) =>
    [...classes].filter((name) => used.get(path)?.has(name) !== true).map((name) => `${path} has .${name} for nobody`),
  );
  return [...wrong, ...unused];
}

/** Class names in quotes: no sheet of a component has them. */
function quoted({ components }: Pick<Sources, 'components'>): string[] {
  return Object.entries(components).flatMap(([path, text]) =>
    [...text.matchAll(/className(=|: ?)\{?["'`]/g)].map(() => `${path} names a class in quotes`),
  );
}

describe('the styles of the page', () => {
  const sheets = globSync('src-renderer/**/*.module.css', { cwd: root });
  const components = globSync('src-renderer/**/*.{ts,tsx}', { cwd: root });
  const sources = {
    sheets: Object.fromEntries(sheets.map((path) => [path, read(path)])),
    components: Object.fromEntries(components.map((path) => [path, read(path)])),
  };

  it('define every class that is used, and use every class that is defined', () => {
    expect(sheets.length).toBeGreaterThan(20);
    expect(misfits(sources)).toEqual([]);
    expect(quoted(sources)).toEqual([]);
  });

  it('are global only where they style elements and tokens', () => {
    const others = globSync('src-renderer/**/*.css', { cwd: root }).filter((path) => !path.endsWith('.module.css'));
    expect(others.toSorted()).toEqual(['src-renderer/styles/base.css', 'src-renderer/styles/tokens.css']);
    for (const path of others) expect([...classesOf(read(path))]).toEqual([]);
  });

  it('take classes of other sheets in components: what a sheet composes is copied into it, and its builder complains', () => {
    expect(sheets.filter((path) => /\bcomposes:/.test(read(path)))).toEqual([]);
  });

  it('leave icons to their own sheet, whoever shows them', () => {
    const others = sheets.filter((path) => !path.endsWith('/icons.module.css'));
    expect(others.filter((path) => /\bsvg\b[^{]*\{[^}]*\b(stroke|fill|color):/.test(read(path)))).toEqual([]);
  });
});

describe('the judge of classes', () => {
  const sheet = '.some-row {} @media (x) { .some-row:hover, .other { color: red.5; } } .a :global(.theirs) {}';
  const importing = "import styles from './x.module.css';";
  const judge = (text: string) =>
    misfits({ sheets: { 'f/x.module.css': sheet }, components: { 'f/x.tsx': `${importing} ${text}` } });

  it.each([
    ['nothing', 'styles.someRow; cx(styles.other, styles.a)', []],
    ['a class that no sheet has', 'styles.someRow; styles.other; styles.a; styles.theirs', ['lacks']],
    ['a class that nobody uses', 'styles.someRow; styles.a', ['.other for nobody']],
    ['a class that is worked out', 'styles.someRow; styles.other; styles.a; styles[name]', ['something else']],
  ])('tells %s', (_what, text, expected) => {
    expect(judge(text)).toEqual(expected.map((part) => expect.stringContaining(part)));
  });

  it('tells a class in quotes', () => {
    expect(quoted({ components: { a: '<p className="row" />', b: '<p className={styles.row} />' } })).toHaveLength(1);
  });
});
