import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync, Visitor } from 'vite';
import { describe, expect, it } from 'vitest';
import { englishCatalogue } from '../../src-main/shared/words/en/catalogue.ts';

const root = new URL('../..', import.meta.url).pathname;
/** The texts themselves. */
const isCatalogue = (path: string) => /shared\/words\/(en|zh-cn)\//.test(path);

/** Ids that no source names: neither in full nor by a template that can come to them. */
function unnamed(ids: readonly string[], sources: Readonly<Record<string, string>>): string[] {
  const whole = new Set<string>();
  const templates = new Map<string, RegExp>();
  const visitor = new Visitor({
    Literal: ({ value }) => {
      if (typeof value === 'string') whole.add(value);
    },
    TemplateLiteral: ({ quasis }) => {
      const parts = quasis.map(({ value }) => value.raw);
      // Of `${a}.${b}` nothing is known.
      if (!/[a-z]{3}/i.test(parts.join(''))) return;
      templates.set(parts.join('…'), new RegExp(`^${parts.map(RegExp.escape).join('.+')}$`));
    },
  });
  for (const [path, text] of Object.entries(sources)) visitor.visit(parseSync(path, text).program);
  const patterns = [...templates.values()];
  return ids.filter((id) => !whole.has(id) && !patterns.some((pattern) => pattern.test(id)));
}

describe('the texts of the catalogue', () => {
  it('are each named where something is shown or told', () => {
    const paths = globSync('{src-main,src-renderer}/**/*.{ts,tsx}', { cwd: root }).filter((path) => !isCatalogue(path));
    const sources = Object.fromEntries(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
    expect(unnamed(Object.keys(englishCatalogue), sources)).toEqual([]);
  });
});

describe('the judge of texts', () => {
  it.each([
    ['a text that nothing names', "t('a.other')", ['a.title', 'a.kind.one']],
    ['one of several that are named otherwise', "t('a.title')", ['a.kind.one']],
    ['a template that leads elsewhere', `t('a.title', \`b.kind.\${kind}\`)`, ['a.kind.one']],
    ['a template of which nothing is known', `t('a.title', \`\${area}.\${kind}\`)`, ['a.kind.one']],
    ['a type that would fit every text', `type A = \`a.\${string}\`; t('a.title')`, ['a.kind.one']],
  ])('sees %s', (_, text, expected) => {
    expect(unnamed(['a.title', 'a.kind.one'], { 'x.ts': text })).toEqual(expected);
  });

  it('takes a text for named that a template can come to, by its beginning or its end', () => {
    const text = `t('a.title'); t(\`a.kind.\${kind}\`); t(\`\${id}.means\`)`;
    expect(unnamed(['a.title', 'a.kind.one', 'b.two.means'], { 'x.ts': text })).toEqual([]);
  });
});
