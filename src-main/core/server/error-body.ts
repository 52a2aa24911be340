import { errorTable, type SlipstreamError } from '../../shared/errors.ts';
import type { Dialect, RawHeader } from '../../shared/model.ts';
import { dialects } from '../dialects/dialects.ts';
import { openAiMembers } from '../dialects/openai-forms.ts';
import { headerValue } from '../headers.ts';
import type { JsonObject } from '../json.ts';

/** An HTTP error body in the form that the dialect's clients read; `requestId` as the answer's headers tell it. */
export function errorBody(
  error: SlipstreamError,
  dialect: Dialect = 'responses',
  requestId: string | null = null,
): JsonObject {
  return dialects[dialect].error(error, requestId);
}

/** Headers that go with an error on every transport. Without `retry-after` the official client takes a rate limit for final. */
function errorHeaders(error: SlipstreamError): RawHeader[] {
  const retryAfter: RawHeader[] =
    error.retryAfterSeconds === undefined ? [] : [['retry-after', String(error.retryAfterSeconds)]];
  return [...retryAfter, ...error.headers.map(([name, value]): RawHeader => [name.toLowerCase(), value])];
}

/**
 * The same for an HTTP answer. OpenAI's SDKs and Anthropic's look at the milliseconds first, and they, and Claude Code for
 * minutes, try a 401, a 429 or a 5xx again unless told not to.
 */
export function httpErrorHeaders(error: SlipstreamError): RawHeader[] {
  const isFinal = error.code !== 'upstream_refused' && !errorTable[error.code].retryable;
  const finality: RawHeader[] = isFinal ? [['x-should-retry', 'false']] : [];
  const headers = [...errorHeaders(error), ...finality];
  const seconds = Number(headerValue(headers, 'retry-after') ?? Number.NaN);
  const isTold = !Number.isFinite(seconds) || headerValue(headers, 'retry-after-ms') !== null;
  return isTold ? headers : [...headers, ['retry-after-ms', String(Math.round(seconds * 1000))]];
}

/** An in-band error for a websocket client (PROTOCOL.md, Websocket). */
export function errorFrame(error: SlipstreamError): JsonObject {
  const headers = Object.fromEntries(errorHeaders(error));
  const extra = Object.keys(headers).length === 0 ? {} : { headers };
  return { type: 'error', status: error.status, error: openAiMembers(error), ...extra };
}
