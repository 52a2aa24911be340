import { headerValue, type RawHeaders } from './headers.ts';

const maxLookedAt = 4_096;

/** Whether an answer is a page of Cloudflare's own, which stands before upstream and the issuer, and not theirs. */
export function isCloudflarePage(headers: RawHeaders, bodyText: string): boolean {
  if (headerValue(headers, 'cf-mitigated') !== null) return true;
  const head = bodyText.slice(0, maxLookedAt).trimStart().toLowerCase();
  const isHtml = head.startsWith('<') || (headerValue(headers, 'content-type') ?? '').startsWith('text/html');
  return isHtml && (headerValue(headers, 'cf-ray') !== null || head.includes('cloudflare') || head.includes('cf-'));
}

/** What such a page means, for people. */
export function pageText(status: number, headers: RawHeaders): string {
  const ray = headerValue(headers, 'cf-ray');
  const which = ray !== null && /^[\w-]{1,40}$/.test(ray) ? `, ray ${ray}` : '';
  return `Cloudflare answered with a page of its own instead (status ${status}${which}): it wants to check this machine, or cannot reach what is behind it. Check the network, a VPN and the proxy.`;
}
