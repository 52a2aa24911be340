import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';

const page = resolve(import.meta.dirname, '../../src-renderer');

it('asks nowhere how a screen is held, so that no way of holding it is shut out', () => {
  const asking = globSync('**/*.css', { cwd: page }).filter((file) =>
    readFileSync(resolve(page, file), 'utf8').includes('orientation'),
  );
  expect(asking).toEqual([]);
});

it('lays screens and their parts out by the room they have, not by the window', () => {
  const byWindow = globSync('{features,ui}/**/*.css', { cwd: page }).filter((file) =>
    /@media[^{]*width/.test(readFileSync(resolve(page, file), 'utf8')),
  );
  // It stands in the top bar, which is as wide as the window.
  expect(byWindow).toEqual(['ui/fast-switch.module.css']);
});
