import type { RawHeaders } from '../headers.ts';
import { type JsonAnswer, requestJson } from './json-request.ts';
import type { ProxyRoutes } from './proxy.ts';

/** `…/backend-api/codex` → `…/backend-api/wham/usage` (reference/codex-official.md §4). */
export function usageUrl(upstreamUrl: string): string {
  return `${upstreamUrl.replace(/\/codex\/?$/, '')}/wham/usage`;
}

/** Reads an account's usage. */
export function readUsage(upstreamUrl: string, headers: RawHeaders, proxies: ProxyRoutes): Promise<JsonAnswer> {
  return requestJson({ method: 'GET', url: usageUrl(upstreamUrl), headers }, proxies);
}
