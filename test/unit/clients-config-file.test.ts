import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readConfigFile, replaceFile, temporaryPath } from '../../src-main/clients/config-file.ts';

let dir: string;
let path: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'slipstream-config-'));
  path = join(dir, 'config.toml');
});

afterEach(() => rmSync(dir, { recursive: true }));

it.each<[string, string | null, string | null, string | null]>([
  ['changed', 'theirs', 'theirs, later', 'ours'],
  ['made', null, 'theirs', 'ours'],
  ['removed', 'theirs', null, 'ours'],
  ['changed, where it is to be removed', 'theirs', 'theirs, later', null],
])('a file that another program has %s since it was read is left alone', (_what, before, now, wanted) => {
  if (before !== null) writeFileSync(path, before);
  const file = readConfigFile(path);
  if (now === null) rmSync(path);
  else writeFileSync(path, now);
  expect(() => replaceFile(file, wanted === null ? null : Buffer.from(wanted), 0o600, temporaryPath(file))).toThrow(
    expect.objectContaining({ code: 'client_file_changed' }),
  );
  expect(readdirSync(dir)).toEqual(now === null ? [] : ['config.toml']);
  if (now !== null) expect(readFileSync(path, 'utf8')).toBe(now);
});
