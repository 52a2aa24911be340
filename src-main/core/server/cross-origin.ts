import type { IncomingMessage, ServerResponse } from 'node:http';

/** What lets pages of the origins in the settings, and no others, call the proxy. They need the API key like everybody. */

const maxAgeSeconds = 600;
/** What a page can read of an answer beside its body. */
const exposed =
  'x-request-id, request-id, retry-after, retry-after-ms, x-should-retry, server-timing, openai-model, x-models-etag';

/** Tells the browser that this page may read the answer; the origin has been checked. */
export function allowOrigin(request: IncomingMessage, response: ServerResponse): void {
  const { origin } = request.headers;
  // Caches must not hand one origin's answer to another, nor to a caller without one.
  if (origin === undefined) return;
  response.setHeader('vary', 'origin');
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-expose-headers', exposed);
}

/** Whether a request is a browser's preflight, which carries no key. */
export function isPreflight({ method, headers }: IncomingMessage): boolean {
  return method === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined;
}

/** Answers a preflight of an origin that has been checked. */
export function answerPreflight(request: IncomingMessage, response: ServerResponse): void {
  const asked = request.headers['access-control-request-headers'];
  response.writeHead(204, {
    'access-control-allow-methods': 'GET, POST',
    'access-control-max-age': String(maxAgeSeconds),
    ...(asked === undefined ? {} : { 'access-control-allow-headers': asked }),
    ...(request.headers['access-control-request-private-network'] === undefined
      ? {}
      : { 'access-control-allow-private-network': 'true' }),
  });
  response.end();
}
