import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toldUsage } from '../../src-main/core/told-usage.ts';
import { agentFacts } from '../../src-main/core/traces/agent-facts.ts';
import { globMatcher } from '../../src-main/shared/glob.ts';
import { forecastWindow, type QuotaReading } from '../../src-main/shared/usage-forecast.ts';
import { type PriceRow, priceOf } from '../../src-main/shared/usage-price.ts';
import { csvText, dayAfter, localDay, noUsage, pricedGroups, usageCsv } from '../../src-main/shared/usage-words.ts';

describe('usage as upstream tells it', () => {
  const tell = (input: unknown, cached: unknown, output: unknown, reasoning: unknown) =>
    toldUsage(
      JSON.parse(
        JSON.stringify({
          usage: {
            input_tokens: input,
            input_tokens_details: { cached_tokens: cached },
            output_tokens: output,
            output_tokens_details: { reasoning_tokens: reasoning },
          },
        }),
      ),
    );
  it.each([
    ['as it is', [50, 10, 20, 8], [50, 10, 20, 8]],
    ['negative', [-50, -1, -20, -8], [0, 0, 0, 0]],
    ['with fractions', [1.5, 0.5, 2.5, 1.5], [0, 0, 0, 0]],
    ['as texts', ['50', '1', '20', '8'], [0, 0, 0, 0]],
    ['beyond every window', [1e300, 1e15, 2e9, 1e10], [0, 0, 0, 0]],
    ['with parts greater than their whole', [50, 60, 20, 21], [50, 50, 20, 20]],
    ['with nothing', [null, null, null, null], [0, 0, 0, 0]],
  ])('%s', (_name, [input, cached, output, reasoning], expected) => {
    const told = tell(input, cached, output, reasoning);
    expect([told?.inputTokens, told?.cachedTokens, told?.outputTokens, told?.reasoningTokens]).toEqual(expected);
  });

  it('not at all', () => {
    expect(toldUsage(null)).toBeNull();
    expect(toldUsage({ usage: [] })).toBeNull();
  });
});

describe('the project of a turn', () => {
  const header = (metadata: unknown): [string, string][] => [['X-Codex-Turn-Metadata', JSON.stringify(metadata)]];
  it.each([
    ['its first workspace', header({ workspaces: { '/home/ana/one': {}, '/b': {} }, cwd: '/c' }), '/home/ana/one'],
    ['its working directory', header({ cwd: '/home/ana' }), '/home/ana'],
    ['none where nothing is said', header({ session_id: 'a' }), null],
    ['none where it is of another kind', header({ workspaces: ['/a'], cwd: 7 }), null],
    ['none without metadata', [], null],
    ['none where it cannot be read', [['x-codex-turn-metadata', '{']] as [string, string][], null],
  ])('is %s', (_name, headers, expected) => {
    expect(agentFacts(headers, undefined).project).toBe(expected);
  });

  it('is read of the frame first', () => {
    const body = { client_metadata: { 'x-codex-turn-metadata': '{"cwd":"/frame"}' } };
    expect(agentFacts(header({ cwd: '/header' }), body).project).toBe('/frame');
  });
});

describe('local days', () => {
  const before = process.env.TZ;
  beforeEach(() => {
    process.env.TZ = 'Europe/Berlin';
  });
  afterEach(() => {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  });

  it.each([
    ['2026-03-28T22:59:59Z', '2026-03-28'],
    ['2026-03-28T23:00:00Z', '2026-03-29'],
    // The night that has 23 hours, and the one that has 25.
    ['2026-03-29T21:59:59Z', '2026-03-29'],
    ['2026-03-29T22:00:00Z', '2026-03-30'],
    ['2026-10-25T22:59:59Z', '2026-10-25'],
    ['2026-10-25T23:00:00Z', '2026-10-26'],
  ])('%s is of %s', (instant, day) => {
    expect(localDay(Date.parse(instant))).toBe(day);
  });

  it('are of a year that can be, whatever the clock says', () => {
    expect(localDay(-1e18)).toBe('2020-01-01');
    expect(localDay(1e18)).toBe('2100-01-01');
  });

  it.each([
    ['2026-03-28', 2, '2026-03-30'],
    ['2026-03-01', -1, '2026-02-28'],
    ['2027-01-01', -1, '2026-12-31'],
  ])('%s and %d is %s', (day, days, expected) => {
    expect(dayAfter(day, days)).toBe(expected);
  });
});

