import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { builtPage } from './built-page.ts';

const mostBytes = 230_000;

it('the scripts that the page begins with stay small: what only one screen needs and is large comes with it', async () => {
  const html = await readFile(join(builtPage, 'index.html'), 'utf8');
  const scripts = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.js)"/g)].map(([, path = '']) => path);
  expect(scripts.length).toBeGreaterThan(0);
  const texts = await Promise.all(scripts.map((path) => readFile(join(builtPage, path))));
  expect(texts.reduce((total, text) => total + gzipSync(text, { level: 9 }).length, 0)).toBeLessThan(mostBytes);
});
