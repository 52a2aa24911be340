/** What of a path goes on below upstream's base. Pure. */

const segmentShape = /^(?:[\w.~!$&'()*+,;=:@-]|%[0-9a-f]{2})+$/i;
const queryShape = /^[\x21\x22\x24-\x7e]*$/;
const maxPathChars = 2_048;
const maxQueryChars = 16 * 1024;

/** First segments that manage an account or a sign-in; the official client asks for none of them here. */
const accountPaths = new Set([
  'account',
  'accounts',
  'admin',
  'api_keys',
  'auth',
  'billing',
  'login',
  'logout',
  'me',
  'oauth',
  'organization',
  'organizations',
  'payments',
  'projects',
  'settings',
  'subscriptions',
  'user',
  'users',
  'wham',
]);

/**
 * A path below a base (`/alpha/search`) with its query, as it may be asked of upstream; null where any reader of URLs
 * might take it for something outside the base, or where it is about accounts.
 */
export function relayablePath(path: string, query: string): string | null {
  const asked = relayableQuery(query);
  if (path.length > maxPathChars || asked === null) return null;
  const [first, ...segments] = path.split('/');
  if (first !== '' || segments.length === 0) return null;
  const decoded = segments.map(plainSegment);
  const head = decoded[0]?.toLowerCase() ?? '';
  if (decoded.includes(null) || accountPaths.has(head)) return null;
  return `${path}${asked}`;
}

/** A query, with its question mark where it says anything, as it may be asked of upstream; null where it may not. */
export function relayableQuery(query: string): string | null {
  if (query.length > maxQueryChars || !queryShape.test(query)) return null;
  return query === '' ? '' : `?${query}`;
}

/** A segment's text; null where it is empty, goes up, hides a separator or is encoded twice. */
function plainSegment(segment: string): string | null {
  if (!segmentShape.test(segment)) return null;
  try {
    const text = decodeURIComponent(segment);
    return /[/\\%?#\p{Cc}]/u.test(text) || /^\.+(;|$)/.test(text) ? null : text;
  } catch {
    return null;
  }
}
