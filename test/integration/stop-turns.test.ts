import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import type { JsonObject } from '../../src-main/core/json.ts';
import { chat } from '../support/chat-client.ts';
import { ask as askMessages, messagesPath } from '../support/messages-client.ts';
import { answerEvents, type ScriptedUpstream, startScriptedUpstream } from '../support/scripted-upstream.ts';
import { type SkippingClock, skippingClock } from '../support/skipping-clock.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import {
  ask,
  codexBody,
  codexHeaders,
  errorOf,
  openPost,
  post,
  readAnswer,
  textOf,
  tryUpgrade,
  WsTurns,
} from '../support/turn-client.ts';

/** What clients see of a stop while their turns run. */

const drainMs = 10_000;
const words = 'Slipstream is stopping';

let rig: Rig;
let clock: SkippingClock;
let upstream: ScriptedUpstream;
/** Sockets of turns that upstream has begun and not ended, oldest first. */
let begun: WebSocket[];
let onBegun: () => void;
let stopped: Promise<void> | null;

beforeEach(async () => {
  clock = skippingClock();
  begun = [];
  onBegun = () => {};
  stopped = null;
  upstream = await startScriptedUpstream({
    frame: (socket) => {
      begun.push(socket);
      onBegun();
    },
    post: () => onBegun(),
  });
  rig = await startRig({ upstreamUrl: upstream.url, clock });
});

afterEach(async () => {
  await (stopped ?? rig.app.stop());
  await rig.simulator.stop();
  rig.host.dispose();
  await upstream.stop();
});

const portOf = ({ baseUrl }: Rig) => Number(new URL(baseUrl).port);

