import { EventEmitter, once } from 'node:events';
import type { ClientRequest, Agent as HttpAgent } from 'node:http';
import { isIP, type Socket } from 'node:net';
import { connect as connectTls, type SecureContext } from 'node:tls';
import { getProxyForUrl } from 'proxy-from-env';
import type { Dispatcher } from 'undici';
import { SlipstreamError } from '../../shared/errors.ts';
import { isProxyAddress, proxyRule } from '../../shared/proxy-address.ts';
import type { WayTest } from '../../shared/ways.ts';
import { said } from '../../shared/words/said.ts';
import { BoundedMap } from '../bounded-map.ts';
import type { Clock } from '../ports.ts';
import { bothFamilies } from './network-fault.ts';
import { SocksRoute } from './socks.ts';
import { SystemRoutes } from './system-routes.ts';
import { TrustedRoots } from './trusted-roots.ts';
import type { TunnelAgent } from './tunnel-agents.ts';

const connectTimeoutMs = 5_000;
const maxEnvironmentWays = 100;
type Trust = { readonly secureContext?: SecureContext };
/** What a websocket is opened with. */
export type SocketOptions = Trust & { readonly agent?: HttpAgent };

interface Way {
  /** Null goes straight. */
  readonly proxy: string | null;
  readonly by: WayTest['decidedBy'];
}

/** What else is known of the way out, where a machine knows it. */
interface Surroundings {
  /** The system's own settings or PAC script, asked per URL; answers in a PAC script's form. */
  readonly system?: ((url: string) => Promise<string>) | undefined;
  /** Path of a PEM file whose certificates are trusted, too. */
  readonly caFile?: () => string | null;
}

/**
 * Which way out of this machine a request takes, the same for every transport: the account's own, else the setting, else
 * HTTPS_PROXY and NO_PROXY where they are set, else the system's.
 */
export class ProxyRoutes {
  /** What limits are kept by on every way. */
  readonly clock: Clock;
  readonly #setting: () => string | null;
  /** Null where there is none to ask, or the environment speaks for it. */
  readonly #system: SystemRoutes | null;
  readonly #roots: TrustedRoots;
  #ofAccount: (accountId: string) => string | null = () => null;
  readonly #dispatchers = new Map<string, Dispatcher>();
  readonly #websocketAgents = new Map<string, TunnelAgent>();
  /** What the environment says of a URL, empty where nothing: a process keeps it, and reading it costs each turn twice. */
  readonly #environmentWays = new BoundedMap<string, string>(maxEnvironmentWays);
  /** What was trusted when those were made. */
  #rootsKey = '';

  /** `setting` is a proxy URL for everything, or null to follow the environment and the system. */
  constructor(setting: () => string | null, clock: Clock, { system, caFile }: Surroundings = {}) {
    this.#setting = setting;
    this.clock = clock;
    this.#system = system === undefined || environmentSpeaks() ? null : new SystemRoutes(system, clock);
    this.#roots = new TrustedRoots(caFile ?? (() => null), clock);
  }

  /** Tells each account's own proxy, which goes before everything else; null where it has none. */
  followAccounts(ofAccount: (accountId: string) => string | null): void {
    this.#ofAccount = ofAccount;
  }

  /** Resolves once the way to a URL is known; null where it is already. */
  ready(url: string, accountId: string | null): Promise<void> | null {
    return this.#chosen(accountId) === null ? this.readyByMachine(url) : null;
  }

  /** The same, whatever accounts and the setting say. */
  readyByMachine(url: string): Promise<void> | null {
    return this.#system?.ready(httpTwin(url)) ?? null;
  }

  /** The way to a URL on an account's behalf, or on nobody's, as it is known. Websocket URLs count as their http twins. */
  wayTo(url: string, accountId: string | null = null): Way {
    return this.#chosen(accountId) ?? this.wayByMachine(url);
  }

  /** The way that is taken where neither an account nor the setting names one. */
  wayByMachine(url: string): Way {
    const named = this.#namedByEnvironment(url);
    if (named !== '') return { proxy: named, by: 'environment' };
    const proxy = this.#system?.routeTo(httpTwin(url)) ?? null;
    return { proxy, by: proxy === null ? 'nobody' : 'system' };
  }

  /** The same as one text, and whom it trusts: connections are never shared by different ones. Not to be shown. */
  routeKey(url: string, accountId: string | null): string {
    return `${this.wayTo(url, accountId).proxy ?? ''} ${this.#roots.key}`;
  }

  /** For undici. Rejects with `upstream_unreachable` for a proxy that is no address, or certificates that cannot be read. */
  async dispatcher(url: string, accountId: string | null = null): Promise<Dispatcher> {
    return this.dispatcherThrough(this.wayTo(url, accountId).proxy);
  }

  /** The same through a proxy that is named, or straight. */
  async dispatcherThrough(proxy: string | null): Promise<Dispatcher> {
    const makers = await import('./dispatchers.ts');
    this.#renew();
    const key = proxy ?? '';
    const known = this.#dispatchers.get(key);
    if (known !== undefined) return known;
    const made = this.#make(makers, proxy);
    this.#dispatchers.set(key, made);
    return made;
  }

  /** One of the caller's own, who ends it. */
  async freshDispatcher(proxy: string | null): Promise<Dispatcher> {
    return this.#make(await import('./dispatchers.ts'), proxy);
  }