describe('the forecast of a window', () => {
  const minuteMs = 60_000;
  const startMs = Date.parse('2026-11-28T10:00:00Z');
  const at = (minutes: number, usedPercent: number): QuotaReading => ({
    atMs: startMs + minutes * minuteMs,
    usedPercent,
  });
  const ask = (nowMinutes: number, usedPercent: number, readings: QuotaReading[] = [], readMinutes = nowMinutes) => {
    const window = { usedPercent, windowMinutes: 300, resetAt: startMs + 300 * minuteMs };
    const nowMs = startMs + nowMinutes * minuteMs;
    const told = forecastWindow({ window, readAt: startMs + readMinutes * minuteMs, readings, nowMs });
    const emptyMinutes = told.emptyAt === null ? null : Math.round((told.emptyAt - startMs) / minuteMs);
    return [
      told.state,
      told.percentPerHour === null ? null : Math.round(told.percentPerHour),
      told.basis,
      emptyMinutes,
    ];
  };

  it.each<[string, Parameters<typeof ask>, ReturnType<typeof ask>]>([
    ['of the whole window where nothing else is known', [100, 50], ['empties', 30, 'window', 200]],
    ['that lasts', [200, 50], ['lasts', 15, 'window', null]],
    ['of the last hour, which just lasts', [200, 50, [at(140, 20), at(170, 35)]], ['lasts', 30, 'recent', null]],
    ['that is slower lately', [200, 80, [at(10, 5), at(145, 79), at(190, 80)]], ['lasts', 1, 'recent', null]],
    ['that rests', [200, 80, [at(150, 80), at(155, 80)]], ['lasts', 0, 'recent', null]],
    ['with nothing used', [200, 0], ['unused', 0, 'window', null]],
    ['that is used up', [200, 100], ['empty', null, null, null]],
    ['beyond what there is', [200, 137], ['empty', null, null, null]],
    ['that has begun a minute ago', [1, 1], ['unknown', null, null, null]],
    ['told before it began anew', [301, 50, [], 290], ['unknown', null, null, null]],
    ['told in the future, as after a clock was set back', [100, 50, [], 160], ['unknown', null, null, null]],
    ['with readings of the window before', [100, 40, [at(-20, 90), at(80, 20)]], ['empties', 60, 'recent', 160]],
    ['where the share fell meanwhile', [100, 40, [at(60, 38), at(70, 10)]], ['empties', 60, 'recent', 160]],
    ['with readings of a clock that was ahead', [100, 50, [at(4_000, 49)]], ['empties', 30, 'window', 200]],
    ['of a few minutes only, which is a guess', [100, 50, [at(95, 20)]], ['empties', 30, 'window', 200]],
  ])('%s', (_name, input, expected) => {
    expect(ask(...input)).toEqual(expected);
  });

  it('of a window without a length or an end is not known', () => {
    const window = { usedPercent: 40, windowMinutes: null, resetAt: null };
    const told = forecastWindow({ window, readAt: startMs, readings: [at(0, 1)], nowMs: startMs + 60 * minuteMs });
    expect(told.state).toBe('unknown');
  });

  it.each([
    ['is not said to last where it may not', 90, 'unknown'],
    ['lasts where it begins anew before in any case', 31, 'lasts'],
  ])('of a window whose end alone is not known %s', (_name, usedPercent, state) => {
    const window = { usedPercent, windowMinutes: 300, resetAt: null };
    const nowMs = startMs + 60 * minuteMs;
    const told = forecastWindow({ window, readAt: nowMs, readings: [at(30, 30)], nowMs });
    expect(told.state).toBe(state);
  });
});

describe('prices', () => {
  const prices: readonly PriceRow[] = [
    { model: 'gpt-5.5', tier: 'priority', input: 2, cached: 1, output: 20 },
    { model: 'gpt-5*', tier: null, input: 1, cached: 0.1, output: 10 },
  ];
  const tokens = { inputTokens: 1_000_000, cachedTokens: 400_000, outputTokens: 200_000 };
  it.each([
    ['gpt-5.5', 'priority', 1.2 + 0.4 + 4],
    ['gpt-5.5', '', 0.6 + 0.04 + 2],
    ['gpt-4', '', null],
  ])('of %s with tier "%s"', (model, tier, expected) => {
    const cost = priceOf(prices, model, tier, tokens);
    if (expected === null) expect(cost).toBeNull();
    else expect(cost).toBeCloseTo(expected, 9);
  });

  it('are added up by what was asked for, and say what has none', () => {
    const group = (model: string, tier: string) => ({
      ...noUsage,
      ...tokens,
      keys: { day: 'd', model, tier },
      accountLabel: null,
    });
    const [day, ...more] = pricedGroups(
      [group('gpt-5.5', 'priority'), group('gpt-5.4', ''), group('x', '')],
      ['day'],
      prices,
    );
    expect(more).toEqual([]);
    expect(day).toMatchObject({ keys: { day: 'd' }, inputTokens: 3_000_000, unpricedTokens: 1_200_000 });
    expect(day?.cost).toBeCloseTo(5.6 + 2.64, 9);
    expect(pricedGroups([group('gpt-5.5', '')], [], null)).toMatchObject([{ cost: null, unpricedTokens: 0 }]);
  });
});

describe('comma-separated values', () => {
  it('quote what has a comma, a quote or a line break, and run nothing as a formula', () => {
    expect(csvText([['a,b', 'say "x"', '=1+1', '-5', '-x', 'line\nbreak']])).toBe(
      `"a,b","say ""x""",'=1+1,-5,'-x,"line\nbreak"\r\n`,
    );
  });

  it('of usage have a heading, the label of an account, and the cost where prices are on', () => {
    const group = { ...noUsage, turns: 2, inputTokens: 7, quotaPercent: 1.005, cost: 0.1234567, unpricedTokens: 0 };
    const rows = [{ ...group, keys: { day: '2026-11-28', account: 'id' }, accountLabel: 'an…' }];
    expect(usageCsv(rows, ['day', 'account'], 'USD').split('\r\n')).toEqual([
      'day,account,turns,failed,input_tokens,cached_tokens,output_tokens,reasoning_tokens,quota_percent,cost_usd,untold_turns',
      '2026-11-28,an…,2,0,7,0,0,0,1,0.123457,0',
      '',
    ]);
  });
});

describe('patterns with stars', () => {
  it.each([
    ['gpt-6*', 'GPT-6-mini', true],
    ['gpt-6*', 'my-gpt-6', false],
    ['*mini', 'gpt-mini', true],
    ['a*b*c', 'a1b2c', true],
    ['a*b*c', 'acb', false],
    ['ab*ba', 'aba', false],
    ['*', '', true],
    ['', '', true],
    ['gpt', 'gpt-6', false],
  ])('%s fits %s: %s', (pattern, text, fits) => {
    expect(globMatcher(pattern)(text)).toBe(fits);
  });
});
