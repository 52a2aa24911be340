/** Header rules: who is calling, and whether the request looks like one the official client would send. */
import type { AccountRegistry, SimulatedAccount } from '../accounts/accounts.ts';
import type { TokenRegistry } from '../accounts/tokens.ts';
import { isObject, parseJson } from '../json.ts';
import { badRequest, isRefusal, type Refusal, unauthorized } from './refusal.ts';
import type { WireHeaders } from './wire-headers.ts';

/** How strict the simulator is beyond what upstream is known to refuse. */
export interface Strictness {
  /** Upgrades and posts must carry `x-codex-routing-hint` (the official bearer client has none). */
  readonly requireRoutingHint: boolean;
  /** Headers outside the official client's set are refused, so that a leaked one fails a test. */
  readonly refuseUnknownHeaders: boolean;
  /** Members of a body that nothing is known of are refused. */
  readonly refuseUnknownMembers: boolean;
  /** Frames of a type that nothing is known of are refused; else they are answered with their type and `.accepted`. */
  readonly refuseUnknownFrames: boolean;
  /** Shapes that belong to the other transport are refused (PROTOCOL.md, Websocket, HTTP). */
  readonly strictShape: boolean;
  /** Posts must be encoded, and name the encodings of their answer, as the official client of their version does (PROTOCOL.md, HTTP). */
  readonly requireEncodings: boolean;
  /** Originators whose frames need no `instructions`; a text must be equal. */
  readonly codexOriginators: readonly (string | RegExp)[];
}

export const defaultStrictness: Strictness = {
  requireRoutingHint: false,
  refuseUnknownHeaders: true,
  refuseUnknownMembers: true,
  refuseUnknownFrames: true,
  strictShape: true,
  requireEncodings: true,
  // Reference §7. `codex-toy-app-server` is left out: it stands for clients that are not Codex.
  codexOriginators: [
    ...['codex_cli_rs', 'codex-tui', 'codex_vscode', 'codex_exec', 'codex_sdk_ts', 'codex_tray_test'],
    /^Codex /,
  ],
};

/** Takes what the official client may one day do; what is known must still be right. */
export const lenientStrictness: Partial<Strictness> = {
  refuseUnknownHeaders: false,
  refuseUnknownMembers: false,
  refuseUnknownFrames: false,
};

export interface RoutingHint {
  readonly model: string;
  readonly tier: string | undefined;
}

/** Who sent a turn's headers, and what they promise about it. */
export interface Caller {
  readonly account: SimulatedAccount;
  readonly originator: string;
  readonly isCodex: boolean;
  readonly routingHint: RoutingHint | undefined;
}

/** From this version on the official client names what it takes (captures/v171-http.json). */
const namesEncodingsFrom = [0, 171] as const;

/** What the headers of `POST /responses` say of encodings must be what the client of their version says. */
export function checkEncodings(headers: WireHeaders, { requireEncodings }: Strictness): Refusal | undefined {
  if (!requireEncodings) return undefined;
  const coding = headers.get('content-encoding');
  if (coding !== 'zstd')
    return badRequest(`The body must be zstd, not ${coding ?? 'plain'}`, 'wrong_encoding', 'content-encoding');
  const [major = 0, minor = 0] = (headers.get('version') ?? '').split('.').map(Number);
  const [fromMajor, fromMinor] = namesEncodingsFrom;
  const wanted = major > fromMajor || minor >= fromMinor ? 'zstd,gzip' : undefined;
  const sent = headers.get('accept-encoding');
  if (sent === wanted) return undefined;
  const text = `accept-encoding must be ${wanted ?? 'absent'}, not ${sent ?? 'absent'}`;
  return badRequest(text, 'wrong_encoding', 'accept-encoding');
}

export interface HeaderRules {
  readonly tokens: TokenRegistry;
  readonly accounts: AccountRegistry;
  readonly strictness: Strictness;
  /** Whether a turn state was issued to this account. */
  readonly ownsTurnState: (accountId: string, turnState: string) => boolean;
}

const WEBSOCKET_BETA = 'responses_websockets=2026-02-06';

