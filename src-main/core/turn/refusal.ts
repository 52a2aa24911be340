import { type ErrorCode, SlipstreamError } from '../../shared/errors.ts';
import { saidInEnglish } from '../../shared/words/said.ts';
import { tell } from '../../shared/words/told.ts';
import type { VerdictKind } from '../accounts/verdict-table.ts';
import { verdictText } from '../accounts/verdicts.ts';
import { isCloudflarePage, pageText } from '../cloudflare-page.ts';
import { headerValue, isSendable, type RawHeaders } from '../headers.ts';
import { isJsonObject, type JsonObject, numberMember, objectMember, parseJsonObject, textMember } from '../json.ts';
import { errorStatus, secondsInWords, toldNumber, waitMs } from '../told-numbers.ts';

/** Upstream's no, in one form for both transports and for in-stream error events. */
export interface Refusal {
  readonly status: number;
  readonly code: string | null;
  readonly type: string | null;
  readonly message: string;
  /** Present where it is a page of Cloudflare's, which stands before upstream. */
  readonly isPage?: true;
  /** What stood around its body, where a limit's end may be told too; absent where nothing did. */
  readonly around?: readonly (JsonObject | null)[];
  /** Upstream's own JSON, with `error` inside; null where it sent none. */
  readonly body: JsonObject | null;
  readonly headers: RawHeaders;
}

const defaultErrorStatus = 502;
/** Of a response that failed, where upstream does not say why. */
export const noWords = 'Upstream ended the response with an error.';

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

interface Told {
  readonly status: number;
  readonly body: JsonObject | null;
  readonly headers: RawHeaders;
  readonly fallbackText: string;
  readonly isPage?: boolean;
  /** Beside the body. */
  readonly around?: readonly (JsonObject | null)[];
}

/** An error that is one text is words or, where it can be one, a code. */
const codeForm = /^[\w.-]+$/;

/** The object in the place of an error; some answers wrap it once more. */
function errorIn(place: JsonObject | null): JsonObject | null {
  const error = objectMember(place, 'error');
  return textMember(error, 'message') === null ? (objectMember(error, 'error') ?? error) : error;
}

function fromBody({ status, body, headers, fallbackText, isPage, around = [] }: Told): Refusal {
  const error = errorIn(body) ?? objectMember(body, 'detail') ?? body;
  const text = textMember(body, 'error') ?? '';
  const said = detailText(body) || textMember(body, 'error_description') || text;
  return {
    status,
    code: textMember(error, 'code') ?? (codeForm.test(text) ? text : null),
    type: textMember(error, 'type'),
    message: textMember(error, 'message') || said || fallbackText,
    ...(isPage === true ? { isPage } : {}),
    ...(around.length === 0 ? {} : { around }),
    body,
    headers,
  };
}

/** `{"detail": …}`: a text, or a list of what is wrong with the request. */
function detailText(body: JsonObject | null): string | null {
  const detail = body?.detail;
  if (typeof detail === 'string') return detail;
  if (!Array.isArray(detail)) return textMember(objectMember(body, 'detail'), 'msg');
  const texts = detail.map((entry) =>
    typeof entry === 'string' ? entry : detailLine(isJsonObject(entry) ? entry : {}),
  );
  return texts.filter((text) => text !== '').join('; ');
}

function detailLine(entry: JsonObject): string {
  const where = Array.isArray(entry.loc) ? entry.loc.filter((part) => part !== 'body').join('.') : '';
  const text = textMember(entry, 'msg') ?? textMember(entry, 'message') ?? '';
  return where === '' || text === '' ? text : `${where}: ${text}`;
}

/** The objects that say anything of a refusal, its error first. */
export function placesOf({ body, around = [] }: Pick<Refusal, 'body' | 'around'>): JsonObject[] {
  const places = [objectMember(body, 'error'), objectMember(body, 'detail'), body, ...around];
  return places.filter((place) => place !== null);
}

/** A refused upgrade or POST. */
export function refusalFromResponse(status: number, headers: RawHeaders, bodyText: string): Refusal {
  const isPage = isCloudflarePage(headers, bodyText);
  const fallbackText = isPage ? pageText(status, headers) : `Upstream answered with status ${status}.`;
  return fromBody({ status, body: parseJsonObject(bodyText), headers, fallbackText, isPage });
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
  const inner = objectMember(event, 'body');
  const nested = errorIn(event) ?? errorIn(inner);
  // The public API writes the error's members flat.
  const error = nested ?? flatError(event, inner);
  const told = numberMember(event, 'status') ?? numberMember(event, 'status_code');
  const status = errorStatus(told) ?? statusOf(error);
  return fromBody({
    status,
    body: { error },
    headers: eventHeaders(event),
    fallbackText: noWords,
    around: [inner, event],
  });
}

function flatError(event: JsonObject, inner: JsonObject | null): JsonObject {
  const { code, param } = event;
  const texts = [event, inner].flatMap((place) => [
    textMember(place, 'message'),
    detailText(place),
    textMember(place, 'error'),
  ]);
  const message = texts.find((text) => text !== null && text !== '') ?? noWords;
  return { code, message, param, ...(typeof event.error_type === 'string' ? { type: event.error_type } : {}) };
}

/** A `response.failed` event; with a code that nobody knows it is the request's own fault. */
export function refusalFromFailure(event: JsonObject): Refusal {
  const response = objectMember(event, 'response');
  const words = textMember(response, 'error');
  const error = words === null ? errorIn(response) : { message: words };
  return fromBody({
    status: statusOf(error, 400),
    body: error === null ? null : { error },
    headers: [],
    fallbackText: noWords,
    around: [response, event],
  });
}

/** How long upstream asks to wait, in its headers or in its words ("try again in 1.2s"). */
export function retryAfterMs({ headers, message }: Pick<Refusal, 'headers' | 'message'>): number | null {
  const exact = headerValue(headers, 'retry-after-ms');
  const header = headerValue(headers, 'retry-after');
  const inHeader = header === null ? null : waitMs(toldNumber(header) ?? secondsUntil(header, headers));
  return (exact === null ? null : waitMs(Number(exact) / 1000)) ?? inHeader ?? waitMs(secondsInWords(message));
}

/** From upstream's own `date` to another one: this machine's clock may be wrong. */
function secondsUntil(date: string, headers: RawHeaders): number {
  const seconds = (Date.parse(date) - Date.parse(headerValue(headers, 'date') ?? '')) / 1000;
  // One that is past by now asks for no wait.
  return Math.max(0, seconds);
}

/** What official clients read of a refusal's headers (PROTOCOL.md, Usage and limits). */
const quotaHeader = /^x-codex-(?!turn-state)/i;

/** Upstream does not take an account's sign-in. Its 401 stays here: to a client it would mean the client's own key. */
export function signInRefused(words: string | null): SlipstreamError {
  const told = words === null ? tell('failures.turn.signIn') : tell('failures.turn.signIn.said', { words });
  return new SlipstreamError('account_signed_out', saidInEnglish(told));
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

/** A refusal that is about the account, as the client is told it where no other account can take over. */
export function verdictError(refusal: Refusal, verdict: VerdictKind): SlipstreamError {
  // To a client a 401 would mean its own key.
  if (refusal.status !== 401) return refusalError(refusal);
  const told = verdictText({ kind: verdict, scope: null, words: refusal.message });
  return new SlipstreamError('account_unusable', saidInEnglish(told));
}
