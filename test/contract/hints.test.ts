import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { aimHints } from '../../src-main/node/hints.ts';

const root = new URL('../..', import.meta.url).pathname;

/** What commands print, and the errors they tell. */
const sources = ['src-main/node/**/*.ts', 'src-main/shared/errors.ts', 'src-main/shared/words/*/errors.ts'];
/** Examples below a help text are for every instance. */
const others = ['src-main/node/command-help.ts', 'src-main/node/hints.ts'];

const isComment = (line: string) => /^\s*(\*|\/\*|\/\/)/.test(line);
/** A small letter and no colon, which begins a line on standard error; or a command without the name of the program. */
const naming = [
  /\bslipstream (?=-|[a-z])|npx slipstream/,
  /"(serve|login|accounts|fast|key|metrics|service|usage|open|bench|parity|doctor)( [a-z]+)+"/,
];

it('every command that a printed text names is written so that it gets the place of its instance', () => {
  const lines = globSync(sources, { cwd: root })
    .filter((path) => !others.includes(path))
    .flatMap((path) => readFileSync(join(root, path), 'utf8').split('\n'))
    .filter((line) => !isComment(line) && naming.some((pattern) => pattern.test(line)));
  expect(lines.length).toBeGreaterThan(15);
  const aimed = lines.map((line) => aimHints(line, { dataDir: '/d', demo: false }, 'linux'));
  const isAimed = (line: string) =>
    !naming.some((pattern) => pattern.test(line.replaceAll(/"[^"]* --data-dir \/d"/g, '')));
  expect(aimed.filter((line) => !isAimed(line))).toEqual([]);
});
