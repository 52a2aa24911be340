import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { objectMember } from '../../src-main/core/json.ts';
import { postHead, sayRaw } from '../support/raw-connection.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { everythingReceived, objectOf, outputText, rawExchange, refusedUpgrade } from './proxy-client.ts';

const allowedOrigin = 'https://app.test';
const turn = { model: 'gpt-5.5', input: 'Reply with exactly: OK' };
const text = JSON.stringify(turn);
const jwt = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ0aGUtY2xpZW50LWl0c2VsZiJ9.c2lnbmF0dXJl';

let rig: Rig;
let mark: number;

beforeAll(async () => {
  rig = await startRig({ settings: { allowedOrigins: [allowedOrigin] } });
  mark = rig.simulator.log.mark();
});

afterAll(() => rig.stop());

afterEach(() => {
  mark = rig.simulator.log.mark();
});

const host = () => new URL(rig.baseUrl).host;

/** A request written by hand; the connection ends with the answer. */
function raw(method: string, path: string, headers: readonly string[], body: string | Buffer = '') {
  const bytes = Buffer.from(body);
  const length = bytes.length === 0 ? [] : [`content-length: ${bytes.length}`];
  const head = [`${method} ${path} HTTP/1.1`, ...headers, ...length, 'connection: close', '', ''].join('\r\n');
  return rawExchange(rig.baseUrl, Buffer.concat([Buffer.from(head), bytes]));
}

const keyed = (...more: readonly string[]) => [`host: ${host()}`, `authorization: Bearer ${rig.apiKey}`, ...more];
const code = (body: string) => objectMember(objectOf(body), 'error')?.code;

/** Nothing may have gone upstream for a request that was refused. */
function expectNothingUpstream(): void {
  const turns = rig.simulator.log.entries.filter(
    ({ seq, kind }) => seq > mark && (kind === 'upgrade' || kind === 'frame' || kind === 'turn'),
  );
  expect(turns).toEqual([]);
}

describe('the key', () => {
  it.each<[string, () => readonly string[], number, string]>([
    ['no key', () => [`host: ${host()}`], 401, 'key_missing'],
    ['a wrong key', () => [`host: ${host()}`, 'authorization: Bearer wrong'], 401, 'key_wrong'],
    ['a wrong x-api-key', () => [`host: ${host()}`, 'x-api-key: wrong'], 401, 'key_wrong'],
    ['a JWT alone', () => [`host: ${host()}`, `authorization: Bearer ${jwt}`], 401, 'key_wrong'],
    ['a key in a cookie', () => [`host: ${host()}`, `cookie: key=${rig.apiKey}`], 401, 'key_missing'],
  ])('refuses %s', async (_what, headers, status, expected) => {
    const answer = await raw('POST', '/v1/responses', headers(), JSON.stringify(turn));
    expect([answer.status, code(answer.body)]).toEqual([status, expected]);
    expect(answer.head.toLowerCase()).toContain('content-type: application/json');
    expectNothingUpstream();
  });

  it('does not take the key from a query', async () => {
    const answer = await raw('GET', `/v1/models?key=${rig.apiKey}&api_key=${rig.apiKey}`, [`host: ${host()}`]);
    expect(answer.status).toBe(401);
  });

  it.each<[string, () => { path: string; headers: readonly string[] }]>([
    ['a bearer', () => ({ path: '/v1/models', headers: keyed() })],
    ['x-api-key', () => ({ path: '/v1/models', headers: [`host: ${host()}`, `x-api-key: ${rig.apiKey}`] })],
    ['a path prefix', () => ({ path: `/k/${rig.apiKey}/v1/models`, headers: [`host: ${host()}`] })],
    [
      'a path prefix on the other base',
      () => ({ path: `/k/${rig.apiKey}/backend-api/codex/models`, headers: [`host: ${host()}`] }),
    ],
  ])('opens the door as %s', async (_what, request) => {
    const { path, headers } = request();
    expect((await raw('GET', path, headers)).status).toBe(200);
  });

  it('refuses a wrong key in the path although the bearer is right', async () => {
    const answer = await raw('GET', '/k/wrong-key-0123456789/v1/models', keyed());
    expect([answer.status, code(answer.body)]).toEqual([401, 'key_wrong']);
  });

  it('in the path leaves a JWT in Authorization out of everything: it reaches neither upstream nor the trace', async () => {
    const headers = [`host: ${host()}`, `authorization: Bearer ${jwt}`, 'chatgpt-account-id: the-clients-own'];
    const answer = await raw('POST', `/k/${rig.apiKey}/v1/responses`, headers, JSON.stringify(turn));
    expect(outputText(objectOf(answer.body))).toBe('OK');
    const trace = await rig.lastTrace();
    const upstream = everythingReceived(rig);
    expect(upstream).toContain('Reply with exactly: OK');
    for (const secret of [jwt, 'the-clients-own', rig.apiKey]) {
      expect(JSON.stringify(trace)).not.toContain(secret);
      expect(upstream).not.toContain(secret);
    }
    expect(trace.clientRequest.path).toBe('/v1/responses');
  });
});

