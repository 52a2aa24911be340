import { describe, expect, it } from 'vitest';
import { profileFor } from '../../src-main/core/normalise/profiles/choose.ts';
import { learnedId, mayFill, profileOf, wasSeen } from '../../src-main/core/normalise/profiles/learned.ts';
import type { LearnedName, LearnedProfile } from '../../src-main/shared/learned-profile.ts';

describe('what a learned profile may fill', () => {
  it.each([
    ...'authorization proxy-authorization proxy-x cookie set-cookie host connection upgrade te trailer expect transfer-encoding keep-alive content-type content-x accept accept-encoding accept-language origin referer via forwarded x-forwarded-for x-real-ip sec-websocket-key x-api-key chatgpt-account-id x-openai-account-routing-override x-codex-routing-hint'.split(
      ' ',
    ),
    ...'originator user-agent version openai-beta x-codex-beta-features x-client-request-id x-codex-turn-metadata x-codex-turn-state x-openai-internal-codex-responses-lite'.split(
      ' ',
    ),
  ])('is not the header %s', (name) => {
    expect(mayFill('header', name)).toBe(false);
  });

  it.each([
    'x-authorization',
    'authorization-x',
    'my-cookie',
    'x-proxy-a',
    'hosts',
    'vias',
    'session-id',
    'thread-id',
    'x-new',
  ])('may be the header %s', (name) => expect(mayFill('header', name)).toBe(true));

  it.each(
    'background client_metadata conversation generate include input instructions max_output_tokens max_tool_calls metadata model parallel_tool_calls previous_response_id prompt prompt_cache_key prompt_cache_retention reasoning safety_identifier service_tier store stream stream_options temperature text tool_choice tools top_logprobs top_p truncation type user'.split(
      ' ',
    ),
  )('is not the member %s', (name) => {
    expect([mayFill('body member', name), mayFill('body member', `${name}_x`)]).toEqual([false, true]);
  });
});

