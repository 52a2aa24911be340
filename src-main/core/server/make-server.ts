import type { IncomingMessage, Server } from 'node:http';
import { createServer } from '../node-http.ts';
import { noTunnel } from './head-faults.ts';
import { refuseSocket } from './refuse-socket.ts';
import { asksForWebsocket } from './upgrade-answers.ts';

/** How long a client may take to send. */
export interface RequestLimits {
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  /** How often Node looks for connections over these limits; its default of 30 s would double them. */
  readonly checkEveryMs: number;
}

const usualLimits: RequestLimits = { headersTimeoutMs: 15_000, requestTimeoutMs: 300_000, checkEveryMs: 5_000 };
/** Longer than clients keep an idle connection, so that it is they who close it: a request on one just closed is lost. */
const keepAliveTimeoutMs = 75_000;
/** Nothing longer is looked at. */
const maxHeaderBytes = 32 * 1024;

/** Whether a client waits to be told to go on before it sends its body. */
export function waitsToGoOn({ headers }: IncomingMessage): boolean {
  return /(?:^|\W)100-continue(?:$|\W)/i.test(headers.expect ?? '');
}

/** A server that leaves to its owner what Node would answer itself: a missing Host, and who waits to be told to go on. */
export function makeServer(limits: RequestLimits = usualLimits): Server {
  const server = createServer({
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    connectionsCheckingInterval: limits.checkEveryMs,
    maxHeaderSize: maxHeaderBytes,
    keepAliveTimeout: keepAliveTimeoutMs,
    // The guard answers a missing Host itself, as JSON.
    requireHostHeader: false,
    shouldUpgradeCallback: asksForWebsocket,
  });
  // Nobody is asked for a body whom the guard may refuse; what else a client expects is nothing to refuse it for.
  for (const event of ['checkContinue', 'checkExpectation'] as const)
    server.on(event, (request, response) => server.emit('request', request, response));
  server.on('connect', (_request, socket) => refuseSocket(socket, noTunnel()));
  return server;
}
