import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';

const page = resolve(import.meta.dirname, '../../src-renderer');
const part = 'ui/text-field.tsx';
/** Where nothing is typed that a browser would keep and offer elsewhere. */
const notTyped = /type="(?:checkbox|radio|file|time|datetime-local)"/;

const tagsOf = (file: string): readonly string[] =>
  [...readFileSync(resolve(page, file), 'utf8').matchAll(/<(?:input|textarea)\b[\s\S]*?\/>/g)].map(
    ([tag]) => `${file}: ${tag}`,
  );

it('has every field that is typed into from one part, which says what the browser may do with it', () => {
  const files = globSync('**/*.tsx', { cwd: page }).filter((file) => file.replaceAll('\\', '/') !== part);
  const others = files.flatMap(tagsOf);
  expect(others.length).toBeGreaterThan(10);
  expect(others.filter((tag) => !notTyped.test(tag))).toEqual([]);
  expect(tagsOf(part)).toHaveLength(2);
});
