import { describe, expect, it } from 'vitest';
import { analyse, makePair } from '../../src-main/core/latency/analyse.ts';
import { progressBar, progressLine, resultLines } from '../../src-main/node/commands/bench-text.ts';
import type { LabArm, LabExperiment, LabPair, LabTurn } from '../../src-main/shared/lab.ts';
import { LabRequest } from '../../src-main/shared/lab.ts';

const turn = (arm: LabArm, block: number, pair: number, more: Partial<LabTurn> = {}): LabTurn => ({
  arm,
  block,
  pair,
  exchangeId: null,
  firstTokenMs: arm === 'priority' ? 400 : 600,
  totalMs: arm === 'priority' ? 6_000 : 9_000,
  outputTokens: 600,
  tierEchoed: 'default',
  failure: null,
  ...more,
});

const pairsOf = (count: number, more: Partial<LabTurn> = {}): LabPair[] =>
  Array.from({ length: count }, (_, index) => {
    const [block, pair] = [Math.floor(index / 3), index % 3];
    return makePair(turn('standard', block, pair), turn('priority', block, pair, more));
  });

const experiment = (pairs: readonly LabPair[], more: Partial<LabExperiment> = {}): LabExperiment => ({
  id: 'e1',
  startedAt: 0,
  endedAt: null,
  state: 'running',
  problem: null,
  request: LabRequest.parse({}),
  accountLabel: 'ad…@e… (pro)',
  turnsDone: 12,
  turnsTotal: 48,
  pairs: [...pairs],
  warmUps: [],
  result: analyse(pairs),
  ...more,
});

describe('the progress of a benchmark', () => {
  it.each([
    [[], '[########----------------------]  12/48 turns'],
    [pairsOf(3), '[########----------------------]  12/48 turns  -33.3 % (1 block)'],
    [pairsOf(6), '[########----------------------]  12/48 turns  -33.3 % (2 blocks)'],
  ])('is a bar: %#', (pairs, bar) => {
    expect(progressBar(experiment(pairs))).toBe(bar);
  });

  it.each([
    [pairsOf(0), '12/48 turns'],
    [pairsOf(4), '12/48 turns: block 2, pair 1 of 3: standard 15.00 ms, fast 10.00 ms a token, -33.3 %'],
    [
      pairsOf(1, { outputTokens: 500 }),
      '12/48 turns: block 1, pair 1 of 3: standard 15.00 ms, fast 12.00 ms a token, -20.0 %, lengths differ',
    ],
    [pairsOf(1, { failure: 'refused' }), '12/48 turns: block 1, pair 1 of 3: failed, refused'],
  ])('is a line a pair: %#', (pairs, line) => {
    expect(progressLine(experiment(pairs))).toBe(line);
  });
});

describe('the result of a benchmark', () => {
  it('shows both medians with their n, and the verdict in a sentence', () => {
    const lines = resultLines(experiment(pairsOf(18), { state: 'done' }));
    expect(lines[0]).toBe('gpt-5.5 on ad…@e… (pro), effort low');
    expect(lines).toContain('  time per token    15.00 ms (n = 18)   10.00 ms (n = 18)');
    expect(lines.at(-1)).toMatch(/^Priority was faster: 33\.3 % less time .*18 pairs in 6 blocks\)\.$/);
  });

  it('says what was stopped, flagged and failed, and what is not known', () => {
    const stopped = resultLines(experiment([], { state: 'stopped' }));
    expect(stopped[0]).toContain('stopped early');
    expect(stopped).toContain('  time per token    - (n = 0)   - (n = 0)');
    expect(stopped.at(-1)).toMatch(/^Not enough data/);
    const flagged = [...pairsOf(2, { outputTokens: 500 }), ...pairsOf(1, { failure: 'refused' })];
    expect(resultLines(experiment(flagged, { state: 'failed', problem: 'No quota.' })).slice(-2)).toEqual([
      '2 pairs with outputs more than 10 % apart (kept); 1 failed turn (its block does not count).',
      'It failed: No quota.',
    ]);
  });
});
