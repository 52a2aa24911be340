import { describe, expect, it } from 'vitest';
import { analyse } from '../../src-main/core/latency/analyse.ts';
import { makePair } from '../../src-main/core/latency/pairs.ts';
import { usualRules } from '../../src-main/core/latency/verdict.ts';
import { hoursOf, progressBar, progressLine, resultLines } from '../../src-main/node/commands/bench-text.ts';
import type { LabArm, LabExperiment, LabPair, LabTurn } from '../../src-main/shared/lab.ts';
import { LabRequest } from '../../src-main/shared/lab.ts';

const turn = (arm: LabArm, more: Partial<LabTurn> = {}): LabTurn => ({
  arm,
  exchangeId: null,
  firstTokenMs: arm === 'priority' ? 400 : 600,
  totalMs: arm === 'priority' ? 6_000 : 9_000,
  outputTokens: 600,
  tierEchoed: 'default',
  quotaPercent: null,
  failure: null,
  ...more,
});

const pairsOf = (count: number, more: Partial<LabTurn> = {}): LabPair[] =>
  Array.from({ length: count }, (_, index) => makePair(index, turn('standard'), turn('priority', more)));

const experiment = (pairs: readonly LabPair[], more: Partial<LabExperiment> = {}): LabExperiment => ({
  id: 'e1',
  form: 'sequential',
  startedAt: 0,
  endedAt: null,
  state: 'running',
  problem: null,
  unkept: null,
  keptAt: null,
  request: LabRequest.parse({}),
  accountLabel: 'ad…@e… (pro)',
  accountId: 'one',
  pauses: [],
  version: '1.2.3',
  profile: '0.169',
  seed: 1,
  run: 1,
  turnsDone: 24,
  turnsTotal: 96,
  pairs: [...pairs],
  result: analyse(pairs, usualRules).result,
  search: null,
  coin: null,
  ...more,
});

const search = (more: Partial<NonNullable<LabExperiment['search']>> = {}): NonNullable<LabExperiment['search']> => ({
  stage: 3,
  official: analyse([], usualRules).result,
  without: null,
  price: null,
  isConfirmed: true,
  rounds: 8,
  claims: [],
  firstTokenOverHttp: null,
  finding: null,
  sentences: [],
  ...more,
});

describe('the progress of a benchmark', () => {
  it.each<[readonly LabPair[], Partial<LabExperiment>, string]>([
    [[], {}, '[########----------------------]  24/96 turns'],
    [pairsOf(3), {}, '[########----------------------]  24/96 turns'],
    [pairsOf(6), {}, '[########----------------------]  24/96 turns  -33.3 % (6 pairs)'],
    [
      pairsOf(7),
      { search: search({ stage: 2 }) },
      '[########----------------------]  24/96 turns  stage 2  -33.3 % (6 pairs)',
    ],
  ])('is a bar: %#', (pairs, more, bar) => {
    expect(progressBar(experiment(pairs, more))).toBe(bar);
  });

  it.each<[readonly LabPair[], Partial<LabExperiment>, string]>([
    [pairsOf(0), {}, '24/96 turns'],
    [pairsOf(4), {}, '24/96 turns: pair 4: standard 15.00 ms, fast 10.00 ms a token, -33.3 %'],
    [
      pairsOf(1, { outputTokens: 500 }),
      {},
      '24/96 turns: pair 1: standard 15.00 ms, fast 12.00 ms a token, -20.0 %, lengths differ',
    ],
    [pairsOf(1, { failure: 'refused' }), {}, '24/96 turns: pair 1: failed, refused'],
    [
      pairsOf(1),
      { search: search({ stage: 1 }) },
      '24/96 turns: stage 1, pair 1: standard 15.00 ms, fast 10.00 ms a token, -33.3 %',
    ],
    [pairsOf(1), { search: search() }, '24/96 turns: round 8'],
  ])('is a line a pair: %#', (pairs, more, line) => {
    expect(progressLine(experiment(pairs, more))).toBe(line);
  });
});