/** A turn on a connection of its own, asked for in this very moment: what is answered, or the connection's error. */
function rawPost(): Promise<string> {
  const body = JSON.stringify(ask('hello'));
  const head = [
    'POST /v1/responses HTTP/1.1',
    `host: ${new URL(rig.baseUrl).host}`,
    `authorization: Bearer ${rig.apiKey}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  const socket = connect(portOf(rig), '127.0.0.1');
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  let answer = '';
  socket.on('data', (chunk: Buffer) => {
    answer += chunk.toString('utf8');
  });
  return new Promise((resolve) => {
    socket.once('error', (error) => resolve(error.message));
    socket.once('close', () => resolve(answer));
  });
}

function upstreamBegins(): Promise<void> {
  return new Promise((resolve) => {
    onBegun = resolve;
  });
}

const events = answerEvents('resp_1');
const say = (...told: readonly JsonObject[]) => {
  for (const event of told) begun[0]?.send(JSON.stringify(event));
};
/** Up to the first piece of text, and the rest. */
const [start, rest] = [events.slice(0, 4), events.slice(4)];

function stop(): Promise<void> {
  stopped = rig.app.stop();
  return stopped;
}

const thread = randomUUID();
const responses = '/v1/responses';
const clients: [string, string, JsonObject, Record<string, string>][] = [
  ['Responses', responses, ask('hello'), {}],
  ['Responses, whole', responses, ask('hello', { stream: false }), {}],
  ['Responses of Codex', responses, codexBody('hello'), codexHeaders(thread)],
  [
    'compact',
    '/v1/responses/compact',
    { model: 'gpt-5.5', input: [], instructions: 'Be brief.', tools: [], parallel_tool_calls: false },
    codexHeaders(thread),
  ],
  ['Chat', '/v1/chat/completions', { ...chat('hello') }, {}],
  ['Chat, whole', '/v1/chat/completions', { ...chat('hello'), stream: false }, {}],
  ['Messages', messagesPath, { ...askMessages('hello') }, {}],
  ['Messages, whole', messagesPath, { ...askMessages('hello'), stream: false }, {}],
];

describe('a turn that outlasts the time to stop', () => {
  it.each(clients)('%s: is told so by status where nothing was told yet', async (_name, path, body, headers) => {
    const isBegun = upstreamBegins();
    const answer = post(rig, body, headers, path);
    await isBegun;
    stop();
    clock.skip(drainMs);
    expect(await answer).toMatchObject({ status: 503, isCut: false, text: expect.stringContaining(words) });
    expect((await answer).headers['retry-after']).toBe('10');
    await stopped;
  });

  it.each(clients.filter(([name]) => !/whole|compact/.test(name)))(
    '%s: is told so in its stream where it has begun',
    async (_name, path, body, headers) => {
      const isBegun = upstreamBegins();
      const { head } = openPost(rig, path, JSON.stringify(body), headers);
      await isBegun;
      say(...start);
      const response = await head;
      stop();
      clock.skip(drainMs);
      const { status, text, isCut } = await readAnswer(response);
      expect([status, isCut]).toEqual([200, false]);
      expect(text).toContain('All is well.');
      expect(text.slice(text.lastIndexOf('All is well.'))).toContain(words);
      await stopped;
    },
  );

  it.each([
    ['before its first content', []],
    ['in its middle', start],
  ])('is told so to a websocket client before its socket closes (%s)', async (_when, told) => {
    const client = await WsTurns.open(rig, codexHeaders(thread));
    const isBegun = upstreamBegins();
    const turn = client.turn(codexBody('hello'));
    await isBegun;
    say(...told);
    if (told.length > 0) await expect.poll(() => client.events.length).toBe(told.length);
    stop();
    clock.skip(drainMs);
    expect((await turn).at(-1)).toMatchObject({
      type: 'error',
      status: 503,
      error: { code: 'stopping', message: expect.stringContaining(words) },
      headers: { 'retry-after': '10' },
    });
    expect((await client.closed).code).toBe(1001);
    expect(client.events.filter(({ type }) => type === 'error')).toHaveLength(1);
    await stopped;
  });

  it('is told so to each lane of a websocket by its name', async () => {
    const client = await WsTurns.open(rig);
    for (const lane of ['a', 'b']) client.send({ type: 'response.create', ...ask('hello'), stream_id: lane });
    await expect.poll(() => begun.length).toBe(2);
    stop();
    clock.skip(drainMs);
    await client.closed;
    expect(client.events).toMatchObject(
      ['a', 'b'].map((lane) => ({ type: 'error', error: { code: 'stopping' }, stream_id: lane })),
    );
    await stopped;
  });

  it('is told so where its body has not come yet', async () => {
    const { hostname, port } = new URL(rig.baseUrl);
    const outgoing = request({
      hostname,
      port,
      path: responses,
      method: 'POST',
      agent: false,
      headers: { authorization: `Bearer ${rig.apiKey}`, 'content-type': 'application/json', 'content-length': 1_000 },
    });
    const head = new Promise<Awaited<ReturnType<typeof readAnswer>>>((resolve, reject) => {
      outgoing.on('response', (response) => resolve(readAnswer(response)));
      outgoing.on('error', reject);
    });
    outgoing.write('{"model":');
    await post(rig, 'not JSON');
    await stop();
    expect(await head).toMatchObject({ status: 503, text: expect.stringContaining(words) });
    outgoing.destroy();
  });
});

describe('while turns are let end', () => {
  it('one that runs goes on to its end, over HTTP and on a websocket', async () => {
    const client = await WsTurns.open(rig, codexHeaders(thread));
    let isBegun = upstreamBegins();
    const onSocket = client.turn(codexBody('hello'));
    await isBegun;
    isBegun = upstreamBegins();
    const overHttp = post(rig, ask('hello'));
    await isBegun;
    stop();
    for (const socket of begun) for (const event of events) socket.send(JSON.stringify(event));
    expect(textOf((await overHttp).events)).toBe('All is well.');
    expect(textOf(await onSocket)).toBe('All is well.');
    expect((await client.closed).code).toBe(1001);
    await stopped;
    expect(clock.waitingMs.filter((ms) => ms === drainMs)).toEqual([]);
  });

  it('a new one is refused with the time to try again, over HTTP, by upgrade and on an open websocket', async () => {
    const client = await WsTurns.open(rig, codexHeaders(thread));
    const isBegun = upstreamBegins();
    const turn = client.turn(codexBody('hello'));
    await isBegun;
    stop();
    const refused = await post(rig, ask('hello'));
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '10']);
    expect(errorOf(refused.json)).toMatchObject({ code: 'stopping' });
    expect(await tryUpgrade(rig)).toMatchObject({ status: 503, json: { error: { code: 'stopping' } } });
    say(...start, ...rest);
    await turn;
    await stopped;
    await expect(post(rig, ask('hello'))).rejects.toThrow('ECONNREFUSED');
  });

  it('a crowd that has just connected is told so, each of it', async () => {
    const crowd = Array.from({ length: 100 }, () => rawPost());
    stop();
    const answers = await Promise.all(crowd);
    expect(answers.filter((answer) => !answer.startsWith('HTTP/1.1 503') || !answer.includes(words))).toEqual([]);
    await stopped;
  });

  it('one that has connected and says nothing is not waited for', async () => {
    const silent = connect(portOf(rig), '127.0.0.1');
    await once(silent, 'connect');
    stop();
    await once(silent.resume(), 'close');
    await stopped;
  });

  it('idle websockets close at once, to clients and to upstream, and none is kept for a next turn', async () => {
    const idle = await WsTurns.open(rig, codexHeaders(randomUUID()));
    let isBegun = upstreamBegins();
    const first = post(rig, codexBody('one'), codexHeaders(thread));
    await isBegun;
    say(...events);
    await first;
    expect(upstream.sockets.size).toBe(1);
    isBegun = upstreamBegins();
    const second = post(rig, codexBody('two'), codexHeaders(randomUUID()));
    await isBegun;
    const [idleSocket, busySocket] = begun;
    expect(busySocket).not.toBe(idleSocket);
    stop();
    expect((await idle.closed).code).toBe(1001);
    await expect.poll(() => [...upstream.sockets]).toEqual([busySocket]);
    busySocket?.send(JSON.stringify(events.at(-1)));
    await second;
    await stopped;
    await expect.poll(() => upstream.sockets.size).toBe(0);
  });
});
