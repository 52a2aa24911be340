import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { answerEvents, type ScriptedUpstream, startScriptedUpstream } from '../support/scripted-upstream.ts';
import { type SkippingClock, skippingClock } from '../support/skipping-clock.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { ask, codexHeaders, post, textOf } from '../support/turn-client.ts';

/** A line that dies without a word: a machine that changed its network, a router that forgot the connection. */

const pingEveryMs = 25_000;

let rig: Rig;
let clock: SkippingClock;
/** What timers ring late by: the time of a sleep. */
let sleptMs: number;
let upstream: ScriptedUpstream;
let sockets: WebSocket[];
let pings: number;
/** What upstream does with a frame; by default it answers. */
let take: (socket: WebSocket) => void;

const answer = (socket: WebSocket) => {
  for (const event of answerEvents(`resp_${randomUUID()}`)) socket.send(JSON.stringify(event));
};

/** From now on nothing that comes over this line is read, so that no ping is answered. */
const fallSilent = (socket: WebSocket) => socket.pause();

async function start(autoPong: boolean): Promise<void> {
  clock = skippingClock();
  sleptMs = 0;
  sockets = [];
  pings = 0;
  take = answer;
  upstream = await startScriptedUpstream({
    autoPong,
    frame: (socket) => {
      if (!sockets.includes(socket)) {
        sockets.push(socket);
        socket.on('ping', () => {
          pings += 1;
        });
      }
      take(socket);
    },
  });
  const { monotonicMs } = clock;
  rig = await startRig({
    upstreamUrl: upstream.url,
    clock: { ...clock, monotonicMs: () => monotonicMs() + sleptMs },
  });
}

async function stop(): Promise<void> {
  await rig.stop();
  await upstream.stop();
}

beforeEach(() => start(true));

afterEach(stop);

const headers = codexHeaders(randomUUID());
const turn = () => post(rig, ask('hello'), headers);

/** One ping, and its answer where there is one: turns are answered after it. */
async function ping(isAnswered: boolean): Promise<void> {
  const before = pings;
  clock.skip(pingEveryMs);
  if (!isAnswered) return;
  await expect.poll(() => pings).toBe(before + 1);
  await turn();
}

describe('a websocket whose upstream no longer answers pings', () => {
  it('is not used for the next turn', async () => {
    await turn();
    await ping(true);
    expect(upstream.connections).toBe(1);
    sockets.forEach(fallSilent);
    for (let count = 0; count < 3; count += 1) await ping(false);
    expect(textOf((await turn()).events)).toBe('All is well.');
    expect(upstream.connections).toBe(2);
  });

  it('is given up in the middle of a turn, which is tried again on another, unseen by the client', async () => {
    await turn();
    await ping(true);
    const taken = Promise.withResolvers<void>();
    take = (socket) => {
      fallSilent(socket);
      take = answer;
      taken.resolve();
    };
    const second = turn();
    await taken.promise;
    // The ping that went along was answered.
    // What is left is the time after which the client is told that its turn lives.
    await expect.poll(() => clock.waitingMs.filter((ms) => ms === 15_000)).toHaveLength(1);
    for (let count = 0; count < 3; count += 1) await ping(false);
    expect(textOf((await second).events)).toBe('All is well.');
    expect((await rig.lastTrace()).attempts[0]?.error?.message).toContain('no longer answers pings');
    expect(upstream.connections).toBe(2);
  });

  it('is kept where it never answered one: not every server does', async () => {
    await stop();
    await start(false);
    await turn();
    sockets.forEach(fallSilent);
    for (let count = 0; count < 5; count += 1) await ping(false);
    for (const socket of sockets) socket.resume();
    await turn();
    expect(upstream.connections).toBe(1);
  });

  it('is kept while upstream sends something else', async () => {
    await turn();
    await ping(true);
    const taken = Promise.withResolvers<WebSocket>();
    take = (socket) => taken.resolve(socket);
    const second = turn();
    const socket = await taken.promise;
    fallSilent(socket);
    const [first, ...rest] = answerEvents('resp_slow');
    for (let count = 0; count < 5; count += 1) {
      socket.send(JSON.stringify(count === 0 ? first : { type: 'keepalive' }));
      await expect.poll(async () => (await runningFrames()) >= count + 1).toBe(true);
      await ping(false);
    }
    for (const event of rest) socket.send(JSON.stringify(event));
    expect(textOf((await second).events)).toBe('All is well.');
    expect(upstream.connections).toBe(1);
  });
});

/** Events of the newest turn that have come from upstream. */
async function runningFrames(): Promise<number> {
  const [row] = rig.app.snapshot().requests;
  if (row === undefined) return 0;
  const { frames } = await rig.app.handlers['requests.detail']({ id: row.id });
  return frames.filter(({ direction }) => direction === 'upstream-in').length;
}

it('a sleep longer than any patience ends no turn whose answer had come by then', async () => {
  const events = answerEvents('resp_1');
  const say = (socket: WebSocket | undefined, some: typeof events) => {
    for (const event of some) socket?.send(JSON.stringify(event));
  };
  take = (socket) => say(socket, events.slice(0, 5));
  const asked = turn();
  await expect.poll(() => rig.app.snapshot().requests[0]?.firstTokenMs ?? null).not.toBeNull();
  say(sockets.at(-1), events.slice(5));
  sleptMs = 60_000;
  clock.skip(290_000);
  const { events: told } = await asked;
  expect(told.at(-1)).toMatchObject({ type: 'response.completed' });
});
