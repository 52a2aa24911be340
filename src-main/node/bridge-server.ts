import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type ServerOptions, WebSocket, WebSocketServer } from 'ws';
import type { Clock, Logger, OwnRoutes } from '../core/ports.ts';
import { CallMessage, Hello, Proof, type ServerMessage } from '../shared/bridge-wire.ts';
import { bridgeCloseCodes, ownPaths } from '../shared/channels.ts';
import type { Handlers } from '../shared/contract.ts';
import type { Delta } from '../shared/model.ts';
import { type Admission, type BridgeCredentials, createCredentials } from './bridge-credentials.ts';
import type { BrowserKeys, PageFacts } from './browser-keys.ts';
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
  /** Null on the desktop face: commands only. */
  readonly browsers: BrowserKeys | null;
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
  const admitted = new Map<WebSocket, Admission>();
  let closing = false;
  const unsubscribe = options.onDelta((delta) => {
    const text = encode({ delta });
    for (const socket of admitted.keys()) push(socket, text);
  });
  options.browsers?.onRevoke((id) => {
    for (const [socket, { browser }] of admitted) if (browser === id) socket.close(bridgeCloseCodes.refused, 'revoked');
  });

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): boolean => {
    if (request.url !== ownPaths.bridge) return false;
    const { origin } = request.headers;
    if (origin !== undefined && (options.browsers === null || !ownOrigins(request).includes(origin))) {
      refuseUpgrade(socket, '403 Forbidden');
    } else if (closing || server.clients.size >= maxSockets) {
      refuseUpgrade(socket, '503 Service Unavailable');
    } else {
      server.handleUpgrade(request, socket, head, (client) =>
        greet(client, pageOf(request), { ...options, credentials, admitted }),
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
  readonly admitted: Map<WebSocket, Admission>;
}

/** Null for a command, which names no origin. */
function pageOf({ headers }: IncomingMessage): PageFacts | null {
  const { origin } = headers;
  return origin === undefined ? null : { origin, agent: headers['user-agent'] ?? '' };
}

/** Waits for the hello, and for a proof where one is needed, then answers calls until the socket closes. */
function greet(socket: WebSocket, page: PageFacts | null, options: ConnectionOptions): void {
  const { clock, credentials, admitted } = options;
  const helloTimer = clock.after(helloLimitMs, () => refuse());
  const refuse = () => {
    helloTimer.cancel();
    socket.close(bridgeCloseCodes.refused, 'refused');
  };
  // A broken frame or one over the limit: ws closes with the right code by itself.
  socket.on('error', () => {});
  socket.on('close', () => {
    helloTimer.cancel();
    admitted.delete(socket);
  });
  const admit = (admission: Admission | null) => {
    if (admission === null) {
      refuse();
      return;
    }
    helloTimer.cancel();
    const { session, browser } = admission;
    push(socket, encode({ welcome: browser === null ? { session } : { session, browser } }));
    admitted.set(socket, admission);
    answerCalls(socket, admission, options);
  };
  socket.once('message', (data, isBinary) => {
    const hello = Hello.safeParse(isBinary ? undefined : decode(data)).data?.hello;
    if (hello === undefined) {
      refuse();
    } else if ('browser' in hello) {
      const challenged = credentials.challenge(hello, page);
      if (challenged === null) {
        refuse();
        return;
      }
      push(socket, encode({ challenge: challenged.challenge }));
      socket.once('message', (answer, answerIsBinary) => {
        const proof = Proof.safeParse(answerIsBinary ? undefined : decode(answer));
        admit(proof.success ? challenged.admit(proof.data.proof) : null);
      });
    } else {
      admit(credentials.admit(hello, page));
    }
  });
}

function answerCalls(socket: WebSocket, { caller }: Admission, { handlers, log }: ConnectionOptions): void {
  socket.on('message', (data, isBinary) => {
    if (socket.readyState !== WebSocket.OPEN) return;
    const message = CallMessage.safeParse(isBinary ? undefined : decode(data));
    if (!message.success) {
      socket.close(invalidPayload, 'not a call');
      return;
    }
    const { id, name, input } = message.data;
    void answerCall(handlers, { caller, name, input }, log).then((result) => push(socket, encode({ id, result })));
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
