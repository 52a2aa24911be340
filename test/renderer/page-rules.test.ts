import { describe, expect, it } from 'vitest';
import { apiBaseUrl, codexSnippet, curlSnippet } from '../../src-main/shared/client-snippets.ts';
import type { TraceFilter } from '../../src-main/shared/trace-query.ts';
import { english } from '../../src-main/shared/words/english.ts';
import { tell } from '../../src-main/shared/words/told.ts';
import { othersWords } from '../../src-main/shared/words/told-text.ts';
import { countedSince, tierFigures } from '../../src-renderer/features/overview/figures.ts';
import { changeCount } from '../../src-renderer/features/requests/detail/changes-tab.tsx';
import { compareBodies } from '../../src-renderer/features/requests/detail/compare-bodies.ts';
import {
  firstTokenAt,
  lengthOf,
  niceTicks,
  orderMarks,
} from '../../src-renderer/features/requests/detail/waterfall.ts';
import { accountState, creditsText, linkText } from '../../src-renderer/lib/account-text.ts';
import { type KeyPress, readKey } from '../../src-renderer/lib/keys.ts';
import { reasonWord } from '../../src-renderer/lib/reason-text.ts';
import { formatRoute, parseRoute } from '../../src-renderer/lib/route.ts';
import { makeDetail } from './detail-fixtures.ts';
import { makeLatency } from './figure-fixtures.ts';
import { makeAccount, makeRow } from './fixtures.ts';

describe('the waterfall', () => {
  it('puts marks in order of time, with the gap to the one before; those that fell together in their usual order', () => {
    const marks = orderMarks([
      { name: 'firstText', atMs: 700 },
      { name: 'firstEvent', atMs: 700 },
      { name: 'accepted', atMs: 0 },
      { name: 'requestSent', atMs: 5 },
    ]);
    expect(marks.map(({ name, gapMs }) => [name, gapMs])).toEqual([
      ['accepted', 0],
      ['requestSent', 5],
      ['firstEvent', 695],
      ['firstText', 0],
    ]);
  });

  it('is as long as the latest instant it knows of', () => {
    const running = makeRow({ status: 'running', totalMs: null });
    expect(lengthOf(makeDetail(running, { marks: [], attempts: [], waterfall: [] }))).toBe(0.001);
    expect(lengthOf(makeDetail(makeRow({ totalMs: 4_000 })))).toBe(4_000);
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

const noonMs = Date.UTC(2026, 10, 23, 12);

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
    ['#/settings', 'settings', null, '#/settings'],
  ])('%s', (hash, screen, requestId, formatted) => {
    expect(parseRoute(hash)).toEqual({ screen, requestId, filter: {} });
    expect(formatRoute(parseRoute(hash))).toBe(formatted);
  });

  it.each<[string, TraceFilter]>([
    ['status=failed&status=cancelled', { status: ['failed', 'cancelled'] }],
    ['model=gpt-5.5&model=a%26b&tier=standard', { model: ['gpt-5.5', 'a&b'], tier: ['standard'] }],
    ['transport=http&account=a1&client=curl+8', { transport: ['http'], account: ['a1'], client: ['curl 8'] }],
    ['from=2026-11-23T12%3A00%3A00.000Z&to=2026-11-23T13%3A00%3A00.000Z', { fromMs: noonMs, toMs: noonMs + 3_600_000 }],
    ['q=two+words', { query: 'two words' }],
  ])('keep the filter %s', (params, filter) => {
    expect(parseRoute(`#/requests/r1?${params}`)).toEqual({ screen: 'requests', requestId: 'r1', filter });
    expect(formatRoute({ screen: 'requests', requestId: 'r1', filter })).toBe(`#/requests/r1?${params}`);
    expect(formatRoute({ screen: 'latency', requestId: null, filter })).toBe('#/latency');
  });

  it.each([
    'status=no-such&transport=carrier-pigeon',
    'from=yesterday',
    'model=',
    `model=${'x'.repeat(301)}`,
    'q=',
    '?&=&',
  ])('do not narrow by %s', (params) => expect(parseRoute(`#/requests?${params}`).filter).toEqual({}));
});

describe('readKey', () => {
  const press = (key: string, target: KeyPress['target'] = 'page') => ({ key, target });

  it.each([
    // One letter, with Caps Lock or without, never acts on everybody's traffic.
    ...['f', 'F', 'P'].map((key) => [key, 'page', null] as const),
    ['p', 'page', 'toggle-pause'],
    ['Alt+Shift+KeyF', 'page', 'toggle-fast'],
    ['Alt+Shift+KeyP', 'control', 'pause-turns'],
    ['Alt+Shift+KeyF', 'text', null],
    ['/', 'control', 'focus-filter'],
    ['j', 'control', 'next'],
    ['ArrowDown', 'page', 'next'],
    // Arrows move between tabs and radio buttons, Enter presses a button.
    ['ArrowDown', 'control', null],
    ['Enter', 'control', null],
    // A column was just sorted by with a click.
    ...(['ArrowDown', 'j'] as const).map((key) => [key, 'head', 'next'] as const),
    ['End', 'head', 'last'],
    ['End', 'control', null],
    ['Enter', 'head', null],
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
    expect(codexSnippet('http://127.0.0.1:2575', { env_key: 'SLIPSTREAM_KEY' }).split('\n')).toEqual([
      'model_provider = "slipstream"',
      '',
      '[model_providers.slipstream]',
      'name = "Slipstream"',
      'base_url = "http://127.0.0.1:2575/v1"',
      'wire_api = "responses"',
      'supports_websockets = true',
      'env_key = "SLIPSTREAM_KEY"',
      '',
    ]);
    expect(curlSnippet('http://127.0.0.1:2575', { key: '$SLIPSTREAM_KEY', model: 'gpt-5.5' })).toContain(
      'Bearer $SLIPSTREAM_KEY',
    );
  });
});

