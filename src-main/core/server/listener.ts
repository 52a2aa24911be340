import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { ownPaths } from '../../shared/channels.ts';
import { SlipstreamError, toSlipstreamError } from '../../shared/errors.ts';
import type { Dialect } from '../../shared/model.ts';
import { pairHeaders } from '../headers.ts';
import type { Logger, OwnRoutes } from '../ports.ts';
import { maxBodyBytes } from './body.ts';
import { errorBody } from './error-body.ts';
import { checkHost, checkKey, checkOrigin, concealCredentials, splitPathKey } from './guard.ts';
import { dialectOfUrl, findRoute, type RouteParts, routesAt } from './routes.ts';
import { sendError } from './send.ts';
import { WebsocketClient } from './websocket-client.ts';

/** How long a client may take to send. */
interface RequestLimits {
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  /** How often Node looks for connections over these limits; its default of 30 s would double them. */
  readonly checkEveryMs: number;
}

const requestLimits: RequestLimits = { headersTimeoutMs: 15_000, requestTimeoutMs: 300_000, checkEveryMs: 5_000 };
/** Longer than clients keep an idle connection, so that it is they who close it: a request on one just closed is lost. */
const keepAliveTimeoutMs = 75_000;
const maxHeaderBytes = 128 * 1024;
const goingAway = 1001;

export interface ListenerParts extends RouteParts {
  readonly log: Logger;
  readonly apiKey: () => string;
  readonly allowedOrigins: () => readonly string[];
  /** The usual ones where it is absent. */
  readonly requestLimits?: RequestLimits;
}

/** The loopback listener: guard first, then the proxy's routes and those the face mounted. */
export class Listener {
  readonly #parts: ListenerParts;
  readonly #servers: Server[] = [];
  readonly #websockets = new WebSocketServer({ noServer: true, maxPayload: maxBodyBytes, perMessageDeflate: false });
  readonly #clients = new Set<WebsocketClient>();
  readonly #ownRoutes: OwnRoutes[] = [];
  readonly #hosts = new Set<string>();
  /** The latest answer on each connection. */
  readonly #answers = new WeakMap<Duplex, ServerResponse>();
  #isStopping = false;
  #isPaused = false;

  constructor(parts: ListenerParts) {
    this.#parts = parts;
  }

  /** Adds routes of the face, on loopback only. */
  mount(routes: OwnRoutes): void {
    this.#ownRoutes.push(routes);
  }

