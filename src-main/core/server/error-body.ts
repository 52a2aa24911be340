import { errorTable, type SlipstreamError } from '../../shared/errors.ts';
import type { RawHeader } from '../../shared/model.ts';
import { isJsonObject, type JsonObject } from '../json.ts';

/** The error's members as OpenAI clients read them; upstream's own words where upstream refused. */
export function errorMembers(error: SlipstreamError): JsonObject {
  const upstream = isJsonObject(error.upstreamBody) ? error.upstreamBody.error : null;
  if (isJsonObject(upstream)) return upstream;
  return { message: error.message, type: errorTable[error.code].type, code: error.code, param: null };
}

/** An HTTP error body in the OpenAI form; what upstream sent passes as it came. */
export function errorBody(error: SlipstreamError): JsonObject {
  return isJsonObject(error.upstreamBody) ? error.upstreamBody : { error: errorMembers(error) };
}

/** Headers that go with an error on every transport. Without `retry-after` the official client takes a rate limit for final. */
export function errorHeaders(error: SlipstreamError): RawHeader[] {
  const retryAfter: RawHeader[] =
    error.retryAfterSeconds === undefined ? [] : [['retry-after', String(error.retryAfterSeconds)]];
  return [...retryAfter, ...error.headers.map(([name, value]): RawHeader => [name.toLowerCase(), value])];
}

/** An in-band error for a websocket client (reference/codex-official.md §2). */
export function errorFrame(error: SlipstreamError): JsonObject {
  const headers = Object.fromEntries(errorHeaders(error));
  const extra = Object.keys(headers).length === 0 ? {} : { headers };
  return { type: 'error', status: error.status, error: errorMembers(error), ...extra };
}
