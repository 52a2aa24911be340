import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Redactor } from '../../src-main/core/traces/redaction.ts';
import { createProgramLog } from '../../src-main/node/log.ts';
import { LogFile } from '../../src-main/node/log-file.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'slipstream-log-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const path = () => join(dir, 'logs', 'slipstream.log');
const names = () => readdirSync(join(dir, 'logs')).sort();

describe('the log file', () => {
  it('is its owner’s alone and goes on where it ended', () => {
    new LogFile({ path: path() }).write('one\n');
    new LogFile({ path: path() }).write('two\n');
    expect(readFileSync(path(), 'utf8')).toBe('one\ntwo\n');
    expect(statSync(path()).mode & 0o777).toBe(0o600);
  });

  it('rotates by size and keeps so many', () => {
    const file = new LogFile({ path: path(), maxBytes: 10, keep: 2 });
    for (const line of ['aaaaaaa\n', 'bbbbbbb\n', 'ccccccc\n', 'ddddddd\n']) file.write(line);
    expect(names()).toEqual(['slipstream.log', 'slipstream.log.1', 'slipstream.log.2']);
    expect(names().map((name) => readFileSync(join(dir, 'logs', name), 'utf8'))).toEqual([
      'ddddddd\n',
      'ccccccc\n',
      'bbbbbbb\n',
    ]);
  });

  it('costs nothing but itself where it cannot be written', () => {
    writeFileSync(join(dir, 'logs'), 'a file where the folder should be');
    expect(() => new LogFile({ path: path() }).write('x\n')).not.toThrow();
  });

  it('holds redacted lines, and the last warnings are kept for a bug report', () => {
    const redactor = new Redactor();
    redactor.addSecret('a-secret-token-0123456789');
    const lines: string[] = [];
    const { log, recentProblems } = createProgramLog({
      level: 'info',
      redactor,
      also: (line) => lines.push(line),
      standardError: () => {},
    });
    log.info('quiet', { text: 'a-secret-token-0123456789' });
    for (let count = 1; count <= 50; count += 1) log.warn(`warning ${count}`, { text: 'a-secret-token-0123456789' });
    expect(lines).toHaveLength(51);
    expect(lines.join('')).not.toContain('a-secret-token');
    expect(recentProblems()).toHaveLength(40);
    expect(recentProblems().at(-1)).toContain('warning 50');
  });
});
