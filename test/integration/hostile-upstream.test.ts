import { createServer, type Server } from 'node:http';
import { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { type JsonObject, objectMember } from '../../src-main/core/json.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { codexHeaders, objectOf, parseSse } from './proxy-client.ts';

/** An upstream that says what no upstream should. The turn ends with an error; the program goes on. */

const created = '{"type":"response.created","response":{"id":"resp_1","model":"gpt-5.5"}}';
const delta = '{"type":"response.output_text.delta","delta":"x"}';

let rig: Rig | undefined;
let server: Server | undefined;

afterEach(async () => {
  await rig?.stop();
  server?.closeAllConnections();
  await new Promise((resolve) => (server === undefined ? resolve(null) : server.close(resolve)));
  rig = undefined;
  server = undefined;
});

/** A server of our own making in the place of upstream. */
async function startUpstream(prepare: (server: Server) => void): Promise<Rig> {
  const own = createServer((_request, response) => response.writeHead(404).end());
  server = own;
  prepare(own);
  const port = await new Promise<number>((resolve) => {
    own.listen(0, '127.0.0.1', () => {
      const address = own.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  rig = await startRig({ upstreamUrl: `http://127.0.0.1:${port}/backend-api/codex` });
  return rig;
}

/** Answers every frame with these texts. */
function websocketSaying(...texts: readonly (string | Buffer)[]): Promise<Rig> {
  return startUpstream((own) => {
    const sockets = new WebSocketServer({ server: own });
    sockets.on('connection', (socket) => {
      socket.on('message', () => {
        for (const text of texts) socket.send(text);
      });
    });
  });
}

async function ask(on: Rig, body: JsonObject, limitMs = 10_000): Promise<{ status: number; text: string }> {
  const response = await fetch(`${on.baseUrl}/v1/responses`, {
    method: 'POST',
    headers: { authorization: `Bearer ${on.apiKey}` },
    body: JSON.stringify({ model: 'gpt-5.5', input: 'hi', ...body }),
    signal: AbortSignal.timeout(limitMs),
  });
  return { status: response.status, text: await response.text() };
}

describe('a frame that only looks like an event', () => {
  const shams: readonly (readonly [string, string])[] = [
    ['a completion', '{"type":"response.completed","response":{"id":}}'],
    ['usage', '{"type":"codex.rate_limits","rate_limits":}'],
    ['an error', '{"type":"error","error":{,}}'],
    ['an item', '{"type":"response.output_item.done","item":}'],
  ];

  it.each(shams.slice(0, 3))('%s: a client with a stream is told', async (_what, sham) => {
    const on = await websocketSaying(created, delta, sham);
    const { text } = await ask(on, { stream: true });
    expect(parseSse(text).at(-1)?.data).toMatchObject({ type: 'error' });
    expect((await on.lastTrace()).row.status).toBe('failed');
  });

  it.each(shams)('%s: a client without a stream is told', async (_what, sham) => {
    const on = await websocketSaying(created, delta, sham);
    const { status, text } = await ask(on, { stream: false });
    expect(status).toBeGreaterThanOrEqual(500);
    expect(objectOf(text)).toHaveProperty('error');
  });

  it('the beginning of a response: a client that used an alias is told', async () => {
    const on = await websocketSaying('{"type":"response.created","response":}', delta);
    const { text } = await ask(on, { stream: true, model: 'gpt-5.5-fast' });
    expect(text).toContain('error');
  });

  it.each(['null', '[]', '7', '{"type":7}', ''])('%j: a client with a stream is told', async (sham) => {
    const on = await websocketSaying(created, delta, sham);
    const { text } = await ask(on, { stream: true });
    expect(parseSse(text).at(-1)?.data).toMatchObject({ type: 'error', code: 'upstream_closed' });
  });
});

describe('strange but readable events', () => {
  it('one without a type reaches a Codex client as it came, and no other; the turn goes on', async () => {
    const end = '{"type":"response.completed","response":{"id":"resp_1","status":"completed"}}';
    const on = await websocketSaying(created, '{"no":"type"}', delta, '{"more":1}', end);
    const codex = await on.post('/v1/responses', { model: 'gpt-5.5', input: 'hi', stream: true }, codexHeaders);
    expect(await codex.text()).toContain('\n\ndata: {"no":"type"}\n\nevent: response.output_text.delta\n');
    const { text } = await ask(on, { stream: true });
    expect(parseSse(text).map(({ event }) => event)).toEqual([
      'response.created',
      'response.output_text.delta',
      'response.completed',
    ]);
    expect((await on.lastTrace()).row.status).toBe('completed');
  });

  it('one without a type that tells an error is one, in its own words', async () => {
    const on = await websocketSaying(created, '{"error":{"code":"invalid_prompt","message":"Not that."}}');
    const { status, text } = await ask(on, { stream: false });
    expect([status, text]).toEqual([400, expect.stringContaining('Not that.')]);
  });

  it('pretty-printed JSON becomes one line of an event stream, and means the same', async () => {
    const final = JSON.stringify({ response: { status: 'completed' }, type: 'response.completed' }, null, 2);
    const on = await websocketSaying(final);
    const { text } = await ask(on, { stream: true });
    expect(parseSse(text).map(({ event, data }) => [event, objectMember(data, 'response')])).toEqual([
      ['response.completed', { status: 'completed' }],
    ]);
  });

  it('a final event without a response is told to a client that wants one', async () => {
    const on = await websocketSaying('{"type":"response.completed"}');
    expect((await ask(on, { stream: false })).status).toBe(502);
  });

  it('an answer that nests too deeply to be remembered has its one end, and is whole', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const on = await websocketSaying(
      created,
      delta,
      `{"type":"response.completed","response":{"id":"resp_1","status":"completed","output":[${deep}]}}`,
    );
    const { text } = await ask(on, { stream: true }, 20_000);
    const ends = [...text.matchAll(/^event: (.*)$/gm)].map(([, name]) => name);
    expect(ends).toEqual(['response.created', 'response.output_text.delta', 'response.completed']);
    expect((await on.lastTrace()).row.status).toBe('completed');
  });

  it('an unknown type is passed on', async () => {
    const on = await websocketSaying(
      '{"type":"response.something.new","a":1}',
      '{"type":"response.completed","response":{}}',
    );
    const { text } = await ask(on, { stream: true });
    expect(parseSse(text).map(({ event }) => event)).toEqual(['response.something.new', 'response.completed']);
  });
});

it('the usage in the headers of an upgrade is not taken for new when the socket serves its second turn', async () => {
  const limits = '{"type":"codex.rate_limits","rate_limits":{"primary":{"used_percent":50}}}';
  const final = '{"type":"response.completed","response":{"id":"resp_1","status":"completed","output":[]}}';
  let turns = 0;
  const on = await startUpstream((own) => {
    const sockets = new WebSocketServer({ server: own });
    sockets.on('headers', (lines) => lines.push('x-codex-primary-used-percent: 5'));
    sockets.on('connection', (socket) => {
      socket.on('message', () => {
        turns += 1;
        if (turns === 1) socket.send(limits);
        socket.send(final);
      });
    });
  });
  const headers = { 'x-session-id': 'one-chat' };
  for (let count = 0; count < 2; count += 1)
    await (await on.post('/v1/responses', { model: 'gpt-5.5', input: [] }, headers)).text();
  expect((await on.lastTrace()).attempts).toMatchObject([{ reused: true }]);
  const [account] = await on.app.handlers['accounts.list'](null);
  expect(account?.usage?.primary?.usedPercent).toBe(50);
});

describe('a websocket that upstream is done with, but whose connection it leaves open', () => {
  const limitMs = 5_000;
  /** With what the trace says of the attempt's end. */
  const breaches: readonly (readonly [string, Buffer, string])[] = [
    ['a close', Buffer.from([0x88, 0x02, 0x03, 0xf5]), ''],
    ['a close without a code', Buffer.from([0x88, 0x00]), ''],
    ['a close with a code that nobody may send', Buffer.from([0x88, 0x02, 0x03, 0xed]), 'invalid status code 1005'],
    ['a text that is no UTF-8', Buffer.from([0x81, 0x02, 0xff, 0xfe]), 'invalid UTF-8 sequence'],
    ['a frame that is masked', Buffer.from([0x81, 0x80, 0x00, 0x00, 0x00, 0x00]), 'MASK must be clear'],
    ['a frame of an unknown kind', Buffer.from([0x83, 0x00]), 'invalid opcode 3'],
    ['a frame beyond every limit', Buffer.from([0x81, 0x7f, 0, 0, 0, 0x10, 0, 0, 0, 0]), 'Max payload size exceeded'],
  ];

  it.each(breaches)('after %s the turn is over, and its trace says why', async (_what, frame, why) => {
    const lines: Socket[] = [];
    const on = await startUpstream((own) => {
      new WebSocketServer({ server: own }).on('connection', (socket) => {
        const line: unknown = Reflect.get(socket, '_socket');
        if (line instanceof Socket) lines.push(line);
        socket.on('message', () => {
          // The answer to a close is not heard, so nothing is ended.
          socket.pause();
          for (const text of [created, delta]) socket.send(text);
          for (const each of lines) each.write(frame);
        });
      });
    });
    const { text } = await ask(on, { stream: true }, limitMs);
    for (const line of lines) line.destroy();
    expect(parseSse(text).at(-1)?.data).toMatchObject({ type: 'error', code: 'upstream_closed' });
    expect((await on.lastTrace()).attempts.at(-1)?.error?.message).toContain(why);
  });
});

describe('an answer that is no websocket', () => {
  it.each([200, 204, 302, 307])('status %i is a 502, and a redirect is not followed', async (status) => {
    let asked = 0;
    const elsewhere: string[] = [];
    const on = await startUpstream((own) => {
      own.removeAllListeners('request');
      own.on('request', (request, response) => {
        request.resume();
        if (request.url?.startsWith('/elsewhere') === true) elsewhere.push(request.url);
        response.writeHead(status, { location: '/elsewhere' }).end();
      });
      own.on('upgrade', (_request, socket) => {
        asked += 1;
        socket.end(`HTTP/1.1 ${status} X\r\nLocation: /elsewhere\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      });
    });
    expect((await ask(on, { stream: true })).status).toBe(502);
    expect(asked).toBeGreaterThan(0);
    expect(elsewhere).toEqual([]);
  });

  it('a refusal in HTML keeps its status', async () => {
    const page = '<html>forbidden by the edge</html>';
    const on = await startUpstream((own) => {
      own.removeAllListeners('request');
      own.on('request', (request, response) => {
        request.resume();
        response.writeHead(403, { 'content-type': 'text/html' }).end(page);
      });
      own.on('upgrade', (_request, socket) => {
        socket.end(
          `HTTP/1.1 403 X\r\nContent-Type: text/html\r\nContent-Length: ${page.length}\r\nConnection: close\r\n\r\n${page}`,
        );
      });
    });
    const { status, text } = await ask(on, { stream: true });
    expect(status).toBe(403);
    expect(objectMember(objectOf(text), 'error')).toMatchObject({ code: 'upstream_refused' });
  });
});

describe('an event stream that is none', () => {
  const finished = 'data: {"type":"response.completed","response":{"status":"completed","output":[]}}\n\n';

  async function overHttp(contents: string, status = 200): Promise<Rig> {
    const on = await startUpstream((own) => {
      own.removeAllListeners('request');
      own.on('request', (request, response) => {
        request.resume();
        response.writeHead(status, { 'content-type': 'text/event-stream' }).end(contents);
      });
      own.on('upgrade', (_request, socket) =>
        socket.end('HTTP/1.1 426 X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'),
      );
    });
    return on;
  }

  it.each([201, 202, 299])('one that comes with %s is one all the same', async (status) => {
    const on = await overHttp(finished, status);
    expect((await ask(on, { stream: false })).status).toBe(200);
  });

  it('an event without a type goes by the name it came under', async () => {
    const on = await overHttp(`event: response.new\ndata: {"a":1}\n\n${finished}`);
    const { text } = await ask(on, { stream: true });
    expect(parseSse(text).map(({ event }) => event)).toEqual(['response.new', 'response.completed']);
  });

  it.each([
    ['JSON', '{"object":"response"}'],
    ['an event that is no JSON', `data: {"type":"response.output_text.delta","delta":"x"}\n\ndata: {"type":"resp\n\n`],
    ['nothing', ''],
    ['a stream cut in an event', finished.slice(0, -10)],
  ])('%s is told as an error', async (_what, contents) => {
    const on = await overHttp(contents);
    const { status, text } = await ask(on, { stream: true });
    expect(status === 502 ? objectOf(text).error : parseSse(text).at(-1)?.data).toMatchObject({
      code: 'upstream_closed',
    });
  });

  it.each([
    ['comments and other fields', `: hello\nretry: 5\nid: 7\n\n${finished}`],
    ['a [DONE] before its end', `data: [DONE]\n\n${finished}`],
    ['line ends of Windows', finished.replaceAll('\n', '\r\n')],
  ])('%s are nothing to stumble over', async (_what, contents) => {
    const on = await overHttp(contents);
    const { status, text } = await ask(on, { stream: false });
    expect([status, objectOf(text).status]).toEqual([200, 'completed']);
  });
});
