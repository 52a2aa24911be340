import { SlipstreamError } from '../../shared/errors.ts';
import { headerValue, headerValues, type RawHeaders } from '../headers.ts';
import type { KeyPass } from '../key-pass.ts';
import { sameSecret } from '../same-secret.ts';
import { canonicalHost, type OwnHosts } from './addresses.ts';

/** The checks every request passes before anything is done for it. Pure. */

const keyPrefix = '/k/';

/** Throws unless there is exactly one Host header and it is a name we listen on, with our port. */
export function checkHost(headers: RawHeaders, ownHosts: OwnHosts, localIp: string | undefined): void {
  const hosts = headerValues(headers, 'host');
  const host = hosts[0];
  if (hosts.length !== 1 || host === undefined || host.trim() === '') throw new SlipstreamError('host_invalid');
  if (!ownHosts.has(canonicalHost(host), localIp)) throw new SlipstreamError('host_refused');
}

/** Throws when a web page calls that the user did not allow. */
export function checkOrigin(headers: RawHeaders, allowedOrigins: readonly string[]): void {
  const origins = headerValues(headers, 'origin');
  if (origins.some((origin) => !allowedOrigins.includes(origin))) throw new SlipstreamError('origin_refused');
}

/** A path without its `/k/<key>` prefix, and the key. Only the cut path may be recorded. */
export function splitPathKey(path: string): { readonly path: string; readonly key: string | null } {
  if (!path.startsWith(keyPrefix)) return { path, key: null };
  const end = path.indexOf('/', keyPrefix.length);
  if (end === -1) return { path: '/', key: path.slice(keyPrefix.length) };
  return { path: path.slice(end), key: path.slice(keyPrefix.length, end) };
}

/** The key that came: in the path, else as `x-api-key`, else as a bearer. */
export function givenKey(headers: RawHeaders, pathKey: string | null): string | null {
  const bearer = headerValue(headers, 'authorization')?.match(/^Bearer\s+(\S+)$/i)?.[1] ?? null;
  return pathKey ?? headerValue(headers, 'x-api-key') ?? bearer;
}

/** The keys that open the door. */
export interface KeyRing {
  /** The first one, which may do everything. */
  readonly apiKey: string;
  /** The pass of another; null for what is none. Throws `key_expired`. */
  readonly find: (given: string) => KeyPass | null;
}

/** Answers the pass of the key that came, null for the first. Throws unless one came: in the path, as a bearer, or as `x-api-key`. With a path key the bearer is not looked at. */
export function checkKey(headers: RawHeaders, pathKey: string | null, { apiKey, find }: KeyRing): KeyPass | null {
  const given = givenKey(headers, pathKey);
  if (given === null) throw new SlipstreamError('key_missing');
  // Both are looked at, whichever it is.
  const [isFirst, pass] = [sameSecret(given, apiKey), find(given)];
  if (!isFirst && pass === null) throw new SlipstreamError('key_wrong');
  return isFirst ? null : pass;
}

/** Looks again at the key of who is in already: its pass, or the first key as it was then. Throws `key_wrong`, `key_expired`. */
export function checkStillOpens(pass: KeyPass | null, firstKey: string, { apiKey }: Pick<KeyRing, 'apiKey'>): void {
  if (pass !== null) pass.check();
  else if (!sameSecret(firstKey, apiKey)) throw new SlipstreamError('key_wrong');
}

/** Headers with the credentials that opened the door blanked: they are neither kept nor sent on. */
export function concealCredentials(headers: RawHeaders): RawHeaders {
  return headers.map((header) => {
    const name = header[0].toLowerCase();
    return name === 'authorization' || name === 'x-api-key' ? [header[0], '<redacted>'] : header;
  });
}
