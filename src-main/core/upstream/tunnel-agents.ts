import type { ClientRequest } from 'node:http';
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { Agent, type AgentConnectOpts } from 'agent-base';
import { HttpsProxyAgent } from 'https-proxy-agent';
import type { Clock } from '../ports.ts';
import { bothFamilies } from './network-fault.ts';
import type { SocksRoute } from './socks.ts';

/** Ways for programs that dial by Node's agents. A module of its own, loaded where a proxy is used: all of Node's fetch comes with it. */
export type TunnelAgent = HttpTunnel | SocksAgent;

/** Through a proxy that speaks HTTP. */
export class HttpTunnel extends Agent {
  readonly #proxy: string;
  readonly #trust: object;
  readonly #clock: Clock;
  readonly #timeoutMs: number;

  /** A proxy that says nothing for `timeoutMs` is left. */
  constructor(proxy: string, { trust, clock, timeoutMs }: TunnelParts) {
    super();
    this.#proxy = proxy;
    this.#trust = trust;
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  override async connect(request: ClientRequest, options: AgentConnectOpts): Promise<Socket> {
    // Nobody else could close its connection: whoever asked for it gets it only once the proxy has answered.
    const late = new AbortController();
    const timer = this.#clock.after(this.#timeoutMs, () => late.abort(new Error('no answer from the proxy in time')));
    try {
      const tunnel = new HttpsProxyAgent(this.#proxy, { ...bothFamilies, ...this.#trust, signal: late.signal });
      let status = 0;
      tunnel.on('proxyConnect', (answer: { readonly statusCode: number }) => {
        status = answer.statusCode;
      });
      const socket = await tunnel.connect(request, options);
      if (status === 200) return socket;
      // It would be read as upstream's own answer, and held against the account.
      socket.destroy();
      throw new Error(status > 0 ? `the proxy answered with status ${status}` : 'the proxy answered with no HTTP');
    } finally {
      timer.cancel();
    }
  }
}

interface TunnelParts {
  /** Whom TLS trusts. */
  readonly trust: object;
  readonly clock: Clock;
  readonly timeoutMs: number;
}

interface WayNow {
  /** Absent: straight. */
  readonly agent?: TunnelAgent | undefined;
  /** Whom TLS trusts. */
  readonly trust: object;
}

/** The way out as it is at each connection, for a library that asks for an agent once. */
export class WayAgent extends Agent {
  readonly #wayNow: () => Promise<WayNow>;

  constructor(wayNow: () => Promise<WayNow>) {
    super();
    this.#wayNow = wayNow;
  }

  override async connect(request: ClientRequest, options: AgentConnectOpts): Promise<Socket> {
    const { agent, trust } = await this.#wayNow();
    const wanted = { ...options, ...trust };
    if (agent !== undefined) return agent.connect(request, wanted);
    return options.secureEndpoint ? connectTls(wanted) : connectPlain(wanted as AgentConnectOpts & { port: number });
  }
}

/** Through a SOCKS5 proxy. */
export class SocksAgent extends Agent {
  readonly #route: SocksRoute;

  constructor(route: SocksRoute) {
    super();
    this.#route = route;
  }

  override async connect(_request: ClientRequest, options: AgentConnectOpts): Promise<Socket> {
    const host = options.host ?? 'localhost';
    const socket = await this.#route.open(host, Number(options.port));
    if (!options.secureEndpoint) return socket;
    const { host: _host, port: _port, path: _path, ...tls } = options;
    return connectTls({ ...tls, socket, ...(isIP(host) === 0 ? { servername: host } : {}) });
  }
}
