import type { ServerResponse } from 'node:http';
import type { SlipstreamError } from '../../shared/errors.ts';
import type { Dialect, RawHeader } from '../../shared/model.ts';
import type { RawHeaders } from '../headers.ts';
import type { Json } from '../json.ts';
import { errorBody, httpErrorHeaders } from './error-body.ts';
import { requestIdOf } from './request-id.ts';

/** Sends a JSON answer; returns the headers it told. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: Json | Buffer,
  extra: RawHeaders = [],
): RawHeaders {
  const text = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  const headers: RawHeader[] = [
    ['content-type', 'application/json; charset=utf-8'],
    ['cache-control', 'no-store'],
    ['content-length', String(text.length)],
    ...extra,
  ];
  if (!response.headersSent && !response.destroyed) response.writeHead(status, headers.flat()).end(text);
  return headers;
}

/** Sends an error of the table in the dialect's form; returns the headers it told. */
export function sendError(
  response: ServerResponse,
  error: SlipstreamError,
  dialect: Dialect = 'responses',
): RawHeaders {
  return sendJson(response, error.status, errorBody(error, dialect, requestIdOf(response)), httpErrorHeaders(error));
}
