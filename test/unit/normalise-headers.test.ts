import { describe, expect, it } from 'vitest';
import { headerValue, headerValues } from '../../src-main/core/headers.ts';
import { buildSideHeaders, routingHint } from '../../src-main/core/normalise/headers.ts';
import { normalise } from '../../src-main/core/normalise/normalise.ts';
import { defaultProfile } from '../../src-main/core/normalise/profiles/choose.ts';
import type { RawHeader } from '../../src-main/shared/model.ts';
import { tell } from '../../src-main/shared/words/told.ts';
import { captured, headerSet } from './captures.ts';
import { codexHeaders, foreignHeaders, questionFor, sessionId, withHeaders } from './normalise-question.ts';

/** Headers go upstream by allowlist; what stays here is recorded. */

const body = { type: 'response.create', model: 'gpt-5.5' };

function shaped(headers: readonly RawHeader[], more: Parameters<typeof questionFor>[1] = {}) {
  return normalise(questionFor(body, { headers, ...more }));
}

const dropped = [
  'x-api-key',
  'cookie',
  'origin',
  'referer',
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-real-ip',
  'proxy-authorization',
  'conversation_id',
  'traceparent',
  'openai-organization',
  'openai-project',
  'anthropic-version',
  'x-stainless-lang',
  'accept-language',
  'sec-fetch-mode',
  'x-session-id',
  'x-claude-code-session-id',
  'x-codexy',
  'xx-codex-a',
];

describe('the allowlist of headers', () => {
  it.each(dropped)('keeps %s here, and records that', (name) => {
    for (const base of [codexHeaders, foreignHeaders]) {
      const { headers, changes } = shaped(
        withHeaders(base, { [name]: 'secret-value' }).map(([n, v]): RawHeader => [n, v]),
      );
      expect(headers.filter(([one, value]) => one === name || value.includes('secret-value'))).toEqual([]);
      expect(changes).toContainEqual(expect.objectContaining({ path: `headers.${name}`, action: 'dropped' }));
    }
  });

  it.each([
    'x-codex-turn-metadata',
    'x-codex-beta-features',
    'x-codex-anything-new',
    'x-openai-subagent',
    'x-oai-attestation',
    'x-responsesapi-include-timing-metrics',
    'x-client-request-id',
    'thread-id',
    'session-id',
    'version',
  ])('relays %s of a Codex client with its value', (name) => {
    const { headers, changes } = shaped(
      withHeaders(codexHeaders, { [name]: '{"a":1}' }).map(([n, v]): RawHeader => [n, v]),
    );
    expect(headerValues(headers, name)).toEqual(['{"a":1}']);
    expect(changes.filter(({ path }) => path === `headers.${name}`)).toEqual([]);
  });

  it('knows names whatever their case', () => {
    const { headers } = shaped([
      ['Originator', 'codex_exec'],
      ['User-Agent', 'codex_exec/0.169.0 (x; y) z'],
      ['X-Codex-Window-Id', 'w:0'],
      ['Cookie', 'a=b'],
    ]);
    expect(headerValue(headers, 'x-codex-window-id')).toBe('w:0');
    expect(headerValue(headers, 'originator')).toBe('codex_exec');
    expect(headerValue(headers, 'cookie')).toBeNull();
  });

  it('drops what only carries HTTP without a word', () => {
    const carrying = ['connection', 'upgrade', 'content-length', 'content-type', 'accept', 'te', 'sec-websocket-key'];
    const { headers, changes } = shaped([...codexHeaders, ...carrying.map((name): RawHeader => [name, 'x'])]);
    expect(headers.filter(([name]) => carrying.includes(name))).toEqual([]);
    expect(changes.filter(({ action }) => action === 'dropped')).toEqual([]);
  });

  it("puts the account's own credentials there, whatever the client sent", () => {
    const { headers } = shaped([
      ...codexHeaders,
      ['chatgpt-account-id', 'the-clients-workspace'],
      ['x-openai-account-routing-override', 'eu'],
    ]);
    expect(headerValues(headers, 'authorization')).toEqual(['Bearer account-token']);
    expect(headerValues(headers, 'chatgpt-account-id')).toEqual(['workspace-1']);
    expect(headerValues(headers, 'x-openai-account-routing-override')).toEqual([]);
  });

  it("sends the account's routing override, and says so", () => {
    const account = { accessToken: 't', accountId: 'a', routingOverride: 'us' };
    const { headers, changes } = shaped(
      codexHeaders.map(([n, v]): RawHeader => [n, v]),
      { account },
    );
    expect(headerValues(headers, 'x-openai-account-routing-override')).toEqual(['us']);
    expect(changes.map(({ path }) => path)).toContain('headers.x-openai-account-routing-override');
  });

  it('never sends a header twice', () => {
    for (const transport of ['ws', 'http'] as const) {
      for (const headers of [codexHeaders, foreignHeaders, captured('tier-fast').upgrades[0] ?? []]) {
        const names = normalise(questionFor(body, { headers, transport })).headers.map(([name]) => name.toLowerCase());
        expect(names).toEqual([...new Set(names)]);
      }
    }
  });
});

