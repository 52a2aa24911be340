import { describe, expect, it } from 'vitest';
import { compareProfiles } from '../../src-main/core/learn/compare.ts';
import { deriveProfile, isForEverybody, userAgentForm } from '../../src-main/core/learn/derive.ts';
import { sampleOf } from '../../src-main/core/learn/samples.ts';
import { sentShape } from '../../src-main/core/learn/sent-shape.ts';
import { normalise } from '../../src-main/core/normalise/normalise.ts';
import { ProfileBook } from '../../src-main/core/normalise/profiles/book.ts';
import { LearnedProfile, type ProfileChoice } from '../../src-main/shared/learned-profile.ts';
import type { RawHeader, Transport } from '../../src-main/shared/model.ts';
import { english } from '../../src-main/shared/words/english.ts';
import { type Capture, captured } from './captures.ts';
import { bodyOf, headerMap, questionFor, sessionId } from './normalise-question.ts';

/** Profiles from recordings, and what the normaliser makes of them. */

const privateTexts = ['ada', 'adas-laptop', '/home/ada'];

interface Change {
  readonly headers?: (run: Run) => Record<string, string>;
  readonly fields?: (run: Run) => Record<string, string | number | boolean | null | readonly string[]>;
  readonly without?: readonly string[];
}

interface Run {
  readonly index: number;
  readonly thread: string;
  readonly turn: string;
}

/** Two runs of the recorded 0.171 on each transport, with ids of their own, changed as a test wants it. */
function learnedOf(change: Change = {}, version = '0.171.0'): LearnedProfile {
  const samples = (['ws', 'http'] as const).flatMap((transport) =>
    [1, 2].map((index) => sampleOfRun(transport, index, change, version)),
  );
  return deriveProfile({ version, learnedAt: 1, samples, privateTexts });
}

function sampleOfRun(transport: Transport, index: number, { headers, fields, without = [] }: Change, version: string) {
  const capture: Capture = captured(transport === 'ws' ? 'v171-ws' : 'v171-http');
  const run = {
    index,
    thread: `01a2091c-35f3-7960-8b0b-16658${index}eb2b00`,
    turn: `01a2091c-35f3-7960-8b0b-26658${index}eb2b00`,
  };
  const [post] = capture.posts;
  const recorded = transport === 'ws' ? capture.upgrades[0] : post?.headers;
  const body = transport === 'ws' ? capture.frames.at(-1) : post?.body;
  const old = String(body?.prompt_cache_key);
  const renamed = JSON.parse(
    JSON.stringify({ recorded, body }).replaceAll(old, run.thread).replaceAll('0.171.0', version),
  );
  const kept: RawHeader[] = renamed.recorded.filter(([name]: RawHeader) => !without.includes(name.toLowerCase()));
  return sampleOf(transport, [...kept, ...Object.entries(headers?.(run) ?? {})], { ...renamed.body, ...fields?.(run) });
}

const bookOf = (learned: readonly LearnedProfile[], choice: ProfileChoice = 'newest', newest = '0.171.0') =>
  new ProfileBook({ newestVersion: () => newest, choice: () => choice, learned: () => learned });

/** What goes up for a client that is not Codex, once the profile is used. */
function sentWith(learned: LearnedProfile, transport: Transport = 'ws') {
  const profiles = bookOf([learned], learned.version);
  const shaped = normalise(questionFor({ model: 'gpt-5.5', input: [], stream: true }, { transport, profiles }));
  return { headers: headerMap(shaped.headers), body: bodyOf(shaped) };
}

const differencesOf = (learned: LearnedProfile) => {
  const profiles = bookOf([learned], 'built-in');
  return compareProfiles(
    learned,
    profiles.forOthers(),
    sentShape({ profiles, originator: 'codex_exec' }),
  ).differences.map(english.told);
};

