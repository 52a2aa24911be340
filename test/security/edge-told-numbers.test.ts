import { describe, expect, it } from 'vitest';
import { readExpiry } from '../../src-main/core/accounts/claims.ts';
import { usageFromEndpoint, usageFromEvent, usageFromHeaders } from '../../src-main/core/accounts/usage.ts';
import { headerRecord } from '../../src-main/core/headers.ts';
import {
  comingReset,
  errorStatus,
  momentMs,
  pollMs,
  spanMinutes,
  toldMoment,
  toldNumber,
  usedShare,
  waitMs,
  wholeCount,
} from '../../src-main/core/told-numbers.ts';
import { refusalError, refusalFromEvent, refusalFromFailure, statusOf } from '../../src-main/core/turn/refusal.ts';
import { classifyRefusal } from '../../src-main/core/turn/refusal-class.ts';

/** Whatever number or name upstream tells: nothing of it becomes an error of Slipstream's own. */

const nowMs = Date.UTC(2026, 10, 28);
const odd = [Number.NaN, Number.POSITIVE_INFINITY, -1, -1e308, 1e308, 2 ** 53, 0.5, '1', null, [], {}, true] as const;

describe('numbers that upstream tells', () => {
  it.each<[unknown, number | null]>([
    [12, 12],
    ['12', 12],
    [' 12.5 ', 12.5],
    ['', null],
    ['soon', null],
    ['Infinity', null],
    [null, null],
    [[12], null],
    [true, null],
  ])('%j is read as the number %j', (told, expected) => {
    expect(toldNumber(told)).toBe(expected);
  });

  it.each<[unknown, number | null]>([
    [1_764_000_000, 1_764_000_000_000],
    ['1764000000', 1_764_000_000_000],
    [1_764_000_000_000, 1_764_000_000_000],
    ['2025-11-24T16:00:00Z', 1_764_000_000_000],
    ['2025-11-24T17:00:00.000+01:00', 1_764_000_000_000],
    ['2025-11-24', null],
    ['9999-11-24T16:00:00Z', null],
    ['tomorrow', null],
    [-1, null],
    [2 ** 60, null],
    [{}, null],
  ])('%j is read as the moment %j', (told, expected) => {
    expect(toldMoment(told)).toBe(expected);
  });

  it('are believed as texts and dates too, in events, answers and refusals', () => {
    const reset = new Date(nowMs + 3_600_000).toISOString();
    const window = { used_percent: '55', window_minutes: '300', reset_at: reset };
    const expected = { usedPercent: 55, windowMinutes: 300, resetAt: nowMs + 3_600_000 };
    expect(usageFromEvent({ rate_limits: { primary: window } }, nowMs)?.primary).toEqual(expected);
    expect(usageFromEndpoint({ rate_limit: { primary_window: window } }, nowMs)?.primary).toEqual(expected);
    for (const resets_at of [reset, nowMs + 3_600_000, `${nowMs / 1000 + 3_600}`]) {
      const refusal = refusalFromEvent({
        type: 'error',
        status: 429,
        error: { type: 'usage_limit_reached', resets_at },
      });
      expect(classifyRefusal(refusal, nowMs)).toEqual({ kind: 'usage-limit', resetsAtMs: nowMs + 3_600_000 });
    }
  });

  it.each<[string, (value: number) => number | null, readonly (readonly [number, number | null])[]]>([
    [
      'a status',
      errorStatus,
      [
        [400, 400],
        [599, 599],
        [100, null],
        [101, null],
        [200, null],
        [399, null],
        [600, null],
        [1000, null],
        [-1, null],
        [404.5, null],
      ],
    ],
    [
      'a moment',
      momentMs,
      [
        [1_764_000_000, 1_764_000_000_000],
        [0, null],
        [-1, null],
        [1e12, null],
        [Number.POSITIVE_INFINITY, null],
      ],
    ],
    [
      'a wait',
      waitMs,
      [
        [1.5, 1_500],
        [0, 0],
        [-1, null],
        [1e9, null],
        [Number.NaN, null],
      ],
    ],
    [
      'a share',
      usedShare,
      [
        [-5, 0],
        [55, 55],
        [1e9, 1_000],
      ],
    ],
    [
      'a pause between questions',
      pollMs,
      [
        [5, 5_000],
        [1e-9, 250],
        [1e9, 60_000],
        [0, null],
        [-5, null],
        [Number.NaN, null],
      ],
    ],
    [
      'a count',
      wholeCount,
      [
        [272_000, 272_000],
        [1e15, null],
        [0, null],
        [-1, null],
        [0.5, null],
        [Number.POSITIVE_INFINITY, null],
      ],
    ],
    [
      'a window',
      spanMinutes,
      [
        [300, 300],
        [0, null],
        [-300, null],
        [1e12, null],
      ],
    ],
    [
      'a reset',
      (value) => comingReset(value, nowMs),
      [
        [nowMs + 1, nowMs + 1],
        [nowMs, null],
        [nowMs + 1e12, null],
      ],
    ],
  ])('%s is believed within its bounds', (_what, read, rows) => {
    for (const [told, believed] of rows) expect(read(told), String(told)).toBe(believed);
  });

  it.each([...odd, 100, 101, 204, 1000])('make a status fit to answer with, whatever stands there: %j', (status) => {
    const event = JSON.parse(JSON.stringify({ type: 'error', status, error: { code: 'constructor', message: 'x' } }));
    const error = refusalError(refusalFromEvent(event));
    expect(error.code).toBe('upstream_refused');
    expect(error.status).toBeGreaterThanOrEqual(400);
    expect(error.status).toBeLessThanOrEqual(599);
  });

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'])('name no status by %s', (code) => {
    expect(statusOf({ code, type: code })).toBe(502);
    expect(refusalFromFailure({ response: { error: { code, message: 'x' } } }).status).toBe(400);
    expect(classifyRefusal(refusalFromEvent({ error: { code, message: 'x' } }), nowMs).kind).toBe('overloaded');
  });

  it.each(odd)('rest no account past a year for %j', (value) => {
    const error = { type: 'usage_limit_reached', message: 'x', resets_at: value, resets_in_seconds: value };
    const event = JSON.parse(JSON.stringify({ type: 'error', status: 429, error }));
    const meaning = classifyRefusal(refusalFromEvent(event), nowMs);
    if (meaning.kind !== 'usage-limit') throw new Error('another class');
    expect(meaning.resetsAtMs === null || meaning.resetsAtMs <= nowMs + 366 * 86_400_000).toBe(true);
  });

  it.each(odd)('leave a reading of usage fit to show: %j', (value) => {
    const text = JSON.stringify({
      used_percent: 5,
      window_minutes: value,
      reset_at: value,
      limit_window_seconds: value,
    });
    const window = JSON.parse(text);
    const readings = [
      usageFromEvent({ rate_limits: { primary: window } }, nowMs),
      usageFromEndpoint({ rate_limit: { primary_window: window } }, nowMs),
      usageFromHeaders(
        [
          ['x-codex-primary-used-percent', String(value)],
          ['x-codex-primary-window-minutes', String(value)],
          ['x-codex-primary-reset-at', String(value)],
        ],
        nowMs,
      ),
    ];
    for (const reading of readings) {
      const { usedPercent = 0, resetAt = null, windowMinutes = null } = reading?.primary ?? {};
      expect(usedPercent >= 0 && usedPercent <= 1_000).toBe(true);
      if (resetAt !== null) expect(() => new Date(resetAt).toISOString()).not.toThrow();
      expect(windowMinutes === null || windowMinutes > 0).toBe(true);
    }
  });

  it.each([1e308, -1, 0, 9e15])('leave a token without an end that is no date: %d', (exp) => {
    const token = `e30.${Buffer.from(JSON.stringify({ exp })).toString('base64url')}.x`;
    expect(readExpiry(token)).toBeNull();
  });

  it('make headers by their names alone', () => {
    const record = headerRecord([
      ['constructor', 'a'],
      ['__proto__', 'b'],
      ['x', '1'],
      ['x', '2'],
    ]);
    expect(Object.entries(record)).toEqual([
      ['constructor', 'a'],
      ['__proto__', 'b'],
      ['x', ['1', '2']],
    ]);
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });
});
