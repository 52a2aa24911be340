import { errorTable, type SlipstreamError } from '../../shared/errors.ts';
import type { Dialect, RawHeader } from '../../shared/model.ts';
import { dialects } from '../dialects/dialects.ts';
import { openAiMembers } from '../dialects/openai-forms.ts';
import type { JsonObject } from '../json.ts';

/** An HTTP error body in the form that the dialect's clients read. */
export function errorBody(error: SlipstreamError, dialect: Dialect = 'responses'): JsonObject {
  return dialects[dialect].error(error);
}

/** Headers that go with an error on every transport. Without `retry-after` the official client takes a rate limit for final. */
export function errorHeaders(error: SlipstreamError, dialect: Dialect = 'responses'): RawHeader[] {
  const retryAfter: RawHeader[] =
    error.retryAfterSeconds === undefined ? [] : [['retry-after', String(error.retryAfterSeconds)]];
  const isFinal =
    dialects[dialect].retriesUnlessTold && error.code !== 'upstream_refused' && !errorTable[error.code].retryable;
  const finality: RawHeader[] = isFinal ? [['x-should-retry', 'false']] : [];
  return [...retryAfter, ...finality, ...error.headers.map(([name, value]): RawHeader => [name.toLowerCase(), value])];
}

/** An in-band error for a websocket client (PROTOCOL.md, Websocket). */
export function errorFrame(error: SlipstreamError): JsonObject {
  const headers = Object.fromEntries(errorHeaders(error));
  const extra = Object.keys(headers).length === 0 ? {} : { headers };
  return { type: 'error', status: error.status, error: openAiMembers(error), ...extra };
}
