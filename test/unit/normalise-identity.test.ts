import { describe, expect, it } from 'vitest';
import { headerValue } from '../../src-main/core/headers.ts';
import type { JsonObject } from '../../src-main/core/json.ts';
import { userAgent } from '../../src-main/core/normalise/identity.ts';
import { normalise } from '../../src-main/core/normalise/normalise.ts';
import { defaultProfile } from '../../src-main/core/normalise/profiles/choose.ts';
import type { Transport } from '../../src-main/shared/model.ts';
import { tell } from '../../src-main/shared/words/told.ts';
import { headerSet } from './captures.ts';
import {
  bodyOf,
  codexHeaders,
  foreignHeaders,
  headerMap,
  installationId,
  jsonIn,
  metadataOf,
  questionFor,
  sessionId,
  turnId,
  turnMetadataHeader,
  withHeaders,
} from './normalise-question.ts';

const transports: readonly Transport[] = ['ws', 'http'];
const turn: JsonObject = { model: 'gpt-5.5', input: [] };

describe('S3: one effective session id appears everywhere', () => {
  it.each(transports)('in the key, the metadata and the headers of a client that names nothing (%s)', (transport) => {
    const shaped = normalise(questionFor(turn, { transport }));
    const body = bodyOf(shaped);
    const headers = headerMap(shaped.headers);
    const inBody = metadataOf(body);
    const everywhere = {
      prompt_cache_key: body.prompt_cache_key,
      session_header: headers['session-id'],
      thread_header: headers['thread-id'],
      request_id: headers['x-client-request-id'],
      metadata_session: inBody.session_id,
      metadata_thread: inBody.thread_id,
      ...Object.fromEntries(
        (
          [
            ['header', turnMetadataHeader(shaped.headers)],
            ['body', jsonIn(inBody['x-codex-turn-metadata'])],
          ] as const
        ).flatMap(([where, metadata]) => [
          [`${where} turn metadata session`, metadata.session_id],
          [`${where} turn metadata thread`, metadata.thread_id],
        ]),
      ),
    };
    expect(new Set(Object.values(everywhere)), JSON.stringify(everywhere)).toEqual(new Set([sessionId]));
    const windows = [
      headers['x-codex-window-id'],
      inBody['x-codex-window-id'],
      turnMetadataHeader(shaped.headers).window_id,
    ];
    expect(new Set(windows)).toEqual(new Set([`${sessionId}:0`]));
  });

  const other = '01a2091d-4658-7212-b4e9-000000000000';
  it.each<[string, JsonObject, Record<string, string>]>([
    ['its prompt_cache_key', { prompt_cache_key: 'my-own-key' }, {}],
    ['its client_metadata.session_id', { client_metadata: { session_id: 'mine' } }, {}],
    [
      'its client_metadata turn metadata',
      { client_metadata: { 'x-codex-turn-metadata': '{"session_id":"mine"}' } },
      {},
    ],
    ['other client_metadata', { client_metadata: { run: '7', thread_id: 'mine' } }, {}],
    ['its session-id header', {}, { 'session-id': other }],
    ['its thread-id header', {}, { 'thread-id': other }],
    ['its x-client-request-id header', {}, { 'x-client-request-id': 'request-7' }],
    ['its turn metadata header', {}, { 'x-codex-turn-metadata': '{"session_id":"mine"}' }],
    ['its window header', {}, { 'x-codex-window-id': `${other}:3` }],
  ])('S3: what a client sent is never overwritten: %s', (_what, fields, headers) => {
    for (const base of [foreignHeaders, codexHeaders]) {
      const question = questionFor({ ...turn, ...fields }, { headers: withHeaders(base, headers) });
      const shaped = normalise(question);
      const { client_metadata: metadata, ...members } = fields;
      expect(bodyOf(shaped)).toMatchObject(members);
      if (metadata !== undefined) expect(metadataOf(bodyOf(shaped))).toMatchObject(metadataOf(fields));
      expect(headerMap(shaped.headers)).toMatchObject(headers);
    }
  });

  it.each([null, '', '  '])('S3: a prompt_cache_key of %j counts as absent', (key) => {
    expect(bodyOf(normalise(questionFor({ ...turn, prompt_cache_key: key }))).prompt_cache_key).toBe(sessionId);
  });

  it.each(transports)('S3: no Conversation_id, in no spelling, even where a client sends one (%s)', (transport) => {
    const headers = withHeaders(foreignHeaders, { Conversation_id: 'x', 'conversation-id': 'y' });
    const names = normalise(questionFor(turn, { headers, transport })).headers.map(([name]) => name.toLowerCase());
    expect(names.filter((name) => name.startsWith('conversation'))).toEqual([]);
  });

  it("S3: a client's session_id goes under the profile's own header names, not beside them", () => {
    const headers = withHeaders(foreignHeaders, { session_id: sessionId });
    const shaped = normalise(questionFor(turn, { headers }));
    expect(headerSet(shaped.headers)).not.toContain('session_id');
    expect(headerMap(shaped.headers)).toMatchObject({ 'session-id': sessionId, 'thread-id': sessionId });
  });

  it.each(['session-id', 'thread-id'])(
    'S3: a text in %s goes as the UUID that it stands for everywhere else',
    (name) => {
      for (const text of ['ses_7', '']) {
        const shaped = normalise(questionFor(turn, { headers: withHeaders(foreignHeaders, { [name]: text }) }));
        expect(headerMap(shaped.headers)).toMatchObject({ 'session-id': sessionId, 'thread-id': sessionId });
        expect(shaped.changes).toContainEqual(
          expect.objectContaining({ path: `headers.${name}`, action: 'set', why: tell('why.header.sessionText') }),
        );
      }
      const own = normalise(questionFor(turn, { headers: withHeaders(codexHeaders, { [name]: 'ses_7' }) }));
      expect(headerMap(own.headers)).toMatchObject({ [name]: 'ses_7' });
    },
  );
});

