import { describe, expect, it } from 'vitest';
import type { LatencyGrouping } from '../../src-main/shared/trace-query.ts';
import { english } from '../../src-main/shared/words/english.ts';
import { createWords } from '../../src-main/shared/words/words.ts';
import { chineseCatalogue } from '../../src-main/shared/words/zh-cn/catalogue.ts';
import {
  byLabel,
  chartRows,
  gapsOf,
  groupColour,
  groupLabel,
  linesOf,
  placedInRows,
  sharesBelow,
  spanText,
  timeTicks,
} from '../../src-renderer/features/latency/lines.ts';
import { makeLatency } from './figure-fixtures.ts';

const chinese = createWords('zh-CN', chineseCatalogue);
const answer = makeLatency({ metric: 'total', groupBy: 'tier', filter: {}, buckets: 40, bins: 30 });

describe('the lines of a chart', () => {
  it('are one a group, with its n, for the percentile that was chosen', () => {
    const lines = linesOf(english.t, answer, 'tier', 'p95', byLabel);
    expect(lines.map(({ label, colour, n }) => [label, colour, n])).toEqual([
      ['standard (none)', '--series-1', 240],
      ['priority', '--series-2', 80],
    ]);
    expect(lines[0]?.values).toEqual(answer.groups[0]?.series.map(({ p95 }) => p95));
    expect(lines[0]?.counts).toEqual(answer.groups[0]?.series.map(({ n }) => n));
  });

  it('are one a percentile where a group is alone', () => {
    const lines = linesOf(english.t, { groups: answer.groups.slice(0, 1) }, 'none', 'p50', byLabel);
    expect(lines.map(({ label }) => label)).toEqual([
      'all turns, p50',
      'all turns, p90',
      'all turns, p95',
      'all turns, p99',
    ]);
  });

  it('are at most six, of the groups with most turns', () => {
    const many = Array.from({ length: 9 }, (_, index) => ({
      ...answer.groups[0],
      key: `m${index}`,
      label: `m${index}`,
    }));
    const lines = linesOf(english.t, { groups: many as typeof answer.groups }, 'model', 'p50', byLabel);
    expect(lines.map(({ key }) => key)).toEqual(['m0', 'm1', 'm2', 'm3', 'm4', 'm5']);
    expect(new Set(lines.map(({ colour }) => colour)).size).toBe(6);
  });

  it('keep a gap where no turn began', () => {
    const [group] = answer.groups;
    if (group === undefined) throw new Error('no group');
    const series = group.series.with(2, { n: 0, p50: null, p90: null, p95: null, p99: null });
    expect(linesOf(english.t, { groups: [{ ...group, series }] }, 'none', 'p50', byLabel)[0]?.values[2]).toBeNull();
  });
});

describe('what a chart says beside its lines', () => {
  const line = (...counts: number[]) => ({ counts });

  it('names stretches without any turn between others, the longest first', () => {
    expect(gapsOf([line(0, 1, 0, 0, 2, 0, 1, 0), line(0, 0, 0, 0, 0, 0, 0, 0)], 8)).toEqual([
      { first: 2, end: 4 },
      { first: 5, end: 6 },
    ]);
    expect(gapsOf([line(1, 1), line(0, 1)], 2)).toEqual([]);
    expect(gapsOf([], 0)).toEqual([]);
  });

  it('stands in as many rows as there is no room for it in one', () => {
    const places = placedInRows([50, 40, 60, 120], 10, 100);
    expect(places.map(({ left, row }) => [left, row])).toEqual([
      [0, 0],
      [60, 0],
      [0, 1],
      [0, 2],
    ]);
    expect(placedInRows([], 10, 100)).toEqual([]);
  });

  it('has the share of turns below each edge', () => {
    expect(sharesBelow([1, 0, 3])).toEqual([0, 0.25, 0.25, 1]);
    expect(sharesBelow([0, 0])).toEqual([0, 0, 0]);
  });

  it('is a table of values, where a stretch without turns has none', () => {
    const groups = answer.groups.map((group) => ({
      ...group,
      series: group.series.with(2, { n: 0, p50: null, p90: null, p95: null, p99: null }),
    }));
    const lines = linesOf(english.t, { groups }, 'tier', 'p50', byLabel);
    const [heading, first, ...rows] = chartRows(answer, lines);
    expect(heading).toEqual(['from', 'to', 'standard (none) (ms)', 'standard (none) n', 'priority (ms)', 'priority n']);
    expect(first?.slice(0, 1)).toEqual([new Date(answer.bucketStarts[0] ?? 0).toISOString()]);
    expect(rows).toHaveLength(answer.bucketStarts.length - 1);
    const empty = [first, ...rows].filter((row) => row?.[5] === '0');
    expect(empty.length).toBeGreaterThan(0);
    expect(empty.every((row) => row?.[4] === '')).toBe(true);
  });
});

