import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

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

describe('what the documents point at', () => {
  const documents = globSync('{*.md,.github/**/*.md,src-main/**/*.md,src-renderer/**/*.md,test/**/*.md}', {
    cwd: root,
  });

  it('is in the repository', () => {
    const missing = documents.flatMap((document) =>
      [...textOf(document).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)(?:#[^)]*)?\)/g)]
        .map(([, target = '']) => normalize(join(dirname(document), target)))
        .filter((target) => !existsSync(join(root, target)))
        .map((target) => `${document}: ${target}`),
    );
    expect(missing).toEqual([]);
  });
});