  /** For ws. Rejects with what `dispatcher` throws. */
  async websocketOptions(url: string, accountId: string | null = null): Promise<SocketOptions> {
    const agent = await this.#agentFor(url, accountId);
    return { ...(agent === undefined ? {} : { agent }), ...this.#trust() };
  }

  /** For libraries that send by themselves to a URL, on nobody's behalf. */
  async libraryAgent(url: string): Promise<HttpAgent> {
    const { WayAgent } = await import('./tunnel-agents.ts');
    return new WayAgent(async () => {
      await this.ready(url, null);
      return { agent: await this.#agentFor(url, null), trust: this.#trust() };
    });
  }

  /** Opens a connection to an https URL's host and agrees on TLS, as a websocket's would be. Rejects where it cannot. */
  async openTls(url: string, accountId: string | null = null): Promise<Socket> {
    await this.ready(url, accountId);
    const { hostname, port } = new URL(url);
    const host = hostname.replace(/^\[|\]$/g, '');
    const target = { host, port: Number(port || 443), servername: isIP(host) === 0 ? host : '' };
    const options = { ...bothFamilies, ...target, ...this.#trust() };
    const agent = await this.#agentFor(url, accountId);
    // The agent only tells its request of events.
    const request = new EventEmitter() as unknown as ClientRequest;
    const socket =
      agent === undefined ? connectTls(options) : await agent.connect(request, { ...options, secureEndpoint: true });
    socket.setTimeout(connectTimeoutMs, () => socket.destroy(new Error('no connection in time')));
    await once(socket, 'secureConnect');
    socket.setTimeout(0);
    return socket;
  }

  /** Another network may have other ways. */
  networkChanged(): void {
    this.#system?.forget();
  }

  /** Ends every connection. */
  async close(): Promise<void> {
    for (const agent of this.#websocketAgents.values()) agent.destroy();
    await Promise.all([...this.#dispatchers.values()].map((dispatcher) => dispatcher.destroy()));
    this.#dispatchers.clear();
  }

  /** What an account or the setting says; null where the machine is to be asked. */
  #chosen(accountId: string | null): Way | null {
    const own = accountId === null ? null : this.#ofAccount(accountId);
    if (own !== null) return { proxy: own, by: 'account' };
    const setting = this.#setting();
    return setting === null ? null : { proxy: setting, by: 'settings' };
  }

  #namedByEnvironment(url: string): string {
    const known = this.#environmentWays.get(url);
    if (known !== undefined) return known;
    const named = getProxyForUrl(httpTwin(url));
    this.#environmentWays.set(url, named);
    return named;
  }

  async #agentFor(url: string, accountId: string | null): Promise<TunnelAgent | undefined> {
    this.#renew();
    const { proxy } = this.wayTo(url, accountId);
    if (proxy === null) return undefined;
    const known = this.#websocketAgents.get(proxy);
    if (known !== undefined) return known;
    const { HttpTunnel, SocksAgent } = await import('./tunnel-agents.ts');
    const made = usable(proxy, () => {
      const socks = socksRoute(proxy);
      if (socks !== null) return new SocksAgent(socks);
      return new HttpTunnel(proxy, { trust: this.#trust(), clock: this.clock, timeoutMs: connectTimeoutMs });
    });
    this.#websocketAgents.set(proxy, made);
    return made;
  }

  #make(makers: typeof import('./dispatchers.ts'), proxy: string | null): Dispatcher {
    const nowMs = () => this.clock.monotonicMs();
    const dialling = { timeoutMs: connectTimeoutMs, nowMs, trust: this.#trust() };
    if (proxy === null) return makers.straightDispatcher(dialling);
    return usable(proxy, () => {
      const socks = socksRoute(proxy);
      return socks === null ? makers.httpProxyDispatcher(proxy, dialling) : makers.socksDispatcher(socks, dialling);
    });
  }

  #trust(): Trust {
    const secureContext = this.#roots.context();
    return secureContext === undefined ? {} : { secureContext };
  }

  /** Where others are trusted now, connections are made anew; what runs on the old ones ends as it would. */
  #renew(): void {
    const { key } = this.#roots;
    if (key === this.#rootsKey) return;
    this.#rootsKey = key;
    for (const dispatcher of this.#dispatchers.values()) void dispatcher.close().catch(() => {});
    this.#dispatchers.clear();
    this.#websocketAgents.clear();
  }
}

function httpTwin(url: string): string {
  return url.replace(/^ws/, 'http');
}

const proxyVariables = ['http_proxy', 'https_proxy', 'all_proxy'].flatMap((name) => [name, name.toUpperCase()]);

/** Whether whoever started the program has said anything of proxies, in a spelling that is read: then the system is not asked. */
function environmentSpeaks(): boolean {
  return proxyVariables.some((name) => (process.env[name] ?? '') !== '');
}

/** Null for a proxy that speaks HTTP. */
function socksRoute(proxy: string): SocksRoute | null {
  const url = new URL(proxy);
  return /^socks5h?:$/.test(url.protocol) ? new SocksRoute(url, connectTimeoutMs) : null;
}

/** The environment and the system may name anything. */
function usable<T>(proxy: string, make: () => T): T {
  try {
    if (!isProxyAddress(proxy)) throw new Error('not an address of a proxy');
    return make();
  } catch (cause) {
    throw new SlipstreamError('upstream_unreachable', {
      ...said('failures.turn.noProxy', { rule: proxyRule }),
      cause,
    });
  }
}
