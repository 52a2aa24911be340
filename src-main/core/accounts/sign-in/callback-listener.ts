import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { finished } from 'node:stream';
import { SlipstreamError } from '../../../shared/errors.ts';
import { headerValues, pairHeaders } from '../../headers.ts';
import { inTime, pause } from '../../in-time.ts';
import { createServer, get } from '../../node-http.ts';
import type { Clock } from '../../ports.ts';
import { callbackPage, type PageKind } from './callback-page.ts';

/*
 * Where the browser comes back to. Any program and any web page can reach this port while it is open, so: loopback, GET, the
 * exact host, and everything decided by whoever holds the state. Routes as the official client's (PROTOCOL.md, Sign-in).
 */

const host = '127.0.0.1';
/** Registered redirect ports of the official client. */
export const defaultSignInPorts: readonly number[] = [1455, 1457];
const cancelTimeoutMs = 2_000;
const portRetryMs = 200;
const portRetries = 10;
const requestTimeoutMs = 10_000;
const maxConnections = 20;
/** After the end, for the browser to fetch the page that says so. */
const lingerMs = 5_000;

interface CallbackHandlers {
  /** The browser came back; says which page it gets. */
  callback(query: URLSearchParams): Promise<PageKind>;
  /** Another program asks for the port. */
  cancelled(): void;
}

export interface CallbackListener {
  readonly redirectUri: string;
  /** Stops listening: at once, or after the browser has fetched its last page. */
  close(when: 'now' | 'soon'): void;
}

export interface ListenOptions {
  readonly ports: readonly number[];
  readonly clock: Clock;
  readonly handlers: CallbackHandlers;
}

/** Listens on the first port that can be had; an old occupant of it is asked to leave. Throws `sign_in_ports_taken`. */
export async function listenForCallback({ ports, clock, handlers }: ListenOptions): Promise<CallbackListener> {
  for (const port of ports) {
    const server = await takePort(port, clock, handlers);
    if (server !== null) return server;
  }
  throw new SlipstreamError('sign_in_ports_taken');
}

async function takePort(port: number, clock: Clock, handlers: CallbackHandlers): Promise<CallbackListener | null> {
  const first = await tryListen(port, clock, handlers);
  if (first !== null || !(await askToCancel(port, clock))) return first;
  for (let tries = 0; tries < portRetries; tries += 1) {
    await pause(clock, portRetryMs);
    const listener = await tryListen(port, clock, handlers);
    if (listener !== null) return listener;
  }
  return null;
}

/** Asks another sign-in to give its port back; false where nothing answered. */
function askToCancel(port: number, clock: Clock): Promise<boolean> {
  // Not a limit on silence: whoever has the port may say something again and again.
  return inTime(clock, cancelTimeoutMs, (signal) => {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const request = get({ host, port, path: '/cancel', signal, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('error', () => resolve(false));
    return promise;
  });
}

function tryListen(port: number, clock: Clock, handlers: CallbackHandlers): Promise<CallbackListener | null> {
  return new Promise((resolve, reject) => {
    const server = createServer({ requestTimeout: requestTimeoutMs, headersTimeout: requestTimeoutMs });
    server.maxConnections = maxConnections;
    server.once('error', (error) => {
      if ('code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES')) resolve(null);
      else reject(error);
    });
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address();
      const taken = typeof address === 'object' && address !== null ? address.port : port;
      resolve(serve(server, `${host}:${taken}`, clock, handlers));
    });
  });
}

function serve(server: Server, authority: string, clock: Clock, handlers: CallbackHandlers): CallbackListener {
  let isClosing = false;
  const closeNow = () => {
    server.close();
    server.closeAllConnections();
  };
  server.on('request', (request, response) => {
    void answer(request, response, authority, handlers).then((isLast) => {
      // It may have been sent by now.
      if (isLast && isClosing) finished(response, () => server.close());
    });
  });
  return {
    redirectUri: `http://${authority}/auth/callback`,
    close: (when) => {
      if (when === 'now') return closeNow();
      isClosing = true;
      clock.after(lingerMs, closeNow);
    },
  };
}

/** Answers one request; true for the page that is the end of a sign-in. */
async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  authority: string,
  handlers: CallbackHandlers,
): Promise<boolean> {
  const hosts = headerValues(pairHeaders(request.rawHeaders), 'host');
  if (hosts.length !== 1 || hosts[0] !== authority) return say(response, 400, 'wrong-host');
  if (request.method !== 'GET') return say(response, 405, 'wrong-method', { allow: 'GET' });
  const url = URL.parse(request.url ?? '/', `http://${authority}`);
  switch (url?.pathname) {
    case '/auth/callback':
      // The issuer sends a whole tab here; a picture, a frame or a script of some page never is a sign-in.
      if (isPartOfPage(request)) return say(response, 403, 'wrong-caller');
      return come(response, url.searchParams, handlers);
    case '/success':
      return say(response, 200, 'done');
    case '/cancel':
      if (isFromPage(request)) return say(response, 403, 'wrong-caller');
      say(response, 200, 'cancelled');
      response.once('finish', handlers.cancelled);
      return false;
    default:
      return say(response, 404, 'unknown');
  }
}

async function come(response: ServerResponse, query: URLSearchParams, handlers: CallbackHandlers): Promise<boolean> {
  const page = await handlers.callback(query);
  if (page !== 'done') return say(response, page === 'refused' || page === 'failed' ? 200 : 400, page);
  // The code leaves the address bar and the history.
  response.writeHead(302, { ...pageHeaders, location: '/success', 'content-length': 0 }).end();
  return false;
}

/** A browser says what it wants an address for; another program says nothing of it. */
function isPartOfPage(request: IncomingMessage): boolean {
  const destination = request.headers['sec-fetch-dest'];
  return request.headers.origin !== undefined || (destination !== undefined && destination !== 'document');
}

/** A page of another origin, or one of this listener's own, has no business here; a program and an address bar have. */
function isFromPage(request: IncomingMessage): boolean {
  const { origin, referer, 'sec-fetch-site': site } = request.headers;
  // Older browsers say of a picture's page no more than its address.
  return origin !== undefined || referer !== undefined || (site !== undefined && site !== 'none');
}

const pageHeaders = {
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  connection: 'close',
} as const;

function say(
  response: ServerResponse,
  status: number,
  kind: PageKind,
  more: Readonly<Record<string, string>> = {},
): boolean {
  const body = Buffer.from(callbackPage(kind));
  response.writeHead(status, {
    ...pageHeaders,
    ...more,
    'content-type': 'text/html; charset=utf-8',
    'content-length': body.length,
  });
  response.end(body);
  return kind === 'done' || kind === 'failed' || kind === 'refused';
}
