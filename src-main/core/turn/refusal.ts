import { type ErrorCode, SlipstreamError } from '../../shared/errors.ts';
import type { RawHeaders } from '../headers.ts';
import { isJsonObject, type JsonObject, numberMember, objectMember, parseJsonObject, textMember } from '../json.ts';

/** Upstream's no, in one form for both transports and for in-stream error events. */
export interface Refusal {
  readonly status: number;
  readonly code: string | null;
  readonly type: string | null;
  readonly message: string;
  /** Upstream's own JSON, with `error` inside; null where it sent none. */
  readonly body: JsonObject | null;
  readonly headers: RawHeaders;
}

const defaultErrorStatus = 502;

function fromBody(status: number, body: JsonObject | null, headers: RawHeaders, fallbackText: string): Refusal {
  const error = objectMember(body, 'error');
  return {
    status,
    code: textMember(error, 'code'),
    type: textMember(error, 'type'),
    message: textMember(error, 'message') ?? fallbackText,
    body,
    headers,
  };
}

/** A refused upgrade or POST. */
export function refusalFromResponse(status: number, headers: RawHeaders, bodyText: string): Refusal {
  return fromBody(status, parseJsonObject(bodyText), headers, `Upstream answered with status ${status}.`);
}

function eventHeaders(event: JsonObject): RawHeaders {
  const headers = event.headers;
  if (!isJsonObject(headers)) return [];
  return Object.entries(headers).flatMap(([name, value]) =>
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? [[name, String(value)] as [string, string]]
      : [],
  );
}

/** An in-stream `error` event (reference/codex-official.md §2). */
export function refusalFromEvent(event: JsonObject): Refusal {
  const status = numberMember(event, 'status') ?? numberMember(event, 'status_code') ?? defaultErrorStatus;
  const nested = objectMember(event, 'error') ?? objectMember(objectMember(event, 'body'), 'error');
  // The public API writes the error's members flat.
  const error = nested ?? { code: event.code, message: event.message, param: event.param };
  return fromBody(status, { error }, eventHeaders(event), 'Upstream ended the response with an error.');
}

/** The refusal as the error a client is told: upstream's status and words. */
export function refusalError(refusal: Refusal): SlipstreamError {
  const isHttpError = refusal.status >= 400 && refusal.status <= 599;
  const code: ErrorCode =
    refusal.code === 'previous_response_not_found' ? 'previous_response_not_found' : 'upstream_refused';
  return new SlipstreamError(code, {
    message: refusal.message,
    status: isHttpError ? refusal.status : defaultErrorStatus,
    ...(refusal.body === null ? {} : { upstreamBody: refusal.body }),
  });
}
