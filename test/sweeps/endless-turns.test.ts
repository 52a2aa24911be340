import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type ScriptedUpstream, startScriptedUpstream, type UpstreamScript } from '../support/scripted-upstream.ts';
import { skippingClock } from '../support/skipping-clock.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { ask, errorOf, post } from '../support/turn-client.ts';

/** Answers to turns that never come to their end, or take ever more memory on the way. */

let rig: Rig;
let upstream: ScriptedUpstream;

afterEach(async () => {
  await rig.stop();
  await upstream.stop();
});

async function start(script: UpstreamScript, clock = skippingClock()): Promise<void> {
  upstream = await startScriptedUpstream(script);
  rig = await startRig({ upstreamUrl: upstream.url, clock });
}

/** Says this again and again until nobody listens. */
function saysOn(stream: Duplex | ServerResponse, text: string): void {
  const again = setInterval(() => stream.write(text), 20);
  stream.on('close', () => clearInterval(again));
}

function refuseUpgrade(socket: Duplex): boolean {
  socket.end('HTTP/1.1 426 Upgrade Required\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  return true;
}

describe('a refusal whose words never end', () => {
  const limited = '{"error":{"message":"';
  const limitMs = 3_000;

  /** The status that a turn ends with once the refusal has had its time. */
  async function statusInTime(script: UpstreamScript): Promise<number> {
    const clock = skippingClock();
    await start(script, clock);
    const answer = post(rig, ask('hello'));
    await expect.poll(() => clock.waitingMs).toContain(limitMs);
    clock.skip(limitMs);
    return (await answer).status;
  }

  it('of an upgrade counts by its status', async () => {
    const status = await statusInTime({
      upgrade: (socket) => {
        socket.write(`HTTP/1.1 429 Too Many Requests\r\nconnection: close\r\n\r\n${limited}`);
        saysOn(socket, 'x');
        return true;
      },
    });
    expect(status).toBe(429);
  });

  it('of a POST counts by its status', async () => {
    const status = await statusInTime({
      upgrade: refuseUpgrade,
      post: (response) => {
        response.writeHead(429).write(limited);
        saysOn(response, 'x');
      },
    });
    expect(status).toBe(429);
  });
});

describe('an answer that is collected', () => {
  it('is left where it does not end', { timeout: 60_000 }, async () => {
    const filler = JSON.stringify({ type: 'response.filler', text: 'x'.repeat(8_000_000) });
    await start({
      frame: (socket) => {
        const go = () => {
          if (socket.readyState === WebSocket.OPEN) socket.send(filler, go);
        };
        go();
      },
    });
    const { status, json } = await post(rig, { ...ask('hello'), stream: false });
    expect([status, errorOf(json).code]).toEqual([502, 'upstream_closed']);
  });
});

describe('a stream without events', () => {
  it.each([
    ['lines of an event that never ends', 'data: x\n'],
    ['the same with another line end', 'data: x\r'],
    ['comments', ': x\n\n'],
  ])('is left: %s', async (_what, line) => {
    await start({
      upgrade: refuseUpgrade,
      post: (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        saysOn(response, line.repeat(20_000));
      },
    });
    const { status, json } = await post(rig, ask('hello'));
    expect([status, errorOf(json).code]).toEqual([502, 'upstream_closed']);
  });
});
