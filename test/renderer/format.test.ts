import { describe, expect, it } from 'vitest';
import { windowName } from '../../src-main/shared/quota-window.ts';
import { median } from '../../src-main/shared/statistics.ts';
import * as format from '../../src-renderer/lib/format.ts';

describe('formatters', () => {
  it.each([
    [null, '—'],
    [Number.NaN, '—'],
    [0, '0.00 ms'],
    [0.4249, '0.42 ms'],
    [9.994, '9.99 ms'],
    [9.996, '10.0 ms'],
    [99.94, '99.9 ms'],
    [99.96, '100 ms'],
    [999.4, '999 ms'],
    [999.6, '1.00 s'],
    [1_240, '1.24 s'],
    [9_996, '10.0 s'],
    [59_900, '59.9 s'],
    [59_990, '1 m 00 s'],
    [125_400, '2 m 05 s'],
    [3_599_600, '1 h 00 m'],
    [7_384_000, '2 h 03 m'],
    [-3.5, '−3.50 ms'],
  ])('span %s is %s', (ms, text) => expect(format.formatMs(ms)).toBe(text));

  it.each([
    [0, '0'],
    [0.5, '0.5 ms'],
    [500, '500 ms'],
    [2_000, '2 s'],
    [2_500, '2.5 s'],
  ])('tick %s is %s', (ms, text) => expect(format.formatTick(ms)).toBe(text));

  it.each([
    [null, '—'],
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1.0 kB'],
    [999_949, '999.9 kB'],
    [999_951, '1.00 MB'],
    [2_350_000, '2.35 MB'],
    [3_100_000_000, '3.10 GB'],
  ])('size %s is %s', (bytes, text) => expect(format.formatBytes(bytes)).toBe(text));

  it.each([
    [null, '—'],
    [612, '612'],
    [9_999, '9,999'],
    [10_000, '10.0k'],
    [999_951, '1.00M'],
  ])('%s tokens are %s', (tokens, text) => expect(format.formatTokens(tokens)).toBe(text));

  it.each([
    [0, 'now'],
    [400, 'now'],
    [30_000, 'in 30 s'],
    [-90_000, '1 min ago'],
    [7_500_000, 'in 2 h 5 min'],
    [7_200_000, 'in 2 h'],
    [-90_000_000, '1 d 1 h ago'],
  ])('%s ms from now is "%s"', (offset, text) => expect(format.formatRelative(1e12 + offset, 1e12)).toBe(text));

  it.each([
    [300, '5 h'],
    [10_080, '7 d'],
    [45, '45 min'],
    [43_200, '30 d'],
    [61.666, '62 min'],
    [null, 'window'],
  ])('a window of %s minutes is %s', (minutes, text) => expect(windowName(minutes, { unknown: 'window' })).toBe(text));

  it.each([
    [0, '0 %'],
    [0.26, '0.3 %'],
    [8, '8 %'],
    [9.97, '10 %'],
    [34.4, '34 %'],
  ])('%s per cent is %s', (percent, text) => expect(format.formatPercent(percent)).toBe(text));
});

describe('median', () => {
  it.each([
    [[], Number.NaN],
    [[3], 3],
    [[9, 1, 5], 5],
    [[4, 1, 3, 2], 2.5],
  ])('of %j is %s', (values, expected) => expect(median(values)).toBe(expected));
});
