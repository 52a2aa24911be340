import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
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

it('an export takes the place of nothing that has taken its name meanwhile: it has the next one, and says so', async () => {
  const [file, other] = [join(folder, 'turns.har'), join(folder, 'other')];
  writeFileSync(other, 'precious');
  whileRead = () => symlinkSync(other, file);
  const lines: string[] = [];
  const say = (line: string) => void lines.push(line);
  const context = { print: say, complain: say } as unknown as CommandContext;
  // Whoever reads the name that was asked for would read another's file.
  expect(await exportHar(file, { last: 1 } as ExportOptions, context)).toBe(1);
  const free = join(folder, 'turns-2.har');
  expect(lines).toEqual([
    `Wrote 1 turns (1 entries) to ${free}.`,
    `${file} is another file, which came there meanwhile.`,
  ]);
  expect([readFileSync(other, 'utf8'), readFileSync(free, 'utf8')]).toEqual(['precious', text]);
  expect(readdirSync(folder).toSorted()).toEqual(['other', 'turns-2.har', 'turns.har']);
});

it('an export goes to the file that it began, whatever has taken the place of that', async () => {
  const [file, other, begun] = [join(folder, 'turns.har'), join(folder, 'other'), join(folder, 'begun')];
  writeFileSync(other, 'precious');
  whileRead = () => {
    const [part = ''] = readdirSync(folder).filter((name) => name.endsWith('.part'));
    renameSync(join(folder, part), begun);
    symlinkSync(other, join(folder, part));
  };
  const context = { print: () => {}, complain: () => {} } as unknown as CommandContext;
  await exportHar(file, { last: 1 } as ExportOptions, context);
  expect([readFileSync(other, 'utf8'), readFileSync(begun, 'utf8'), statSync(begun).mode & 0o777]).toEqual([
    'precious',
    text,
    0o600,
  ]);
});
