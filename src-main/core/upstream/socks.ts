import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import type { ClientRequest } from 'node:http';
import { isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { Agent, type AgentConnectOpts } from 'agent-base';
import { SocksClient, type SocksProxy } from 'socks';
import { bothFamilies } from './network-fault.ts';

const defaultPort = 1080;

/** Connections through one SOCKS5 proxy. `socks5` looks names up on this machine, `socks5h` leaves that to the proxy. */
export class SocksRoute {
  readonly #proxy: SocksProxy;
  readonly #asksProxyForNames: boolean;
  readonly #timeoutMs: number;

  /** Throws for credentials that cannot be decoded. `timeoutMs` is for the whole way to the target, address by address. */
  constructor(address: URL, timeoutMs: number) {
    const [user, password] = [decodeURIComponent(address.username), decodeURIComponent(address.password)];
    this.#proxy = {
      // IPv6 literals stand in brackets.
      host: address.hostname.replace(/^\[|\]$/g, ''),
      port: Number(address.port) || defaultPort,
      type: 5,
      ...(user === '' ? {} : { userId: user, password }),
    };
    this.#asksProxyForNames = address.protocol === 'socks5h:';
    this.#timeoutMs = timeoutMs;
  }

  /** A connection to the target, its bytes still untouched. Rejects with an error that names no credentials. */
  async open(host: string, port: number): Promise<Socket> {
    const bare = host.replace(/^\[|\]$/g, '');
    let last: unknown = null;
    for (const { address } of await this.#addresses(bare)) {
      try {
        return await this.#dial(address, port);
      } catch (error) {
        last = error;
      }
    }
    // The library's errors hold the options they were made with, and so the password.
    const why = last instanceof Error ? last.message : 'no address';
    throw Object.assign(new Error(`the SOCKS proxy: ${why}`), codeOf(last));
  }

  async #addresses(host: string): Promise<readonly Pick<LookupAddress, 'address'>[]> {
    return this.#asksProxyForNames || isIP(host) !== 0 ? [{ address: host }] : lookup(host, { all: true });
  }

  async #dial(host: string, port: number): Promise<Socket> {
    const { socket } = await SocksClient.createConnection({
      proxy: { ...this.#proxy },
      command: 'connect',
      destination: { host, port },
      timeout: this.#timeoutMs,
      set_tcp_nodelay: true,
      socket_options: { ...bothFamilies, host: this.#proxy.host ?? '', port: this.#proxy.port },
    });
    return socket;
  }
}

/** The same for programs that dial by Node's agents. */
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

/** The library keeps the system's words, and loses its code. */
function codeOf(error: unknown): { readonly code?: string } {
  if (!(error instanceof Error)) return {};
  const own: unknown = 'code' in error ? error.code : null;
  const code = typeof own === 'string' ? own : /\bE[A-Z]{4,15}\b/.exec(error.message)?.[0];
  if (code === undefined) return /timed out/i.test(error.message) ? { code: 'ETIMEDOUT' } : {};
  return { code };
}
