import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { setImmediate as nextLoop } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src-main/core/json.ts';
import { hurryingClock } from '../support/hurrying-clock.ts';
import { accountsOf } from '../support/rig-accounts.ts';
import {
  answerEvents,
  type ScriptedUpstream,
  sse,
  startScriptedUpstream,
  type UpstreamScript,
} from '../support/scripted-upstream.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import {
  ask,
  codexBody,
  codexHeaders,
  errorOf,
  post,
  sequenceOf,
  textOf,
  typesOf,
  WsTurns,
} from '../support/turn-client.ts';

let rig: Rig;
let upstream: ScriptedUpstream;

async function start(script: UpstreamScript, transport: 'ws' | 'http'): Promise<void> {
  upstream = await startScriptedUpstream(script);
  rig = await startRig({ upstreamUrl: upstream.url, clock: hurryingClock() });
  if (transport === 'ws') return;
  for (const { id } of accountsOf(rig)) await rig.app.handlers['accounts.setWebsockets']({ id, websockets: false });
}

afterEach(async () => {
  await rig.stop();
  await upstream.stop();
});

/** Answers every POST with these pieces, each in a write of its own. */
function pieces(...parts: readonly (string | Buffer)[]): UpstreamScript {
  return {
    post: (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      void writeEach(response, parts).then(() => response.end());
    },
  };
}

async function writeEach(response: ServerResponse, parts: readonly (string | Buffer)[]): Promise<void> {
  for (const part of parts) {
    response.write(part);
    await nextLoop();
  }
}

const whole = answerEvents('resp_1', 'Grüße, 世界 🙂');

function everyNth(text: string, size: number): Buffer[] {
  const bytes = Buffer.from(text);
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
}

