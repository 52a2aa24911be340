import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { patternsOf, slowWays } from './linear-patterns.ts';

const root = new URL('../..', import.meta.url).pathname;
const paths = globSync('{src-main,src-renderer}/**/*.{ts,tsx,mts,js,mjs}', { cwd: root }).toSorted();
const patterns = paths.flatMap((path) => patternsOf(path, readFileSync(join(root, path), 'utf8')));

/** Built of escaped texts and the library's own patterns, and timed with the other readers. */
const builtOfKnownTexts = /^src-main\/(core\/traces\/known-texts|simulator\/rules\/validate-headers)\.ts:\d+$/;

describe('the regular expressions of the program', () => {
  it('are seen', () => {
    expect(patterns.length).toBeGreaterThan(80);
  });

  it('are all written where they are used', () => {
    const unseen = patterns.filter(({ place, source }) => source === null && !builtOfKnownTexts.test(place));
    expect(unseen.map(({ place }) => place)).toEqual([]);
  });

  it('need linear time on every text', () => {
    const slow = patterns.flatMap((found) => {
      if (found.source === null) return [];
      return slowWays(found.source, found.flags).map((way) => `${found.place} /${found.source}/${found.flags}: ${way}`);
    });
    expect(slow).toEqual([]);
  });
});

describe('the judge of regular expressions', () => {
  it.each([
    ['a repetition that starts anywhere', /\/+$/],
    ['one after white space', /\s*\S+$/],
    ['two that share their characters', /^\s*(?:\{\s*\})?\s*$/],
    ['a nested one', /^(a+)+$/],
    ['a nested one by alternatives', /^(?:a|aa)+$/],
    ['one that swallows its own beginning', /config\..*\.mjs$/],
    ['one in a group', /x(?:key=(?:.*;))y/],
    ['one at each start of a line', /^\s+x$/m],
    ['one in a look-ahead', /a(?=[^b]*c)/],
  ])('finds %s: %s', (_what, { source, flags }) => {
    expect(slowWays(source, flags)).not.toEqual([]);
  });

  it.each([
    ['an anchored one', /^[a-z]+$/],
    ['one that cannot fail', /[A-Z]+/g],
    ['one that starts where no other can', /(?<!\/)\/+$/],
    ['one that cannot hold its own beginning', /\[\d+\]/],
    ['a line by its start', /^Exec=.*$/m],
    ['a quoted text', /key="(?:[^"\\]|\\.)*"/],
    ['the rest of a text', /exactly:\s*([\s\S]*)/],
    ['a part that may be missing', /call(?:\{.*\})?/],
  ])('lets %s pass: %s', (_what, { source, flags }) => {
    expect(slowWays(source, flags)).toEqual([]);
  });

  it('finds a pattern in a literal, in a call and in a text that becomes one', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a source
    const text = 'const a = /x+$/; new RegExp(`^${name}+$`, "m"); RegExp("y+"); z.match("q+"); new RegExp(made);';
    const found = patternsOf('a.ts', text).map(({ source }) => source);
    expect(found.toSorted()).toEqual(['^Word+$', 'q+', 'x+$', 'y+', null].toSorted());
  });
});
