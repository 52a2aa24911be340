import { Command } from 'commander';
import { describe, expect, it, vi } from 'vitest';
import { addExportOptions, type ExportOptions, exportFilter } from '../../src-main/node/commands/export-options.ts';

const nowMs = Date.UTC(2026, 10, 23, 12);

function parse(...args: string[]) {
  const command = addExportOptions(new Command());
  command.exitOverride().configureOutput({ writeErr: () => {} });
  const options = command.parse(args, { from: 'user' }).opts<ExportOptions>();
  return { last: options.last, filter: exportFilter(options, nowMs) };
}

describe('the options of export', () => {
  it.each<[string[], ReturnType<typeof parse>]>([
    [[], { last: 500, filter: {} }],
    [['--last', '20'], { last: 20, filter: {} }],
    [['--status', 'failed,cancelled'], { last: 500, filter: { status: ['failed', 'cancelled'] } }],
    [['--model', ' a , b '], { last: 500, filter: { model: ['a', 'b'] } }],
    [['--tier', 'standard', '--transport', 'http'], { last: 500, filter: { tier: ['standard'], transport: ['http'] } }],
    [['--client', 'curl 8', '--text', 'two words'], { last: 500, filter: { client: ['curl 8'], text: 'two words' } }],
    [['--since', '90m'], { last: 500, filter: { fromMs: nowMs - 5_400_000 } }],
    [
      ['--since', '7d', '--until', '2h'],
      { last: 500, filter: { fromMs: nowMs - 604_800_000, toMs: nowMs - 7_200_000 } },
    ],
    [['--since', '2026-11-01T00:00:00Z'], { last: 500, filter: { fromMs: Date.UTC(2026, 10, 1) } }],
  ])('%j', (args, expected) => expect(parse(...args)).toEqual(expected));

  it('take a date, with or without a time, as this place has it', () => {
    vi.stubEnv('TZ', 'America/New_York');
    expect(parse('--since', '2026-11-01').filter).toEqual({ fromMs: Date.UTC(2026, 10, 1, 4) });
    expect(parse('--since', '2026-11-23T14:00').filter).toEqual({ fromMs: Date.UTC(2026, 10, 23, 19) });
    vi.unstubAllEnvs();
  });

  it.each([
    [['--last', '0']],
    [['--last', '100001']],
    [['--last', 'many']],
    [['--status', 'broken']],
    [['--status', ',']],
    [['--transport', 'pigeon']],
    [['--model', '']],
    [['--since', 'yesterday']],
    [['--since', '2w']],
    [['--since', '2026-02-31']],
    [['--since', '5']],
    [['--since', '90']],
    [['--until', 'last 7']],
  ])('refuse %j', (args) => expect(() => parse(...args)).toThrow(/must be/));
});