describe("the overview's figures", () => {
  const kept = { kind: 'disk', turns: 100, oldestAt: 5_000, bytes: 1_000_000, setAsidePath: null } as const;
  const room = { traceTurns: 50_000, traceMegabytes: 256 };

  it.each([
    ['a store with room has every turn', {}, null],
    ['a store that is full of turns may have forgotten some', { turns: 50_000 }, 5_000],
    ['so may one that is full of bytes', { bytes: 230 * 1_048_576 }, 5_000],
    ['and one in memory, sooner', { kind: 'memory', turns: 2_000 }, 5_000],
    ['what was forgotten is of yesterday', { turns: 50_000, oldestAt: 999 }, null],
    ['nothing is kept', { turns: 0, oldestAt: null }, null],
  ] as const)('say since when they count: %s', (_name, patch, since) =>
    expect(countedSince({ ...kept, ...patch }, room, 1_000)).toBe(since),
  );

  it('have a median of each fast tier and of none, also where no turn was, and no number where nobody knows one', () => {
    const query = { metric: 'firstToken', groupBy: 'tier', filter: {}, buckets: 1, bins: 1 } as const;
    const [priority, ...others] = tierFigures(makeLatency(query));
    expect(priority).toEqual({ tier: 'priority', medianMs: 520, n: 80 });
    expect(others.at(-1)).toEqual({ tier: 'standard', medianMs: 900, n: 240 });
    const none = { ...makeLatency(query), groups: [] };
    expect(tierFigures(none)[0]).toEqual({ tier: 'priority', medianMs: null, n: 0 });
    expect(tierFigures(null)[0]).toEqual({ tier: 'priority', medianMs: null, n: null });
  });

  it('count changes that a list left out', () => {
    const change = { step: 'body', path: 'body.a', action: 'set', why: othersWords('so') } as const;
    expect(changeCount([change, { ...change, path: '…', why: tell('why.more', { count: 70 }) }])).toBe(71);
  });
});

describe('accountState', () => {
  it.each([
    [{}, 'Ready'],
    [{ enabled: false, state: 'signed-out' }, 'Disabled'],
    [{ state: 'expired' }, 'Token expired'],
    [{ state: 'signed-out' }, 'Signed out'],
    [{ state: 'exhausted' }, 'Limit reached'],
    [{ state: 'other-upstream' }, 'Other upstream'],
    [{ state: 'locked' }, 'Locked'],
  ] as const)('%j is %s', (patch, label) => {
    expect(accountState(english, makeAccount(patch), 0).label).toBe(label);
  });

  it.each([
    [null, null],
    [{ hasCredits: false, unlimited: false, balance: '0' }, null],
    [{ hasCredits: true, unlimited: false, balance: '12.5' }, 'Credits 12.5'],
    [{ hasCredits: true, unlimited: true, balance: null }, 'Unlimited credits'],
  ])('credits %j are "%s"', (credits, text) => expect(creditsText(english.t, credits)).toBe(text));

  it.each([
    [
      'ok',
      'Shares /f with the Codex CLI: what one renews, the other takes over. If both renew it in the same moment, both may have to sign in again; a sign-in of its own avoids that.',
    ],
    ['unsaved', 'Shares /f, which could not be written; it is tried again.'],
    ['missing', '/f is gone.'],
    ['unreadable', '/f cannot be read.'],
    ['other-account', '/f holds another account now.'],
  ] as const)('a link that is %s is told as "%s"', (state, text) =>
    expect(linkText(english.t, { path: '/f', state })).toBe(text),
  );

  it('says until when an exhausted account rests', () => {
    const { explanation } = accountState(english, makeAccount({ state: 'exhausted', cooldownUntil: 7_200_000 }), 0);
    expect(explanation).toContain('in 2 h');
  });
});

describe('why a turn failed', () => {
  const said = { code: null, message: null, param: null, closeCode: null, closeReason: null };
  const error = { code: 'upstream_closed', message: 'It closed.' };

  it.each([
    ['upstream has a code', { status: 'failed', error, said: { ...said, code: 'slow_down' } }, 'slow_down'],
    ['the line was closed', { status: 'failed', error, said: { ...said, closeCode: 1012 } }, 'close 1012'],
    ['upstream said nothing', { status: 'failed', error }, 'upstream_closed'],
    ['nothing is known', { status: 'incomplete' }, null],
    ['all is well', { said: { ...said, code: 'x' } }, null],
  ] as const)('in a word, where %s', (_name, patch, word) => expect(reasonWord(english.t, makeRow(patch))).toBe(word));
});