describe('the names of host and origin', () => {
  it.each<[string, () => readonly string[], number, string]>([
    ['a foreign host', () => ['host: evil.test'], 403, 'host_refused'],
    ['a foreign host with our port', () => [`host: evil.test:${new URL(rig.baseUrl).port}`], 403, 'host_refused'],
    ['our name with another port', () => ['host: 127.0.0.1:1'], 403, 'host_refused'],
    ['no host', () => [], 400, 'host_invalid'],
    ['an empty host', () => ['host:'], 400, 'host_invalid'],
    ['two hosts', () => [`host: ${host()}`, `host: ${host()}`], 400, 'host_invalid'],
    ['a second host', () => [`host: ${host()}`, 'Host: evil.test'], 400, 'host_invalid'],
  ])('refuses a request whose Host is not loopback: %s', async (_what, headers, status, expected) => {
    for (const path of ['/v1/models', '/healthz', '/', `/k/${rig.apiKey}/v1/models`]) {
      const answer = await raw('GET', path, [...headers(), `authorization: Bearer ${rig.apiKey}`]);
      expect([path, answer.status, code(answer.body)]).toEqual([path, status, expected]);
    }
  });

  it.each(['https://evil.test', 'null', 'http://127.0.0.1:1', 'https://app.test:444', 'https://app.test.evil.test'])(
    'refuses a page of %s, even with the key',
    async (origin) => {
      const answer = await raw('POST', '/v1/responses', keyed(`origin: ${origin}`), JSON.stringify(turn));
      expect([answer.status, code(answer.body)]).toEqual([403, 'origin_refused']);
      expectNothingUpstream();
    },
  );

  it('serves a page of an origin in the settings, and lets it read the answer', async () => {
    const answer = await raw('GET', '/v1/models', keyed(`origin: ${allowedOrigin}`));
    expect(answer.status).toBe(200);
    expect(answer.head.toLowerCase()).toContain(`access-control-allow-origin: ${allowedOrigin}`);
  });

  it('guards upgrades in the same way', async () => {
    const refused = async (headers: Record<string, string>, key: string | null = rig.apiKey) =>
      (await refusedUpgrade(rig, { headers, key })).status;
    expect(await refused({ host: 'evil.test' })).toBe(403);
    expect(await refused({ origin: 'https://evil.test' })).toBe(403);
    expect(await refused({}, null)).toBe(401);
    expect(await refused({}, 'wrong')).toBe(401);
    expectNothingUpstream();
  });
});

describe('routes and methods', () => {
  it.each([
    ['GET', '/v1/nothing', 404, 'route_unknown'],
    ['POST', '/v1', 404, 'route_unknown'],
    ['POST', '/backend-api/codex/nothing', 404, 'route_unknown'],
    ['GET', '/nothing', 404, 'route_unknown'],
    ['POST', '/v1/../v1/responses', 404, 'route_unknown'],
    ['POST', '/v1/responses%2f', 404, 'route_unknown'],
    ['GET', '/v1/responses', 405, 'method_refused'],
    ['DELETE', '/v1/responses', 405, 'method_refused'],
    ['POST', '/v1/models', 405, 'method_refused'],
  ])('answers %s %s with %s', async (method, path, status, expected) => {
    const answer = await raw(method, path, keyed());
    expect([answer.status, code(answer.body)]).toEqual([status, expected]);
  });

  it('tells a caller without a key nothing about routes', async () => {
    expect((await raw('GET', '/v1/nothing', [`host: ${host()}`])).status).toBe(401);
  });

  it('healthz is open and says nothing', async () => {
    const answer = await raw('GET', '/healthz', [`host: ${host()}`]);
    expect([answer.status, answer.body]).toEqual([204, '']);
    expect((await raw('HEAD', '/healthz?from=a-balancer', [`host: ${host()}`])).status).toBe(204);
    const refused = await raw('POST', '/healthz', [`host: ${host()}`]);
    expect([refused.status, code(refused.body)]).toEqual([405, 'method_refused']);
    expect(refused.head).toMatch(/^allow: GET, HEAD\r?$/im);
  });

  it.each([
    ['GARBAGE\r\n\r\n', 400],
    ['GET /v1/models HTTP/1.1\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n', 400],
  ])('answers what is no HTTP with 400: %j', async (bytes, status) => {
    expect((await rawExchange(rig.baseUrl, bytes)).status).toBe(status);
  });
});