const forbidden = /^(conversation_id|cookie|origin|x-api-key|x-forwarded-.*|forwarded|via|x-real-ip|referer)$/;
const known = new RegExp(
  `^(${[
    'host|connection|upgrade|content-length|content-type|content-encoding|transfer-encoding|accept|accept-encoding',
    'sec-websocket-(version|key|extensions)|authorization|chatgpt-account-id|user-agent|originator|version',
    'openai-beta|session-id|session_id|thread-id|x-client-request-id|openai-organization|openai-project',
    'x-codex-.*|x-openai-.*|x-responsesapi-.*|x-oai-.*|traceparent|tracestate',
  ].join('|')})$`,
);
// Reference §7: `<originator>/<version> (<os>; <arch>) <terminal>` and perhaps ` (<client>; <version>)`.
const userAgentShape = /^[^/]+\/\d+\.\d+\.\d\S* \([^()]+; [^()]+\) \S+( \([^()]+; [^()]+\))?$/;

/** The account behind the bearer token and `chatgpt-account-id`; for every path of the upstream half. */
export function identify(headers: WireHeaders, rules: HeaderRules): SimulatedAccount | Refusal {
  const names = headers.names();
  const bad = names.find((name) => forbidden.test(name));
  if (bad !== undefined) return badRequest(`Header not allowed: ${bad}`, 'header_not_allowed', bad);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return badRequest(`Header sent twice: ${twice}`, 'duplicate_header', twice);
  const bearer = /^Bearer (\S+)$/.exec(headers.get('authorization') ?? '')?.[1];
  if (bearer === undefined) return unauthorized('Missing bearer authentication in header', 'missing_token');
  const check = rules.tokens.checkAccess(bearer);
  if (check.state === 'unknown') {
    return unauthorized('Could not parse your authentication token. Please try signing in again.', 'invalid_token');
  }
  if (check.state === 'expired') {
    return unauthorized('Provided authentication token is expired. Please try signing in again.', 'token_expired');
  }
  if (check.state === 'revoked') {
    return unauthorized(
      'Your authentication token has been invalidated. Please try signing in again.',
      'token_invalidated',
    );
  }
  const claimed = headers.get('chatgpt-account-id');
  if (claimed === undefined) return unauthorized('Missing chatgpt-account-id header', 'missing_account_id');
  const account = rules.accounts.get(check.accountId);
  if (claimed !== check.accountId || !account) {
    return {
      status: 403,
      message: 'The token does not belong to this account',
      type: 'invalid_request_error',
      code: 'account_mismatch',
      param: null,
    };
  }
  return account;
}

/** `model=<slug>` or `model=<slug>;tier=priority|flex` (PROTOCOL.md, Websocket). */
export function parseRoutingHint(text: string): RoutingHint | undefined {
  const match = /^model=([^;\s]+)(?:;tier=(priority|flex))?$/.exec(text);
  return match?.[1] === undefined ? undefined : { model: match[1], tier: match[2] };
}

/** All rules for a request that starts turns. */
export function checkTurnHeaders(headers: WireHeaders, transport: 'ws' | 'http', rules: HeaderRules): Caller | Refusal {
  const account = identify(headers, rules);
  if (isRefusal(account)) return account;
  const { strictness } = rules;
  const stranger = headers.names().find((name) => !known.test(name));
  if (stranger !== undefined && strictness.refuseUnknownHeaders) {
    return badRequest(`Header not allowed: ${stranger}`, 'header_not_allowed', stranger);
  }
  const originator = headers.get('originator') ?? '';
  if (originator.trim() === '') return badRequest('Missing originator header', 'missing_header', 'originator');
  const problem =
    checkSession(headers) ??
    checkUserAgent(headers, originator) ??
    (transport === 'ws' ? checkBeta(headers) : checkHttpShape(headers)) ??
    checkMetadata(headers) ??
    checkRoutingOverride(headers, account) ??
    checkTurnState(headers, account, rules);
  if (problem) return problem;
  const hintText = headers.get('x-codex-routing-hint');
  const routingHint = hintText === undefined ? undefined : parseRoutingHint(hintText);
  if (hintText !== undefined && !routingHint) {
    return badRequest(`Malformed routing hint: ${hintText}`, 'routing_hint_malformed', 'x-codex-routing-hint');
  }
  if (!routingHint && strictness.requireRoutingHint) {
    return badRequest('Missing x-codex-routing-hint header', 'missing_header', 'x-codex-routing-hint');
  }
  const isCodex = strictness.codexOriginators.some((one) =>
    typeof one === 'string' ? one === originator : one.test(originator),
  );
  return { account, originator, isCodex, routingHint };
}

