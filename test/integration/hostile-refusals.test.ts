import { afterEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src-main/core/json.ts';
import { SocketPool } from '../../src-main/core/upstream/pool.ts';
import { ProxyRoutes } from '../../src-main/core/upstream/proxy.ts';
import { realClock } from '../support/host.ts';
import { accountsOf, viewOf } from '../support/rig-accounts.ts';
import {
  answerEvents,
  type ScriptedUpstream,
  startScriptedUpstream,
  type UpstreamScript,
} from '../support/scripted-upstream.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { ask, errorOf, openPost, post, textOf } from '../support/turn-client.ts';

/** An upstream that says no in ways it never should. The client is told, and the program goes on. */

let rig: Rig | undefined;
let upstream: ScriptedUpstream | undefined;

afterEach(async () => {
  await rig?.stop();
  await upstream?.stop();
  rig = undefined;
  upstream = undefined;
});

async function start(script: UpstreamScript): Promise<Rig> {
  upstream = await startScriptedUpstream(script);
  rig = await startRig({ upstreamUrl: upstream.url });
  return rig;
}

/** Says no to the first frame of all, in these words, and answers the others. */
function refusing(event: JsonObject | string): Promise<Rig> {
  let isFirst = true;
  return start({
    frame: (socket) => {
      const said = isFirst ? [event] : answerEvents('resp_1');
      isFirst = false;
      for (const each of said) socket.send(typeof each === 'string' ? each : JSON.stringify(each));
    },
  });
}

const shapes = [
  ['a stream', true],
  ['one object', false],
] as const;

describe.each(shapes)('for a client that wants %s', (_what, stream) => {
  it('headers of an error that no answer can have are left out, and the others are told', async () => {
    const on = await refusing({
      type: 'error',
      status: 400,
      error: { code: 'invalid_value', message: 'No.' },
      headers: {
        'x-codex-fine': 'yes',
        'x-codex-split': 'a\r\nset-cookie: b=c',
        'x-codex-two words': 'd',
        'x-codex-Größe': 'e',
        'x-codex-modèle': '模型',
        'x-codex-picture': '🙂',
      },
    });
    const { status, headers, json } = await post(on, ask('hello', { stream }));
    expect(status).toBe(400);
    expect(errorOf(json)).toMatchObject({ code: 'invalid_value' });
    expect(Object.keys(headers).filter((name) => name.startsWith('x-codex'))).toEqual(['x-codex-fine']);
    expect(headers['set-cookie']).toBeUndefined();
    expect((await post(on, ask('hello', { stream }))).status).toBe(200);
  });

  it.each<[string, JsonObject]>([
    ['that is one text', { type: 'error', status: 400, error: 'No such thing here.' }],
    ['told twice over', { type: 'error', status: 400, error: { error: { message: 'No such thing here.' } } }],
    ['of a failed response that is one text', { type: 'response.failed', response: { error: 'No such thing here.' } }],
  ])('an error %s is told in every dialect', async (_form, event) => {
    const on = await start({ frame: (socket) => socket.send(JSON.stringify(event)) });
    const messages = [{ role: 'user', content: 'hello' }];
    for (const path of ['/v1/responses', '/v1/chat/completions', '/v1/messages']) {
      const { text } = await post(on, { ...ask('hello', { stream }), max_tokens: 99, messages }, {}, path);
      expect(text, path).toContain('No such thing here.');
    }
  });

  it('an error that is nested beyond reason is told without its depths', async () => {
    const depth = 50_000;
    const deep = `${'['.repeat(depth)}${']'.repeat(depth)}`;
    const on = await refusing(
      `{"type":"error","status":400,"error":{"code":"invalid_value","message":"No.","deep":${deep}}}`,
    );
    const { status, json } = await post(on, ask('hello', { stream }));
    expect(status).toBeGreaterThanOrEqual(400);
    expect(errorOf(json).message).toBeTypeOf('string');
    expect((await on.lastTrace()).row.status).toBe('failed');
    expect((await post(on, ask('hello', { stream }))).status).toBe(200);
  });
});

it.each([1e300, 1.8e12, -5, 0.5])('a reset time of %d does not put an account to rest for ever', async (resetsAt) => {
  const error = { type: 'usage_limit_reached', message: 'No.', resets_at: resetsAt, resets_in_seconds: resetsAt };
  const on = await refusing({ type: 'error', status: 429, error });
  expect((await post(on, ask('hello'))).status).toBe(429);
  const [account] = accountsOf(on);
  const until = account === undefined ? null : viewOf(on, account).cooldownUntil;
  expect(until).toBeLessThan(Date.now() + 366 * 24 * 3_600_000);
});

it('usage in numbers that count nothing is no reason to forget the turn', async () => {
  const usage = { input_tokens: 1.5, output_tokens: 1e300, output_tokens_details: { reasoning_tokens: -1 } };
  const on = await start({
    frame: (socket) => {
      const events = answerEvents('resp_1');
      const final = { type: 'response.completed', response: { id: 'resp_1', status: 'completed', output: [], usage } };
      for (const event of [...events.slice(0, -1), final]) socket.send(JSON.stringify(event));
    },
  });
  expect(textOf((await post(on, ask('hello'))).events)).toBe('All is well.');
  const { row } = await on.lastTrace();
  expect(row.usage).toEqual({ inputTokens: 0, cachedTokens: 0, outputTokens: 0, reasoningTokens: 0 });
  const { rows } = await on.app.handlers['requests.query']({ filter: {}, cursor: null, limit: 10 });
  expect(rows.map(({ id }) => id)).toEqual([row.id]);
});

it.each([1e300, -1e300, 1e307])('usage that is reset at %d is no reason to fail the turn', async (resetAt) => {
  const full = { used_percent: 100, window_minutes: 300, reset_at: resetAt };
  const on = await start({
    frame: (socket) => {
      const limits = { type: 'codex.rate_limits', rate_limits: { primary: full, secondary: full } };
      for (const event of [limits, ...answerEvents('resp_1')]) socket.send(JSON.stringify(event));
    },
  });
  expect(textOf((await post(on, ask('hello'))).events)).toBe('All is well.');
  expect((await on.lastTrace()).row.attempts).toBe(1);
});

it('handshake events too big to hold back are given to the client at once', async () => {
  const on = await start({
    frame: (socket) => {
      for (let number = 0; number < 3; number += 1)
        socket.send(JSON.stringify({ type: 'codex.news', number, text: 'x'.repeat(600_000) }));
    },
  });
  const { request, head } = openPost(on, '/v1/responses', JSON.stringify(ask('hello')));
  expect((await head).statusCode).toBe(200);
  request.destroy();
});

it('an event stream that breaks the protocol is let go at once', async () => {
  const gone = Promise.withResolvers<void>();
  const on = await start({
    upgrade: (socket) => {
      socket.end('HTTP/1.1 426 X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
      return true;
    },
    post: (response) => {
      response.on('close', () => gone.resolve());
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"type":"response.output_text.delta","delta":"x"}\n\ndata: no JSON\n\n');
    },
  });
  const { events } = await post(on, ask('hello'));
  expect(events.at(-1)).toMatchObject({ type: 'error', code: 'upstream_closed' });
  await gone.promise;
});

it('a proxy that is no address is told as an upstream out of reach', async () => {
  const proxies = new ProxyRoutes(() => 'http://[nowhere', realClock);
  const pool = new SocketPool(realClock, proxies);
  const request = {
    baseUrl: 'http://127.0.0.1:9',
    path: '/responses',
    headers: [],
    body: Buffer.from('{}'),
    socketKey: 'k',
    accountId: 'a',
    previousResponseId: null,
    wantsNewSocket: false,
    mayReplace: () => true,
    isOneOff: false,
  } as const;
  for (let count = 0; count < 70; count += 1) {
    const { promise, resolve, reject } = Promise.withResolvers();
    const nothing = () => {};
    pool.start(request, {
      connection: nothing,
      ready: nothing,
      sent: nothing,
      event: nothing,
      ended: resolve,
      failed: reject,
    });
    expect(await promise).toMatchObject({ kind: 'unreachable' });
  }
});