describe('case 41: a stream over HTTP', () => {
  const shapes: [string, readonly (string | Buffer)[]][] = [
    ['cut mid-line, and mid-character, is put together', everyNth(whole.map(sse).join(''), 7)],
    ['of data lines alone is read', whole.map((event) => `data: ${JSON.stringify(event)}\n\n`)],
    ['with CRLF line ends is read', whole.map((event) => sse(event).replaceAll('\n', '\r\n'))],
    ['with comments and ids between is read', whole.flatMap((event) => [': still there\n\n', `id: 7\n${sse(event)}`])],
    ['with [DONE] at its end is read', [...whole.map(sse), 'data: [DONE]\n\n']],
    [
      'whose JSON is spread over lines is put on one',
      whole.map((event) => `${JSON.stringify(event, null, 1).replaceAll(/^/gm, 'data: ')}\n\n`),
    ],
  ];

  it.each(shapes)('case 41: %s', async (_what, parts) => {
    await start(pieces(...parts), 'http');
    const { status, events } = await post(rig, ask('hello'));
    expect(status).toBe(200);
    expect(textOf(events)).toBe('Grüße, 世界 🙂');
    expect(sequenceOf(events)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('case 41: whose first frame is malformed ends as an HTTP error and not as a 200', async () => {
    await start(pieces('data: {"type":"response.cre\n\n', ...whole.map(sse)), 'http');
    const { status, json } = await post(rig, ask('hello'));
    expect(status).toBe(502);
    expect(errorOf(json)).toMatchObject({ code: 'upstream_closed' });
  });

  it.each([
    ['that just ends', whole.slice(0, 4).map(sse)],
    ['that ends in the middle of a line', [...whole.slice(0, 4).map(sse), sse(whole[4] ?? {}).slice(0, 40)]],
    ['that ends with a comment', [...whole.slice(0, 4).map(sse), ': bye\n\n']],
  ])('case 39: %s before the response was complete is an error the client understands', async (_what, parts) => {
    await start(pieces(...parts), 'http');
    const { status, events } = await post(rig, ask('hello'));
    expect(status).toBe(200);
    expect(typesOf(events).slice(0, 4)).toEqual(typesOf(whole.slice(0, 4)));
    expect(events.at(-1)).toMatchObject({ type: 'error', code: 'upstream_closed' });
    expect((await rig.lastTrace()).row.status).toBe('failed');
  });

  it('case 39: that ends before any content is tried again', async () => {
    let posts = 0;
    await start(
      {
        post: (response) => {
          posts += 1;
          response.writeHead(200, { 'content-type': 'text/event-stream' });
          response.end((posts === 1 ? whole.slice(0, 2) : whole).map(sse).join(''));
        },
      },
      'http',
    );
    const { events } = await post(rig, ask('hello'));
    expect(sequenceOf(events)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(posts).toBe(2);
  });

  it('refused with a page that does not end keeps its status', async () => {
    const page = (response: ServerResponse) => {
      response.writeHead(403, { 'content-type': 'text/html' });
      const more = () => {
        if (response.destroyed) return;
        if (response.write('<p>No.</p>'.repeat(1000))) setImmediate(more);
        else response.once('drain', more);
      };
      more();
    };
    await start({ post: page }, 'http');
    expect((await post(rig, ask('hello'))).status).toBe(403);
  });

  it('case 40: has its output rebuilt in the order of its indexes, with what has none at the end', async () => {
    const item = (id: string) => ({ id, type: 'message', role: 'assistant', content: [] });
    const done = (id: string, index?: number) => ({
      type: 'response.output_item.done',
      item: item(id),
      ...(index === undefined ? {} : { output_index: index }),
    });
    const [created = {}] = whole;
    const end = { type: 'response.completed', response: { id: 'resp_1', object: 'response', output: [] } };
    const events = [created, done('late'), done('second', 1), done('third', 2), done('first', 0), done('later'), end];
    await start(pieces(...events.map(sse)), 'http');
    const { json } = await post(rig, ask('hello', { stream: false }));
    expect(json?.output).toEqual(['first', 'second', 'third', 'late', 'later'].map(item));
  });

  it('that is no stream at all but a page is an error', async () => {
    await start({ post: (response) => response.end('<html>Welcome</html>') }, 'http');
    expect((await post(rig, ask('hello'))).status).toBe(502);
  });

  it('answered with a redirect is not followed', async () => {
    let asked = 0;
    await start(
      {
        post: (response) => {
          asked += 1;
          response.writeHead(307, { location: `${upstream.url}/elsewhere/responses` }).end();
        },
      },
      'http',
    );
    expect((await post(rig, ask('hello'))).status).toBe(502);
    expect(asked).toBe(1);
  });
});

describe('frames that are not what they should be', () => {
  const send = (texts: readonly string[]): UpstreamScript => ({
    post: (response) => response.writeHead(503).end(),
    frame: (socket) => {
      for (const text of texts) socket.send(text);
    },
  });
  const frames = whole.map((event) => JSON.stringify(event));
  const [created = '', , , , , completed = ''] = frames;
  const broken: [string, readonly string[]][] = [
    ['a last event that is no JSON after its type', [...frames.slice(0, 5), '{"type":"response.completed",oops}']],
    ['a usage event that is no JSON after its type', ['{"type":"codex.rate_limits",oops}', ...frames]],
    ['an error that is no JSON after its type', ['{"type":"error",oops}']],
    ['a handshake event that is no JSON after its type', ['{"type":"response.created",\noops}', ...frames.slice(1)]],
    ['an empty frame', ['']],
    ['a list', ['[]']],
    ['null', ['null']],
    ['a type that is a number', ['{"type":7}']],
  ];

  it.each(broken)('end the turn as an error, and the process lives: %s', async (_what, texts) => {
    await start(send(texts), 'ws');
    const streamed = await post(rig, ask('hello'));
    const error = streamed.status === 200 ? streamed.events.at(-1) : streamed.json;
    expect(errorOf(error).message).toBeTypeOf('string');
    expect(streamed.isCut).toBe(false);
    const json = await post(rig, ask('hello', { stream: false }));
    expect(json.status).toBeGreaterThanOrEqual(500);
    expect((await post(rig, '{}')).status).toBe(400);
  });

  const odd: [string, readonly string[]][] = [
    ['an item that is null', [created, '{"type":"response.output_item.done","item":null}', completed]],
    ['an item that cannot be read', [created, '{"type":"response.output_item.done",oops}', completed]],
    ['an object without a type', [created, '{}', completed]],
    ['a last event without a response', [created, '{"type":"response.completed"}']],
    ['a response that is a text', [created, '{"type":"response.completed","response":"x"}']],
    ['usage that is a text', [created, '{"type":"response.completed","response":{"id":7,"usage":"x"}}']],
  ];

  it.each(odd)('pass as they are where only upstream knows what they mean: %s', async (_what, texts) => {
    await start(send(texts), 'ws');
    const client = await WsTurns.open(rig, codexHeaders(randomUUID()));
    expect((await client.turn(codexBody('hello'))).at(-1)).toMatchObject({ type: 'response.completed' });
    expect((await client.turn(codexBody('hello'))).at(-1)).toMatchObject({ type: 'response.completed' });
    await client.close();
  });

  it('events of types nobody knows yet pass untouched, whatever is in them', async () => {
    const strange: JsonObject[] = [
      { type: 'response.telepathy.delta', thought: ['a\nb', 1e300, null, { deep: { er: true } }] },
      { type: 'response.with space', x: '\u2028 and \u0000' },
    ];
    await start(send([created, ...strange.map((event) => JSON.stringify(event)), completed]), 'ws');
    const { events } = await post(rig, ask('hello'));
    expect(events.slice(1, 3)).toEqual(strange);
  });

  it('an event of 8 MiB passes whole', async () => {
    const big = { type: 'response.image_generation_call.partial_image', b64: 'A'.repeat(8 * 1024 * 1024) };
    await start(send([created, JSON.stringify(big), completed]), 'ws');
    const { events } = await post(rig, ask('hello'));
    expect(events[1]).toEqual(big);
  });

  it('events that come after the turn’s end are nobody’s, and the next turn is not confused by them', async () => {
    await start(
      send([...frames, '{"type":"response.output_text.delta","delta":"late"}', '{"type":"keepalive"}']),
      'ws',
    );
    const client = await WsTurns.open(rig, codexHeaders(randomUUID()));
    for (let turn = 0; turn < 3; turn += 1)
      expect(textOf(await client.turn(codexBody('hello')))).toBe('Grüße, 世界 🙂');
    await client.close();
  });
});

describe('a refused upgrade', () => {
  it.each([
    ['with an endless body', 'HTTP/1.1 403 Forbidden\r\ncontent-type: text/html\r\n\r\n', 'x'.repeat(1024)],
    ['with half a JSON body', 'HTTP/1.1 403 Forbidden\r\ncontent-length: 40\r\n\r\n', '{"error":{"mess'],
  ])('%s is an error all the same', async (_what, head, body) => {
    await start(
      {
        upgrade: (socket) => {
          socket.write(head);
          const more = () => {
            if (socket.destroyed || body.length < 1024) return socket.end(body);
            if (socket.write(body)) setImmediate(more);
            else socket.once('drain', more);
            return socket;
          };
          more();
          return true;
        },
        post: (response) => response.writeHead(403).end(),
      },
      'ws',
    );
    expect((await post(rig, ask('hello'))).status).toBe(403);
  });

  it('with bytes that are no HTTP is unreachable, then HTTP is asked', async () => {
    await start(
      {
        upgrade: (socket) => {
          socket.end('220 smtp.example.test ready\r\n');
          return true;
        },
        post: (response) => {
          response.writeHead(200, { 'content-type': 'text/event-stream' });
          response.end(whole.map(sse).join(''));
        },
      },
      'ws',
    );
    expect(sequenceOf((await post(rig, ask('hello'))).events)).toEqual([0, 1, 2, 3, 4, 5]);
  });
});
