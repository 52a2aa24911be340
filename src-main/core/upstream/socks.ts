import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { isIP, type Socket } from 'node:net';
import type { SocksProxy } from 'socks';
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
    // A start without a proxy does not wait for it.
    const { SocksClient } = await import('socks');
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

/** The library keeps the system's words, and loses its code. */
function codeOf(error: unknown): { readonly code?: string } {
  if (!(error instanceof Error)) return {};
  const own: unknown = 'code' in error ? error.code : null;
  const code = typeof own === 'string' ? own : /\bE[A-Z]{4,15}\b/.exec(error.message)?.[0];
  if (code === undefined) return /timed out/i.test(error.message) ? { code: 'ETIMEDOUT' } : {};
  return { code };
}