describe('the turn metadata of a client that is not Codex', () => {
  it('has an empty turn id on the upgrade and the turn in the frame', () => {
    const shaped = normalise(questionFor(turn));
    expect(turnMetadataHeader(shaped.headers)).toEqual({
      installation_id: installationId,
      session_id: sessionId,
      thread_id: sessionId,
      turn_id: '',
      window_id: `${sessionId}:0`,
      request_kind: 'turn',
      model: 'gpt-5.5',
    });
    expect(jsonIn(metadataOf(bodyOf(shaped))['x-codex-turn-metadata'])).toEqual({
      installation_id: installationId,
      session_id: sessionId,
      thread_id: sessionId,
      turn_id: turnId,
      window_id: `${sessionId}:0`,
      request_kind: 'turn',
      turn_started_at_unix_ms: 1_795_449_243_319,
      model: 'gpt-5.5',
    });
  });

  it('has the turn id in the header over HTTP, where each turn has headers of its own', () => {
    const shaped = normalise(questionFor(turn, { transport: 'http' }));
    expect(turnMetadataHeader(shaped.headers).turn_id).toBe(turnId);
  });

  it('calls a prewarm a prewarm', () => {
    const shaped = normalise(questionFor({ ...turn, generate: false }));
    expect(turnMetadataHeader(shaped.headers).request_kind).toBe('prewarm');
  });

  it('makes no claims about sandboxes or agents', () => {
    const text = JSON.stringify(normalise(questionFor(turn)).headers);
    for (const claim of ['sandbox', 'agent_name', 'auto_review', 'thread_source', 'analytics']) {
      expect(text).not.toContain(claim);
    }
  });
});

