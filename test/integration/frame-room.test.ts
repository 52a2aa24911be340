import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { ReadRequest } from '../../src-main/core/dialects/request-json.ts';
import { BodyBudget } from '../../src-main/core/server/body-budget.ts';
import { FrameRoom } from '../../src-main/core/server/frame-room.ts';
import { WebsocketClient } from '../../src-main/core/server/websocket-client.ts';
import { hashBody } from '../../src-main/core/turn/chains.ts';
import type { TurnRunner } from '../../src-main/core/turn/runner.ts';
import type { SteerableTurn } from '../../src-main/core/turn/turn.ts';
import { recordingLog } from '../support/host.ts';
import { type SkippingClock, skippingClock } from '../support/skipping-clock.ts';

const mebibyte = 1024 * 1024;
const longText = 'x'.repeat(mebibyte - 2_048);
const longFrame = JSON.stringify({ type: 'response.create', model: 'gpt-5.5', input: longText });
const smallFrame = JSON.stringify({ type: 'response.create', model: 'gpt-5.5', input: 'x' });

let clock: SkippingClock;
/** Ends the turns that run, first one first. */
let overs: (() => void)[];
let stop: () => void;
let connect: () => Promise<WebSocket>;

beforeEach(async () => {
  clock = skippingClock();
  overs = [];
  // Room for one long frame, not for two.
  const budget = new BodyBudget(clock, 4 * mebibyte);
  const turn: SteerableTurn = {
    id: 'a',
    keyName: null,
    line: null,
    resume: () => {},
    told: () => {},
    enough: () => {},
    threw: () => {},
    abort: () => {},
    noteFrame: () => {},
    supersede: () => {},
  };
  const start = (_request: unknown, _sink: unknown, over: () => void) => {
    overs.push(over);
    return turn;
  };
  // The rest of a runner is not asked for.
  const hash = ({ body }: ReadRequest) => hashBody(body, { isLong: true });
  const runner = { start, hash, connectionClosed: () => {} } as unknown as TurnRunner;
  const server = createServer();
  const websockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  server.on('upgrade', (request, socket, head) => {
    websockets.handleUpgrade(request, socket, head, (websocket) => {
      const room = new FrameRoom(socket, websocket, budget);
      new WebsocketClient({
        socket: websocket,
        line: socket,
        room,
        upgrade: { headers: [], path: '/v1/responses', rawQuery: '', key: null },
        runner,
        clock,
        log: recordingLog(),
        checkOpen: () => {},
      });
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const clients: WebSocket[] = [];
  connect = async () => {
    const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    clients.push(client);
    await once(client, 'open');
    return client;
  };
  stop = () => {
    for (const client of clients) client.terminate();
    server.close();
  };
});

afterEach(() => stop());

const runs = (turns: number) => expect.poll(() => overs.length).toBe(turns);
const waits = () => expect.poll(() => clock.waitingMs).toContain(10_000);

it('a long frame keeps its room until its turn is over: the next one waits, a small one does not', async () => {
  const [one, other, third] = [await connect(), await connect(), await connect()];
  one.send(longFrame);
  await runs(1);
  other.send(longFrame);
  await waits();
  third.send(smallFrame);
  await runs(2);
  overs[0]?.();
  await runs(3);
});

it('a long frame that finds no room is refused in-band, and its connection closed', async () => {
  const [one, other] = [await connect(), await connect()];
  one.send(longFrame);
  await runs(1);
  other.send(longFrame);
  const told = once(other, 'message');
  const closed = once(other, 'close');
  await waits();
  clock.skip(10_000);
  expect(JSON.parse(String((await told)[0]))).toMatchObject({ type: 'error', error: { code: 'bodies_full' } });
  expect((await closed)[0]).toBe(1013);
});

it.each([
  ['is no JSON', `{${longText}`],
  ['comes while a turn runs', longFrame],
  ['has a type that cannot be passed on', JSON.stringify({ type: 'else', input: longText })],
])('a long frame gives its room back that %s', async (_what, frame) => {
  const one = await connect();
  one.send(smallFrame);
  await runs(1);
  for (let again = 0; again < 3; again += 1) {
    const told = once(one, 'message');
    one.send(frame);
    expect(JSON.parse(String((await told)[0]))).toMatchObject({ type: 'error' });
  }
  expect(clock.waitingMs).not.toContain(10_000);
});

it('a client that goes away gives back what its frame held while it came', async () => {
  const [one, other] = [await connect(), await connect()];
  one.send(longText.slice(0, 600 * 1024), { fin: false });
  // Answered when all before it has been read.
  one.ping();
  await once(one, 'pong');
  other.send(longFrame);
  await waits();
  one.terminate();
  await runs(1);
});
