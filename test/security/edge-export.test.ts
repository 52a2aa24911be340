import { mkdtempSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { exportHar } from '../../src-main/node/commands/export.ts';
import type { ExportOptions } from '../../src-main/node/commands/export-options.ts';
import type { CommandContext } from '../../src-main/node/context.ts';

const text = '{"log":{"entries":[1]}}';
let whileRead = () => {};

vi.mock('../../src-main/node/commands/with-bridge.ts', () => ({
  withBridge: (_options: unknown, _context: unknown, work: (bridge: unknown) => unknown) => work(null),
  call: async () => {
    whileRead();
    return { text, entriesStart: 19, entriesEnd: 20, entries: 1, turns: 1, total: 1, next: null };
  },
}));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipstream-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('an export goes to the file that it made, whatever has taken its name meanwhile', async () => {
  const [file, made, other] = ['turns.har', 'made.har', 'other'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(other, 'precious');
  whileRead = () => {
    renameSync(file, made);
    symlinkSync(other, file);
  };
  const context = { print: () => {}, complain: () => {} } as unknown as CommandContext;
  expect(await exportHar(file, { last: 1 } as ExportOptions, context)).toBe(0);
  expect([readFileSync(other, 'utf8'), readFileSync(made, 'utf8'), statSync(made).mode & 0o777]).toEqual([
    'precious',
    text,
    0o600,
  ]);
});