describe('bodies', () => {
  it.each<[string, string | Buffer, string]>([
    ['malformed JSON', '{"model":"gpt-5.5"', 'json_invalid'],
    ['nothing', '', 'json_invalid'],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'json_invalid'],
    ['a list', '[]', 'request_invalid'],
    ['a text', '"hello"', 'request_invalid'],
    ['no model', '{"input":"hi"}', 'request_invalid'],
    ['a model that is no text', '{"model":7,"input":"hi"}', 'request_invalid'],
  ])('refuses %s with 400', async (_what, body, expected) => {
    const answer = await raw('POST', '/v1/responses', keyed('content-type: application/json'), body);
    expect([answer.status, code(answer.body)]).toEqual([400, expected]);
    expectNothingUpstream();
  });

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['zstd', zstdCompressSync],
  ] as const)('reads a body in %s', async (encoding, compress) => {
    const body = compress(JSON.stringify(turn));
    const answer = await raw('POST', '/v1/responses', keyed(`content-encoding: ${encoding}`), body);
    expect(answer.status).toBe(200);
    expect(outputText(objectOf(answer.body))).toBe('OK');
  });

  it('reads a body in chunks', async () => {
    const chunks = [text.slice(0, 10), text.slice(10)].map((part) => `${part.length.toString(16)}\r\n${part}\r\n`);
    const head = ['POST /v1/responses HTTP/1.1', ...keyed('transfer-encoding: chunked', 'connection: close'), '', ''];
    const answer = await rawExchange(rig.baseUrl, `${head.join('\r\n')}${chunks.join('')}0\r\n\r\n`);
    expect(answer.status).toBe(200);
  });

  it.each<[string, string, string]>([
    ['asked for once the key has opened the door', '100-continue', '^HTTP/1\\.1 100 Continue\r\n\r\nHTTP/1\\.1 200 '],
    ['taken whatever else its client expects', 'a-pony', '^HTTP/1\\.1 200 '],
  ])('is %s', async (_what, expectation, beginning) => {
    const answer = await sayRaw(
      rig,
      postHead(rig, `expect: ${expectation}`, `content-length: ${text.length}`, 'connection: close') + text,
    );
    expect(answer).toMatch(new RegExp(beginning));
    const refused = postHead({ ...rig, apiKey: 'wrong' }, `expect: ${expectation}`, `content-length: ${text.length}`);
    expect(await sayRaw(rig, refused)).toMatch(/^HTTP\/1\.1 401 /);
  });

  it('refuses a content-encoding it does not know with 415', async () => {
    const answer = await raw('POST', '/v1/responses', keyed('content-encoding: compress'), JSON.stringify(turn));
    expect([answer.status, code(answer.body)]).toEqual([415, 'encoding_unsupported']);
  });

  it('refuses a body that says it is too big with 413, before it comes', async () => {
    const answer = await raw('POST', '/v1/responses', keyed(`content-length: ${48 * 1024 * 1024 + 1}`));
    expect([answer.status, code(answer.body)]).toEqual([413, 'body_too_large']);
  });

  it('refuses a small body that would grow too big with 413', async () => {
    const bomb = zstdCompressSync(Buffer.alloc(48 * 1024 * 1024 + 1, ' '));
    const answer = await raw('POST', '/v1/responses', keyed('content-encoding: zstd'), bomb);
    expect([answer.status, code(answer.body)]).toEqual([413, 'body_too_large']);
  });
});