describe('a learned profile', () => {
  const both = { ws: 'always', http: 'always' } as const;
  const name = (each: string, more: Partial<LearnedName> = {}): LearnedName => ({
    name: each,
    on: both,
    value: 'same',
    fill: null,
    ...more,
  });
  const learned = (more: Partial<LearnedProfile> = {}): LearnedProfile => ({
    version: '0.171.0',
    source: 'cli',
    learnedAt: 1,
    originator: null,
    userAgent: null,
    websocketBeta: null,
    betaFeatures: null,
    acceptEncoding: null,
    bodyEncoding: null,
    headers: [],
    fields: [],
    clientMetadata: [],
    turnMetadata: [],
    ...more,
  });
  const base = profileFor('0.171.0');
  const constant = (value: string | number) => ({ kind: 'constant', value }) as const;
  const ownAll = base.captured.ws?.headers.map((each) => name(each)) ?? [];

  it('is named by where it is from', () => {
    expect([
      learnedId({ version: '0.1.0', source: 'cli' }),
      learnedId({ version: '0.1.0', source: 'traffic' }),
    ]).toEqual(['0.1.0 learned', '0.1.0 seen']);
  });

  it('of nothing is the built-in one', () => {
    const { id, moreHeaders, moreFields, without, relayed, windowHeader, turnMetadata, clientMetadata, ...rest } =
      profileOf(learned());
    const { id: _id, windowHeader: _w, turnMetadata: _t, clientMetadata: _c, ...baseRest } = base;
    expect(rest).toEqual(baseRest);
    expect([
      id,
      moreHeaders,
      moreFields,
      without,
      [...(relayed ?? [])],
      windowHeader,
      turnMetadata,
      clientMetadata,
    ]).toEqual(['0.171.0 learned', [], [], { ws: [], http: [] }, [], null, [], []]);
  });

  it('knows over which transports anything was seen', () => {
    const onWs = learned({ fields: [name('a', { on: { ws: 'sometimes', http: 'unseen' } })] });
    expect([wasSeen(onWs, 'ws'), wasSeen(onWs, 'http'), wasSeen(learned(), 'ws')]).toEqual([true, false, false]);
    const none = learned({ headers: [name('a', { on: { ws: 'never', http: 'unseen' } as never })] });
    expect([wasSeen(none, 'ws'), wasSeen(none, 'http')]).toEqual([true, false]);
  });

  it('adds what is always there and may be filled, where it is always there', () => {
    const on = (ws: string, http: string) => ({ ws, http }) as LearnedName['on'];
    const made = profileOf(
      learned({
        headers: [
          name('x-both', { fill: constant('a') }),
          name('x-ws', { fill: constant('b'), on: on('always', 'sometimes') }),
          name('x-some', { fill: constant('c'), on: on('sometimes', 'unseen') }),
          name('x-none'),
          name('x-number', { fill: constant(1) }),
          name('host', { fill: constant('d') }),
        ],
        fields: [name('new_number', { fill: constant(1) }), name('model', { fill: constant('x') })],
      }),
    );
    expect(made.moreHeaders).toEqual([
      { name: 'x-both', on: ['ws', 'http'], fill: constant('a') },
      { name: 'x-ws', on: ['ws'], fill: constant('b') },
    ]);
    expect(made.moreFields).toEqual([{ name: 'new_number', on: ['ws', 'http'], fill: constant(1) }]);
    expect([...(made.relayed ?? [])]).toEqual(['x-both', 'x-ws', 'x-some', 'x-none', 'x-number']);
  });

  it('moves ids to the headers that hold them, and says nothing of them twice', () => {
    const made = profileOf(
      learned({
        headers: [
          name('conversation', { fill: { kind: 'session' } }),
          name('rarely', { fill: { kind: 'session' }, on: { ws: 'sometimes', http: 'always' } }),
          name('cookie', { fill: { kind: 'session' } }),
          name('x-window', { fill: { kind: 'window' } }),
          name('x-window-2', { fill: { kind: 'window' } }),
        ],
      }),
    );
    expect([made.sessionHeaders, made.windowHeader]).toEqual([['conversation'], 'x-window']);
    expect(made.moreHeaders?.map((each) => each.name)).toEqual(['rarely', 'x-window-2']);
  });

  it('leaves out what was not seen any more, over the transports that were seen', () => {
    const [gone = ''] = base.captured.ws?.headers ?? [];
    const made = profileOf(
      learned({
        headers: ownAll
          .filter((each) => each.name !== gone)
          .map((each) => ({ ...each, on: { ws: 'always', http: 'unseen' } })),
      }),
    );
    expect(made.without).toEqual({ ws: [gone], http: [] });
    expect(made.captured.http).toEqual(base.captured.http);
    expect(made.captured.ws?.headers).not.toContain(gone);
    expect(made.captured.ws?.optionalHeaders).toContain(gone);
  });

  it('of the command takes names as they were seen; optional ones of the recordings stay so', () => {
    const [optional = ''] = base.captured.ws?.optionalHeaders ?? [];
    const [optionalField = ''] = base.captured.ws?.optionalFields ?? [];
    const made = profileOf(
      learned({
        headers: [
          ...ownAll,
          name(optional),
          name('x-new'),
          name('x-rare', { on: { ws: 'sometimes', http: 'unseen' } }),
          name('x-http', { on: { ws: 'unseen', http: 'always' } }),
        ],
        fields: [
          name('new_field'),
          name(optionalField),
          name('rare_field', { on: { ws: 'sometimes', http: 'unseen' } }),
        ],
      }),
    );
    const shape = made.captured.ws;
    expect(shape?.headers).toEqual([...(base.captured.ws?.headers ?? []), 'x-new']);
    expect(shape?.optionalHeaders).toEqual([optional, 'x-rare', ...(base.captured.ws?.optionalHeaders.slice(1) ?? [])]);
    expect(shape?.fields).toEqual(['new_field']);
    expect(shape?.optionalFields).toEqual([
      optionalField,
      'rare_field',
      ...(base.captured.ws?.optionalFields.slice(1) ?? []),
    ]);
  });

  it('of clients that pass has new names as optional ones, over both transports, and fills nothing', () => {
    const made = profileOf(
      learned({
        source: 'traffic',
        headers: [name('x-new', { fill: constant('a'), on: { ws: 'unseen', http: 'always' } }), name('authorization')],
        fields: [name('new_field', { fill: constant('a') })],
        clientMetadata: [name('more')],
        turnMetadata: [name('turn_more')],
        websocketBeta: 'other',
      }),
    );
    for (const transport of ['ws', 'http'] as const) {
      const [shape, built] = [made.captured[transport], base.captured[transport]];
      expect(shape).toEqual({
        ...built,
        optionalHeaders: [...(built?.optionalHeaders ?? []), 'x-new'],
        optionalFields: [...(built?.optionalFields ?? []), 'new_field'],
      });
    }
    expect(made.capturedMetadata).toEqual({
      client: [...new Set([...base.capturedMetadata.client, 'more'])],
      turn: [...new Set([...base.capturedMetadata.turn, 'turn_more'])],
    });
    expect([made.websocketBeta, made.moreHeaders, made.moreFields]).toEqual([base.websocketBeta, undefined, undefined]);
  });

  it.each<[string, Partial<LearnedProfile>, object]>([
    ['its beta value', { websocketBeta: 'b' }, { websocketBeta: 'b' }],
    ['its beta features, or that there are none', { fields: [name('a')], betaFeatures: null }, { betaFeatures: null }],
    ['those of before where none were seen', { betaFeatures: 'x' }, { betaFeatures: base.betaFeatures }],
    ['its coding of bodies', { fields: [name('a')], bodyEncoding: 'zstd' }, { bodyEncoding: 'zstd' }],
    ['that bodies are plain', { fields: [name('a')], bodyEncoding: null }, { bodyEncoding: null }],
    ['the coding of before where none was seen', { bodyEncoding: 'zstd' }, { bodyEncoding: base.bodyEncoding }],
    ['that it takes no coding', { fields: [name('a')], acceptEncoding: null }, { acceptEncoding: null }],
    [
      'codings that can be read',
      { fields: [name('a')], acceptEncoding: 'gzip, br,deflate' },
      { acceptEncoding: 'gzip, br,deflate' },
    ],
    ['none that cannot', { fields: [name('a')], acceptEncoding: 'gzip,x' }, { acceptEncoding: base.acceptEncoding }],
    [
      'none that begins with another',
      { fields: [name('a')], acceptEncoding: 'x-gzip' },
      { acceptEncoding: base.acceptEncoding },
    ],
    ['those of before where HTTP was not seen', { acceptEncoding: 'br' }, { acceptEncoding: base.acceptEncoding }],
    ['no user agent where it sent none', { fields: [name('a')] }, { userAgentOn: [] }],
    [
      'a user agent where it sent one',
      { headers: [name('user-agent', { on: { ws: 'never', http: 'sometimes' } as never })] },
      { userAgentOn: ['http'] },
    ],
    ['a form of its own', { userAgent: '<originator>' }, { userAgentForm: '<originator>' }],
    [
      'its metadata, in the order of before and then its own',
      {
        turnMetadata: ['model', 'strange', 'turn_id', 'session_id'].map((each) => name(each)),
        clientMetadata: ['thread_id', 'x', 'session_id'].map((each) => name(each)),
      },
      {
        turnMetadata: ['session_id', 'turn_id', 'model'].toSorted(
          (a, b) => orderOf(base.turnMetadata, a) - orderOf(base.turnMetadata, b),
        ),
        clientMetadata: ['session_id', 'thread_id'].toSorted(
          (a, b) => orderOf(base.clientMetadata, a) - orderOf(base.clientMetadata, b),
        ),
      },
    ],
  ])('takes over %s', (_what, more, wanted) => {
    expect(profileOf(learned(more))).toMatchObject(wanted);
  });
});

const orderOf = (order: readonly string[], name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