describe('S4: originator and user agent follow the official client', () => {
  it.each(['codex_exec', 'codex-tui', 'codex_cli_rs', 'codex_vscode', 'Codex Desktop'])(
    'S4: relays what %s sent',
    (originator) => {
      const headers = withHeaders(codexHeaders, {
        originator,
        'user-agent': `${originator}/0.170.1 (Mac OS 26.1.0; arm64) x`,
      });
      const sent = headerMap(normalise(questionFor(turn, { headers })).headers);
      expect(sent).toMatchObject({ originator, 'user-agent': `${originator}/0.170.1 (Mac OS 26.1.0; arm64) x` });
    },
  );

  it.each([
    ['an SDK', foreignHeaders],
    [
      'a client with an originator of its own',
      withHeaders(foreignHeaders, { originator: 'opencode', version: '1.0.3' }),
    ],
    ['a client without a user agent', withHeaders(foreignHeaders, { 'user-agent': null })],
    [
      'a client whose user agent only looks like Codex',
      withHeaders(foreignHeaders, { 'user-agent': 'codex_exec/0.1.0' }),
    ],
  ])('S4: sends the setting, by default the official debug client, for %s', (_who, headers) => {
    const sent = headerMap(normalise(questionFor(turn, { headers })).headers);
    expect(sent).toMatchObject({
      originator: 'codex-toy-app-server',
      version: '0.171.0',
      'user-agent': 'codex-toy-app-server/0.171.0 (Debian 12.0.0; x86_64) xterm (codex-toy-app-server; 0.171.0)',
    });
  });

  it('S4: follows another setting, in the user agent too', () => {
    const sent = headerMap(normalise(questionFor(turn, { originator: 'codex_vscode' })).headers);
    expect(sent.originator).toBe('codex_vscode');
    expect(sent['user-agent']).toMatch(/^codex_vscode\/0\.171\.0 .*\(codex_vscode; 0\.171\.0\)$/);
  });

  it('names originator, user agent and version of another client as set, not as added', () => {
    const headers = withHeaders(foreignHeaders, { originator: 'opencode', version: '1.0.3' });
    const { changes } = normalise(questionFor(turn, { headers }));
    for (const name of ['originator', 'user-agent', 'version']) {
      expect(changes.filter(({ path }) => path === `headers.${name}`)).toEqual([
        expect.objectContaining({ step: 'identity', action: 'set' }),
      ]);
    }
  });

  it.each([
    ['codex_exec/0.156.2 (x; y) z', '0.156.2'],
    ['codex_exec/0.170.0-alpha.1 (x; y) z', '0.170.0-alpha.1'],
    ['codex_exec', null],
    ['codex_exec/nightly (x; y) z', null],
    ['', null],
  ])("S4: a Codex client's missing version comes from its own user agent or stays away: %j", (agent, version) => {
    const headers = withHeaders(codexHeaders, { 'user-agent': agent === '' ? null : agent });
    expect(headerValue(normalise(questionFor(turn, { headers })).headers, 'version')).toBe(version);
  });

  it("S4: a Codex client's own version header wins over its user agent", () => {
    const headers = withHeaders(codexHeaders, { version: '0.99.0' });
    expect(headerValue(normalise(questionFor(turn, { headers })).headers, 'version')).toBe('0.99.0');
  });

  it('S4: the user agent has the official form', () => {
    const platform = { os: 'Mac OS 26.5.0', arch: 'arm64', terminal: 'ghostty' };
    expect(
      userAgent({
        profile: defaultProfile,
        originator: 'codex_exec',
        platform: { ...platform, terminal: 'é\r\nx: 模' },
      }),
    ).toBe(
      userAgent({ profile: defaultProfile, originator: 'codex_exec', platform: { ...platform, terminal: '___x: _' } }),
    );
    expect(userAgent({ profile: defaultProfile, originator: 'codex_exec', platform })).toBe(
      'codex_exec/0.171.0 (Mac OS 26.5.0; arm64) ghostty (codex_exec; 0.171.0)',
    );
  });
});
