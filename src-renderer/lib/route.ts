import type { TraceFilter } from '../../src-main/shared/trace-query.ts';
import { formatFilter, parseFilter } from './filter-params.ts';
import { type ScreenName, screens } from './screens.ts';

export interface Route {
  readonly screen: ScreenName;
  /** The request whose detail is open. */
  readonly requestId: string | null;
  /** The session whose page is open. */
  readonly sessionId?: string;
  /** The experiment whose card is open. */
  readonly experimentId?: string;
  /** Of the request list. */
  readonly filter: TraceFilter;
}

/** More than any filter has; the rest of a longer address is not read. */
const maxAddressChars = 64 * 1024;

/** The route a location hash names; anything unknown is the overview. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = splitAt(hash.slice(0, maxAddressChars).replace(/^#\/?/, ''), '?');
  const [screen, id] = path.split('/');
  const name = screens.find((each) => each.name === screen)?.name ?? 'overview';
  const named = id === undefined || id === '' ? null : decode(id);
  if (name === 'requests') return { screen: name, requestId: named, filter: parseFilter(query) };
  const plain: Route = { screen: name, requestId: null, filter: {} };
  if (named !== null && name === 'sessions') return { ...plain, sessionId: named };
  if (named !== null && name === 'lab') return { ...plain, experimentId: named };
  return plain;
}

/** The location hash of a route. */
export function formatRoute({ screen, requestId, sessionId, experimentId, filter }: Route): string {
  if (screen === 'overview') return '#/';
  if (screen === 'sessions' && sessionId !== undefined) return `#/sessions/${encodeURIComponent(sessionId)}`;
  if (screen === 'lab' && experimentId !== undefined) return `#/lab/${encodeURIComponent(experimentId)}`;
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