describe('what is learned of the recorded client', () => {
  it('is its built-in profile, name for name and value for value', () => {
    const learned = learnedOf();
    expect(LearnedProfile.parse(learned)).toEqual(learned);
    expect(differencesOf(learned)).toEqual([]);
    const built = normalise(questionFor({ model: 'gpt-5.5', input: [], stream: true }, { transport: 'http' }));
    expect(sentWith(learned, 'http').headers).toEqual(headerMap(built.headers));
  });

  it.each<[string, Change, Record<string, unknown>, string]>([
    [
      'a constant',
      { headers: () => ({ 'x-new': 'always' }) },
      { 'x-new': 'always' },
      'sent for other clients once this profile is used',
    ],
    ['the thread', { headers: ({ thread }) => ({ 'x-new': thread }) }, { 'x-new': sessionId }, 'sent for'],
    [
      'the window',
      { headers: ({ thread }) => ({ 'x-new': `${thread}:0` }) },
      { 'x-new': `${sessionId}:0` },
      'sent for',
    ],
    ['the version', { headers: () => ({ 'x-new': '0.171.0' }) }, { 'x-new': '0.171.0' }, 'sent for'],
    [
      'a random text',
      { headers: ({ index }) => ({ 'x-new': `r${index}` }) },
      { 'x-new': undefined },
      'its value cannot be filled truthfully',
    ],
    [
      'an id of the machine',
      { headers: () => ({ 'x-new': 'deadbeefdeadbeef' }) },
      { 'x-new': undefined },
      'cannot be filled',
    ],
    ['a name of the user', { headers: () => ({ 'x-new': 'by Ada' }) }, { 'x-new': undefined }, 'cannot be filled'],
    ['an empty text', { headers: () => ({ 'x-new': '' }) }, { 'x-new': '' }, 'sent for'],
    [
      'some turns only',
      { headers: ({ index }) => (index === 1 ? { 'x-new': 'a' } : {}) as Record<string, string> },
      { 'x-new': undefined },
      'only on some turns',
    ],
  ])('fills a new header with %s, or lists it', (_, change, sent, told) => {
    const learned = learnedOf(change);
    expect(differencesOf(learned)).toEqual([expect.stringMatching(/^new header x-new \(websocket and HTTP\)/)]);
    expect(differencesOf(learned)[0]).toContain(told);
    for (const transport of ['ws', 'http'] as const) {
      const { headers } = sentWith(learned, transport);
      expect(headers['x-new']).toBe(sent['x-new']);
    }
  });

  it.each<[string, Change, unknown]>([
    ['a text', { fields: () => ({ brand_new: 'on' }) }, 'on'],
    ['a number', { fields: () => ({ brand_new: 3 }) }, 3],
    ['a flag', { fields: () => ({ brand_new: false }) }, false],
    ['null', { fields: () => ({ brand_new: null }) }, null],
    ['a list', { fields: () => ({ brand_new: ['a'] }) }, undefined],
    ['a long text', { fields: () => ({ brand_new: 'prompt '.repeat(50) }) }, undefined],
  ])('fills a new body member with %s, or lists it', (_, change, sent) => {
    const learned = learnedOf(change);
    expect(differencesOf(learned)).toEqual([expect.stringMatching(/^new body member brand_new/)]);
    expect(sentWith(learned).body.brand_new).toEqual(sent);
  });

  it('leaves a member that the client sends itself as it is', () => {
    const profiles = bookOf([learnedOf({ fields: () => ({ brand_new: 'on' }) })]);
    const shaped = normalise(questionFor({ model: 'gpt-5.5', input: [], brand_new: 'mine' }, { profiles }));
    expect(bodyOf(shaped).brand_new).toBe('mine');
  });

  it('no longer sends what the version has dropped, and moves ids to headers of another name', () => {
    const learned = learnedOf({
      without: ['x-codex-window-id', 'x-codex-beta-features', 'thread-id'],
      headers: ({ thread }) => ({ 'conversation-key': thread }),
    });
    expect(differencesOf(learned).map((text) => text.split(';')[0])).toEqual([
      'new header conversation-key (websocket and HTTP): its value varies',
      'header thread-id (websocket and HTTP) is gone',
      'header x-codex-beta-features (websocket and HTTP) is gone',
      'header x-codex-window-id (websocket and HTTP) is gone',
    ]);
    const { headers } = sentWith(learned);
    expect(headers).toMatchObject({ 'session-id': sessionId, 'conversation-key': sessionId });
    for (const name of ['x-codex-window-id', 'x-codex-beta-features', 'thread-id'])
      expect(headers).not.toHaveProperty(name);
  });

  it('takes over values that have changed', () => {
    const learned = learnedOf({
      without: ['openai-beta', 'x-codex-beta-features'],
      headers: () => ({ 'openai-beta': 'responses_websockets=2027-01-01', 'x-codex-beta-features': 'more' }),
    });
    expect(
      differencesOf(learned).filter((text) => text.startsWith('x-codex') || text.startsWith('openai-beta says')),
    ).toEqual([
      'openai-beta says responses_websockets=2027-01-01, in the built-in profile responses_websockets=2026-02-06',
      'x-codex-beta-features says more, in the built-in profile remote_compaction_v2',
    ]);
    expect(sentWith(learned).headers).toMatchObject({
      'openai-beta': 'responses_websockets=2027-01-01',
      'x-codex-beta-features': 'more',
    });
  });
});

