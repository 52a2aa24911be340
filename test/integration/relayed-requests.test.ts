import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Rig, startRig } from '../support/slipstream.ts';

const codex = { originator: 'codex_exec', 'user-agent': 'codex_exec/0.171.0 (Debian 12.0.0; x86_64) xterm' };

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** An upstream that answers what the test says, for any path but those Slipstream asks by itself. */
class AnyUpstream {
  readonly seen: Seen[] = [];
  answer: (request: IncomingMessage, response: ServerResponse, count: number) => unknown = (_, response) => {
    response.end('{}');
  };
  readonly server: Server;

  constructor() {
    this.server = createServer(async (request, response) => {
      if (request.url?.includes('/wham/') || request.url?.includes('/models')) return void response.end('{}');
      const count = this.seen.length;
      if (request.headers['x-codex-test'] === 'raw') return void this.answer(request, response, count);
      const { method, url, headers } = request;
      this.seen.push({ method, url, headers, body: await bodyOf(request) });
      this.answer(request, response, count);
    });
  }

  async url(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/backend-api/codex`;
  }
}

let rig: Rig;
let upstream: AnyUpstream;

beforeEach(async () => {
  upstream = new AnyUpstream();
  rig = await startRig({ accounts: 2, upstreamUrl: await upstream.url() });
});

afterEach(async () => {
  await rig.stop();
  upstream.server.closeAllConnections();
  upstream.server.close();
});

function ask(path: string, init: RequestInit & { duplex?: 'half' } = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${rig.apiKey}`, ...codex, ...init.headers };
  return fetch(`${rig.baseUrl}${path}`, { redirect: 'manual', ...init, headers });
}

