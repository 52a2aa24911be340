import type { IncomingMessage, ServerResponse } from 'node:http';
import type { OwnRoutes } from '../core/ports.ts';
import { type Asset, readAssets } from './assets.ts';

/** Serves the built renderer at `/`. */
export function createDashboard(rendererDir: string): OwnRoutes {
  const assets = readAssets(rendererDir);
  return {
    upgrade: () => false,
    request: (request, response) => {
      const path = request.url?.split('?', 1)[0] ?? '';
      const asset = assets.get(path === '/' ? '/index.html' : path);
      if (asset === undefined) return false;
      answer(request, response, asset, path);
      return true;
    },
  };
}

/** The headers of every answer, for a page that was asked for under this host. */
function securityHeaders(host: string): Readonly<Record<string, string>> {
  return {
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data:",
      "font-src 'self'",
      // Not every browser counts ws: on the same host as 'self'.
      `connect-src 'self' ws://${host}`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  };
}

function answer(request: IncomingMessage, response: ServerResponse, asset: Asset, path: string): void {
  const host = request.headers.host ?? '';
  if (!/^[\w.:[\]-]+$/.test(host)) {
    response.writeHead(400, { 'content-length': 0 }).end();
    return;
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { ...securityHeaders(host), allow: 'GET, HEAD', 'content-length': 0 }).end();
    return;
  }
  response.writeHead(200, {
    ...securityHeaders(host),
    'content-type': asset.contentType,
    'content-length': asset.content.length,
    // Names under assets/ hold a hash of their content.
    'cache-control': path.startsWith('/assets/') ? 'private, max-age=31536000, immutable' : 'no-store',
  });
  response.end(request.method === 'HEAD' ? undefined : asset.content);
}
