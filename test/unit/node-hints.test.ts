import { describe, expect, it } from 'vitest';
import { aimHints } from '../../src-main/node/hints.ts';

/** Commands that a text names lead to the instance of the command that says it. */

const text = 'There are none. Add one with "npx slipstream login" or "npx slipstream import FILE".';
const nowhere = { dataDir: null, demo: false };

describe('a command that a text names', () => {
  it.each([
    ['stays as it is where nothing was named', nowhere, 'npx slipstream login'],
    ['has the folder', { dataDir: '/d', demo: false }, 'npx slipstream login --data-dir /d'],
    ['has the demo', { dataDir: null, demo: true }, 'npx slipstream login --demo'],
    ['has both', { dataDir: '/d', demo: true }, 'npx slipstream login --demo --data-dir /d'],
    [
      'is one that a shell reads',
      { dataDir: "/my d/it's", demo: false },
      `npx slipstream login --data-dir '/my d/it'\\''s'`,
    ],
  ])('%s', (_what, place, command) => {
    const second = command.replace('login', 'import FILE');
    expect(aimHints(text, place, 'linux')).toBe(`There are none. Add one with "${command}" or "${second}".`);
  });

  it.each([
    ['C:\\Users\\ada\\d', 'C:\\Users\\ada\\d'],
    ['C:\\My data', '"C:\\My data"'],
  ])('has the folder %s as Windows reads it', (dataDir, word) => {
    expect(aimHints('"npx slipstream"', { dataDir, demo: false }, 'win32')).toBe(`"npx slipstream --data-dir ${word}"`);
  });

  it.each(['/d', '/my "d" \\', "/it's"])('has the folder %s in JSON too, which stays JSON', (dataDir) => {
    const place = { dataDir, demo: false };
    const told = [{ level: 'bad', mend: text }];
    expect(JSON.parse(aimHints(JSON.stringify(told, null, 2), place, 'linux'))).toEqual([
      { level: 'bad', mend: aimHints(text, place, 'linux') },
    ]);
  });
});

it.each([
  'The key "slipstream" opens nothing any more.',
  '{ "who": "slipstream", "originator": "slipstream" }',
  'Slipstream is running. Run "codex login" first.',
  'export SLIPSTREAM_KEY="$(npx slipstream key)"',
])('what names no command of ours stays as it is: %s', (line) => {
  expect(aimHints(line, { dataDir: '/d', demo: true }, 'linux')).toBe(line);
});
