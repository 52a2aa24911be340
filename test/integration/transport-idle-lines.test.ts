import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import type { JsonObject } from '../../src-main/core/json.ts';
import { answerEvents, type ScriptedUpstream, startScriptedUpstream } from '../support/scripted-upstream.ts';
import { type SkippingClock, skippingClock } from '../support/skipping-clock.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import {
  ask,
  codexHeaders,
  errorOf,
  openPost,
  outputOf,
  post,
  readAnswer,
  responseIdOf,
  textOf,
  user,
  WsTurns,
} from '../support/turn-client.ts';

/** A line that stopped forwarding between two turns, without a word. */

let rig: Rig;
let clock: SkippingClock;
let upstream: ScriptedUpstream;
let network: string;
let frames: { readonly body: JsonObject; readonly connection: number }[];
let sockets: WebSocket[];
let silent: Set<number>;
/** What upstream does with a new websocket. */
let opened: (socket: WebSocket) => void;
/** What upstream does with a frame; by default it answers. */
let take: (socket: WebSocket, connection: number) => void;

function answer(socket: WebSocket): void {
  for (const event of answerEvents(`resp_${randomUUID()}`)) socket.send(JSON.stringify(event));
}

async function start(autoPong = true): Promise<void> {
  clock = skippingClock();
  [frames, sockets, take, network] = [[], [], answer, 'home'];
  opened = () => {};
  const deaf = new Set<number>();
  silent = deaf;
  upstream = await startScriptedUpstream({
    autoPong,
    opened: (socket) => opened(socket),
    frame: (socket, body, connection) => {
      // What a paused socket still holds is delivered when it ends.
      if (deaf.has(connection)) return;
      frames.push({ body, connection });
      sockets[connection] = socket;
      take(socket, connection);
    },
  });
  rig = await startRig({ upstreamUrl: upstream.url, clock, lookAtNetwork: () => network });
}

afterEach(async () => {
  await rig.stop();
  await upstream.stop();
});

/** From now on nothing that comes over this line is read, so that no ping is answered. */
function fallSilent(connection = 0): void {
  silent.add(connection);
  sockets[connection]?.pause();
}

/** The newest turn's frame is on its way. */
async function sent(count: number): Promise<void> {
  await expect
    .poll(async () => {
      const row = rig.app.snapshot().requests.find(({ status }) => status === 'running');
      const detail = row === undefined ? null : await rig.app.handlers['requests.detail']({ id: row.id });
      return detail?.frames.filter(({ direction }) => direction === 'upstream-out').length;
    })
    .toBe(count);
}

describe.each([
  ['that answered a ping before', true],
  ['that never answered one', false],
])('an idle line %s, and has died', (_what, autoPong) => {
  it('costs the next turn 3 s: it is answered on a fresh socket, unseen', async () => {
    await start(autoPong);
    const headers = { 'session-id': randomUUID() };
    const one = await post(rig, ask('hello'), headers);
    fallSilent();
    clock.skip(63_000);
    const beganMs = clock.monotonicMs();
    const input = [user('hello'), ...outputOf(one.events), user('more')];
    const second = post(rig, ask('', { input }), headers);
    await sent(1);
    clock.skip(2_900);
    expect(upstream.connections).toBe(1);
    clock.skip(100);
    expect(textOf((await second).events)).toBe('All is well.');
    expect(clock.monotonicMs() - beganMs).toBeLessThan(5_000);
    expect(frames.map(({ connection }) => connection)).toEqual([0, 1]);
    expect(frames[1]?.body).toMatchObject({ input: [{}, {}, {}] });
    expect((await rig.lastTrace()).attempts.map(({ error }) => error?.message ?? null)).toEqual([
      expect.stringContaining('not even the answer to a ping'),
      null,
    ]);
  });
});

