import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { constants, createDeflateRaw, deflateRawSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { inflateInThread } from '../../src-main/core/upstream/frame-inflater.ts';

const servers: WebSocketServer[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    for (const client of server.clients) client.terminate();
    server.close();
  }
});

interface Pair {
  readonly client: WebSocket;
  readonly server: WebSocket;
  /** The server's own socket, for frames that ws would not write. */
  readonly raw: Socket;
  readonly received: Promise<Buffer[]>;
}

/** A client that inflates in its thread, with what it receives until it ends. */
async function connect(perMessageDeflate: object, maxBytes = 64 * 1024 * 1024): Promise<Pair> {
  const listening = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate });
  servers.push(listening);
  await once(listening, 'listening');
  const { port } = listening.address() as AddressInfo;
  const accepted = once(listening, 'connection');
  const client = new WebSocket(`ws://127.0.0.1:${port}`, { maxPayload: maxBytes, perMessageDeflate: {} });
  const messages: Buffer[] = [];
  client.on('error', () => {});
  client.on('message', (data: Buffer) => messages.push(data));
  const received = new Promise<Buffer[]>((resolve) => {
    client.on('close', () => resolve(messages));
  });
  await once(client, 'open');
  expect(inflateInThread(client, maxBytes)).toBe(true);
  const [server, request] = await accepted;
  return { client, server, raw: request.socket, received };
}

const text = (bytes: number, seed: number) => {
  const words = ['token', 'delta', 'événement', '"quoted"', `${seed * 7919}`];
  let made = '';
  while (made.length < bytes) made += `${words[(made.length + seed) % words.length]} `;
  return made.slice(0, bytes);
};

/** A text frame as a server writes it, deflated. */
function frame(deflated: Buffer): Buffer {
  const head = Buffer.from([0xc1, 126, 0, 0]);
  head.writeUInt16BE(deflated.length, 2);
  return Buffer.concat([head, deflated]);
}

describe('inflating in the thread', () => {
  it.each([
    ['one window for all messages', { threshold: 0 }],
    ['a window for each', { threshold: 0, serverNoContextTakeover: true }],
    ['a small window', { threshold: 0, serverMaxWindowBits: 9 }],
    ['only the long ones deflated', { threshold: 1_000, serverNoContextTakeover: true }],
  ])('gives every message once, whole and in order: %s', async (_name, options) => {
    const { server, received } = await connect(options);
    const sizes = [
      0,
      1,
      5,
      200,
      65_535,
      65_536,
      65_537,
      131_072,
      3_000_000,
      ...Array.from({ length: 500 }, (_, i) => i),
    ];
    const sent = sizes.map(text);
    for (const [index, each] of sent.entries()) {
      if (index % 7 !== 0) server.send(each);
      else {
        server.send(each.slice(0, each.length / 2), { fin: false });
        server.send(each.slice(each.length / 2), { fin: true });
      }
    }
    server.close();
    const got = (await received).map(String);
    expect(got).toHaveLength(sent.length);
    expect(got.findIndex((each, index) => each !== sent[index])).toBe(-1);
  });

  it('takes thousands of messages that come in one piece', async () => {
    const { raw, client, received } = await connect({ threshold: 0 });
    const deflate = createDeflateRaw();
    const made: Buffer[] = [];
    deflate.on('data', (chunk) => made.push(chunk));
    const frames: Buffer[] = [];
    for (let index = 0; index < 5_000; index += 1) {
      deflate.write(`{"n":${index}}`);
      await new Promise<void>((resolve) => deflate.flush(constants.Z_SYNC_FLUSH, resolve));
      frames.push(frame(Buffer.concat(made.splice(0)).subarray(0, -4)));
    }
    raw.write(Buffer.concat(frames));
    raw.end();
    expect((await received).map(String)).toEqual(Array.from({ length: 5_000 }, (_, index) => `{"n":${index}}`));
    expect(client.readyState).toBe(WebSocket.CLOSED);
  });

  it('lets others have their turn while a long message is inflated', async () => {
    const { server, client } = await connect({ threshold: 0 });
    let turns = 0;
    const count = () => {
      turns += 1;
      if (client.readyState === WebSocket.OPEN) setImmediate(count);
    };
    const whole = once(client, 'message');
    // Less than one piece of the network: all of it is inflated without reading again.
    server.send('a'.repeat(16 * 1024 * 1024));
    count();
    await whole;
    expect(turns).toBeGreaterThan(10);
  });

  it('goes on after a stream that upstream ended within a message', async () => {
    const { raw, received } = await connect({ threshold: 0 });
    for (const each of ['one', 'two']) raw.write(frame(Buffer.concat([deflateRawSync(each), Buffer.from([0])])));
    raw.end();
    expect((await received).map(String)).toEqual(['one', 'two']);
  });

  it('refuses a message that inflates to more than its limit, having made no more than a step beyond', async () => {
    const { raw, client, received } = await connect({ threshold: 0 }, 100_000);
    const failed = once(client, 'error');
    raw.write(frame(deflateRawSync(Buffer.alloc(50_000_000), { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4)));
    const [error] = await failed;
    expect(error).toMatchObject({ code: 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH' });
    expect(await received).toEqual([]);
  });

  it('ends a connection whose data is broken', async () => {
    const { raw, client, received } = await connect({ threshold: 0 });
    const failed = once(client, 'error');
    raw.write(frame(Buffer.from('not deflated at all')));
    await failed;
    expect(await received).toEqual([]);
  });

  it('leaves a connection alone that does not deflate', async () => {
    const listening = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
    servers.push(listening);
    await once(listening, 'listening');
    const client = new WebSocket(`ws://127.0.0.1:${(listening.address() as AddressInfo).port}`);
    await once(client, 'open');
    expect(inflateInThread(client, 1_000)).toBe(false);
    client.terminate();
  });
});
