import { describe, expect, it } from 'vitest';
import { figuresOf } from '../../src-renderer/features/overview/figures.ts';
import { accountState } from '../../src-renderer/lib/account-text.ts';
import { compareBodies } from '../../src-renderer/lib/compare-bodies.ts';
import * as format from '../../src-renderer/lib/format.ts';
import { readKey } from '../../src-renderer/lib/keys.ts';
import { firstTokenAt, niceTicks, phasesOf } from '../../src-renderer/lib/phases.ts';
import { formatRoute, parseRoute } from '../../src-renderer/lib/route.ts';
import { filterRows, openFilter, tierGroup } from '../../src-renderer/lib/row-filter.ts';
import { apiBaseUrl, codexSnippet, curlSnippet } from '../../src-renderer/lib/snippets.ts';
import { median } from '../../src-renderer/lib/statistics.ts';
import { makeAccount, makeRow } from './fixtures.ts';

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
    [null, 'window'],
  ])('a window of %s minutes is %s', (minutes, text) => expect(format.formatWindow(minutes)).toBe(text));

  it.each([
    [0, '0 %'],
    [0.26, '0.3 %'],
    [9.97, '10 %'],
    [34.4, '34 %'],
  ])('%s per cent is %s', (percent, text) => expect(format.formatPercent(percent)).toBe(text));
});

describe('median', () => {
  it.each([
    [[], null],
    [[3], 3],
    [[9, 1, 5], 5],
    [[4, 1, 3, 2], 2.5],
  ])('of %j is %s', (values, expected) => expect(median(values)).toBe(expected));
});

describe('filterRows', () => {
  const rows = [
    makeRow({ id: 'fast', tierSent: 'priority', client: 'codex_exec 0.169.0' }),
    makeRow({ id: 'flex', tierSent: 'flex', transport: 'http' }),
    makeRow({
      id: 'failed',
      status: 'failed',
      error: { code: 'pool_full', message: 'Too many turns.' },
      model: 'gpt-5.5',
    }),
    makeRow({ id: 'unsent', status: 'failed', transport: null, account: null }),
  ];
  it.each([
    [{}, 'fast flex failed unsent'],
    [{ tier: 'priority' }, 'fast'],
    [{ tier: 'other' }, 'flex'],
    // A row that never went upstream was sent with no tier at all.
    [{ tier: 'standard' }, 'failed'],
    [{ transport: 'http' }, 'flex'],
    [{ status: 'failed' }, 'failed unsent'],
    [{ text: 'POOL_FULL' }, 'failed'],
    [{ text: ' exec  priority-less ' }, ''],
    [{ text: 'gpt-5.5 many' }, 'failed'],
    [{ text: 'unsent', status: 'completed' }, ''],
  ] as const)('%j lets through: %s', (patch, expected) => {
    const passed = filterRows(rows, { ...openFilter, ...patch });
    expect(passed.map(({ id }) => id).join(' ')).toBe(expected);
  });

  it('answers the very same list when it is open', () => {
    expect(filterRows(rows, openFilter)).toBe(rows);
    expect(tierGroup(makeRow({ transport: null }))).toBeNull();
  });
});