describe('x-codex-turn-state', () => {
  const headers = withHeaders(codexHeaders, { 'x-codex-turn-state': 'gAAAA' });

  it('goes on over HTTP, where it belongs', () => {
    const { headers: sent } = normalise(questionFor(body, { headers, transport: 'http' }));
    expect(headerValue(sent, 'x-codex-turn-state')).toBe('gAAAA');
  });

  it('does not go on an upgrade, and that is recorded', () => {
    const { headers: sent, changes } = normalise(questionFor(body, { headers, transport: 'ws' }));
    expect(headerValue(sent, 'x-codex-turn-state')).toBeNull();
    expect(changes).toContainEqual(
      expect.objectContaining({ path: 'headers.x-codex-turn-state', action: 'dropped', why: tell('why.header.http') }),
    );
  });
});

describe('the websocket beta', () => {
  const beta = defaultProfile.websocketBeta;

  it('is added where the client has none', () => {
    const { headers } = normalise(questionFor(body, { headers: codexHeaders }));
    expect(headerValues(headers, 'openai-beta')).toEqual([beta]);
  });

  it.each([
    ['another client', foreignHeaders],
    ['a Codex client', codexHeaders],
  ])('is on the upgrade although %s asked for another beta over HTTP', (_who, base) => {
    const headers = withHeaders(base, { 'openai-beta': 'responses=experimental' });
    const { headers: sent } = normalise(questionFor(body, { headers }));
    expect(headerValue(sent, 'openai-beta')).toContain(beta);
  });
});

describe('the routing hint', () => {
  it.each([
    ['gpt-5.5', null, 'model=gpt-5.5'],
    ['gpt-5.5', 'priority', 'model=gpt-5.5;tier=priority'],
    ['gpt-5.5', 'flex', 'model=gpt-5.5;tier=flex'],
  ])('for %s with tier %s is %s', (model, tier, expected) => {
    expect(routingHint(model, tier)).toBe(expected);
  });

  it('replaces the one a client sent where the tier differs, and says why', () => {
    const headers = withHeaders(codexHeaders, { 'x-codex-routing-hint': 'model=gpt-5.5' });
    const { headers: sent, changes } = normalise(questionFor(body, { headers, policy: 'on' }));
    expect(headerValues(sent, 'x-codex-routing-hint')).toEqual(['model=gpt-5.5;tier=priority']);
    expect(changes).toContainEqual({
      step: 'headers',
      path: 'headers.x-codex-routing-hint',
      action: 'set',
      why: tell('why.header.tier'),
    });
  });

  it('is no change where the client sent the same', () => {
    const headers = withHeaders(codexHeaders, { 'x-codex-routing-hint': 'model=gpt-5.5' });
    const { changes } = normalise(questionFor(body, { headers }));
    expect(changes.filter(({ path }) => path === 'headers.x-codex-routing-hint')).toEqual([]);
  });

  it('names the model an alias stands for', () => {
    const { headers } = normalise(questionFor({ ...body, model: 'gpt-5.5-fast' }));
    expect(headerValue(headers, 'x-codex-routing-hint')).toBe('model=gpt-5.5;tier=priority');
  });
});

it('asks side questions with the headers of the official catalogue request', () => {
  const identity = {
    profile: defaultProfile,
    originator: 'codex_exec',
    platform: { os: 'Debian 12.0.0', arch: 'x86_64', terminal: 'xterm' },
  };
  const headers = buildSideHeaders(identity, { accessToken: 't', accountId: sessionId, routingOverride: null });
  expect(headerSet(headers)).toEqual(
    ['accept', 'accept-encoding', 'authorization', 'chatgpt-account-id', 'originator', 'user-agent', 'version'].sort(),
  );
  expect(headerValue(headers, 'user-agent')).toBe(
    'codex_exec/0.171.0 (Debian 12.0.0; x86_64) xterm (codex_exec; 0.171.0)',
  );
});
