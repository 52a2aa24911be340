import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { zstdDecompressSync } from 'node:zlib';
import { type WebSocket, WebSocketServer } from 'ws';
import { type JsonObject, parseJsonObject } from '../../src-main/core/json.ts';

/** An upstream that does exactly what a test writes, for what the simulator would never do. */
export interface UpstreamScript {
  /** A POST to /responses or /responses/compact, its body read. */
  readonly post?: (response: ServerResponse, body: JsonObject, request: IncomingMessage) => void;
  /** One frame on the n-th websocket (from 0), with the upgrade it came by. */
  readonly frame?: (socket: WebSocket, body: JsonObject, connection: number, upgrade: IncomingMessage) => void;
  /** Pings are answered, as they are where this is absent. */
  readonly autoPong?: boolean;
  /** A websocket has just been accepted. */
  readonly opened?: (socket: WebSocket) => void;
  /** Answers an upgrade itself; false lets it pass. */
  readonly upgrade?: (socket: Duplex) => boolean;
}

export interface ScriptedUpstream {
  readonly url: string;
  /** Websockets accepted so far. */
  readonly connections: number;
  readonly sockets: ReadonlySet<WebSocket>;
  stop(): Promise<void>;
}

/** Starts an upstream that answers as the script says, where the simulator is too well-behaved. */
export async function startScriptedUpstream(script: UpstreamScript): Promise<ScriptedUpstream> {
  const websockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    autoPong: script.autoPong ?? true,
  });
  const open = new Set<WebSocket>();
  const raw = new Set<Socket>();
  let connections = 0;
  const server = createServer((request, response) => {
    void readAll(request).then((text) => {
      const isTurn = request.method === 'POST' && (request.url ?? '').includes('/responses');
      if (isTurn && script.post !== undefined) script.post(response, parseJsonObject(text) ?? {}, request);
      else response.writeHead(404).end('{}');
    });
  });
  server.on('connection', (socket) => {
    raw.add(socket);
    socket.on('close', () => raw.delete(socket));
    socket.on('error', () => socket.destroy());
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    if (script.upgrade?.(socket) === true) return;
    websockets.handleUpgrade(request, socket, head, (websocket) => {
      const connection = connections;
      connections += 1;
      open.add(websocket);
      script.opened?.(websocket);
      websocket.on('error', () => {});
      websocket.on('close', () => open.delete(websocket));
      websocket.on('message', (data) =>
        script.frame?.(websocket, parseJsonObject(String(data)) ?? {}, connection, request),
      );
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/backend-api/codex`,
    get connections() {
      return connections;
    },
    sockets: open,
    stop: async () => {
      for (const websocket of open) websocket.terminate();
      for (const socket of raw) socket.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  } catch {
    return '';
  }
  const body = Buffer.concat(chunks);
  return (request.headers['content-encoding'] === 'zstd' ? zstdDecompressSync(body) : body).toString('utf8');
}

/** The events of a short healthy answer, as upstream orders them. */
export function answerEvents(id: string, text = 'All is well.'): JsonObject[] {
  const message = {
    id: `msg_${id}`,
    type: 'message',
    role: 'assistant',
    status: 'completed',
    content: [{ type: 'output_text', text, annotations: [] }],
  };
  const response = { id, object: 'response', status: 'in_progress', model: 'gpt-5.5', output: [] };
  const events: JsonObject[] = [
    { type: 'response.created', response },
    { type: 'response.in_progress', response },
    { type: 'response.output_item.added', output_index: 0, item: { ...message, status: 'in_progress', content: [] } },
    { type: 'response.output_text.delta', output_index: 0, item_id: message.id, delta: text },
    { type: 'response.output_item.done', output_index: 0, item: message },
    { type: 'response.completed', response: { ...response, status: 'completed', output: [message] } },
  ];
  return events.map((event, index) => ({ ...event, sequence_number: index }));
}

/** An event as a server-sent one. */
export function sse(event: JsonObject): string {
  return `event: ${String(event.type)}\ndata: ${JSON.stringify(event)}\n\n`;
}

/** Refuses every websocket as upstream does where only HTTP is left. */
export function refuseWebsocket(socket: Duplex): true {
  socket.end('HTTP/1.1 426 Upgrade Required\r\ncontent-length: 0\r\n\r\n');
  return true;
}