describe('a group', () => {
  it.each<[LatencyGrouping, string, string]>([
    ['none', '', 'all turns'],
    ['tier', 'standard', 'standard (none)'],
    ['tier', 'flex', 'flex'],
    ['transport', 'ws', 'Websocket'],
    ['effort', 'standard', 'not given'],
    ['effort', 'low', 'low'],
    ['model', 'gpt-5.5', 'gpt-5.5'],
  ])('by %s with key "%s" is called %s', (groupBy, key, label) => {
    expect(groupLabel(english.t, groupBy, { key, label: key }, byLabel)).toBe(label);
  });

  it('of a tier keeps its colour wherever it stands', () => {
    expect([0, 1].map((index) => groupColour('tier', 'priority', index))).toEqual(['--series-2', '--series-2']);
    expect(groupColour('tier', 'flex', 0)).not.toBe(groupColour('tier', 'standard', 1));
  });
});

describe('times under a chart', () => {
  const at = (...parts: [number, number, number, number, number]) => new Date(...parts).getTime() / 1_000;

  it('name the day once, and again where it changes', () => {
    const ticks = [at(2026, 10, 23, 20, 0), at(2026, 10, 23, 22, 0), at(2026, 10, 24, 0, 0)];
    expect(timeTicks(english, ticks, 7_200)).toEqual(['20:00\n23 Nov', '22:00', '00:00\n24 Nov']);
  });

  it('are seconds in a short span, and days in a long one', () => {
    expect(timeTicks(english, [at(2026, 10, 23, 20, 0) + 5], 5)).toEqual(['20:00:05\n23 Nov']);
    expect(timeTicks(english, [at(2026, 10, 23, 0, 0), at(2026, 10, 25, 0, 0)], 2 * 86_400)).toEqual([
      '23 Nov',
      '25 Nov',
    ]);
  });

  it('are parts of a second where ticks are closer than one', () => {
    const noon = at(2026, 10, 23, 12, 0);
    expect(timeTicks(english, [noon, noon + 0.5, noon + 1], 0.5)).toEqual([
      '12:00:00.0\n23 Nov',
      '12:00:00.5',
      '12:00:01.0',
    ]);
    expect(timeTicks(english, [noon + 0.35], 0.05)).toEqual(['12:00:00.35\n23 Nov']);
    expect(timeTicks(english, [noon + 0.352], 0.002)).toEqual(['12:00:00.352\n23 Nov']);
  });

  it('are words of the language of the page', () => {
    const ticks = [at(2026, 10, 30, 23, 30), at(2026, 11, 1, 0, 0)];
    expect(timeTicks(chinese, ticks, 1_800)).toEqual(['23:30\n11月30日', '00:00\n12月1日']);
    expect(timeTicks(chinese, ticks, 86_400)).toEqual(['11月30日', '12月1日']);
    expect(spanText(chinese, at(2026, 10, 30, 23, 30) * 1_000, 431)).toBe('11月30日 23:30:00.000 至 23:30:00.431');
  });

  it.each([
    [431, '23 Nov 08:16:40.000 to 08:16:40.431'],
    [100_000, '23 Nov 08:16:40 to 08:18:20'],
    [7_200_000, '23 Nov 08:16 to 23 Nov 10:16'],
  ])('say a stretch of %d ms', (spanMs, text) => {
    expect(spanText(english, new Date(2026, 10, 23, 8, 16, 40).getTime(), spanMs)).toBe(text);
  });
});
