import { globSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = new URL('../..', import.meta.url).pathname;
const sources = globSync('test/**/*.ts', { cwd: root })
  .filter((path) => !path.startsWith('test/fixtures/'))
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

/*
 * What the machine has one of, and tests share with each other and with whoever works there.
 */

it.each([1455, 1457])('port %i is refused to a test', (port) => {
  const server = createServer();
  for (const listen of [() => server.listen(port), () => server.listen({ port, host: '127.0.0.1' })])
    expect(listen).toThrow(`port ${port} of the machine`);
});

it('a test that starts the program by its file alone signs nobody in with the browser, by a port of the machine', () => {
  const signsIn = /\['login'(?!, '--de(?:vice|mo)')|method: 'browser'/;
  const byFile = sources.filter(({ text }) => /\bheadlessEntry\b/.test(text));
  expect(byFile.length).toBeGreaterThan(3);
  expect(byFile.filter(({ text }) => signsIn.test(text)).map(({ path }) => path)).toEqual([]);
});

it('a test has no file of a fixed name in the folder of temporary files', () => {
  const fixed = /^.*\btmpdir\(\)(?<!mkdtemp(?:Sync)?\(join\(tmpdir\(\)).*$/gm;
  const offenders = sources.flatMap(({ path, text }) =>
    [...text.matchAll(fixed)].map(([line]) => `${path}: ${line.trim()}`),
  );
  expect(offenders).toEqual([]);
});
