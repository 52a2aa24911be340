import { percentDecoded } from '../../shared/percent-decoded.ts';
import type { RawHeaders } from '../headers.ts';
import type { KeyPass } from '../key-pass.ts';

/** Who asks for what; credentials blanked. */
export interface Asked {
  readonly path: string;
  /** Behind the question mark, without the key. */
  readonly rawQuery: string;
  readonly headers: RawHeaders;
  readonly key: KeyPass | null;
  /** Throws where the key that opened the door opens it no more. */
  readonly opens: () => void;
}

/** The query, without its question mark and without each part that holds the key which opened the door. */
export function queryOf(url: string, key: string | null): string {
  const start = url.indexOf('?');
  const query = start === -1 ? '' : url.slice(start + 1);
  if (key === null || key === '' || query === '') return query;
  return query
    .split('&')
    .filter((part) => !part.includes(key) && !percentDecoded(part).includes(key))
    .join('&');
}

/** A URL's path. */
export function withoutQuery(url: string): string {
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
}

/** A path without the slashes at its end; the first one stays. */
export function withoutEndSlashes(path: string): string {
  let end = path.length;
  while (end > 1 && path[end - 1] === '/') end -= 1;
  return path.slice(0, end);
}