  /** Listens on 127.0.0.1, on ::1 where there is one, and on `extraIp` if given. Throws `port_taken`. */
  async listen(port: number, extraIp: string | null): Promise<number> {
    const main = await this.#open('127.0.0.1', port, true);
    await this.#open('::1', main, true).catch((error: unknown) => {
      this.#parts.log.debug('No listener on ::1.', { error });
    });
    if (extraIp !== null) await this.#open(extraIp, main, false);
    for (const name of ['127.0.0.1', 'localhost', '[::1]']) this.#hosts.add(`${name}:${main}`);
    if (main === 80) for (const name of ['127.0.0.1', 'localhost', '[::1]']) this.#hosts.add(name);
    if (extraIp !== null) this.#hosts.add(extraIp.includes(':') ? `[${extraIp}]:${main}` : `${extraIp}:${main}`);
    return main;
  }

  /** Whether new turns are refused until the user resumes. */
  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Refuses new turns with `paused`, or takes them again; turns that run go on. */
  setPaused(isPaused: boolean): void {
    this.#isPaused = isPaused;
  }

  /** Takes no new connections, and tells idle websocket clients to go; turns that run go on. */
  stopAccepting(): void {
    this.#isStopping = true;
    for (const server of this.#servers) {
      server.close();
      server.closeIdleConnections();
    }
    for (const client of this.#clients) if (!client.isBusy) client.close(goingAway);
  }

  /** Ends every connection that is left. */
  close(): void {
    for (const client of this.#clients) client.close(goingAway);
    for (const server of this.#servers) server.closeAllConnections();
  }

  /** Throws `stopping` or `paused` where no turn may start now. */
  #checkOpen(): void {
    if (this.#isStopping) throw new SlipstreamError('stopping');
    if (this.#isPaused) throw new SlipstreamError('paused');
  }

  #open(ip: string, port: number, isLoopback: boolean): Promise<number> {
    const limits = this.#parts.requestLimits ?? requestLimits;
    const server = createServer({
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      connectionsCheckingInterval: limits.checkEveryMs,
      maxHeaderSize: maxHeaderBytes,
      keepAliveTimeout: keepAliveTimeoutMs,
      // The guard answers a missing Host itself, as JSON.
      requireHostHeader: false,
      // curl --http2 and Java offer h2c; that is a plain request to us.
      shouldUpgradeCallback: (request) => request.headers.upgrade?.toLowerCase() === 'websocket',
    });
    server.on('request', (request, response) => {
      this.#answers.set(request.socket, response);
      void this.#request(request, response, isLoopback);
    });
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head, isLoopback));
    server.on('clientError', (error, socket) => {
      const answer = this.#answers.get(socket);
      // Another answer in the middle of one would be taken for a part of it.
      if (answer?.headersSent && !answer.writableFinished) socket.destroy();
      else refuseSocket(socket, clientFault(error));
    });
    return new Promise((resolve, reject) => {
      server.once('error', (cause) => reject(listenError(cause, port)));
      server.listen({ host: ip, port }, () => {
        // Such as too many open files, which passes.
        server.on('error', (error) => this.#parts.log.warn('A connection could not be accepted.', { error }));
        this.#servers.push(server);
        resolve(portOf(server));
      });
    });
  }

  async #request(request: IncomingMessage, response: ServerResponse, isLoopback: boolean): Promise<void> {
    try {
      const headers = pairHeaders(request.rawHeaders);
      checkHost(headers, this.#hosts);
      const url = request.url ?? '/';
      if (url === ownPaths.health) {
        response.writeHead(204).end();
        return;
      }
      const proxied = this.#proxied(url);
      if (proxied === null) {
        if (isLoopback && this.#ownRoutes.some((routes) => routes.request(request, response))) return;
        throw new SlipstreamError('route_unknown');
      }
      this.#guardProxy(headers, proxied.key);
      await this.#answer(proxied, request, response, concealCredentials(headers));
    } catch (thrown) {
      this.#refuse(response, thrown, dialectOfUrl(request.url ?? '/'));
    }
  }

  async #answer(
    proxied: { readonly path: string; readonly query: URLSearchParams },
    request: IncomingMessage,
    response: ServerResponse,
    headers: ReturnType<typeof concealCredentials>,
  ): Promise<void> {
    const { path, query } = proxied;
    const { route, params } = findRoute(request.method, path);
    if (route.startsTurn) this.#checkOpen();
    await route.answer({ request, response, path, query, params, headers }, this.#parts);
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, isLoopback: boolean): void {
    try {
      const headers = pairHeaders(request.rawHeaders);
      checkHost(headers, this.#hosts);
      const proxied = this.#proxied(request.url ?? '/');
      if (proxied === null) {
        if (isLoopback && this.#ownRoutes.some((routes) => routes.upgrade(request, socket, head))) return;
        throw new SlipstreamError('route_unknown');
      }
      this.#guardProxy(headers, proxied.key);
      if (!routesAt(proxied.path).some(({ route }) => route.upgrades)) throw new SlipstreamError('route_unknown');
      this.#checkOpen();
      const shown = concealCredentials(headers);
      if (this.#parts.runner.prefersHttp(shown)) throw new SlipstreamError('upgrade_required');
      this.#websockets.handleUpgrade(request, socket, head, (websocket) => {
        const client = new WebsocketClient(
          websocket,
          { headers: shown, path: proxied.path },
          this.#parts.runner,
          this.#parts.clock,
          () => this.#checkOpen(),
        );
        this.#clients.add(client);
        websocket.on('close', () => this.#clients.delete(client));
      });
    } catch (thrown) {
      refuseSocket(socket, toSlipstreamError(thrown), dialectOfUrl(request.url ?? '/'));
    }
  }

  /** A proxy path with its key and query split off; null for paths that are not the proxy's. */
  #proxied(
    url: string,
  ): { readonly path: string; readonly query: URLSearchParams; readonly key: string | null } | null {
    const [fullPath = '/', query = ''] = url.split('?', 2);
    const { path, key } = splitPathKey(fullPath);
    const isProxy =
      key !== null || path === '/v1' || ['/v1/', '/backend-api/', '/api/codex/'].some((base) => path.startsWith(base));
    return isProxy ? { path: path.replace(/(?<!\/)\/+$/, ''), query: new URLSearchParams(query), key } : null;
  }

  #guardProxy(headers: ReturnType<typeof pairHeaders>, pathKey: string | null): void {
    checkOrigin(headers, this.#parts.allowedOrigins());
    checkKey(headers, pathKey, this.#parts.apiKey());
  }

  #refuse(response: ServerResponse, thrown: unknown, dialect: Dialect): void {
    const error = toSlipstreamError(thrown);
    if (error.code === 'client_gone') return;
    if (error.code === 'internal') this.#parts.log.error('A request failed inside Slipstream.', { error: error.cause });
    // A body that was not read to its end cannot be followed by another request.
    if (!response.headersSent) response.setHeader('connection', 'close');
    sendError(response, error, dialect);
  }
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function listenError(cause: Error, port: number): SlipstreamError {
  const code = 'code' in cause ? cause.code : '';
  if (code === 'EADDRINUSE')
    return new SlipstreamError('port_taken', {
      message: `Port ${port} is taken by another program. Stop it, or choose one with --port.`,
      cause,
    });
  return new SlipstreamError('internal', { message: `Slipstream cannot listen: ${cause.message}`, cause });
}

/** What a client did wrong that Node could make no request of. */
function clientFault(error: NodeJS.ErrnoException): SlipstreamError {
  switch (error.code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new SlipstreamError('request_timeout');
    case 'HPE_HEADER_OVERFLOW':
      return new SlipstreamError('headers_too_large');
    default:
      return new SlipstreamError('request_invalid');
  }
}

/** Answers a raw socket (a refused upgrade, an unreadable request) and ends it. */
function refuseSocket(socket: Duplex, error: SlipstreamError, dialect: Dialect = 'responses'): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify(errorBody(error, dialect));
  const head = [
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status] ?? 'Refused'}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.once('error', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
