import type { RawHeaders } from '../headers.ts';
import { type JsonAnswer, requestJson } from './json-request.ts';
import type { ProxyRoutes } from './proxy.ts';

/** A turn may wait for it; the official client's own limit is 15 s. */
const accountsCheckTimeoutMs = 5_000;

/** `…/backend-api/codex` → `…/backend-api/wham/usage` (PROTOCOL.md, Usage and limits). */
function usageUrl(upstreamUrl: string): string {
  return `${upstreamUrl.replace(/\/codex\/?$/, '')}/wham/usage`;
}

interface SideQuestion {
  readonly upstreamUrl: string;
  readonly headers: RawHeaders;
  readonly accountId: string;
}

/** Reads an account's usage. */
export function readUsage({ upstreamUrl, ...rest }: SideQuestion, proxies: ProxyRoutes): Promise<JsonAnswer> {
  return requestJson({ method: 'GET', url: usageUrl(upstreamUrl), ...rest }, proxies);
}

/** Reads which workspaces an account has and where upstream wants their turns sent (PROTOCOL.md, Side endpoints). */
export function readAccountsCheck({ upstreamUrl, ...rest }: SideQuestion, proxies: ProxyRoutes): Promise<JsonAnswer> {
  const url = usageUrl(upstreamUrl).replace(/usage$/, 'accounts/check');
  return requestJson({ method: 'GET', url, ...rest, timeoutMs: accountsCheckTimeoutMs }, proxies);
}
