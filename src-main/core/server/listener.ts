import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { ownPaths } from '../../shared/channels.ts';
import { SlipstreamError } from '../../shared/errors.ts';
import type { Dialect } from '../../shared/model.ts';
import { pairHeaders, type RawHeaders } from '../headers.ts';
import { within } from '../in-time.ts';
import { clientKind } from '../normalise/client-kind.ts';
import type { Logger, OwnRoutes, Resources } from '../ports.ts';
import { addressesToOpen, isLoopbackIp, OwnHosts } from './addresses.ts';
import { Arrivals } from './arrivals.ts';
import { type Asked, queryOf, withoutEndSlashes, withoutQuery } from './asked.ts';
import { BodyBudget } from './body-budget.ts';
import { allowOrigin, answerPreflight, isPreflight } from './cross-origin.ts';
import { FrameRoom } from './frame-room.ts';
import {
  checkHost,
  checkKey,
  checkOrigin,
  checkStillOpens,
  concealCredentials,
  givenKey,
  type KeyRing,
} from './guard.ts';
import { checkPath, clientFault } from './head-faults.ts';
import { Headroom } from './headroom.ts';
import { answerHealth } from './health-route.ts';
import { makeServer, type RequestLimits, waitsToGoOn } from './make-server.ts';
import { answerMetrics, type MetricsDoor } from './metrics-route.ts';
import { type Door, openPorts } from './open-ports.ts';
import { refuseSocket } from './refuse-socket.ts';
import { relayableQuery } from './relay-path.ts';
import { requestIdOf, tellRequestId } from './request-id.ts';
import { dialectOfCaller, proxiedPath, type RouteParts, routeFor, routesAt, routeUnknown } from './routes.ts';
import { sendError } from './send.ts';
import { toldError } from './told-error.ts';
import { UpgradeAnswers } from './upgrade-answers.ts';
import { WebsocketClient } from './websocket-client.ts';

/** Twice what upstream takes: a larger frame goes by HTTP (PROTOCOL.md, Websocket). */
const maxFrameBytes = 32 * 1024 * 1024;
const goingAway = 1001;
/** How long a client may take to hear of the end before its connection is cut. */
const partingLimitMs = 1_000;

export interface ListenerParts extends RouteParts {
  readonly log: Logger;
  readonly keys: () => KeyRing;
  readonly allowedOrigins: () => readonly string[];
  readonly resources: Resources;
  readonly metrics: MetricsDoor;
  /** Closes what is open upstream and not in use. */
  readonly closeIdleUpstream: () => void;
  /** The usual ones where it is absent. */
  readonly requestLimits?: RequestLimits;
}

/** The loopback listener: guard first, then the proxy's routes and those the face mounted. */
export class Listener {
  readonly #parts: ListenerParts;
  readonly #servers: Server[] = [];
  readonly #websockets = new WebSocketServer({ noServer: true, maxPayload: maxFrameBytes, perMessageDeflate: false });
  readonly #upgradeAnswers = new UpgradeAnswers(this.#websockets);
  readonly #clients = new Set<WebsocketClient>();
  /** Answers of the proxy that are not whole yet, in the dialect of who waits for them. */
  readonly #answering = new Map<ServerResponse, Dialect>();
  #onParted: (() => void) | null = null;
  readonly #ownRoutes: OwnRoutes[] = [];
  readonly #bodies: BodyBudget;
  readonly #arrivals: Arrivals;
  readonly #headroom: Headroom;
  #hosts = new OwnHosts(0, []);
  /** The latest answer on each connection. */
  readonly #answers = new WeakMap<Duplex, ServerResponse>();
  #isStopping = false;
  #isPaused = false;

  constructor(parts: ListenerParts) {
    this.#parts = parts;
    this.#bodies = new BodyBudget(parts.clock);
    this.#arrivals = new Arrivals(parts.clock);
    const { resources, clock } = parts;
    this.#headroom = new Headroom({ resources, clock, spare: () => this.#closeIdle() });
  }

  /** Adds routes of the face, on loopback only. */
  mount(routes: OwnRoutes): void {
    this.#ownRoutes.push(routes);
  }

