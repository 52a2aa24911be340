import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = new URL('../..', import.meta.url).pathname;

/** A button, or a field for a file, that is disabled by its own attribute: at a press it would lose the focus to the page. */
const losesFocus = /<(?:button\b|input\s[^<]*type="file")[^<]*\bdisabled=/;

it('buttons of the page become unavailable in the one way that leaves them the focus', () => {
  const paths = globSync('src-renderer/**/*.tsx', { cwd: root });
  expect(paths.length).toBeGreaterThan(80);
  expect(paths.filter((path) => losesFocus.test(readFileSync(join(root, path), 'utf8')))).toEqual([]);
});

it.each([
  '<button type="button" disabled={isBusy}>',
  '<input\n  type="file"\n  onChange={(a) => b}\n  disabled={isBusy}\n/>',
])('the other way is found: %s', (text) => expect(text).toMatch(losesFocus));
