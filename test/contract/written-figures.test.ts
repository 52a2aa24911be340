import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = new URL('../..', import.meta.url).pathname;

/**
 * A date, a time or a number that is written by hand, or a written one that is cut up: another language writes it another way.
 * What is for machines alone (`toISOString`) is none.
 */
const byHand =
  /\bIntl\.(?!getCanonicalLocales\b)|\.toLocale\w*String\(|\.get(UTC)?(FullYear|Month|Date|Hours|Minutes|Seconds|Milliseconds)\(|\bformat\.\w+\([^()]*\)\.(slice|replace|split|substring)\(/;

it('figures, dates and times of the page are written by the formats of its language alone', () => {
  const paths = globSync('src-renderer/**/*.{ts,tsx}', { cwd: root });
  expect(paths.length).toBeGreaterThan(200);
  expect(paths.filter((path) => byHand.test(readFileSync(join(root, path), 'utf8')))).toEqual([]);
});

it.each([
  ["String(date.getMonth() + 1).padStart(2, '0')", true],
  ["new Intl.DateTimeFormat(language, { weekday: 'short' })", true],
  ['value.toLocaleString()', true],
  ['format.clock(at).slice(0, 5)', true],
  ['new Date(value).toISOString()', false],
  ['format.clock(at)', false],
])('one that is written by hand is found: %s', (source, isFound) => expect(byHand.test(source)).toBe(isFound));
