import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readChunks } from '../picture/apng.ts';

const root = new URL('../..', import.meta.url).pathname;
const textOf = (path: string) => readFileSync(join(root, path), 'utf8');
const sources = globSync('{src-main,src-renderer,test}/**/*.{ts,tsx}', { cwd: root });

const bracedStatement = /^( *)((?:if|for|while) (?:await )?\(.*\)) \{\n +([^\n{}]+;)\n\1\}\n(?! *else)/gm;

/** Statements in braces that would fit on the line of their condition. */
function needlessBraces(text: string): string[] {
  return [...text.matchAll(bracedStatement)]
    .filter(([, indent = '', head = '', body = '']) => `${indent}${head} ${body}`.length <= 120)
    .filter(([, , , body = '']) => !/^(\/\/|const |let |if |for |while )/.test(body))
    .map(([found]) => found.trim());
}

describe('one brace style', () => {
  it('puts no braces around one statement that fits on the line of its condition', () => {
    const offenders = sources.flatMap((path) => needlessBraces(textOf(path)).map((found) => `${path}: ${found}`));
    expect(offenders).toEqual([]);
  });

  it('is seen where it is broken', () => {
    expect(needlessBraces('if (a) {\n  return b;\n}\nc();\n')).toHaveLength(1);
    expect(needlessBraces('if (a) {\n  return b;\n} else {\n  d();\n}\n')).toEqual([]);
  });
});

