import { describe, expect, it } from 'vitest';
import { usageFromEndpoint, usageFromEvent, usageFromHeaders } from '../../src-main/core/accounts/usage.ts';
import { pairHeaders } from '../../src-main/core/headers.ts';
import type { JsonObject } from '../../src-main/core/json.ts';
import { AccountUsage as SimulatedUsage } from '../../src-main/simulator/accounts/usage.ts';

/** The three sources of PROTOCOL.md, Usage and limits. */

const now = 5;
const primary = { usedPercent: 12.5, windowMinutes: 300, resetAt: 1_795_449_000_000 };
const secondary = { usedPercent: 40, windowMinutes: 10_080, resetAt: 1_795_900_000_000 };

describe('usage from a codex.rate_limits event', () => {
  const limits = {
    allowed: true,
    limit_reached: false,
    primary: { used_percent: 12.5, window_minutes: 300, reset_at: 1_795_449_000 },
    secondary: { used_percent: 40, window_minutes: 10_080, reset_at: 1_795_900_000 },
  };

  it('has both windows, times in ms', () => {
    const event = { type: 'codex.rate_limits', plan_type: 'plus', rate_limits: limits };
    expect(usageFromEvent(event, now)).toEqual({ primary, secondary, readAt: now });
  });

  it.each([
    ['the main limit named', { metered_limit_name: 'codex' }, 12.5],
    ['another metered limit', { metered_limit_name: 'codex_bengalfox' }, undefined],
    ['no name', { metered_limit_name: null }, 12.5],
  ])('with %s', (_what, more, expected) => {
    expect(usageFromEvent({ rate_limits: limits, ...more }, now)?.primary?.usedPercent).toBe(expected);
  });

  it.each([{}, { rate_limits: null }, { rate_limits: [] }, { rate_limits: 'x' }])('is none for %j', (event) => {
    expect(usageFromEvent(event, now)).toBeNull();
  });

  it.each([{}, { primary: null }, { primary: {} }, { primary: { used_percent: 'much' } }, { primary: [12] }])(
    'has no window for %j',
    (rate_limits) => {
      expect(usageFromEvent({ rate_limits }, now)).toEqual({ primary: null, secondary: null, readAt: now });
    },
  );

  it.each<[JsonObject, number | null]>([
    [{ resets_at: 1_795_449_000 }, 1_795_449_000_000],
    [{ reset_after_seconds: 60 }, now + 60_000],
    [{ resets_in_seconds: '60' }, now + 60_000],
    [{ reset_at: 1_795_449_000, reset_after_seconds: 60 }, 1_795_449_000_000],
    [{ reset_at: 'soon', reset_after_seconds: -1 }, null],
  ])('takes a window that ends as %j says', (told, expected) => {
    const usage = usageFromEvent({ rate_limits: { primary: { used_percent: 1, ...told } } }, now);
    expect(usage?.primary?.resetAt).toBe(expected);
  });

  it('takes a window that does not say when it ends', () => {
    const usage = usageFromEvent({ rate_limits: { primary: { used_percent: 1 } } }, now);
    expect(usage?.primary).toEqual({ usedPercent: 1, windowMinutes: null, resetAt: null });
  });
});

describe('usage from /wham/usage', () => {
  it('has both windows, seconds turned to minutes', () => {
    const body = {
      plan_type: 'plus',
      rate_limit: {
        allowed: true,
        primary_window: { used_percent: 12.5, limit_window_seconds: 18_000, reset_at: 1_795_449_000 },
        secondary_window: { used_percent: 40, limit_window_seconds: 604_800, reset_at: 1_795_900_000 },
      },
    };
    expect(usageFromEndpoint(body, now)).toEqual({ primary, secondary, readAt: now });
  });

  it.each([{}, { rate_limit: null }, { rate_limit: 3 }])('is none for %j', (body) => {
    expect(usageFromEndpoint(body, now)).toBeNull();
  });
});

describe('usage from response headers', () => {
  const headers = pairHeaders([
    ...['X-Codex-Primary-Used-Percent', '12.5', 'x-codex-primary-window-minutes', '300'],
    ...['x-codex-primary-reset-at', '1795449000', 'x-codex-secondary-used-percent', '40'],
    ...['x-codex-secondary-window-minutes', '10080', 'x-codex-secondary-reset-at', '1795900000'],
  ]);

  it('has both windows', () => {
    expect(usageFromHeaders(headers, now)).toEqual({ primary, secondary, readAt: now });
  });

  it('is none where no header says so', () => {
    expect(usageFromHeaders([['content-type', 'text/plain']], now)).toBeNull();
    expect(usageFromHeaders([['x-codex-primary-reset-at', '1795449000']], now)).toBeNull();
  });

  it.each(['', ' ', 'much', 'NaN', 'Infinity'])('does not take %j for a number', (value) => {
    expect(usageFromHeaders([['x-codex-primary-used-percent', value]], now)).toBeNull();
  });

  it('takes one window alone', () => {
    expect(usageFromHeaders([['x-codex-secondary-used-percent', '0']], now)).toEqual({
      primary: null,
      secondary: { usedPercent: 0, windowMinutes: null, resetAt: null },
      readAt: now,
    });
  });
});

it('reads the same from all three places where upstream says the same', () => {
  const account = new SimulatedUsage({ primaryPercent: 12, secondaryPercent: 40 });
  const fromEvent = usageFromEvent(JSON.parse(account.event('plus')), now);
  expect(fromEvent?.primary?.usedPercent).toBe(12);
  expect(usageFromEndpoint(JSON.parse(JSON.stringify(account.report('plus'))), now)).toEqual(fromEvent);
  expect(usageFromHeaders(Object.entries(account.headers()), now)).toEqual(fromEvent);
});
