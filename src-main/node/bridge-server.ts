import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type ServerOptions, WebSocket, WebSocketServer } from 'ws';
import type { Clock, Logger, OwnRoutes } from '../core/ports.ts';
import { CallMessage, Hello, type ServerMessage } from '../shared/bridge-wire.ts';
import { bridgeCloseCodes, ownPaths } from '../shared/channels.ts';
import type { Handlers } from '../shared/contract.ts';
import type { Delta } from '../shared/model.ts';
import { type BridgeCredentials, createCredentials } from './bridge-credentials.ts';
import { answerCall } from './call.ts';
import { ownOrigins } from './own-origins.ts';

/*
 * The contract over a websocket on the loopback port. Any local program and any web page can try to connect, so:
 * a page must come from our own origin, nothing is answered before a hello with a credential, and all is bounded.
 */
const helloLimitMs = 5_000;
const closeLimitMs = 1_000;
const maxMessageBytes = 2 * 1024 * 1024;
/** The types of ws do not know `closeTimeout` yet. */
const serverOptions: ServerOptions & { closeTimeout: number } = {
  noServer: true,
  maxPayload: maxMessageBytes,
  perMessageDeflate: false,
  closeTimeout: closeLimitMs,
};
const maxSockets = 64;
const maxQueuedBytes = 8 * 1024 * 1024;
const invalidPayload = 1007;

interface BridgeOptions {
  readonly handlers: Handlers;
  readonly onDelta: (listener: (delta: Delta) => void) => () => void;
  readonly controlToken: string;
  /** False on the desktop face: commands only. */
  readonly allowDashboard: boolean;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface BridgeServer extends OwnRoutes {
  /** A ticket for one tab; see `Hello`. */
  mintTicket(): string;
  /** Closes all sockets with 1001. */
  close(): void;
}

/** Serves the contract on `ownPaths.bridge`. */
export function createBridge(options: BridgeOptions): BridgeServer {
  const credentials = createCredentials(options);
  const server = new WebSocketServer(serverOptions);
  const admitted = new Set<WebSocket>();
  let closing = false;
  const unsubscribe = options.onDelta((delta) => {
    const text = encode({ delta });
    for (const socket of admitted) push(socket, text);
  });

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): boolean => {
    if (request.url !== ownPaths.bridge) return false;
    const { origin } = request.headers;
    if (origin !== undefined && (!options.allowDashboard || !ownOrigins(request).includes(origin))) {
      refuseUpgrade(socket, '403 Forbidden');
    } else if (closing || server.clients.size >= maxSockets) {
      refuseUpgrade(socket, '503 Service Unavailable');
    } else {
      server.handleUpgrade(request, socket, head, (client) =>
        greet(client, origin !== undefined, { ...options, credentials, admitted }),
      );
    }
    return true;
  };

  return {
    mintTicket: credentials.mintTicket,
    upgrade,
    request: (request, response) => {
      if (request.url !== ownPaths.bridge) return false;
      response.writeHead(426, { upgrade: 'websocket', connection: 'close', 'content-length': 0 }).end();
      return true;
    },
    close: () => {
      closing = true;
      unsubscribe();
      for (const client of server.clients) client.close(bridgeCloseCodes.stopping);
    },
  };
}

interface ConnectionOptions extends BridgeOptions {
  readonly credentials: BridgeCredentials;
  readonly admitted: Set<WebSocket>;
}

/** Waits for the hello, then answers calls until the socket closes. */
function greet(socket: WebSocket, fromPage: boolean, options: ConnectionOptions): void {
  const { clock, credentials, admitted } = options;
  const refuse = () => socket.close(bridgeCloseCodes.refused, 'refused');
  const helloTimer = clock.after(helloLimitMs, refuse);
  // A broken frame or one over the limit: ws closes with the right code by itself.
  socket.on('error', () => {});
  socket.on('close', () => {
    helloTimer.cancel();
    admitted.delete(socket);
  });
  socket.once('message', (data, isBinary) => {
    helloTimer.cancel();
    const hello = Hello.safeParse(isBinary ? undefined : decode(data));
    const admission = hello.success ? credentials.admit(hello.data.hello, fromPage) : null;
    if (admission === null) {
      refuse();
      return;
    }
    push(socket, encode({ welcome: { session: admission.session } }));
    admitted.add(socket);
    socket.on('message', (callData, callIsBinary) => {
      if (socket.readyState !== WebSocket.OPEN) return;
      const message = CallMessage.safeParse(callIsBinary ? undefined : decode(callData));
      if (!message.success) {
        socket.close(invalidPayload, 'not a call');
        return;
      }
      const { id, name, input } = message.data;
      void answerCall(options.handlers, { caller: admission.caller, name, input }, options.log).then((result) =>
        push(socket, encode({ id, result })),
      );
    });
  });
}

/** Sends, or drops a reader that is too slow: it will connect again and fetch a snapshot. */
function push(socket: WebSocket, text: string): void {
  if (socket.readyState !== WebSocket.OPEN) return;
  if (socket.bufferedAmount > maxQueuedBytes) {
    socket.terminate();
    return;
  }
  socket.send(text);
}

function encode(message: ServerMessage): string {
  return JSON.stringify(message);
}

/** The JSON value, or undefined, which no schema here takes. */
function decode(data: RawData): unknown {
  try {
    return JSON.parse(data.toString());
  } catch {
    return undefined;
  }
}

function refuseUpgrade(socket: Duplex, status: string): void {
  socket.on('error', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
