import { othersWords, type Told } from './words/told-text.ts';

/** How an error is told to a client: HTTP status, the vendor's error type, whether the same request may succeed later. */
interface ErrorRow {
  readonly status: number;
  readonly type:
    | 'invalid_request_error'
    | 'authentication_error'
    | 'rate_limit_error'
    | 'usage_limit_reached'
    | 'server_error';
  readonly retryable: boolean;
  /** The default text; says what is wrong and, where there is one, the mend. */
  readonly text: string;
}

const row = (status: number, type: ErrorRow['type'], retryable: boolean, text: string): ErrorRow => ({
  status,
  type,
  retryable,
  text,
});

/** The one table of errors: every failure a client, a command or a screen can be told of. */
export const errorTable = {
  // The guard
  key_missing: row(
    401,
    'authentication_error',
    false,
    'No API key. Send it as "Authorization: Bearer <key>", as "x-api-key", or in the path as /k/<key>/v1.',
  ),
  key_wrong: row(
    401,
    'authentication_error',
    false,
    'This API key is none of this Slipstream. Copy it again from the dashboard.',
  ),
  key_expired: row(
    401,
    'authentication_error',
    false,
    'This API key has expired. Ask whoever gave it to you for another.',
  ),
  key_model_refused: row(403, 'invalid_request_error', false, 'This API key may not use that model.'),
  key_tier_refused: row(403, 'invalid_request_error', false, 'This API key may not use that service tier.'),
  key_limit_reached: row(429, 'usage_limit_reached', false, 'This API key has used what it may of today.'),
  key_unknown: row(404, 'invalid_request_error', false, 'There is no such API key.'),
  key_name_taken: row(409, 'invalid_request_error', false, 'Another API key has this name.'),
  key_too_many: row(
    409,
    'invalid_request_error',
    false,
    'There are as many API keys as there may be; revoke one first.',
  ),
  service_unsupported: row(
    409,
    'invalid_request_error',
    false,
    'Slipstream knows no services on this system; start "npx slipstream serve" by its own means.',
  ),
  host_invalid: row(400, 'invalid_request_error', false, 'The request must have exactly one valid Host header.'),
  host_refused: row(403, 'invalid_request_error', false, 'This host name is not one Slipstream listens on.'),
  origin_refused: row(403, 'invalid_request_error', false, 'Web pages may not call this proxy.'),
  // The request
  route_unknown: row(404, 'invalid_request_error', false, 'Slipstream has no such route.'),
  method_refused: row(405, 'invalid_request_error', false, 'This route does not answer that method.'),
  body_too_large: row(413, 'invalid_request_error', false, 'The request body is over the size limit.'),
  path_too_long: row(414, 'invalid_request_error', false, 'The path of the request is over the size limit of 8 KiB.'),
  bodies_full: row(429, 'rate_limit_error', true, 'Too many large requests are read at once; try again in a moment.'),
  body_timeout: row(408, 'invalid_request_error', true, 'The request body did not arrive in time.'),
  request_timeout: row(408, 'invalid_request_error', true, 'The request did not arrive in time.'),
  headers_too_large: row(431, 'invalid_request_error', false, 'The request headers are over the size limit.'),
  encoding_unsupported: row(
    415,
    'invalid_request_error',
    false,
    'This content-encoding is not supported; use gzip, br, deflate, zstd or none.',
  ),
  json_invalid: row(400, 'invalid_request_error', false, 'The request body is not valid JSON.'),
  request_invalid: row(400, 'invalid_request_error', false, 'The request is not valid.'),
  thread_unsupported: row(
    400,
    'invalid_request_error',
    false,
    'No conversations are held here for Anthropic\'s threads; send all messages, without "thread".',
  ),
  model_unknown: row(404, 'invalid_request_error', false, 'Upstream has no such model.'),
  frame_type_unsupported: row(
    400,
    'invalid_request_error',
    false,
    'This websocket message type is not supported; send "response.create".',
  ),
  turn_running: row(
    400,
    'invalid_request_error',
    true,
    'A response is already running on this websocket; wait for it to end.',
  ),
  upgrade_required: row(426, 'invalid_request_error', true, 'This account is served over HTTP; use POST.'),
  // Accounts
  account_none: row(
    400,
    'invalid_request_error',
    false,
    'No account is signed in. Add one with "npx slipstream login" or in the dashboard.',
  ),
  account_unusable: row(
    400,
    'invalid_request_error',
    false,
    'No account can be used: each one is disabled or signed out. Mend one on the Accounts screen.',
  ),
  accounts_exhausted: row(429, 'usage_limit_reached', false, 'Every account has reached its usage limit.'),
  account_unknown: row(404, 'invalid_request_error', false, 'There is no such account.'),
  account_file_invalid: row(400, 'invalid_request_error', false, 'This file is not a Codex sign-in.'),
  // Never a 401, which says that the client's own key is wrong: clients would renew their own sign-in.
  account_signed_out: row(
    503,
    'server_error',
    false,
    'This account is signed out. Sign in again on the Accounts screen.',
  ),
  refresh_failed: row(
    502,
    'server_error',
    true,
    'The account could not be refreshed; the issuer did not answer as it should. Try again in a moment, and check the network and the proxy.',
  ),
  link_invalid: row(400, 'invalid_request_error', false, 'This file cannot be linked.'),
  sign_in_running: row(
    409,
    'invalid_request_error',
    false,
    'A sign-in is already waiting. Finish it or cancel it first.',
  ),
  sign_in_unknown: row(404, 'invalid_request_error', false, 'This sign-in is not running any more.'),
  sign_in_address_invalid: row(
    400,
    'invalid_request_error',
    false,
    'This address does not belong to the sign-in that is waiting. Paste the whole address that the browser ended on.',
  ),
  sign_in_ports_taken: row(
    409,
    'server_error',
    true,
    'The ports the sign-in comes back to (1455 and 1457) are both taken by other programs. Close them, or sign in with a device code.',
  ),
  sign_in_refused: row(502, 'server_error', true, 'The issuer refused the sign-in.'),
  issuer_unreachable: row(
    502,
    'server_error',
    true,
    'The issuer could not be reached. Check the network and the proxy.',
  ),
  secrets_locked: row(
    503,
    'server_error',
    false,
    'The tokens of this account cannot be opened here: the keyring of the desktop app sealed them. Unlock it there, or sign in again.',
  ),
  secrets_unprotected: row(
    503,
    'server_error',
    false,
    'The tokens were not stored: no keyring is open that could encrypt them, and storing them unencrypted was not allowed.',
  ),
  ca_file_invalid: row(
    400,
    'invalid_request_error',
    false,
    'The file of certificates cannot be used: it has to be a readable PEM file, named by its whole path.',
  ),
  store_unwritable: row(
    503,
    'server_error',
    true,
    'The data folder cannot be written. Free space on its disk, or mend its permissions.',
  ),
  // Upstream
  upstream_unreachable: row(502, 'server_error', true, 'Upstream could not be reached.'),
  upstream_unresolved: row(
    502,
    'server_error',
    true,
    'The name of upstream could not be looked up. Check the network, its name servers and the proxy.',
  ),
  upstream_closed: row(502, 'server_error', true, 'Upstream closed the connection before the response was complete.'),
  upstream_timeout: row(504, 'server_error', true, 'Upstream did not answer in time.'),
  upstream_invalid: row(502, 'server_error', true, 'Upstream sent something that is not part of its protocol.'),
  upstream_refused: row(502, 'server_error', false, 'Upstream refused the request.'),
  previous_response_not_found: row(
    400,
    'invalid_request_error',
    true,
    'The previous response is not on this connection; resend the full input without previous_response_id.',
  ),
  websocket_connection_limit_reached: row(400, 'invalid_request_error', true, 'This websocket must be opened again.'),
  message_too_big: row(413, 'invalid_request_error', false, 'The request is larger than upstream accepts.'),
  pool_full: row(429, 'rate_limit_error', true, 'Too many turns run on this account at once.'),
  client_gone: row(499, 'invalid_request_error', false, 'The client went away before the response was complete.'),
  turn_stopped: row(400, 'invalid_request_error', false, 'This turn was stopped by the user of Slipstream.'),
  client_stalled: row(408, 'invalid_request_error', true, 'The client read nothing of the response for too long.'),
  stopping: row(503, 'server_error', true, 'Slipstream is stopping. Try again once it runs again.'),
  resources_short: row(503, 'server_error', true, 'Slipstream has no room for another turn. Try again in a moment.'),
  paused: row(503, 'server_error', true, 'Slipstream is paused. Resume it in the tray or in the dashboard.'),
  // Client set-up
  client_unknown: row(404, 'invalid_request_error', false, 'There is no such client, or it has no such mode.'),
  client_file_changed: row(
    409,
    'invalid_request_error',
    false,
    'Another program changed this file in the meantime. Look at the change again; nothing was written.',
  ),
  client_file_invalid: row(
    400,
    'invalid_request_error',
    false,
    'This file is not valid. Mend it and try again, or paste the snippet; nothing was written.',
  ),
  client_file_unusable: row(
    409,
    'invalid_request_error',
    false,
    'This file cannot be read or written. Mend that and try again; nothing was written.',
  ),
  client_file_outside: row(
    409,
    'invalid_request_error',
    false,
    'A link leads this file out of your home folder. Agree to that to have it written.',
  ),
  client_undo_none: row(404, 'invalid_request_error', false, 'There is nothing to undo for this client.'),
  client_demo: row(
    409,
    'invalid_request_error',
    false,
    'The demo does not change files of other programs. Copy the snippet instead.',
  ),
  // Learning from the official client
  codex_missing: row(
    404,
    'invalid_request_error',
    false,
    'No Codex CLI was found: there is no "codex" on PATH, or no program at the path named. Install it, or name it with --codex PATH.',
  ),
  codex_failed: row(502, 'server_error', true, 'The Codex CLI ended with an error.'),
  codex_hangs: row(504, 'server_error', true, 'The Codex CLI did not finish in time.'),
  codex_too_old: row(409, 'invalid_request_error', false, 'This Codex CLI is older than those that are supported.'),
  learning_running: row(409, 'invalid_request_error', true, 'The Codex CLI is being run already; wait for it to end.'),
  profile_unknown: row(404, 'invalid_request_error', false, 'Nothing was learned of this version.'),
  // The desktop
  shortcut_taken: row(
    409,
    'invalid_request_error',
    false,
    'These keys belong to another program or to the system already; press others.',
  ),
  drag_unsupported: row(409, 'invalid_request_error', false, 'Files can be dragged out of the desktop app alone.'),
  autostart_unsupported: row(409, 'invalid_request_error', false, 'Start at login is not available here.'),
  // Contract calls and the instance
  call_unknown: row(404, 'invalid_request_error', false, 'There is no such call.'),
  call_invalid: row(400, 'invalid_request_error', false, 'The call has the wrong input.'),
  call_refused: row(403, 'authentication_error', false, 'This caller may not make that call.'),
  lab_running: row(409, 'invalid_request_error', true, 'An experiment runs already; stop it first.'),
  experiment_unknown: row(404, 'invalid_request_error', false, 'There is no such experiment.'),
  replay_impossible: row(409, 'invalid_request_error', false, 'This request cannot be sent again.'),
  stars_full: row(
    409,
    'invalid_request_error',
    false,
    'A thousand turns are starred already; take a star off another.',
  ),
  exchange_unknown: row(404, 'invalid_request_error', false, 'This request is no longer kept.'),
  instance_running: row(409, 'invalid_request_error', false, 'Another Slipstream uses this data folder.'),
  instance_absent: row(503, 'server_error', true, 'No Slipstream is running on this data folder.'),
  program_replaced: row(
    503,
    'server_error',
    false,
    'The files of Slipstream were changed while it runs. Restart it to use them.',
  ),
  port_taken: row(
    409,
    'server_error',
    true,
    'The port is taken by another program. Stop it, or choose one with --port.',
  ),
  internal: row(500, 'server_error', true, 'Slipstream met an error of its own.'),
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof errorTable;

/** Seconds after which the same request may succeed, where that is known by the code alone. */
const usualRetryAfterSeconds: { readonly [K in ErrorCode]?: number } = { stopping: 10, resources_short: 5 };

interface ErrorExtras {
  /** More precise than the table's text; safe to show. */
  readonly message?: string;
  /** The same as a told text (words/told.ts), where it is one. */
  readonly told?: Told;
  /** The JSON body upstream sent, passed on as it came. */
  readonly upstreamBody?: unknown;
  /** Upstream's own status, which wins over the table's. */
  readonly status?: number;
  /** Seconds until another try makes sense. */
  readonly retryAfterSeconds?: number;
  /** What upstream said of quota along with its refusal; official clients read it. */
  readonly headers?: readonly (readonly [string, string])[];
  readonly cause?: unknown;
}

/** The one error class of the program: a code of the table, with what is known beyond it. */
export class SlipstreamError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  /** What a screen says in its language (words/told.ts). */
  readonly told: Told;
  readonly upstreamBody: unknown;
  readonly retryAfterSeconds: number | undefined;
  readonly headers: readonly (readonly [string, string])[];

  constructor(code: ErrorCode, extras: ErrorExtras = {}) {
    super(extras.message ?? errorTable[code].text, extras.cause === undefined ? undefined : { cause: extras.cause });
    this.name = 'SlipstreamError';
    this.code = code;
    this.status = extras.status ?? errorTable[code].status;
    this.told = extras.told ?? othersWords(extras.message ?? `#errors.${code}`);
    this.upstreamBody = extras.upstreamBody;
    this.retryAfterSeconds = extras.retryAfterSeconds ?? usualRetryAfterSeconds[code];
    this.headers = extras.headers ?? [];
  }
}

/** Any thrown value as an error of the table; what is not ours becomes `internal`. */
export function toSlipstreamError(thrown: unknown): SlipstreamError {
  return thrown instanceof SlipstreamError ? thrown : new SlipstreamError('internal', { cause: thrown });
}

/** Whether a thrown value is a fault of Slipstream's own rather than something it tells of. */
export function isOwnFault(thrown: unknown): boolean {
  return !(thrown instanceof SlipstreamError) || thrown.code === 'internal';
}
