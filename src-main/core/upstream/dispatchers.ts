import { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { Agent, buildConnector, type Dispatcher, Pool, ProxyAgent } from 'undici';
import { ConnectionTimer } from './connection-timer.ts';
import { timeSocket } from './http-connection.ts';
import { bothFamilies, maxAnswerHeadBytes } from './network-fault.ts';
import type { SocksRoute } from './socks.ts';

/** How undici connects, loaded with undici when the first request goes out: a start needs neither. */

/** The official client's own idle limit (PROTOCOL.md, Ways in). */
const idleTimeoutMs = 300_000;

/** No ping can show whether a kept connection still lives, so none is kept for longer, whatever upstream offers. */
const keptMs = 4_000;

const answerLimits = {
  maxHeaderSize: maxAnswerHeadBytes,
  headersTimeout: idleTimeoutMs,
  bodyTimeout: idleTimeoutMs,
  keepAliveTimeout: keptMs,
  keepAliveMaxTimeout: keptMs,
} as const;

export interface Dialling {
  readonly timeoutMs: number;
  /** Monotonic ms. */
  readonly nowMs: () => number;
  /** Absent: Node's own list of roots. */
  readonly trust: { readonly secureContext?: SecureContext };
}

/** Connects to upstream itself. */
export function straightDispatcher(dialling: Dialling): Dispatcher {
  return new Agent({ connect: timedConnector(dialling), ...answerLimits });
}

/** Connects through a SOCKS proxy. */
export function socksDispatcher(route: SocksRoute, dialling: Dialling): Dispatcher {
  return new Agent({ connect: socksConnector(route, dialling), ...answerLimits });
}

/** Connects through an HTTP proxy, whose address may hold credentials. */
export function httpProxyDispatcher(uri: string, { timeoutMs, trust }: Dialling): Dispatcher {
  const tls = { timeout: timeoutMs, ...bothFamilies, ...trust };
  // What it lets through has limits of its own.
  const clientFactory = (origin: URL, options: object) => new Pool(origin, { ...options, headersTimeout: timeoutMs });
  return new ProxyAgent({ uri, proxyTls: tls, requestTls: tls, clientFactory, ...answerLimits });
}

/** undici's connector, with each new socket timed. */
function timedConnector({ timeoutMs, nowMs, trust }: Dialling): buildConnector.connector {
  const connect = buildConnector({ timeout: timeoutMs, ...bothFamilies, ...trust });
  return (options, callback) => {
    const timer = new ConnectionTimer(nowMs);
    // The types say nothing of the socket that comes back.
    const socket: unknown = connect(options, callback);
    if (socket instanceof Socket) timeSocket(socket, timer);
  };
}

/** The same through a SOCKS proxy. */
function socksConnector(route: SocksRoute, { timeoutMs, nowMs, trust }: Dialling): buildConnector.connector {
  const seal = buildConnector({ timeout: timeoutMs, ...bothFamilies, ...trust });
  return (options, callback) => {
    const timer = new ConnectionTimer(nowMs);
    const isSecure = options.protocol === 'https:';
    const opened = (plain: Socket) => {
      const sealed: unknown = isSecure ? seal({ ...options, httpSocket: plain }, callback) : plain;
      timeSocket(sealed instanceof Socket ? sealed : plain, timer);
      if (!isSecure) callback(null, plain);
    };
    route
      .open(options.hostname, Number(options.port) || (isSecure ? 443 : 80))
      .then(opened, (error: Error) => callback(error, null));
  };
}
