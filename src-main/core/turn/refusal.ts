import { type ErrorCode, SlipstreamError } from '../../shared/errors.ts';
import { headerValue, isSendable, type RawHeaders } from '../headers.ts';
import { isJsonObject, type JsonObject, numberMember, objectMember, parseJsonObject, textMember } from '../json.ts';
import { errorStatus, waitMs } from '../told-numbers.ts';

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

/** Statuses for the codes and types of errors that name none (PROTOCOL.md, What upstream refuses). */
const statuses = new Map(
  Object.entries({
    context_length_exceeded: 400,
    cyber_policy: 400,
    invalid_encrypted_content: 400,
    invalid_prompt: 400,
    invalid_value: 400,
    previous_response_not_found: 400,
    websocket_connection_limit_reached: 400,
    invalid_request_error: 400,
    bad_request_error: 400,
    authentication_error: 401,
    invalid_api_key: 401,
    unauthorized: 401,
    permission_error: 403,
    model_not_found: 404,
    not_found: 404,
    message_too_big: 413,
    rate_limit_error: 429,
    rate_limit_exceeded: 429,
    usage_limit_reached: 429,
    server_error: 500,
    server_is_overloaded: 503,
    service_unavailable_error: 503,
    slow_down: 503,
  }),
);

/** The status that an error's code, else its type, stands for. */
export function statusOf(error: JsonObject | null, unknown = defaultErrorStatus): number {
  return statuses.get(textMember(error, 'code') ?? '') ?? statuses.get(textMember(error, 'type') ?? '') ?? unknown;
}

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
  return Object.entries(headers)
    .filter(([, value]) => typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    .map(([name, value]): [string, string] => [name, String(value)])
    .filter(isSendable);
}

/** An in-stream `error` event (PROTOCOL.md, Websocket). */
export function refusalFromEvent(event: JsonObject): Refusal {
  const nested = objectMember(event, 'error') ?? objectMember(objectMember(event, 'body'), 'error');
  // The public API writes the error's members flat.
  const error = nested ?? { code: event.code, message: event.message, param: event.param };
  const told = numberMember(event, 'status') ?? numberMember(event, 'status_code');
  const status = errorStatus(told) ?? statusOf(error);
  return fromBody(status, { error }, eventHeaders(event), 'Upstream ended the response with an error.');
}

/** A `response.failed` event; with a code that nobody knows it is the request's own fault. */
export function refusalFromFailure(event: JsonObject): Refusal {
  const error = objectMember(objectMember(event, 'response'), 'error');
  return fromBody(
    statusOf(error, 400),
    error === null ? null : { error },
    [],
    'Upstream ended the response with an error.',
  );
}

/** How long upstream asks to wait, in its header or in its words ("try again in 1.2s"). */
export function retryAfterMs(refusal: Refusal): number | null {
  const header = headerValue(refusal.headers, 'retry-after');
  const [, amount, unit] = /try again in (\d+(?:\.\d+)?) ?(ms|s)/i.exec(refusal.message) ?? [];
  const inWords = Number(amount ?? Number.NaN) / (unit === 'ms' ? 1000 : 1);
  return waitMs(header === null ? inWords : Number(header));
}

/** What official clients read of a refusal's headers (PROTOCOL.md, Usage and limits). */
const quotaHeader = /^x-codex-(?!turn-state)/i;

/** Upstream does not take an account's sign-in. Its 401 stays here: to a client it would mean the client's own key. */
export function signInRefused(words: string | null): SlipstreamError {
  const said = words === null ? '' : ` Upstream said: ${words}`;
  const message = `Upstream does not take this account's sign-in. Sign in again on the Accounts screen.${said}`;
  return new SlipstreamError('account_signed_out', { message });
}

/** The refusal as the error a client is told: upstream's status and words, but for what is the account's trouble alone. */
export function refusalError(refusal: Refusal): SlipstreamError {
  if (refusal.status === 401) return signInRefused(refusal.message);
  const code: ErrorCode =
    refusal.code === 'previous_response_not_found' ? 'previous_response_not_found' : 'upstream_refused';
  const retryMs = retryAfterMs(refusal);
  return new SlipstreamError(code, {
    message: refusal.message,
    status: errorStatus(refusal.status) ?? defaultErrorStatus,
    headers: refusal.headers.filter(([name]) => quotaHeader.test(name)),
    ...(refusal.body === null ? {} : { upstreamBody: refusal.body }),
    ...(retryMs === null ? {} : { retryAfterSeconds: Math.ceil(retryMs / 1000) }),
  });
}
