/** Refusals in upstream's error shapes, for HTTP bodies and websocket error events. */
import { isObject, type JsonObject } from '../json.ts';

export interface Refusal {
  readonly status: number;
  readonly message: string;
  readonly type: string;
  readonly code: string | null;
  readonly param: string | null;
  /** Sent with the refusal: HTTP headers, or `headers` of a websocket error event. */
  readonly headers?: Readonly<Record<string, string>>;
  /** More members of the error object, such as `resets_at`. */
  readonly extra?: JsonObject;
}

/** A 400 of type invalid_request_error. */
export function badRequest(message: string, code: string | null = null, param: string | null = null): Refusal {
  return { status: 400, message, type: 'invalid_request_error', code, param };
}

/** A 401 with a reason code. */
export function unauthorized(message: string, code: string): Refusal {
  return { status: 401, message, type: 'invalid_request_error', code, param: null };
}

function errorObject(refusal: Refusal): JsonObject {
  const { message, type, code, param, extra } = refusal;
  return { message, type, code, param, ...extra };
}

/** The HTTP body: `{"error":{"message","type","code","param"}}`. */
export function httpErrorBody(refusal: Refusal): string {
  return JSON.stringify({ error: errorObject(refusal) });
}

/** The websocket event: `{"type":"error","status":N,"error":{…},"headers"?}` (PROTOCOL.md, Websocket). */
export function errorEvent(refusal: Refusal): string {
  const event: JsonObject = { type: 'error', status: refusal.status, error: errorObject(refusal) };
  if (refusal.headers) event.headers = { ...refusal.headers };
  return JSON.stringify(event);
}

/** Whether a check ended in a refusal. */
export function isRefusal(value: unknown): value is Refusal {
  return isObject(value) && typeof value.status === 'number' && typeof value.message === 'string';
}

/** Known refusals by code: what upstream says when it is not the request's fault. Faults name them by code. */
const standard: Record<string, { status: number; type: string; message: string }> = {
  upgrade_required: { status: 426, type: 'invalid_request_error', message: 'Websockets are not available here' },
  token_invalidated: {
    status: 401,
    type: 'invalid_request_error',
    message: 'Your authentication token has been invalidated. Please try signing in again.',
  },
  forbidden: { status: 403, type: 'invalid_request_error', message: 'You do not have access to this workspace' },
  unsupported_media_type: {
    status: 415,
    type: 'invalid_request_error',
    message: 'The content-encoding of the body is not supported.',
  },
  not_found: { status: 404, type: 'invalid_request_error', message: 'Not Found' },
  rate_limit_exceeded: { status: 429, type: 'tokens', message: 'Rate limit reached. Please try again in 1.2s.' },
  server_error: { status: 500, type: 'server_error', message: 'An error occurred while processing your request.' },
  server_is_overloaded: {
    status: 503,
    type: 'service_unavailable_error',
    message: 'Our servers are currently overloaded. Please try again later.',
  },
  websocket_connection_limit_reached: {
    status: 400,
    type: 'invalid_request_error',
    message: 'This websocket reached its 60 minute limit. Open a new one to continue.',
  },
  previous_response_not_found: {
    status: 400,
    type: 'invalid_request_error',
    message: 'Previous response was not found.',
  },
  invalid_encrypted_content: {
    status: 400,
    type: 'invalid_request_error',
    message: 'The encrypted content gAAA…== could not be verified.',
  },
  invalid_request: { status: 400, type: 'invalid_request_error', message: 'Invalid request.' },
};

const codeOfStatus: Record<number, string> = {
  400: 'invalid_request',
  401: 'token_invalidated',
  403: 'forbidden',
  404: 'not_found',
  415: 'unsupported_media_type',
  426: 'upgrade_required',
  429: 'rate_limit_exceeded',
  500: 'server_error',
  503: 'server_is_overloaded',
};

/** The refusal that a status (and perhaps a code) stands for in a fault script. */
export function standardRefusal(status: number | undefined, code?: string): Refusal {
  const name = code ?? codeOfStatus[status ?? 500] ?? 'server_error';
  const known = standard[name];
  const refusal = {
    status: status ?? known?.status ?? 500,
    message: known?.message ?? `Simulated error ${name}`,
    type: known?.type ?? 'server_error',
    code: name,
    param: name === 'previous_response_not_found' ? 'previous_response_id' : null,
  };
  return name === 'rate_limit_exceeded' ? { ...refusal, headers: { 'retry-after': '1' } } : refusal;
}

/** The 429 that means an account has nothing left until `resetsAt` (unix s); PROTOCOL.md, HTTP, Usage and limits. */
export function usageLimitRefusal(plan: string, resetsAt: number, headers: Readonly<Record<string, string>>): Refusal {
  return {
    status: 429,
    message: 'The usage limit has been reached',
    type: 'usage_limit_reached',
    // The real body names the limit by `type` alone.
    code: null,
    param: null,
    headers,
    extra: { plan_type: plan, resets_at: resetsAt, resets_in_seconds: secondsUntil(resetsAt) },
  };
}

/** Whole seconds from now to a unix time, never negative. */
export function secondsUntil(unixSeconds: number): number {
  return Math.max(0, Math.ceil(unixSeconds - Date.now() / 1000));
}
