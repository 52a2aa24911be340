export type ScreenName = 'overview' | 'requests' | 'accounts';

export interface Route {
  readonly screen: ScreenName;
  /** The request whose detail is open. */
  readonly requestId: string | null;
}

/** The route a location hash names; anything unknown is the overview. */
export function parseRoute(hash: string): Route {
  const [screen, id] = hash.replace(/^#\/?/, '').split('/');
  if (screen === 'accounts') return { screen, requestId: null };
  if (screen === 'requests') return { screen, requestId: id === undefined || id === '' ? null : decode(id) };
  return { screen: 'overview', requestId: null };
}

/** The location hash of a route. */
export function formatRoute(route: Route): string {
  if (route.screen === 'overview') return '#/';
  if (route.screen === 'accounts' || route.requestId === null) return `#/${route.screen}`;
  return `#/requests/${encodeURIComponent(route.requestId)}`;
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