  /** Listens on 127.0.0.1, on ::1 where there is one, and on `extraIp` if given. Throws `port_taken`. */
  async listen(port: number, extraIp: string | null): Promise<number> {
    const makeDoors = (): Door[] => addressesToOpen(extraIp).map((ip) => ({ ip, server: this.#makeServer() }));
    const open = await openPorts(makeDoors, port);
    for (const { server } of open.doors) {
      // Such as too many open files, which passes.
      server.on('error', (error) => this.#parts.log.warn('A connection could not be accepted.', { error }));
      this.#servers.push(server);
    }
    this.#hosts = new OwnHosts(
      open.port,
      open.doors.map(({ ip }) => ip),
    );
    return open.port;
  }

  /** Whether new turns are refused until the user resumes. */
  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Refuses new turns with `paused`, or takes them again; turns that run go on. */
  setPaused(isPaused: boolean): void {
    this.#isPaused = isPaused;
  }

  /** Refuses new turns with `stopping`, and tells idle websocket clients to go; turns that run go on. */
  stopAccepting(): void {
    this.#isStopping = true;
    for (const client of this.#clients) if (!client.isBusy) client.close(goingAway);
  }

  /**
   * Takes no more connections and ends those that are left. Who still waits for an answer gets `stopping`, and has a second to
   * take it.
   */
  async close(): Promise<void> {
    this.#isStopping = true;
    // Who has connected already and was not accepted yet, or not heard, would be cut off without a word.
    await this.#arrivals.letIn();
    for (const server of this.#servers) server.close();
    await this.#arrivals.hearOut();
    for (const [response, dialect] of this.#answering)
      if (!response.headersSent) sendError(response, new SlipstreamError('stopping'), dialect);
    this.#upgradeAnswers.stop();
    for (const client of this.#clients) client.leave(goingAway);
    const { promise: parted, resolve } = Promise.withResolvers<void>();
    this.#onParted = resolve;
    this.#notePart();
    await within(this.#parts.clock, partingLimitMs, parted);
    for (const client of this.#clients) client.cut();
    for (const server of this.#servers) server.closeAllConnections();
  }

  #notePart(): void {
    if (this.#answering.size === 0 && this.#clients.size === 0) this.#onParted?.();
  }

  /** Throws `stopping`, `paused` or `resources_short` where no turn may start now. */
  #checkOpen(): void {
    if (this.#isStopping) throw new SlipstreamError('stopping');
    this.#checkResumed();
    this.#headroom.take();
  }

  #checkResumed(): void {
    if (this.#isPaused) throw new SlipstreamError('paused');
  }

  #closeIdle(): void {
    for (const server of this.#servers) server.closeIdleConnections();
    this.#parts.closeIdleUpstream();
  }

  #makeServer(): Server {
    const server = makeServer(this.#parts.requestLimits);
    this.#arrivals.watch(server);
    server.on('request', (request, response) => {
      this.#answers.set(request.socket, response);
      void this.#request(request, response);
    });
    server.on('upgrade', (request, socket, head) => {
      const answer = this.#answers.get(socket);
      if (answer === undefined || answer.writableFinished) this.#upgrade(request, socket, head);
      else {
        // It would overtake the answer, of which Node carries nothing any more; one that waits for others has no socket yet.
        answer.destroy();
        socket.destroy();
      }
    });
    server.on('clientError', (error, socket) => {
      const answer = this.#answers.get(socket);
      // Another answer in the middle of one would be taken for a part of it.
      if (answer?.headersSent && !answer.writableFinished) socket.destroy();
      else refuseSocket(socket, clientFault(error));
    });
    return server;
  }

  async #request(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const url = request.url ?? '/';
      checkPath(url);
      const headers = pairHeaders(request.rawHeaders);
      checkHost(headers, this.#hosts, request.socket.localAddress);
      if (withoutQuery(url) === ownPaths.health) {
        answerHealth(request, response);
        return;
      }
      if (url === ownPaths.metrics) {
        checkOrigin(headers, []);
        // Keys of others are for turns alone.
        const opens = (shown: RawHeaders) => void checkKey(shown, null, { ...this.#parts.keys(), find: () => null });
        await answerMetrics(request, response, headers, { door: this.#parts.metrics, opens });
        return;
      }
      const proxied = proxiedPath(url);
      if (proxied === null) {
        if (
          isLoopbackIp(request.socket.localAddress) &&
          this.#ownRoutes.some((routes) => routes.request(request, response))
        )
          return;
        throw routeUnknown(headers);
      }
      checkOrigin(headers, this.#parts.allowedOrigins());
      allowOrigin(request, response);
      if (isPreflight(request)) {
        answerPreflight(request, response);
        return;
      }
      const { key, opens } = this.#open(headers, proxied.key);
      const dialect = dialectOfCaller(url, headers);
      tellRequestId(response, dialect, randomUUID());
      this.#answering.set(response, dialect);
      response.on('close', () => {
        this.#answering.delete(response);
        this.#notePart();
      });
      const rawQuery = queryOf(url, givenKey(headers, proxied.key));
      const asked = { path: proxied.path, rawQuery, headers: concealCredentials(headers), key, opens };
      await this.#answer(asked, request, response);
    } catch (thrown) {
      this.#refuse(response, thrown, dialectOfCaller(request.url ?? '/', pairHeaders(request.rawHeaders)));
    }
  }

  /** Throws where no key opens the door. */
  #open(headers: RawHeaders, fromPath: string | null): Pick<Asked, 'key' | 'opens'> {
    const { apiKey, find } = this.#parts.keys();
    const key = checkKey(headers, fromPath, { apiKey, find });
    return { key, opens: () => checkStillOpens(key, apiKey, this.#parts.keys()) };
  }

  async #answer(
    { path: asked, rawQuery, headers, key, opens: isLetIn }: Asked,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const path = withoutEndSlashes(asked);
    const query = new URLSearchParams(rawQuery);
    const { route, params } = routeFor(request.method, path, headers);
    if (route.startsTurn) this.#checkOpen();
    const share = this.#bodies.share();
    response.once('close', () => share.release());
    if (waitsToGoOn(request)) response.writeContinue();
    // Its body may be on its way for minutes: nobody wants it to begin then who has paused meanwhile.
    const opens = () => {
      isLetIn();
      if (route.startsTurn) this.#checkResumed();
    };
    await route.answer({ request, response, path, query, rawQuery, params, headers, key, opens, share }, this.#parts);
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    try {
      const url = request.url ?? '/';
      checkPath(url);
      const headers = pairHeaders(request.rawHeaders);
      checkHost(headers, this.#hosts, request.socket.localAddress);
      const proxied = proxiedPath(url);
      if (proxied === null) {
        if (
          isLoopbackIp(request.socket.localAddress) &&
          this.#ownRoutes.some((routes) => routes.upgrade(request, socket, head))
        )
          return;
        throw routeUnknown(headers);
      }
      checkOrigin(headers, this.#parts.allowedOrigins());
      const { key, opens } = this.#open(headers, proxied.key);
      const path = withoutEndSlashes(proxied.path);
      if (!routesAt(path).some(({ route }) => route.upgrades)) throw routeUnknown(headers);
      this.#checkOpen();
      const shown = concealCredentials(headers);
      if (this.#parts.runner.prefersHttp(shown)) throw new SlipstreamError('upgrade_required');
      const rawQuery = queryOf(url, givenKey(headers, proxied.key));
      const accept = () => this.#acceptUpgrade(request, socket, head, { headers: shown, path, rawQuery, key, opens });
      if (!clientKind(shown).isCodex) accept();
      else
        this.#upgradeAnswers
          .ask(request, socket, (signal) =>
            this.#parts.runner.greet({ headers: shown, query: relayableQuery(rawQuery) ?? '', key }, signal),
          )
          .then(accept)
          .catch((thrown) => this.#refuseUpgrade(request, socket, thrown));
    } catch (thrown) {
      this.#refuseUpgrade(request, socket, thrown);
    }
  }

  /** Throws where no turn may start any more. */
  #acceptUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, asked: Asked): void {
    this.#checkOpen();
    this.#websockets.handleUpgrade(request, socket, head, (websocket) => {
      const room = new FrameRoom(socket, websocket, this.#bodies);
      const { runner, clock, log } = this.#parts;
      const client = new WebsocketClient({
        socket: websocket,
        line: socket,
        room,
        upgrade: asked,
        runner,
        clock,
        log,
        checkOpen: () => {
          asked.opens();
          this.#checkOpen();
        },
      });
      this.#clients.add(client);
      websocket.on('close', () => {
        this.#clients.delete(client);
        this.#notePart();
      });
    });
  }

  #refuseUpgrade(request: IncomingMessage, socket: Duplex, thrown: unknown): void {
    refuseSocket(
      socket,
      toldError(thrown, this.#parts.log),
      dialectOfCaller(request.url ?? '/', pairHeaders(request.rawHeaders)),
    );
  }

  #refuse(response: ServerResponse, thrown: unknown, dialect: Dialect): void {
    const error = toldError(thrown, this.#parts.log);
    if (error.code === 'client_gone') return;
    // A body that was not read to its end cannot be followed by another request.
    if (!response.headersSent) response.setHeader('connection', 'close');
    if (requestIdOf(response) === null) tellRequestId(response, dialect, randomUUID());
    sendError(response, error, dialect);
  }
}
