import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex, Readable } from 'node:stream';
import { type RawData, WebSocketServer } from 'ws';
import type { Transport } from '../../shared/model.ts';
import { pairHeaders, type RawHeaders } from '../headers.ts';
import { type JsonObject, parseJsonObject } from '../json.ts';
import { createServer } from '../node-http.ts';
import { decodedBody } from '../upstream/content-coding.ts';
import { scriptedEvents } from './scripted-answer.ts';

/** What the client sent on one connection (a websocket) or in one request (HTTP). */
export interface RecordedExchange {
  readonly transport: Transport;
  readonly headers: RawHeaders;
  /** Its frames, or its one body. */
  readonly bodies: readonly JsonObject[];
}

/** A stand-in for upstream on a free loopback port that writes down what comes and answers every turn with two letters. */
export interface Recorder {
  /** Base to give the client; its path is a secret of this recorder, so that no other program is taken for the client. */
  readonly baseUrl: string;
  /** Address of a proxy that refuses everything: for what the client would send elsewhere. */
  readonly deadProxyUrl: string;
  readonly exchanges: readonly RecordedExchange[];
  stop(): Promise<void>;
}

/** Far above a first turn with all its tools, which has about 100 KB. */
const maxBodyBytes = 16 * 1024 * 1024;
const maxExchanges = 64;
const maxFrames = 16;

/** Starts a recorder; for `http`, websockets are refused in the way that sends the official client to HTTP at once. */
export async function startRecorder(transport: Transport): Promise<Recorder> {
  const base = `/${randomBytes(16).toString('hex')}/v1`;
  const exchanges: { transport: Transport; headers: RawHeaders; bodies: JsonObject[] }[] = [];
  const sockets = new Set<Socket>();
  const websockets = new WebSocketServer({ noServer: true, maxPayload: maxBodyBytes, perMessageDeflate: false });
  const begin = (kind: Transport, request: IncomingMessage): JsonObject[] | null => {
    if (exchanges.length >= maxExchanges) return null;
    const exchange = { transport: kind, headers: pairHeaders(request.rawHeaders), bodies: [] };
    exchanges.push(exchange);
    return exchange.bodies;
  };
  let answers = 0;
  const answerTo = (body: JsonObject) => {
    answers += 1;
    return scriptedEvents(String(answers).padStart(8, '0'), body);
  };

  const server = createServer((request, response) => {
    const isTurn = request.method === 'POST' && request.url === `${base}/responses`;
    if (!isTurn) return refuse(request, response);
    void readBody(request).then((text) => {
      const body = text === null ? null : parseJsonObject(text);
      const bodies = body === null ? null : begin('http', request);
      if (body === null || bodies === null) return refuse(request, response);
      bodies.push(body);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const event of answerTo(body)) response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
      response.end();
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  });
  // Whoever takes this address for a proxy gets no further.
  server.on('connect', (_request, socket: Duplex) => {
    socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
  });
  server.on('upgrade', (request, socket: Duplex, head) => {
    if (request.url !== `${base}/responses`) return void socket.end(plainRefusal(404, 'Not Found'));
    if (transport === 'http') return void socket.end(plainRefusal(426, 'Upgrade Required'));
    websockets.handleUpgrade(request, socket, head, (websocket) => {
      const bodies = begin('ws', request);
      websocket.on('error', () => websocket.terminate());
      if (bodies === null) return websocket.terminate();
      websocket.on('message', (data: RawData) => {
        const body = parseJsonObject(data.toString());
        if (body === null || bodies.length >= maxFrames) return websocket.terminate();
        bodies.push(body);
        for (const event of answerTo(body)) websocket.send(JSON.stringify(event));
      });
    });
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen({ host: '127.0.0.1', port: 0 }, resolve);
  await promise;
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    baseUrl: `http://127.0.0.1:${port}${base}`,
    deadProxyUrl: `http://127.0.0.1:${port}`,
    exchanges,
    stop: async () => {
      for (const websocket of websockets.clients) websocket.terminate();
      for (const socket of sockets) socket.destroy();
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      await closed.promise;
    },
  };
}

/** All else is not there: the client goes on with its own list of models. */
function refuse(request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":{"message":"not recorded"}}');
}

function plainRefusal(status: number, text: string): string {
  return `HTTP/1.1 ${status} ${text}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`;
}

/** The body's text without its content-encoding; null for one that is too long or breaks off. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    const body: Readable = decodedBody(request, pairHeaders(request.rawHeaders));
    for await (const chunk of body) {
      if (!Buffer.isBuffer(chunk)) return null;
      size += chunk.length;
      if (size > maxBodyBytes) return null;
      chunks.push(chunk);
    }
  } catch {
    return null;
  }
  return Buffer.concat(chunks).toString('utf8');
}