describe('a value that is not there', () => {
  const lone = /(['"`>])[–—-]+(?:\1|<\/)/g;

  it('is shown by one sign, which one file says', () => {
    const says = sources.filter((path) => path.startsWith('src-') && !path.endsWith('shared/no-value.ts'));
    expect(says.filter((path) => /[–—]/.test([...textOf(path).matchAll(lone)].join()))).toEqual([]);
    expect(["a ?? '—'", '<td>–</td>'].every((text) => text.match(lone) !== null)).toBe(true);
  });
});

describe('what the documents point at', () => {
  const documents = globSync(
    '{*.md,.github/**/*.md,assets/**/*.md,src-main/**/*.md,src-renderer/**/*.md,test/**/*.md}',
    {
      cwd: root,
    },
  );

  it('is in the repository', () => {
    const missing = documents.flatMap((document) =>
      [...textOf(document).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)(?:#[^)]*)?\)/g)]
        .map(([, target = '']) => normalize(join(dirname(document), target)))
        .filter((target) => !existsSync(join(root, target)))
        .map((target) => `${document}: ${target}`),
    );
    expect(missing).toEqual([]);
  });

  it('is a heading that is there, wherever a link names one', () => {
    const missing = documents.flatMap((document) =>
      [...textOf(document).matchAll(/\]\(((?!https?:)[^)#\s]*)#([^)\s]+)\)/g)]
        .filter(([, file = '', anchor = '']) => {
          const target = file === '' ? document : normalize(join(dirname(document), file));
          return target.endsWith('.md') && !anchorsOf(textOf(target)).has(anchor);
        })
        .map(([link]) => `${document}: ${link}`),
    );
    expect(missing).toEqual([]);
    expect([...anchorsOf('# A b: `c`, d\n## Fast mode\n```\n# no\n```\n## Fast mode\n')]).toEqual([
      'a-b-c-d',
      'fast-mode',
      'fast-mode-1',
    ]);
  });

  it('is an https address where it is elsewhere', () => {
    const links = documents.flatMap((document) =>
      [...textOf(document).matchAll(/\]\((\w+:[^)]*)\)/g)].map(([, url = '']) => ({ document, url })),
    );
    const isGood = (url: string) =>
      URL.canParse(url) && /^(https:\/\/[\w.-]+\.[a-z]+(\/\S*)?|mailto:\S+@\S+)$/.test(url);
    expect(links.length).toBeGreaterThan(5);
    expect(links.filter(({ url }) => !isGood(url))).toEqual([]);
  });

  it('moves, where it is the picture at the top of the README, and is no larger than 1.5 MB', () => {
    const [, path = ''] = /!\[[^\]]+\]\(([^)]+)\)/.exec(textOf('README.md')) ?? [];
    const picture = readFileSync(join(root, path));
    expect(picture.length).toBeLessThanOrEqual(1_500_000);
    const chunks = readChunks(picture).map(({ type }) => type);
    expect(chunks.slice(0, 2)).toEqual(['IHDR', 'acTL']);
    expect(chunks.filter((type) => type === 'fcTL').length).toBeGreaterThan(4);
    expect(chunks.at(-1)).toBe('IEND');
  });

  it('stands still, where it is another picture of the README: small, crisp, described, and told of once', () => {
    const [, ...stills] = [...textOf('README.md').matchAll(/!\[([^\]]+)\]\(([^)]+)\)/g)];
    expect(stills.map(([, , path]) => path)).toEqual(
      ['overview', 'timing', 'conversation', 'lab'].map((name) => `assets/screenshot-${name}.webp`),
    );
    for (const [, words = '', path = ''] of stills) {
      const picture = readFileSync(join(root, path));
      expect(picture.length, path).toBeLessThanOrEqual(250_000);
      // WebP's extended head (RFC 9649, 2.7): flags, of which one says that it moves, and the width less one.
      expect([picture.toString('latin1', 0, 4), picture.toString('latin1', 8, 16)], path).toEqual(['RIFF', 'WEBPVP8X']);
      expect(picture.readUInt8(20) & 0x02, path).toBe(0);
      expect(picture.readUIntLE(24, 3) + 1, path).toBeGreaterThanOrEqual(1_600);
      expect(words.split(' ').length, path).toBeGreaterThan(10);
    }
  });

  it('is there wherever src-main/README.md names a path', () => {
    const named = [...textOf('src-main/README.md').matchAll(/`([a-z-]+(?:\/[a-z0-9.-]+)+\/?)`/g)].map(
      ([, path = '']) => path,
    );
    expect(named.length).toBeGreaterThan(30);
    const isThere = (path: string) => existsSync(join(root, path)) || existsSync(join(root, 'src-main', path));
    expect(named.filter((path) => !isThere(path))).toEqual([]);
  });

  it('has a heading for every citation of PROTOCOL.md, and its recordings', () => {
    const headings = new Set([...textOf('src-main/core/PROTOCOL.md').matchAll(/^## (.+)$/gm)].map(([, name]) => name));
    const cited = sources.flatMap((path) =>
      [...textOf(path).matchAll(/PROTOCOL\.md, ([A-Z][A-Za-z-]+(?: [a-z]+)*)/g)].map(([, name = '']) => ({
        path,
        name,
      })),
    );
    expect(cited.length).toBeGreaterThan(50);
    const known = (name: string) => [...headings].some((heading) => heading !== undefined && name.startsWith(heading));
    expect(cited.filter(({ name }) => !known(name))).toEqual([]);
    const recordings = [...sources, 'src-main/core/PROTOCOL.md'].flatMap((path) => namedRecordings(path));
    expect(recordings.length).toBeGreaterThan(10);
    expect(recordings.filter((name) => !existsSync(join(root, 'test/fixtures/captures', `${name}.json`)))).toEqual([]);
  });

  it('is never a document that only its writers had', () => {
    const foreign = new RegExp(`${'DES'}${'IGN'}|${'refer'}${'ence'}(?:/[a-z-]+\\.md| §)`);
    const texts = [...sources, ...documents].filter((path) => !path.startsWith('test/fixtures/'));
    expect(texts.filter((path) => foreign.test(textOf(path)))).toEqual([]);
  });
});

describe('the workflows', () => {
  it('use actions by the commit of a version, which nobody can move', () => {
    const workflows = globSync('.github/workflows/*.yml', { cwd: root });
    const used = workflows.flatMap((path) =>
      [...textOf(path).matchAll(/^ *- uses: (.+)$/gm)].map(([, name = '']) => name),
    );
    expect(used.length).toBeGreaterThan(5);
    expect(used.filter((name) => !/^[\w-]+\/[\w-]+@[\da-f]{40} # v\d+\.\d+\.\d+$/.test(name))).toEqual([]);
    // One commit of each, wherever it is used.
    expect(new Set(used).size).toBe(new Set(used.map((name) => name.split('@')[0])).size);
  });
});

/** The anchors that a page of Markdown gets on GitHub. */
function anchorsOf(text: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const prose = text.replaceAll(/^```[\s\S]*?^```/gm, '');
  return new Set(
    [...prose.matchAll(/^#{1,6} (.+)$/gm)].map(([, title = '']) => {
      const slug = title
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}_\- ]/gu, '')
        .replaceAll(' ', '-');
      const times = seen.get(slug) ?? 0;
      seen.set(slug, times + 1);
      return times === 0 ? slug : `${slug}-${times}`;
    }),
  );
}

/** What a source cites as `captures/NAME.json`, and PROTOCOL.md in brackets. */
function namedRecordings(path: string): string[] {
  const text = textOf(path);
  if (path.endsWith('.md'))
    return [...text.matchAll(/\[([a-z0-9-]+(?:, [a-z0-9-]+)*)\](?!\()/g)].flatMap(([, names = '']) =>
      names.split(', '),
    );
  return [...text.matchAll(/(?<![/\w])captures\/([a-z0-9-]+)\.json/g)].map(([, name = '']) => name);
}
