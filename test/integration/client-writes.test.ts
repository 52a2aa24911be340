import { once } from 'node:events';
import { Agent, createServer, request, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { FrameWriter } from '../../src-main/core/server/frame-writer.ts';
import { SseWriter } from '../../src-main/core/server/sse-writer.ts';
import { fakeClock } from '../unit/fake-clock.ts';

const undo: (() => void)[] = [];
afterEach(() => {
  for (const step of undo.splice(0)) step();
});

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  undo.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Counts the writes that reach the connection. */
function countWrites(line: Socket): () => number {
  let count = 0;
  const { _write: write, _writev: writev } = line;
  line._write = (...args) => {
    count += 1;
    write.apply(line, args);
  };
  line._writev = (...args) => {
    count += 1;
    writev?.apply(line, args);
  };
  return () => count;
}

const noTurn = { resume: () => {}, threw: () => {}, told: () => {}, enough: () => {} };

describe('frames to a websocket client', () => {
  async function pair() {
    const server = createServer();
    const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
    const port = await listening(server);
    const made = new Promise<{ socket: WebSocket; line: Socket }>((resolve) => {
      server.on('upgrade', (asked, line, head) =>
        sockets.handleUpgrade(asked, line, head, (socket) => resolve({ socket, line: asked.socket })),
      );
    });
    const client = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false });
    undo.push(() => client.terminate());
    const got: string[] = [];
    client.on('message', (data) => got.push(String(data)));
    const opened = once(client, 'open');
    const accepted = await made;
    await opened;
    return { ...accepted, client, got };
  }

  it('go out whole and in order at every length, before the close that follows them, with pongs between', async () => {
    const { socket, line, client, got } = await pair();
    const writer = new FrameWriter(socket, line, () => {});
    const sizes = [0, 1, 125, 126, 127, 16_384, 16_385, 65_535, 65_536, 70_000, 3];
    const sent = sizes.map((size, index) => `${index}`.padEnd(size, 'é'));
    for (const text of sent) writer.send(Buffer.from(text));
    socket.ping();
    for (const text of sent) writer.send(Buffer.from(text));
    writer.flush();
    socket.close(1001);
    const [code] = await once(client, 'close');
    expect(code).toBe(1001);
    expect(got).toEqual([...sent, ...sent]);
  });

  it('of one tick go out in one write', async () => {
    const { socket, line, client, got } = await pair();
    const writes = countWrites(line);
    const writer = new FrameWriter(socket, line, () => {});
    for (let index = 0; index < 500; index += 1) writer.send(Buffer.from(`{"n":${index}}`));
    while (got.length < 500) await once(client, 'message');
    expect(writes()).toBe(1);
  });

  it('are held back, and asked for again, while the client does not read', async () => {
    const { socket, line, client, got } = await pair();
    let drained = 0;
    const writer = new FrameWriter(socket, line, () => {
      drained += 1;
    });
    client.pause();
    let sent = 0;
    while (!writer.isFull) {
      writer.send(Buffer.alloc(100_000, 0x61));
      sent += 1;
      await new Promise(setImmediate);
    }
    expect(drained).toBe(0);
    client.resume();
    while (got.length < sent) await once(client, 'message');
    expect([drained, writer.isFull, writer.bufferedBytes]).toEqual([1, false, 0]);
  });

  it('are no longer written to a client that is gone', async () => {
    const { socket, line, client } = await pair();
    const writer = new FrameWriter(socket, line, () => {});
    client.terminate();
    await once(socket, 'close');
    writer.send(Buffer.from('late'));
    writer.flush();
    expect(writer.bufferedBytes).toBe(0);
  });
});

describe('server-sent events', () => {
  const pieces = ['event: a\ndata: {}\n\n', `data: ${'é'.repeat(70_000)}\n\n`, 'data: [DONE]\n\n'];

  async function serve(asked: (response: ServerResponse) => void = () => {}, begun: () => void = () => {}) {
    const lines = new Set<Socket>();
    const server = createServer((_request, response) => {
      asked(response);
      if (response.socket !== null) lines.add(response.socket);
      const writer = new SseWriter(response, noTurn, fakeClock(), null);
      writer.open({ headers: [] });
      const [first = '', ...others] = pieces;
      writer.write(Buffer.from(first));
      setImmediate(() => {
        begun();
        for (const piece of others) writer.write(Buffer.from(piece));
        setImmediate(() => writer.end());
      });
    });
    return { port: await listening(server), lines };
  }

  it('of many answers on one connection are whole, and leave nothing behind on it', async () => {
    const { port, lines } = await serve();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    undo.push(() => agent.destroy());
    for (let turn = 0; turn < 12; turn += 1) {
      const [response] = await once(request({ host: '127.0.0.1', port, agent }).end(), 'response');
      let text = '';
      for await (const part of response.setEncoding('utf8')) text += part;
      expect(text).toBe(pieces.join(''));
    }
    const [line] = lines;
    expect(lines.size).toBe(1);
    // One is of node:http itself.
    expect(line?.listenerCount('drain')).toBeLessThanOrEqual(1);
  });

  it.each(['1.0', '1.1'])('are whole to clients of HTTP/%s that ask twice at once', async (version) => {
    const { port } = await serve();
    const client = connect(port, '127.0.0.1');
    undo.push(() => client.destroy());
    const ask = `GET / HTTP/${version}\r\nHost: x\r\n`;
    client.write(version === '1.0' ? `${ask}\r\n` : `${ask}\r\n${ask}Connection: close\r\n\r\n`);
    let text = '';
    for await (const part of client.setEncoding('utf8')) text += part;
    const times = version === '1.0' ? 1 : 2;
    expect(text.split('data: [DONE]')).toHaveLength(times + 1);
    expect(text.split('HTTP/1.1 200 OK')).toHaveLength(times + 1);
    expect(text.split('\r\n0\r\n\r\n')).toHaveLength(version === '1.0' ? 1 : 3);
  });

  it('with their head go out in one write', async () => {
    let writes = () => 0;
    let atBegin = 0;
    const { port } = await serve(
      (response) => {
        if (response.socket !== null) writes = countWrites(response.socket);
      },
      () => {
        atBegin = writes();
      },
    );
    const [response] = await once(request({ host: '127.0.0.1', port }).end(), 'response');
    response.resume();
    await once(response, 'end');
    expect(atBegin).toBe(1);
  });

  it('that come last go out in one write with the end of the answer, which promises lead to', async () => {
    let writes = () => 0;
    const server = createServer((_request, response) => {
      if (response.socket !== null) writes = countWrites(response.socket);
      const writer = new SseWriter(response, noTurn, fakeClock(), null);
      writer.open({ headers: [] });
      setImmediate(async () => {
        writer.write(Buffer.from('data: last\n\n'));
        for (let step = 0; step < 20; step += 1) await null;
        writer.end();
      });
    });
    const [response] = await once(request({ host: '127.0.0.1', port: await listening(server) }).end(), 'response');
    let text = '';
    for await (const part of response.setEncoding('utf8')) text += part;
    expect(text).toBe('data: last\n\n');
    // The head went alone.
    expect(writes()).toBe(2);
  });
});
