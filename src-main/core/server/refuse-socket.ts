import type { Duplex } from 'node:stream';
import type { SlipstreamError } from '../../shared/errors.ts';
import type { Dialect } from '../../shared/model.ts';
import { STATUS_CODES } from '../node-http.ts';
import { errorBody, httpErrorHeaders } from './error-body.ts';

/** Answers a raw socket (a refused upgrade, an unreadable request) and ends it. */
export function refuseSocket(socket: Duplex, error: SlipstreamError, dialect: Dialect = 'responses'): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify(errorBody(error, dialect));
  const head = [
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status] ?? 'Refused'}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    ...httpErrorHeaders(error).map(([name, value]) => `${name}: ${value}`),
  ];
  socket.once('error', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
