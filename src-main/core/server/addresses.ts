import { isIP } from 'node:net';

/** Addresses that Slipstream listens on, and the Host headers that name them. Pure. */

const loopbackNames = ['127.0.0.1', 'localhost', '[::1]'] as const;
/** Longer than any name or address with its port. */
const maxHostChars = 255;

/**
 * An IP literal in its one spelling, an IPv6 one without brackets: `::0001` is `::1`. Null for what is no IP literal.
 */
export function canonicalIp(text: string): string | null {
  const [address = '', zone] = text.split('%', 2);
  if (text.length > maxHostChars || isIP(address) === 0) return null;
  const host = isIP(address) === 6 ? new URL(`http://[${address}]/`).hostname.slice(1, -1) : address;
  return zone === undefined ? host : `${host}%${zone}`;
}

/** An IPv4 address that an IPv6 one stands for. */
const mapped = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/;

/** The IP address that a person means, in its one spelling: in brackets, shortened (`127.1`), hexadecimal, `localhost`. Null for a name. */
export function readAddress(text: string): string | null {
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  if (bare.length > maxHostChars) return null;
  if (bare.toLowerCase() === 'localhost') return '127.0.0.1';
  const ip = canonicalIp(bare);
  if (ip !== null) return ipv4Of(ip) ?? ip;
  // A URL's host is read as the system's own tools read an address; only digits and dots come out where it is one.
  const host = /^[\da-fx.]+$/i.test(bare) ? URL.parse(`http://${bare}/`)?.hostname : undefined;
  return host !== undefined && isIP(host) === 4 ? host : null;
}

function ipv4Of(ip: string): string | null {
  const [, high, low] = mapped.exec(ip) ?? [];
  if (high === undefined || low === undefined) return null;
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [a >> 8, a & 255, b >> 8, b & 255].join('.');
}

/** Whether only this machine reaches an address. */
export function isLoopbackIp(ip: string | undefined): boolean {
  return ip === '::1' || /^(?:::ffff:)?127\./.test(ip ?? '');
}

const everywhere = ['0.0.0.0', '::'];

/** Addresses to listen on so that the loopback ones and `extraIp`, which may stand for all, are answered, each once. */
export function addressesToOpen(extraIp: string | null): readonly string[] {
  const extra = extraIp === null ? null : (readAddress(extraIp) ?? extraIp);
  switch (extra) {
    case '0.0.0.0':
      return ['0.0.0.0', '::1'];
    case '::':
      return ['0.0.0.0', '::'];
    default:
      return ['127.0.0.1', '::1', ...(extra === null || isLoopbackIp(extra) ? [] : [extra])];
  }
}

/** As a Host header names an address with its port. */
export function hostOf(ip: string, port: number): string {
  return ip.includes(':') ? `[${ip.split('%', 1)[0]}]:${port}` : `${ip}:${port}`;
}

/** Host headers that name this machine's own port. */
export class OwnHosts {
  readonly #port: number;
  readonly #hosts: ReadonlySet<string>;
  readonly #isEverywhere: boolean;

  constructor(port: number, opened: readonly string[]) {
    this.#port = port;
    this.#isEverywhere = opened.some((ip) => everywhere.includes(ip));
    const extra = opened.filter((ip) => !everywhere.includes(ip)).map((ip) => hostOf(ip, port));
    const hosts = [...loopbackNames.map((name) => `${name}:${port}`), ...extra];
    this.#hosts = new Set(hosts.flatMap((host) => this.#withBare(host)));
  }

  /** `localIp` is the address that the client came to: a name that points there is not enough, whoever made it point there. */
  has(host: string, localIp: string | undefined): boolean {
    if (this.#hosts.has(host)) return true;
    if (!this.#isEverywhere || localIp === undefined) return false;
    return this.#withBare(hostOf(readAddress(localIp) ?? localIp, this.#port)).includes(host);
  }

  /** A client leaves out the port that goes without saying. */
  #withBare(host: string): string[] {
    return this.#port === 80 ? [host, host.slice(0, host.lastIndexOf(':'))] : [host];
  }
}

/** A Host header with an IPv6 literal in its one spelling, in small letters; as it came where it is none. */
export function canonicalHost(host: string): string {
  const small = host.toLowerCase();
  if (!small.startsWith('[') || small.length > maxHostChars) return small;
  const end = small.indexOf(']');
  const ip = end === -1 ? null : canonicalIp(small.slice(1, end));
  return ip === null ? small : `[${ip}]${small.slice(end + 1)}`;
}
