import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Redactor } from '../../src-main/core/traces/redaction.ts';
import { createProgramLog } from '../../src-main/node/log.ts';
import { LogFile } from '../../src-main/node/log-file.ts';
import { canMount, mountSmallDisk } from '../support/small-disk.ts';

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

  it('goes on once it can be written again', () => {
    writeFileSync(join(dir, 'logs'), 'a file where the folder should be');
    const file = new LogFile({ path: path() });
    file.write('lost\n');
    rmSync(join(dir, 'logs'));
    file.write('kept\n');
    expect(readFileSync(path(), 'utf8')).toBe('kept\n');
    file.close();
    file.write('too late\n');
    expect(readFileSync(path(), 'utf8')).toBe('kept\n');
  });

  it.skipIf(!canMount())('on a full disk holds no file open, and goes on once there is room', () => {
    const disk = mountSmallDisk();
    try {
      const file = new LogFile({ path: join(disk.dir, 'slipstream.log') });
      const before = readdirSync('/proc/self/fd').length;
      disk.fill();
      for (let count = 0; count < 5; count += 1) file.write(`${'x'.repeat(5_000)}\n`);
      expect(readdirSync('/proc/self/fd').length).toBeLessThanOrEqual(before);
      disk.free();
      file.write('kept\n');
      expect(readFileSync(join(disk.dir, 'slipstream.log'), 'utf8')).toContain('kept\n');
      file.close();
    } finally {
      disk.dispose();
    }
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