describe('a line that lives', () => {
  it('is waited for as long as its pings are answered, however long the model thinks', async () => {
    await start();
    const headers = { 'session-id': randomUUID() };
    await post(rig, ask('hello'), headers);
    clock.skip(63_000);
    take = () => {};
    const second = post(rig, ask('think'), headers);
    await expect.poll(() => frames.length).toBe(2);
    for (let count = 0; count < 3; count += 1) {
      const pinged = new Promise((resolve) => sockets[0]?.once('ping', resolve));
      if (count > 0) {
        clock.skip(25_000);
        await pinged;
      }
      await expect.poll(() => clock.waitingMs.includes(3_000)).toBe(false);
    }
    const [socket] = sockets;
    if (socket !== undefined) answer(socket);
    expect(textOf((await second).events)).toBe('All is well.');
    expect(frames.map(({ connection }) => connection)).toEqual([0, 0]);
  });

  it('but answers no pings is learned: a slow first event costs one second try, and then none', async () => {
    await start(false);
    const headers = { 'session-id': randomUUID() };
    await post(rig, ask('hello'), headers);
    take = () => {};
    for (const isLearned of [false, true]) {
      clock.skip(10_000);
      const before = frames.length;
      const running = post(rig, ask('think'), headers);
      await sent(1);
      await expect.poll(() => frames.length).toBe(before + 1);
      clock.skip(3_000);
      await expect.poll(() => frames.length).toBe(before + (isLearned ? 1 : 2));
      await sent(isLearned ? 1 : 2);
      clock.skip(5_000);
      const socket = sockets[frames.at(-1)?.connection ?? 0];
      if (socket !== undefined) answer(socket);
      expect(textOf((await running).events)).toBe('All is well.');
    }
  });
});

describe('a turn that gets nothing at all', () => {
  it('on a line that was just opened is tried once more after 15 s, long before the limit on silence', async () => {
    await start();
    opened = (socket) => {
      socket.pause();
      opened = () => {};
    };
    const { head } = openPost(rig, '/v1/responses', JSON.stringify(ask('hello')));
    await sent(1);
    const limits = () => clock.waitingMs.filter((ms) => ms === 15_000).length;
    const others = limits();
    clock.skip(1_000);
    await expect.poll(limits).toBe(others + 1);
    clock.skip(15_000);
    expect(textOf((await readAnswer(await head)).events)).toBe('All is well.');
    expect(upstream.connections).toBe(2);
  });

  it('tells a client that itself extends a response to resend, which it then does on a fresh line', async () => {
    await start();
    const client = await WsTurns.open(rig, codexHeaders(randomUUID()));
    const one = await client.turn(ask('hello'));
    fallSilent();
    clock.skip(10_000);
    const told = client.turn(ask('more', { previous_response_id: responseIdOf(one) }));
    await sent(1);
    clock.skip(3_000);
    expect(errorOf((await told).at(-1))).toMatchObject({ code: 'previous_response_not_found' });
    expect(textOf(await client.turn(ask('hello, and more')))).toBe('All is well.');
    await client.close();
  });
});

describe('another network', () => {
  it('has idle lines show that they live: the dead one is gone before its next turn, the other keeps its place', async () => {
    await start();
    const sessions = ['dead', 'living'].map(() => ({ 'session-id': randomUUID() }));
    const firsts = [];
    for (const headers of sessions) firsts.push(await post(rig, ask('hello'), headers));
    fallSilent(0);
    network = 'elsewhere';
    const asked = new Promise((resolve) => sockets[1]?.once('ping', resolve));
    clock.skip(5_000);
    await asked;
    await expect.poll(() => clock.waitingMs.filter((ms) => ms === 3_000).length).toBe(1);
    clock.skip(3_000);
    for (const [index, headers] of sessions.entries()) {
      const input = [user('hello'), ...outputOf(firsts[index]?.events ?? []), user('more')];
      expect(textOf((await post(rig, ask('', { input }), headers)).events)).toBe('All is well.');
    }
    expect(frames.map(({ connection }) => connection)).toEqual([0, 1, 2, 1]);
    expect(frames[3]?.body.previous_response_id).toBe(responseIdOf(firsts[1]?.events ?? []));
  });
});
