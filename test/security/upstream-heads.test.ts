import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { answerEvents, type ScriptedUpstream, sse, startScriptedUpstream } from '../support/scripted-upstream.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { ask, post } from '../support/turn-client.ts';

/** Heads of answers that no upstream should send: relayed where they can be read, refused as upstream's where they cannot. */

let rig: Rig;
let upstream: ScriptedUpstream;

afterEach(async () => {
  await rig.stop();
  await upstream.stop();
});

const readable: [string, string][] = [
  ['headers of 48 KiB', `x-long: ${'y'.repeat(48 * 1024)}\r\n`],
  ['the same header 5,000 times', 'x-a: 1\r\n'.repeat(5_000)],
  ['3,000 headers', Array.from({ length: 3_000 }, (_, index) => `x${index}: 1\r\n`).join('')],
];
const unreadable: [string, string][] = [
  ['headers of 90 KiB', `x-long: ${'y'.repeat(90 * 1024)}\r\n`],
  ['a control character', 'x-a: \u0001\r\n'],
  ['a header without a name', ': a\r\n'],
];

/** Ends a request or an upgrade by hand, with whatever stands in the head. */
function sayHead(socket: Duplex, status: string, head: string, body: string): void {
  socket.end(`HTTP/1.1 ${status}\r\n${head}connection: close\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
}

async function start(way: 'websocket' | 'http', head: string): Promise<void> {
  const turn = `content-type: text/event-stream\r\n${head}`;
  upstream = await startScriptedUpstream({
    upgrade: (socket) => {
      if (way === 'websocket') sayHead(socket, '429 Too Many Requests', head, '{"detail":"no"}');
      else sayHead(socket, '426 Upgrade Required', '', '');
      return true;
    },
    post: ({ socket }: ServerResponse) => {
      if (socket !== null) sayHead(socket, '200 OK', turn, answerEvents('resp_1').map(sse).join(''));
    },
  });
  rig = await startRig({ upstreamUrl: upstream.url });
}

describe('an answer of upstream', () => {
  it.each(readable)('over HTTP with %s reaches the client', async (_what, head) => {
    await start('http', head);
    expect(await post(rig, ask('hello'))).toMatchObject({ status: 200, isCut: false });
  });

  it.each(readable)('to an upgrade with %s is read', async (_what, head) => {
    await start('websocket', head);
    expect((await post(rig, ask('hello'))).status).toBe(429);
  });

  it.each(unreadable)("over HTTP with %s is upstream's fault", async (_what, head) => {
    await start('http', head);
    const answer = await post(rig, ask('hello'));
    expect(answer.status).toBe(502);
    expect(answer.json?.error).toMatchObject({ code: 'upstream_unreachable' });
  });

  it.each(unreadable)("to an upgrade with %s is upstream's fault, or the turn goes over HTTP", async (_what, head) => {
    await start('websocket', head);
    expect([200, 502]).toContain((await post(rig, ask('hello'))).status);
  });

  it('whose head never ends is given up', async () => {
    let sent = 0;
    upstream = await startScriptedUpstream({
      upgrade: (socket) => {
        sayHead(socket, '426 Upgrade Required', '', '');
        return true;
      },
      post: ({ socket }) => {
        socket?.write('HTTP/1.1 200 OK\r\n');
        const more = () => {
          if (socket?.destroyed !== false) return;
          sent += 1;
          socket.write('x-a: 1\r\n'.repeat(1_000), () => setImmediate(more));
        };
        more();
      },
    });
    rig = await startRig({ upstreamUrl: upstream.url });
    const answer = await post(rig, ask('hello'));
    expect(answer.status).toBe(502);
    expect(sent).toBeLessThan(1_000);
  });
});