function checkSession(headers: WireHeaders): Refusal | undefined {
  const current = headers.get('session-id');
  const old = headers.get('session_id');
  if (current !== undefined && old !== undefined) {
    return badRequest('Both session-id and session_id were sent', 'duplicate_header', 'session_id');
  }
  if (!(current ?? old)) return badRequest('Missing session-id header', 'missing_header', 'session-id');
  if (!headers.get('x-client-request-id')) {
    return badRequest('Missing x-client-request-id header', 'missing_header', 'x-client-request-id');
  }
  return undefined;
}

function checkUserAgent(headers: WireHeaders, originator: string): Refusal | undefined {
  const userAgent = headers.get('user-agent');
  // Client 0.118 sends none on the upgrade, and is known by its session_id (PROTOCOL.md, Websocket).
  if (userAgent === undefined && headers.get('session_id') !== undefined) return undefined;
  if (userAgent === undefined) return badRequest('Missing user-agent header', 'missing_header', 'user-agent');
  if (!userAgentShape.test(userAgent))
    return badRequest(`Unknown client: ${userAgent}`, 'bad_user_agent', 'user-agent');
  if (!userAgent.startsWith(`${originator}/`)) {
    return badRequest(`user-agent is not of originator ${originator}: ${userAgent}`, 'bad_user_agent', 'user-agent');
  }
  return undefined;
}

function checkBeta(headers: WireHeaders): Refusal | undefined {
  const beta = headers.get('openai-beta');
  if (beta === WEBSOCKET_BETA) return undefined;
  return badRequest(`openai-beta must be ${WEBSOCKET_BETA}, not ${beta ?? 'absent'}`, 'missing_beta', 'openai-beta');
}

function checkHttpShape(headers: WireHeaders): Refusal | undefined {
  const type = headers.get('content-type') ?? '';
  if (!/^application\/json(;|$)/.test(type)) {
    return badRequest(`Unsupported content type: ${type}`, 'unsupported_content_type', 'content-type');
  }
  return undefined;
}

function checkMetadata(headers: WireHeaders): Refusal | undefined {
  const metadata = headers.get('x-codex-turn-metadata');
  if (metadata !== undefined && !isObject(parseJson(metadata))) {
    return badRequest('x-codex-turn-metadata is not a JSON object', 'invalid_header', 'x-codex-turn-metadata');
  }
  const window = headers.get('x-codex-window-id');
  if (window !== undefined && !/^.+:\d+$/.test(window)) {
    return badRequest(`Malformed x-codex-window-id: ${window}`, 'invalid_header', 'x-codex-window-id');
  }
  return undefined;
}

function checkRoutingOverride(headers: WireHeaders, account: SimulatedAccount): Refusal | undefined {
  const sent = headers.get('x-openai-account-routing-override');
  if (sent === account.routingOverride) return undefined;
  return badRequest(
    `x-openai-account-routing-override is ${sent ?? 'absent'}, accounts/check says ${account.routingOverride ?? 'none'}`,
    'routing_override_mismatch',
    'x-openai-account-routing-override',
  );
}

function checkTurnState(headers: WireHeaders, account: SimulatedAccount, rules: HeaderRules): Refusal | undefined {
  const sent = headers.get('x-codex-turn-state');
  if (sent === undefined || rules.ownsTurnState(account.id, sent)) return undefined;
  return badRequest('x-codex-turn-state was issued to another account', 'invalid_turn_state', 'x-codex-turn-state');
}
