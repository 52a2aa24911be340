import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';

const page = resolve(import.meta.dirname, '../../src-renderer');
/** Where nothing is typed that a browser would keep and offer elsewhere. */
const notTyped = /type="(?:checkbox|radio|file|time|datetime-local)"/;

it('has the browser fill in no field, nor keep what was typed there: addresses may have a password', () => {
  const fields = globSync('**/*.tsx', { cwd: page }).flatMap((file) =>
    [...readFileSync(resolve(page, file), 'utf8').matchAll(/<(?:input|textarea)\b[\s\S]*?\/>/g)].map(
      ([tag]) => `${file}: ${tag}`,
    ),
  );
  expect(fields.length).toBeGreaterThan(30);
  // One component hands all of its to either kind of field.
  const filled = fields.filter((tag) => !notTyped.test(tag) && !/autoComplete="off"|\{\.\.\.common\}/.test(tag));
  expect(filled).toEqual([]);
});
