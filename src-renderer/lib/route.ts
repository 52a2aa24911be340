import type { TraceFilter } from '../../src-main/shared/trace-query.ts';
import { formatFilter, parseFilter } from './filter-params.ts';

export type ScreenName = 'overview' | 'requests' | 'latency' | 'lab' | 'accounts' | 'clients' | 'settings';

const plainScreens = ['latency', 'lab', 'accounts', 'clients', 'settings'] as const;

export interface Route {
  readonly screen: ScreenName;
  /** The request whose detail is open. */
  readonly requestId: string | null;
  /** Of the request list. */
  readonly filter: TraceFilter;
}

/** The route a location hash names; anything unknown is the overview. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = splitAt(hash.replace(/^#\/?/, ''), '?');
  const [screen, id] = path.split('/');
  const plain = plainScreens.find((name) => name === screen);
  if (plain !== undefined) return { screen: plain, requestId: null, filter: {} };
  if (screen !== 'requests') return { screen: 'overview', requestId: null, filter: {} };
  return { screen, requestId: id === undefined || id === '' ? null : decode(id), filter: parseFilter(query) };
}

/** The location hash of a route. */
export function formatRoute({ screen, requestId, filter }: Route): string {
  if (screen === 'overview') return '#/';
  if (screen !== 'requests') return `#/${screen}`;
  const params = formatFilter(filter);
  const id = requestId === null ? '' : `/${encodeURIComponent(requestId)}`;
  return `#/requests${id}${params === '' ? '' : `?${params}`}`;
}

function splitAt(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