describe('phasesOf', () => {
  it('runs each phase from the mark before it, whatever the order of the marks', () => {
    const phases = phasesOf([
      { name: 'firstEvent', atMs: 700 },
      { name: 'accepted', atMs: 0 },
      { name: 'requestSent', atMs: 5 },
      { name: 'bodyRead', atMs: 1 },
    ]);
    expect(phases.map(({ mark, owner, startMs, endMs }) => [mark, owner, startMs, endMs])).toEqual([
      ['bodyRead', 'client', 0, 1],
      ['requestSent', 'slipstream', 1, 5],
      ['firstEvent', 'upstream', 5, 700],
    ]);
  });

  it('keeps the usual order of marks that fell together', () => {
    const phases = phasesOf([
      { name: 'firstText', atMs: 7 },
      { name: 'firstEvent', atMs: 7 },
    ]);
    expect(phases.map(({ mark }) => mark)).toEqual(['firstEvent', 'firstText']);
  });

  it('counts reasoning as the first token', () => {
    expect(
      firstTokenAt([
        { name: 'firstText', atMs: 9 },
        { name: 'firstReasoning', atMs: 4 },
      ]),
    ).toBe(4);
    expect(firstTokenAt([{ name: 'firstEvent', atMs: 2 }])).toBeNull();
  });

  it.each([
    [6_140, [0, 2_000, 4_000, 6_000]],
    [1, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [0, [0]],
  ])('ticks up to %s', (max, expected) => {
    expect(niceTicks(max, 5).map((tick) => Number(tick.toFixed(6)))).toEqual(expected);
  });
});

describe('compareBodies', () => {
  it('says of each member what became of it, in the order of the client', () => {
    const comparison = compareBodies('{"b":1,"a":[1],"gone":null}', '{"a":[1],"b":2,"new":true}');
    expect(comparison).toEqual({
      kind: 'members',
      members: [
        { key: 'b', client: '1', upstream: '2', state: 'changed' },
        { key: 'a', client: '[\n  1\n]', upstream: '[\n  1\n]', state: 'same' },
        { key: 'gone', client: 'null', upstream: null, state: 'removed' },
        { key: 'new', client: null, upstream: 'true', state: 'added' },
      ],
    });
  });

  it.each([
    ['{"cut', '{}'],
    [null, '{}'],
    ['[1]', '{}'],
  ])('shows %s and %s as they are', (client, upstream) => {
    expect(compareBodies(client, upstream)).toEqual({ kind: 'text', client, upstream });
  });
});

describe('routes', () => {
  it.each([
    ['', 'overview', null, '#/'],
    ['#/', 'overview', null, '#/'],
    ['#/elsewhere', 'overview', null, '#/'],
    ['#ticket=abc', 'overview', null, '#/'],
    ['#/requests', 'requests', null, '#/requests'],
    ['#/requests/a%2Fb', 'requests', 'a/b', '#/requests/a%2Fb'],
    ['#/requests/%E0%A4%A', 'requests', null, '#/requests'],
    ['#/accounts', 'accounts', null, '#/accounts'],
  ])('%s', (hash, screen, requestId, formatted) => {
    expect(parseRoute(hash)).toEqual({ screen, requestId });
    expect(formatRoute(parseRoute(hash))).toBe(formatted);
  });
});

describe('readKey', () => {
  const press = (key: string, target: 'page' | 'control' | 'text' = 'page') => ({ key, target });

  it.each([
    ['f', 'page', 'toggle-fast'],
    ['f', 'text', null],
    ['/', 'control', 'focus-filter'],
    ['j', 'control', 'next'],
    ['ArrowDown', 'page', 'next'],
    // Arrows move between tabs and radio buttons, Enter presses a button.
    ['ArrowDown', 'control', null],
    ['Enter', 'control', null],
    ['Enter', 'page', 'open'],
    ['Escape', 'text', 'close'],
    ['x', 'page', null],
  ] as const)('%s on a %s means %s', (key, target, command) => {
    expect(readKey(null, press(key, target)).command).toBe(command);
  });

  it('reads two keys one after the other', () => {
    const first = readKey(null, press('g'));
    expect(first).toEqual({ command: null, pending: 'g' });
    expect(readKey(first.pending, press('r'))).toEqual({ command: 'go-requests', pending: null });
    expect(readKey('g', press('x'))).toEqual({ command: null, pending: null });
    expect(readKey(null, press('g', 'text')).pending).toBeNull();
  });
});

describe('snippets', () => {
  it.each([
    ['http://127.0.0.1:2575', 'http://127.0.0.1:2575/v1'],
    ['http://127.0.0.1:2575/', 'http://127.0.0.1:2575/v1'],
    ['http://127.0.0.1:2575/v1', 'http://127.0.0.1:2575/v1'],
  ])('%s becomes %s', (baseUrl, expected) => expect(apiBaseUrl(baseUrl)).toBe(expected));

  it('gives the Codex CLI a provider with websockets and the key by name, never by value', () => {
    expect(codexSnippet('http://127.0.0.1:2575').split('\n')).toEqual([
      'model_provider = "slipstream"',
      '',
      '[model_providers.slipstream]',
      'name = "Slipstream"',
      'base_url = "http://127.0.0.1:2575/v1"',
      'wire_api = "responses"',
      'env_key = "SLIPSTREAM_KEY"',
      'supports_websockets = true',
      '',
    ]);
    expect(curlSnippet('http://127.0.0.1:2575', 'gpt-5.5')).toContain('Bearer $SLIPSTREAM_KEY');
  });
});

describe('figuresOf', () => {
  it('counts, and takes medians of turns by the tier that was sent', () => {
    const rows = [
      makeRow({ id: '1', startedAt: 90, tierSent: 'priority', firstTokenMs: 400 }),
      makeRow({ id: '2', startedAt: 80, tierSent: 'priority', firstTokenMs: 600, status: 'running' }),
      makeRow({ id: '3', startedAt: 70, firstTokenMs: 1_000 }),
      makeRow({ id: '4', startedAt: 60, kind: 'prewarm', firstTokenMs: 5 }),
      makeRow({ id: '5', startedAt: 50, tierSent: 'flex', firstTokenMs: 9_000 }),
      makeRow({ id: '6', startedAt: 40, transport: null, status: 'failed', firstTokenMs: null }),
    ];
    expect(figuresOf(rows, 55, 2_000)).toEqual({
      running: 1,
      kept: 6,
      today: 4,
      isTodayCut: false,
      failedToday: 0,
      priority: { medianMs: 500, n: 2 },
      standard: { medianMs: 1_000, n: 1 },
    });
  });

  it('admits that today may have had more than is kept', () => {
    expect(figuresOf([makeRow(), makeRow()], 0, 2).isTodayCut).toBe(true);
    expect(figuresOf([], 0, 2).priority).toEqual({ medianMs: null, n: 0 });
  });
});

describe('accountState', () => {
  it.each([
    [{}, 'Ready'],
    [{ enabled: false, state: 'signed-out' }, 'Disabled'],
    [{ state: 'expired' }, 'Token expired'],
    [{ state: 'signed-out' }, 'Signed out'],
    [{ state: 'exhausted', cooldownUntil: 60_000 }, 'Limit reached'],
    [{ state: 'other-upstream' }, 'Other upstream'],
  ] as const)('%j is %s', (patch, label) => {
    expect(accountState(makeAccount(patch), 0).label).toBe(label);
  });

  it('says until when an exhausted account rests', () => {
    const { explanation } = accountState(makeAccount({ state: 'exhausted', cooldownUntil: 7_200_000 }), 0);
    expect(explanation).toContain('in 2 h');
  });
});
