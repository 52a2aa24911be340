import type { CustomScheme } from 'electron';
import type { Asset, Assets } from '../node/assets.ts';
import { pageHeaders } from '../node/page-headers.ts';

export const appScheme = 'app';
export const appOrigin = 'app://bundle';

/** Whether an address is one of our own files. */
export function isOwnPage(url: string): boolean {
  return url.startsWith(`${appOrigin}/`);
}

/** Must be registered before the app is ready. Not `bypassCSP`, and no fetch: pages load files and call the bridge. */
export const appSchemes: CustomScheme[] = [
  { scheme: appScheme, privileges: { standard: true, secure: true, codeCache: true } },
];

/** The headers of every answer. Pages reach nothing over the network: their data comes over IPC. */
export const securityHeaders = pageHeaders("'none'");

/** The file a URL names, or null. Only exact names of files that were read at the start are found. */
export function resolveAsset(assets: Assets, url: string): Asset | null {
  const prefix = `${appOrigin}/`;
  if (!url.startsWith(prefix)) return null;
  const [path = ''] = url.slice(appOrigin.length).split(/[?#]/, 1);
  return assets.get(path === '/' ? '/index.html' : path) ?? null;
}

/** Answers requests for `app://bundle/…`. */
export function createAppHandler(assets: Assets): (request: Request) => Response {
  return (request) => {
    const asset = request.method === 'GET' ? resolveAsset(assets, request.url) : null;
    if (asset === null) {
      return new Response(null, { status: 404, headers: securityHeaders });
    }
    return new Response(new Uint8Array(asset.content), {
      headers: { ...securityHeaders, 'content-type': asset.contentType },
    });
  };
}