describe('a learned profile that somebody has written to', () => {
  const name = (each: string, value: unknown) => ({
    name: each,
    on: { ws: 'always', http: 'always' },
    value: 'same',
    fill: { kind: 'constant', value },
  });
  const plain = learnedOf();

  it.each([
    'authorization',
    'cookie',
    'host',
    'connection',
    'content-length',
    'transfer-encoding',
    'upgrade',
    'sec-websocket-key',
    'proxy-authorization',
    'x-forwarded-for',
    'x-api-key',
    'chatgpt-account-id',
    'x-openai-account-routing-override',
    'x-codex-routing-hint',
    'origin',
  ])('puts nothing into the header %s', (header) => {
    const learned = LearnedProfile.parse({
      ...plain,
      headers: [...plain.headers.filter((each) => each.name !== header), name(header, 'evil')],
    });
    expect(Object.values(sentWith(learned).headers)).not.toContain('evil');
  });

  it.each([
    'model',
    'input',
    'instructions',
    'tools',
    'service_tier',
    'previous_response_id',
    'store',
    'stream',
    'prompt',
    'metadata',
  ])('puts nothing into the member %s', (field) => {
    const learned = LearnedProfile.parse({
      ...plain,
      fields: [...plain.fields.filter((each) => each.name !== field), name(field, 'evil')],
    });
    expect(JSON.stringify(sentWith(learned).body)).not.toContain('evil');
  });

  it.each<[string, unknown]>([
    ['a line break in a value', { ...plain, headers: [name('x-new', 'a\r\nb: c')] }],
    ['a strange name', { ...plain, headers: [name('x new', 'a')] }],
    ['a name of a prototype', { ...plain, headers: [name('__proto__', 'a')] }],
    ['an object as a value', { ...plain, fields: [name('brand_new', { a: 1 })] }],
    ['too many names', { ...plain, headers: Array.from({ length: 101 }, (_, index) => name(`x-${index}`, 'a')) }],
    ['another version', { ...plain, version: 'newest' }],
    ['another source', { ...plain, source: 'web' }],
    ['a date that is none', { ...plain, learnedAt: 'now' }],
  ])('is not read with %s', (_, value) => {
    expect(LearnedProfile.safeParse(value).success).toBe(false);
  });

  it('asks upstream for no coding that could not be read', () => {
    expect(sentWith({ ...plain, acceptEncoding: 'zstd, exotic' }, 'http').headers['accept-encoding']).toBe('zstd,gzip');
    expect(sentWith({ ...plain, acceptEncoding: 'gzip' }, 'http').headers['accept-encoding']).toBe('gzip');
  });
});

describe('the profile of clients that are not Codex', () => {
  const [old, same, newer] = ['0.169.0', '0.171.0', '0.172.0'].map((version) => learnedOf({}, version));
  const traffic = (version: string): LearnedProfile => ({ ...learnedOf({}, version), source: 'traffic' });
  const all = [newer, same, old].filter((each) => each !== undefined);

  it.each<[ProfileChoice, readonly LearnedProfile[], string, string, string]>([
    ['built-in', all, '0.171.0', '0.171', '0.171.0'],
    ['built-in', all, '0.175.0', '0.171', '0.175.0'],
    ['newest', [], '0.171.0', '0.171', '0.171.0'],
    ['newest', all, '0.172.0', '0.172.0 learned', '0.172.0'],
    ['newest', all, '0.175.0', '0.172.0 learned', '0.175.0'],
    ['newest', all.slice(1), '0.171.0', '0.171.0 learned', '0.171.0'],
    ['newest', all.slice(2), '0.171.0', '0.171', '0.171.0'],
    ['newest', [traffic('0.173.0'), ...all], '0.173.0', '0.173.0 seen', '0.173.0'],
    ['newest', [traffic('0.172.0'), ...all], '0.172.0', '0.172.0 learned', '0.172.0'],
    ['0.169.0', all, '0.175.0', '0.169.0 learned', '0.169.0'],
    ['0.170.0', all, '0.171.0', '0.171', '0.171.0'],
  ])('is, by the choice %s', (choice, learned, newest, id, version) => {
    expect(bookOf(learned, choice, newest).forOthers()).toMatchObject({ id, version });
  });

  it('is one that traces find again by its name, and so is that of a Codex client of its version', () => {
    const book = bookOf(all);
    expect(book.named('0.172.0 learned')?.version).toBe('0.172.0');
    expect([book.named('0.200.0 learned'), book.named('0.169')?.id]).toEqual([null, '0.169']);
    expect([book.forCodex('0.172.0').id, book.forCodex('0.172.1').id, book.forCodex(null).id]).toEqual([
      '0.172.0 learned',
      '0.171',
      '0.171',
    ]);
  });
});

it.each<[string, string | null]>([
  [
    'codex_exec/0.171.0 (Debian 12.0.0; x86_64) xterm (codex_exec; 0.171.0)',
    '<originator>/<version> (<os>; <arch>) <terminal> (<originator>; <version>)',
  ],
  ['codex_exec/0.171.0 (Debian 12.0.0; x86_64) xterm', '<originator>/<version> (<os>; <arch>) <terminal>'],
  ['codex_exec/0.171.0 (Debian 12.0.0; x86_64) xterm (codex-exec; 0.171.0)', null],
  ['something else', null],
])('the form of the user agent %s', (text, form) => {
  expect(userAgentForm(text, 'codex_exec', '0.171.0')).toBe(form);
});

it.each<[unknown, boolean]>([
  ['remote_compaction_v2', true],
  [true, true],
  ['eyJhbGciOi', false],
  ['1795449243319', false],
  ['ünicode', false],
  ['on ADAS-LAPTOP', false],
])('whether %j is for everybody', (value, answer) => {
  expect(isForEverybody(value as string, privateTexts)).toBe(answer);
});
