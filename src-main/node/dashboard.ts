import type { IncomingMessage, ServerResponse } from 'node:http';
import type { OwnRoutes } from '../core/ports.ts';
import { type Asset, readAssets } from './assets.ts';
import { pageHeaders } from './page-headers.ts';

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

function answer(request: IncomingMessage, response: ServerResponse, asset: Asset, path: string): void {
  const host = request.headers.host ?? '';
  if (!/^[\w.:[\]-]+$/.test(host)) {
    response.writeHead(400, { 'content-length': 0 }).end();
    return;
  }
  // Not every browser counts ws: on the same host as 'self'.
  const securityHeaders = pageHeaders(`'self' ws://${host}`);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { ...securityHeaders, allow: 'GET, HEAD', 'content-length': 0 }).end();
    return;
  }
  response.writeHead(200, {
    ...securityHeaders,
    'content-type': asset.contentType,
    'content-length': asset.content.length,
    // Names under assets/ hold a hash of their content.
    'cache-control': path.startsWith('/assets/') ? 'private, max-age=31536000, immutable' : 'no-store',
  });
  response.end(request.method === 'HEAD' ? undefined : asset.content);
}
