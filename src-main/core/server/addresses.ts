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

/** As a Host header names an address with its port. */
export function hostOf(ip: string, port: number): string {
  return ip.includes(':') ? `[${ip.split('%', 1)[0]}]:${port}` : `${ip}:${port}`;
}

/** Every Host header that names this machine's own port or the extra address. */
export function ownHosts(port: number, extraIp: string | null): ReadonlySet<string> {
  const names = loopbackNames.map((name) => `${name}:${port}`);
  const extra = extraIp === null ? [] : [hostOf(extraIp, port)];
  // A client leaves out the port that goes without saying.
  const bare = port === 80 ? [...loopbackNames, ...extra.map((host) => host.slice(0, host.lastIndexOf(':')))] : [];
  return new Set([...names, ...extra, ...bare]);
}

/** A Host header with an IPv6 literal in its one spelling, in small letters; as it came where it is none. */
export function canonicalHost(host: string): string {
  const small = host.toLowerCase();
  if (!small.startsWith('[') || small.length > maxHostChars) return small;
  const end = small.indexOf(']');
  const ip = end === -1 ? null : canonicalIp(small.slice(1, end));
  return ip === null ? small : `[${ip}]${small.slice(end + 1)}`;
}
