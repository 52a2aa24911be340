import { SlipstreamError } from '../../shared/errors.ts';

/** Nothing longer is looked at. */
const maxPathBytes = 8 * 1024;

/** Throws `path_too_long`, before anything else is done for a request. */
export function checkPath(url: string): void {
  if (url.length > maxPathBytes) throw new SlipstreamError('path_too_long');
}

/** Whether the head that did not fit was too long in its first line already. */
function isPathAtFault(error: NodeJS.ErrnoException & { readonly rawPacket?: Buffer }): boolean {
  const packet = error.rawPacket ?? Buffer.alloc(0);
  const end = packet.indexOf('\n');
  return (end === -1 ? packet.length : end) > maxPathBytes;
}

/** What a client did wrong where Node could make no request of what it sent. */
export function clientFault(error: NodeJS.ErrnoException): SlipstreamError {
  switch (error.code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new SlipstreamError('request_timeout');
    case 'HPE_HEADER_OVERFLOW':
      return new SlipstreamError(isPathAtFault(error) ? 'path_too_long' : 'headers_too_large');
    default:
      return new SlipstreamError('request_invalid');
  }
}

/** What a client is told that takes this for a proxy of the whole web. */
export function noTunnel(): SlipstreamError {
  return new SlipstreamError('method_refused', {
    message: 'Slipstream opens no tunnels: give its address to your client as a base URL, not as HTTPS_PROXY.',
  });
}
