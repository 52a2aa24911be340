/** The bare relay of test/perf/README.md: a websocket in, server-sent events out, no features. What Slipstream is measured against. */
import { createServer, type Server } from 'node:http';
import { WebSocket, WebSocketServer } from 'ws';

const terminal = /^\{"type":"(response\.(completed|failed|incomplete)|error)"/;

/** Serves `POST /` over one warm upstream socket, one turn at a time; resolves with the port. */
export function startBareRelay(upstreamUrl: string, headers: Record<string, string>): Promise<number> {
  const upstream = new WebSocket(`${upstreamUrl.replace('http', 'ws')}/responses`, { headers });
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const relay = (data: Buffer) => {
        response.write(`data: ${data}\n\n`);
        if (!terminal.test(data.toString('latin1', 0, 60))) return;
        upstream.off('message', relay);
        response.end();
      };
      upstream.on('message', relay);
      upstream.send(JSON.stringify({ type: 'response.create', ...JSON.parse(Buffer.concat(chunks).toString()) }));
    });
  });
  return new Promise((resolve) => {
    upstream.on('open', () => resolve(listen(server)));
  });
}

/**
 * The same for many turns at once, each on an upstream socket of its own, over server-sent events and over websockets: what a
 * thousand streams cost in one thread of Node at least. Resolves with the port.
 */
export function startBareStreams(upstreamUrl: string): Promise<number> {
  const dial = (frame: string, relay: (data: Buffer) => void, end: () => void) => {
    const upstream = new WebSocket(`${upstreamUrl.replace('http', 'ws')}/responses`, { perMessageDeflate: false });
    upstream.on('open', () => upstream.send(frame));
    upstream.on('message', (data: Buffer) => {
      relay(data);
      if (terminal.test(data.toString('latin1', 0, 60))) upstream.close();
    });
    upstream.on('error', () => {});
    upstream.on('close', end);
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const frame = JSON.stringify({ type: 'response.create', ...JSON.parse(Buffer.concat(chunks).toString()) });
      const relay = (data: Buffer) => void response.write(`data: ${data}\n\n`);
      dial(frame, relay, () => response.end());
    });
  });
  const websockets = new WebSocketServer({ server, perMessageDeflate: false });
  websockets.on('connection', (client) => {
    client.on('error', () => {});
    client.on('message', (frame) => {
      const relay = (data: Buffer) => client.send(data, { binary: false });
      dial(String(frame), relay, () => client.close());
    });
  });
  return listen(server);
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen({ port: 0, host: '127.0.0.1', backlog: 2_000 }, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}
