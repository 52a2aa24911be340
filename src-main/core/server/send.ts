import type { ServerResponse } from 'node:http';
import type { SlipstreamError } from '../../shared/errors.ts';
import type { Dialect, RawHeader } from '../../shared/model.ts';
import type { RawHeaders } from '../headers.ts';
import type { Json } from '../json.ts';
import { bodyType, nothingOwn, type OwnFrame, ownFrame } from '../own-frame.ts';
import { errorBody, httpErrorHeaders } from './error-body.ts';
import { requestIdOf, writeHead } from './request-id.ts';

/** What an answer told: its headers, and its body where there was somebody to take it. */
interface Answered {
  readonly headers: RawHeaders;
  readonly frames: readonly OwnFrame[];
}

/** Sends a JSON answer. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: Json | Buffer,
  extra: RawHeaders = [],
): Answered {
  const text = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  const headers: RawHeader[] = [
    ['content-type', 'application/json; charset=utf-8'],
    ['cache-control', 'no-store'],
    ['content-length', String(text.length)],
    ...extra,
  ];
  if (response.headersSent || response.destroyed) return { headers, frames: nothingOwn };
  writeHead(response, status, headers).end(text);
  return { headers, frames: response.req.method === 'HEAD' ? nothingOwn : [ownFrame(bodyType, text)] };
}

/** Sends an error of the table in the dialect's form. */
export function sendError(response: ServerResponse, error: SlipstreamError, dialect: Dialect = 'responses'): Answered {
  return sendJson(response, error.status, errorBody(error, dialect, requestIdOf(response)), httpErrorHeaders(error));
}
