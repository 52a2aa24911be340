import type { ClientRequest } from 'node:http';
import { isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { Agent, type AgentConnectOpts } from 'agent-base';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { bothFamilies } from './network-fault.ts';
import type { SocksRoute } from './socks.ts';

/** Ways for programs that dial by Node's agents. A module of its own, loaded where a proxy is used: all of Node's fetch comes with it. */
export type TunnelAgent = HttpsProxyAgent<string> | SocksAgent;

/** Through a proxy that speaks HTTP. */
export function httpTunnel(proxy: string, trust: object): TunnelAgent {
  return new HttpsProxyAgent(proxy, { ...bothFamilies, ...trust });
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
