import { percentDecoded } from './percent-decoded.ts';

/** What an address of a proxy is, and how screens may show it. */

const proxyProtocol = /^(https?|socks5h?):$/;

export const proxyRule = 'an http://, https://, socks5:// or socks5h:// address';

/** Whether requests can go out through it: a scheme that is known, a host, and credentials that can be decoded. */
export function isProxyAddress(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || !proxyProtocol.test(url.protocol) || url.hostname === '') return false;
  try {
    const credentials = [url.username, url.password].map(
      (part) => new TextEncoder().encode(decodeURIComponent(part)).length,
    );
    return credentials.every((length) => length <= maxCredentialBytes);
  } catch {
    return false;
  }
}

const hidden = '********';

/** SOCKS5 has one byte for the length of each. */
const maxCredentialBytes = 255;

/** The address with user and password hidden, either of which may be a token; as it is where it has none. */
export function shownProxy(address: string | null): string | null {
  if (address === null || !URL.canParse(address)) return address;
  const url = new URL(address);
  if (url.username === '' && url.password === '') return address;
  if (url.username !== '') url.username = hidden;
  if (url.password !== '') url.password = hidden;
  return url.href;
}

/** What was meant by an address that comes back from a screen: what is stored where its stand-ins came. */
export function meantProxy(given: string | null, stored: string | null): string | null {
  if (given === null || stored === null || !URL.canParse(given) || !URL.canParse(stored)) return given;
  const [asked, kept] = [new URL(given), new URL(stored)];
  if (asked.host !== kept.host) return given;
  const isSameUser = asked.username === hidden || asked.username === kept.username;
  if (!isSameUser || (asked.username !== hidden && asked.password !== hidden)) return given;
  asked.username = kept.username;
  if (asked.password === hidden) asked.password = kept.password;
  return asked.href;
}

/** What of an address must be seen nowhere, as written and as meant: the password, or the user that stands without one. */
export function proxySecrets(address: string | null): readonly string[] {
  const url = address === null ? null : URL.parse(address);
  const secret = url?.password || url?.username || '';
  return secret === '' || secret === hidden ? [] : [secret, percentDecoded(secret)];
}
