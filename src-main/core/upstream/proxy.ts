import { EventEmitter, once } from 'node:events';
import type { ClientRequest, Agent as HttpAgent } from 'node:http';
import { isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { getProxyForUrl } from 'proxy-from-env';
import { Agent, type Dispatcher, ProxyAgent } from 'undici';
import { SlipstreamError } from '../../shared/errors.ts';
import type { Clock } from '../ports.ts';
import { socksConnector, timedConnector } from './http-connection.ts';
import { bothFamilies } from './network-fault.ts';
import { SocksAgent, SocksRoute } from './socks.ts';

const connectTimeoutMs = 5_000;
/** The official client's own idle limit (PROTOCOL.md, Ways in). */
const idleTimeoutMs = 300_000;

/** No ping can show whether a kept connection still lives, so none is kept for longer, whatever upstream offers. */
const keptMs = 4_000;

const dialling = { timeout: connectTimeoutMs, ...bothFamilies } as const;

const timeouts = {
  headersTimeout: idleTimeoutMs,
  bodyTimeout: idleTimeoutMs,
  keepAliveTimeout: keptMs,
  keepAliveMaxTimeout: keptMs,
} as const;

type TunnelAgent = HttpsProxyAgent<string> | SocksAgent;

/** Which way out of this machine a request takes, the same for every transport: the setting, else HTTPS_PROXY and NO_PROXY. */
export class ProxyRoutes {
  readonly #setting: () => string | null;
  readonly #clock: Clock;
  readonly #dispatchers = new Map<string | null, Dispatcher>();
  readonly #websocketAgents = new Map<string, TunnelAgent>();

  /** `setting` is a proxy URL for everything, or null to follow the environment. */
  constructor(setting: () => string | null, clock: Clock) {
    this.#setting = setting;
    this.#clock = clock;
  }

  /** Proxy URL for a target; null goes straight. Websocket URLs count as their http twins. */
  proxyFor(url: string): string | null {
    const target = url.replace(/^ws/, 'http');
    const proxy = this.#setting() ?? getProxyForUrl(target);
    return proxy === '' ? null : proxy;
  }

  /** For undici. Throws `upstream_unreachable` for a proxy that is no address. */
  dispatcher(url: string): Dispatcher {
    const proxy = this.proxyFor(url);
    const known = this.#dispatchers.get(proxy);
    if (known !== undefined) return known;
    const made = proxy === null ? this.#straight() : usable(() => this.#through(proxy));
    this.#dispatchers.set(proxy, made);
    return made;
  }

  /** For ws; undefined goes straight. Throws as `dispatcher` does. */
  websocketAgent(url: string): HttpAgent | undefined {
    return this.#agentFor(url);
  }

  #agentFor(url: string): TunnelAgent | undefined {
    const proxy = this.proxyFor(url);
    if (proxy === null) return undefined;
    const agent = this.#websocketAgents.get(proxy) ?? usable(() => websocketAgentFor(proxy));
    this.#websocketAgents.set(proxy, agent);
    return agent;
  }

  /** Opens a connection to an https URL's host and agrees on TLS, as a websocket's would be. Rejects where it cannot. */
  async openTls(url: string): Promise<Socket> {
    const { hostname, port } = new URL(url);
    const host = hostname.replace(/^\[|\]$/g, '');
    const options = { ...bothFamilies, host, port: Number(port || 443), servername: isIP(host) === 0 ? host : '' };
    const agent = this.#agentFor(url);
    // The agent only tells its request of events.
    const request = new EventEmitter() as unknown as ClientRequest;
    const socket =
      agent === undefined ? connectTls(options) : await agent.connect(request, { ...options, secureEndpoint: true });
    socket.setTimeout(connectTimeoutMs, () => socket.destroy(new Error('no connection in time')));
    await once(socket, 'secureConnect');
    socket.setTimeout(0);
    return socket;
  }

  /** Ends every connection. */
  async close(): Promise<void> {
    for (const agent of this.#websocketAgents.values()) agent.destroy();
    await Promise.all([...this.#dispatchers.values()].map((dispatcher) => dispatcher.destroy()));
    this.#dispatchers.clear();
  }

  #straight(): Dispatcher {
    return new Agent({ connect: timedConnector(connectTimeoutMs, () => this.#clock.monotonicMs()), ...timeouts });
  }

  #through(proxy: string): Dispatcher {
    const socks = socksRoute(proxy);
    if (socks === null) return new ProxyAgent({ uri: proxy, proxyTls: dialling, requestTls: dialling, ...timeouts });
    const connect = socksConnector(socks, connectTimeoutMs, () => this.#clock.monotonicMs());
    return new Agent({ connect, ...timeouts });
  }
}

function websocketAgentFor(proxy: string): TunnelAgent {
  const socks = socksRoute(proxy);
  return socks === null ? new HttpsProxyAgent(proxy, bothFamilies) : new SocksAgent(socks);
}

/** Null for a proxy that speaks HTTP. */
function socksRoute(proxy: string): SocksRoute | null {
  const url = new URL(proxy);
  return /^socks5h?:$/.test(url.protocol) ? new SocksRoute(url, connectTimeoutMs) : null;
}

/** The environment may name anything. */
function usable<T>(make: () => T): T {
  try {
    return make();
  } catch (cause) {
    throw new SlipstreamError('upstream_unreachable', {
      message: 'the proxy it goes through has no valid address',
      cause,
    });
  }
}
