export type ScreenName = 'overview' | 'requests' | 'latency' | 'lab' | 'accounts' | 'clients' | 'settings';

const plainScreens = ['latency', 'lab', 'accounts', 'clients', 'settings'] as const;

export interface Route {
  readonly screen: ScreenName;
  /** The request whose detail is open. */
  readonly requestId: string | null;
}

/** The route a location hash names; anything unknown is the overview. */
export function parseRoute(hash: string): Route {
  const [screen, id] = hash.replace(/^#\/?/, '').split('/');
  const plain = plainScreens.find((name) => name === screen);
  if (plain !== undefined) return { screen: plain, requestId: null };
  if (screen === 'requests') return { screen, requestId: id === undefined || id === '' ? null : decode(id) };
  return { screen: 'overview', requestId: null };
}

/** The location hash of a route. */
export function formatRoute(route: Route): string {
  if (route.screen === 'overview') return '#/';
  if (route.screen !== 'requests' || route.requestId === null) return `#/${route.screen}`;
  return `#/requests/${encodeURIComponent(route.requestId)}`;
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