describe('the result of a benchmark', () => {
  it('shows both medians with their n, every look, and the verdict in a sentence', () => {
    const lines = resultLines(experiment(pairsOf(8), { state: 'done' }));
    expect(lines[0]).toBe('gpt-5.5 on ad…@e… (pro), effort low');
    expect(lines).toContain('  time per token    15.00 ms (n = 8)   10.00 ms (n = 8)');
    expect(lines).toContain('  6 pairs   -33.3 % (-33.3 % to -33.3 %)');
    expect(lines).toContain(
      'Priority was faster: 33 % less time for each output token (33 to 33 % less; 8 pairs, 2 looks).',
    );
  });

  it('says what a sceptic asks for: what it was sent with, how it was measured, and what lies beside the verdict', () => {
    const lines = resultLines(experiment([...pairsOf(7), ...pairsOf(1, { failure: 'refused' })], { state: 'done' }));
    expect(lines[2]).toBe('Slipstream 1.2.3, profile 0.169, seed 1');
    expect(lines).toContain('  tier echoed          default 8x   default 7x');
    expect(lines).toContain('  failed turns         0            1');
    expect(lines).toContain('An echo proves nothing. The quota was not read.');
    expect(lines.filter((line) => line.includes('99 % Student interval'))).toHaveLength(1);
    expect(Math.max(...lines.filter((line) => line.startsWith('  ')).map((line) => line.length))).toBeLessThan(80);
  });

  it('says what was stopped, flagged and failed, and what is not known', () => {
    const stopped = resultLines(experiment([], { state: 'stopped' }));
    expect(stopped[0]).toContain('stopped early');
    expect(stopped).toContain('  time per token    - (n = 0)   - (n = 0)');
    expect(stopped.at(-1)).toMatch(/^Not enough data/);
    const flagged = [...pairsOf(2, { outputTokens: 500 }), ...pairsOf(1, { failure: 'refused' })];
    expect(resultLines(experiment(flagged, { state: 'failed', problem: 'No quota.' })).slice(-3)).toEqual([
      '2 pairs with outputs more than 10 % apart (kept).',
      '1 failed turn (measured again).',
      'It failed: No quota.',
    ]);
  });

  it('of a search has a row for each condition, and what was found', () => {
    const look = { n: 8, effectPercent: 2, lowPercent: -4, highPercent: 9 };
    const claims = [
      { condition: 'transport', finding: 'needed', rounds: 8, without: look, loss: look },
      { condition: 'hint', finding: 'open', rounds: 5, without: null, loss: null },
    ] as const;
    const lines = resultLines(
      experiment(pairsOf(6), { state: 'done', search: search({ claims: [...claims], sentences: ['Fast needs it.'] }) }),
    );
    expect(lines).toContain('  transport   needed     8        +2.0 % (-4.0 % to +9.0 %)');
    expect(lines).toContain('  hint        open       5        -');
    expect(lines.at(-1)).toBe('Fast needs it.');
  });
});

it('the hours of an experiment or a coin name no end where there is none yet', () => {
  const [ten, noon, one] = [10, 12, 13].map((hour) => Date.UTC(2026, 10, 28, hour, 2));
  if (ten === undefined || noon === undefined || one === undefined) throw new Error('no hours');
  expect(hoursOf({ startedAt: ten, endedAt: noon, pauses: [] })).toBe('2026-11-28 10:02 to 12:02 UTC');
  expect(hoursOf({ startedAt: ten, endedAt: null, pauses: [] })).toBe('from 2026-11-28 10:02 UTC');
  const pauses = [{ fromMs: noon, toMs: one }];
  expect(hoursOf({ startedAt: ten, endedAt: one, pauses })).toBe('2026-11-28 10:02 to 12:02, then 13:02 to 13:02 UTC');
  expect(hoursOf({ startedAt: ten, endedAt: null, pauses })).toBe('2026-11-28 10:02 to 12:02, then from 13:02 UTC');
});