describe("a Codex client's request that nothing here answers", () => {
  it.each(['/v1', '/backend-api/codex'])('goes to the same path upstream, below %s', async (base) => {
    upstream.answer = (_, response) => {
      response.writeHead(201, { 'content-type': 'text/plain', 'x-request-id': 'r1', 'set-cookie': 'a=b' }).end('made');
    };
    const answer = await ask(`${base}/agents/new?x=1&y=%20?z`, {
      method: 'PUT',
      body: 'not json',
      headers: {
        'content-type': 'text/csv',
        cookie: 'c=d',
        'x-codex-turn-metadata': '{}',
        'x-forwarded-for': '1.2.3.4',
      },
    });
    expect([
      answer.status,
      await answer.text(),
      answer.headers.get('x-request-id'),
      answer.headers.get('set-cookie'),
    ]).toEqual([201, 'made', 'r1', null]);
    const [seen] = upstream.seen;
    expect([seen?.method, seen?.url, seen?.body.toString()]).toEqual([
      'PUT',
      '/backend-api/codex/agents/new?x=1&y=%20?z',
      'not json',
    ]);
    expect(seen?.headers).toMatchObject({ 'content-type': 'text/csv', 'x-codex-turn-metadata': '{}', ...codex });
    expect(seen?.headers.authorization).not.toContain(rig.apiKey);
    for (const name of ['cookie', 'x-forwarded-for', 'x-api-key']) expect(seen?.headers).not.toHaveProperty(name);
    const { row, clientRequest, changes } = await rig.lastTrace();
    expect([row.kind, row.status, row.httpStatus, clientRequest.path]).toEqual([
      'other',
      'completed',
      201,
      `${base}/agents/new`,
    ]);
    expect(changes.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['headers.cookie', 'headers.authorization']),
    );
  });

  it('carries no key of Slipstream’s in its query, however it is written there', async () => {
    const encoded = [...rig.apiKey].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join('');
    await ask(`/v1/alpha/search?a=%201&key=${rig.apiKey}&b&${encoded}=x&c=%`);
    expect(upstream.seen.map(({ url }) => url)).toEqual(['/backend-api/codex/alpha/search?a=%201&b&c=%']);
  });

  it('keeps its conditions, and the part that it asks for', async () => {
    const conditions = {
      'if-match': '"a"',
      'if-none-match': '"b"',
      'if-modified-since': 'Wed, 21 Oct 2026 07:28:00 GMT',
      'if-unmodified-since': 'Wed, 21 Oct 2026 07:28:00 GMT',
      'if-range': '"a"',
      range: 'bytes=0-1',
    };
    upstream.answer = (_, response) => {
      response.writeHead(206, { 'content-range': 'bytes 0-1/9' }).end('ab');
    };
    const answer = await ask('/v1/files/one', { headers: conditions });
    expect([answer.status, await answer.text()]).toEqual([206, 'ab']);
    expect(answer.headers.get('content-range')).toBe('bytes 0-1/9');
    expect(upstream.seen[0]?.headers).toMatchObject(conditions);
  });

  it('keeps a compressed body as it came', async () => {
    const packed = zstdCompressSync(Buffer.from('{"a":1}'));
    await ask('/v1/alpha/new', { method: 'POST', body: packed, headers: { 'content-encoding': 'zstd' } });
    expect(upstream.seen[0]?.headers['content-encoding']).toBe('zstd');
    expect(upstream.seen[0]?.body.equals(packed)).toBe(true);
  });

  it('is answered where upstream says first that it may go on, though nobody asked', async () => {
    upstream.answer = (_, response, count) => {
      response.writeContinue();
      response.writeContinue();
      response.writeHead(201, { 'content-type': 'text/plain' }).end(`made ${count}`);
    };
    const said = async () => {
      const answer = await ask('/v1/agents/new', { method: 'POST', body: 'x' });
      return [answer.status, await answer.text()];
    };
    expect([await said(), await said()]).toEqual([
      [201, 'made 0'],
      [201, 'made 1'],
    ]);
  });

  it('streams both ways', async () => {
    upstream.answer = async (request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for await (const chunk of request) response.write(`got ${String(chunk)}`);
      response.end('over');
    };
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const asking = ask('/v1/echo', {
      method: 'POST',
      body: readable,
      duplex: 'half',
      headers: { 'x-codex-test': 'raw' },
    });
    await writer.write(Buffer.from('one'));
    const reader = (await asking).body?.getReader();
    const read = async () => Buffer.from((await reader?.read())?.value ?? []).toString();
    expect(await read()).toBe('got one');
    await writer.write(Buffer.from('two'));
    expect(await read()).toBe('got two');
    await writer.close();
    expect(await read()).toBe('over');
  });

  it('is asked of another account where the first is used up', async () => {
    const error = { type: 'usage_limit_reached', resets_at: Math.floor(Date.now() / 1000) + 3600 };
    upstream.answer = (_, response, count) => {
      if (count === 0) response.writeHead(429, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
      else response.end('found');
    };
    const answer = await ask('/v1/alpha/search', { method: 'POST', body: '{"a":1}' });
    expect([answer.status, await answer.text()]).toEqual([200, 'found']);
    expect(upstream.seen.map(({ body }) => body.toString())).toEqual(['{"a":1}', '{"a":1}']);
    expect(upstream.seen[0]?.headers['chatgpt-account-id']).not.toBe(upstream.seen[1]?.headers['chatgpt-account-id']);
  });

  it('is told upstream’s own refusal, without secrets', async () => {
    upstream.answer = (request, response) => {
      const echoed = request.headers.authorization;
      response
        .writeHead(422, { 'content-type': 'application/json' })
        .end(JSON.stringify({ error: { message: echoed } }));
    };
    const answer = await ask('/v1/alpha/search', { method: 'POST', body: '{}' });
    const text = await answer.text();
    expect(answer.status).toBe(422);
    expect(text).not.toContain(upstream.seen[0]?.headers.authorization?.slice(7));
    expect((await rig.lastTrace()).row).toMatchObject({ status: 'failed', httpStatus: 422 });
  });

  it('is sent once where upstream may have acted on it, and again where it cannot have', async () => {
    upstream.answer = (request) => request.socket.destroy();
    const post = await ask('/v1/alpha/search', { method: 'POST', body: '{}' });
    expect([post.status, (await post.json()).error.code, upstream.seen.length]).toEqual([502, 'upstream_closed', 1]);
    await ask('/v1/alpha/list');
    expect(upstream.seen.slice(1).map(({ method }) => method)).toEqual(['GET', 'GET']);
  });

  it('is told that upstream is away', async () => {
    upstream.server.close();
    upstream.server.closeAllConnections();
    const answer = await ask('/v1/alpha/search', { method: 'POST', body: '{}' });
    expect([answer.status, (await answer.json()).error.code]).toEqual([502, 'upstream_unreachable']);
  });

  it('does not follow a redirect', async () => {
    upstream.answer = (_, response) => response.writeHead(307, { location: 'https://elsewhere.example/' }).end();
    const answer = await ask('/v1/alpha/search', { method: 'POST', body: '{}' });
    expect([answer.status, answer.headers.get('location'), (await answer.json()).error.code]).toEqual([
      502,
      null,
      'upstream_invalid',
    ]);
  });

  it('is broken off where upstream breaks off', async () => {
    let breakOff = () => {};
    upstream.answer = (_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half');
      breakOff = () => response.destroy();
    };
    const answer = await ask('/v1/alpha/search', { method: 'POST', body: '{}' });
    breakOff();
    await expect(answer.text()).rejects.toThrow();
  });

  it.each(['/v1/%2e%2e/wham/usage', '/v1/accounts/check', '/backend-api/codex/a%2f..%2fb', '/v1/me'])(
    'stays here for %s',
    async (path) => {
      const answer = await ask(path);
      expect([answer.status, (await answer.json()).error.code, upstream.seen]).toEqual([404, 'route_unknown', []]);
    },
  );

  it('waits while Slipstream is paused', async () => {
    await rig.app.handlers['settings.set']({ paused: true });
    expect((await ask('/v1/alpha/search', { method: 'POST', body: '{}' })).status).toBe(503);
  });
});

it('tells a client that is not Codex what there is', async () => {
  const answer = await ask('/v1/alpha/search', { headers: { originator: 'other', 'user-agent': 'other/1' } });
  const { error } = await answer.json();
  expect([answer.status, error.code]).toEqual([404, 'route_unknown']);
  expect(error.message).toContain('POST /responses, POST /chat/completions');
  expect(upstream.seen).toEqual([]);
});
