import { describe, expect, it } from 'vitest';
import { headerValue } from '../../src-main/core/headers.ts';
import type { JsonObject } from '../../src-main/core/json.ts';
import { normalise } from '../../src-main/core/normalise/normalise.ts';
import { captured } from './captures.ts';
import {
  bodyOf,
  codexHeaders,
  foreignHeaders,
  metadataOf,
  namedMembers,
  questionFor,
  shapedBody,
  withHeaders,
} from './normalise-question.ts';

/** What happens to the body of an official Codex client: nothing but its tier, and what the transport itself asks for. */

const liteHeader = 'x-openai-internal-codex-responses-lite';
const liteMember = 'ws_request_header_x_openai_internal_codex_responses_lite';
const startMember = 'x-codex-ws-stream-request-start-ms';

const frames = (
  ['bearer-ws', 'default-official', 'tier-fast', 'old118-official-fast', 'appserver-official'] as const
).flatMap((name) => captured(name).frames.map((body, index) => [`${name} frame ${index}`, body] as const));

describe('S2: a Codex frame on a websocket', () => {
  it.each(frames)('goes through byte for byte with the tier policy auto: %s', (_name, body) => {
    // Written as Codex would not, so that any re-writing shows.
    const raw = Buffer.from(JSON.stringify(body, null, 1));
    const shaped = normalise(questionFor(body, { raw, headers: codexHeaders }));
    expect(shaped.body.equals(raw)).toBe(true);
    expect(namedMembers(shaped.changes)).toEqual([]);
  });

  it.each(frames)('changes in its tier alone with the tier policy off: %s', (_name, body) => {
    const shaped = normalise(questionFor(body, { headers: codexHeaders, policy: 'off' }));
    const { service_tier: _asked, ...rest } = body;
    expect(shaped.body.toString()).toBe(JSON.stringify(rest));
  });

  it('gains service_tier and nothing else with the tier policy on', () => {
    const [, body] = frames[0] ?? ['', {}];
    const shaped = normalise(questionFor(body, { headers: codexHeaders, policy: 'on' }));
    const text = JSON.stringify(body);
    expect(shaped.body.toString()).toBe(`${text.slice(0, -1)},"service_tier":"priority"}`);
    expect(namedMembers(shaped.changes)).toEqual(['service_tier']);
  });

  it.each(['default', 'auto', 'fast'])('S5: does not carry a tier "%s" upstream', (tier) => {
    const sent = shapedBody(
      { type: 'response.create', model: 'gpt-5.5', service_tier: tier },
      { headers: codexHeaders },
    );
    expect(sent.service_tier).toBe(tier === 'fast' ? 'priority' : undefined);
  });

  it('case 5: gets no instructions where it has none, and keeps null and blank ones', () => {
    const shaped = (body: JsonObject) =>
      shapedBody({ type: 'response.create', model: 'gpt-5.5', ...body }, { headers: codexHeaders });
    expect(shaped({})).not.toHaveProperty('instructions');
    expect(shaped({ instructions: null }).instructions).toBeNull();
    expect(shaped({ instructions: '  ' }).instructions).toBe('  ');
  });

  it('keeps fields that other clients lose: they are between Codex and upstream', () => {
    const body = { type: 'response.create', model: 'gpt-5.5', temperature: 1, store: true, stream: false, include: [] };
    const raw = Buffer.from(JSON.stringify(body));
    expect(normalise(questionFor(body, { raw, headers: codexHeaders })).body.equals(raw)).toBe(true);
  });
});

describe('the marker of responses-lite trades places between transports', () => {
  const overHttp = captured('bearer-http').posts[0] ?? { headers: [], body: {} };

  it('from the header of a Codex POST into the metadata of a frame, where the header is not sent', () => {
    const shaped = normalise(questionFor(overHttp.body, { headers: overHttp.headers, transport: 'ws' }));
    expect(metadataOf(bodyOf(shaped))).toEqual({ ...metadataOf(overHttp.body), [liteMember]: 'true' });
    expect(headerValue(shaped.headers, liteHeader)).toBeNull();
    expect(shaped.changes.map(({ path, action }) => `${action} ${path}`)).toEqual(
      expect.arrayContaining([`added body.client_metadata.${liteMember}`, `dropped headers.${liteHeader}`]),
    );
  });

  it('changes nothing else in that body but its frame type', () => {
    const shaped = normalise(questionFor(overHttp.body, { headers: overHttp.headers, transport: 'ws' }));
    expect(namedMembers(shaped.changes)).toEqual(['client_metadata', 'type']);
  });

  it.each([
    ['Codex', codexHeaders],
    ['another client', foreignHeaders],
  ])('from the metadata of a frame into a header over HTTP (%s)', (_who, headers) => {
    const body = captured('bearer-ws').frames[1] ?? {};
    const shaped = normalise(questionFor(body, { headers, transport: 'http' }));
    expect(headerValue(shaped.headers, liteHeader)).toBe('true');
    const metadata = metadataOf(bodyOf(shaped));
    expect(Object.keys(metadata)).not.toContain(liteMember);
    expect(Object.keys(metadata)).not.toContain(startMember);
  });

  it('removes the members that only exist on a websocket, and nothing else, over HTTP', () => {
    const body = captured('bearer-ws').frames[1] ?? {};
    const { type: _t, previous_response_id: _p, client_metadata: _m, ...rest } = body;
    const { [liteMember]: _lite, [startMember]: _start, ...metadata } = metadataOf(body);
    expect(shapedBody(body, { headers: codexHeaders, transport: 'http' })).toEqual({
      ...rest,
      client_metadata: metadata,
    });
  });

  it('does not invent the marker', () => {
    const shaped = normalise(questionFor({ model: 'gpt-5.5', input: [] }, { headers: codexHeaders }));
    expect(bodyOf(shaped)).not.toHaveProperty('client_metadata');
    expect(headerValue(shaped.headers, liteHeader)).toBeNull();
  });

  it('keeps what the metadata says where header and metadata disagree', () => {
    const headers = withHeaders(codexHeaders, { [liteHeader]: 'true' });
    const body = { type: 'response.create', model: 'gpt-5.5', client_metadata: { [liteMember]: 'false' } };
    expect(metadataOf(shapedBody(body, { headers }))).toEqual({ [liteMember]: 'false' });
  });

  it('relays the header of a 0.118 client as it is: that version knew no crossing', () => {
    const headers = withHeaders(codexHeaders, {
      'user-agent': 'codex_exec/0.118.0 (Debian 12.0.0; x86_64) xterm',
      [liteHeader]: 'true',
    });
    const shaped = normalise(questionFor({ type: 'response.create', model: 'gpt-5.5' }, { headers }));
    expect(headerValue(shaped.headers, liteHeader)).toBe('true');
    expect(bodyOf(shaped)).not.toHaveProperty('client_metadata');
  });
});
