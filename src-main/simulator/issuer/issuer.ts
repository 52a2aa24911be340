/** The issuer (auth.openai.com): sign-in with PKCE, token rotation with reuse detection, revocation. */
import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { AccountRegistry } from '../accounts/accounts.ts';
import { type AccountSeed, DEFAULT_TOKEN_LIFETIME_MS, type SimulatedAccount } from '../accounts/accounts.ts';
import type { TokenRegistry } from '../accounts/tokens.ts';
import { CLIENT_ID, DEFAULT_SCOPE, type RefreshProblem, type TokenSet } from '../accounts/tokens.ts';
import { accept } from '../faults/accept.ts';
import type { FaultScript } from '../faults/faults.ts';
import { newSecret } from '../ids.ts';
import { isObject, type JsonObject, stringOf } from '../json.ts';
import type { SimulatorLog } from '../log.ts';
import { badRequest, isRefusal, type Refusal, standardRefusal, unauthorized } from '../rules/refusal.ts';
import type { Pacing } from '../turns/pacing.ts';
import { sendJson, sendRefusal, sendText } from '../upstream/http-body.ts';
import type { HttpRequest } from '../upstream/http-upstream.ts';
import { DeviceSignIns } from './device-sign-in.ts';

export interface IssuerOptions {
  /** Of access tokens minted from now on. */
  tokenLifetimeMs: number;
  /** Ports a redirect may have; 1455 and 1457 are the registered ones (PROTOCOL.md, Sign-in). */
  redirectPorts: readonly number[] | 'any';
  /** Told to the client as the poll interval. */
  deviceIntervalS: number;
  /** Members a refresh leaves away: each is optional (PROTOCOL.md, Sign-in). */
  omitOnRefresh: readonly ('id_token' | 'refresh_token')[];
}

interface Code {
  readonly account: SimulatedAccount;
  readonly redirectUri: string;
  readonly challenge: string;
  readonly expiresAtMs: number;
}

const CODE_LIFETIME_MS = 10 * 60 * 1000;
const refreshMessages: Record<RefreshProblem, string> = {
  expired: 'Your refresh token has expired. Please try signing in again.',
  reused: 'Your refresh token has already been used to generate a new access token. Please try signing in again.',
  invalidated: 'Your refresh token has been invalidated. Please try signing in again.',
};

/** What an issuer needs of a simulator. */
interface IssuerParts {
  readonly pacing: Pacing;
  readonly log: SimulatorLog;
  readonly tokens: TokenRegistry;
  readonly accounts: AccountRegistry;
  readonly faults: FaultScript;
}

export class Issuer {
  readonly options: IssuerOptions;
  #shared: IssuerParts;
  #origin: () => string;
  #addAccount: (seed?: AccountSeed) => SimulatedAccount;
  #codes = new Map<string, Code>();
  #nextAccount: SimulatedAccount | undefined;
  #denial: string | undefined;
  #devices: DeviceSignIns;

  constructor(
    shared: IssuerParts,
    origin: () => string,
    options: Partial<IssuerOptions>,
    addAccount: (seed?: AccountSeed) => SimulatedAccount,
  ) {
    this.#shared = shared;
    this.#origin = origin;
    this.#addAccount = addAccount;
    this.options = {
      tokenLifetimeMs: DEFAULT_TOKEN_LIFETIME_MS,
      redirectPorts: [1455, 1457],
      deviceIntervalS: 5,
      omitOnRefresh: [],
      ...options,
    };
    this.#devices = new DeviceSignIns((account, challenge) =>
      this.#newCode(account, `${this.#origin()}/deviceauth/callback`, challenge),
    );
  }

  /** The person who signs in next; otherwise the account added last, or a new one. */
  signInNext(account: SimulatedAccount): void {
    this.#nextAccount = account;
  }

  /** The next person in the browser says no. */
  denyNext(error = 'access_denied'): void {
    this.#denial = error;
  }

  /** Someone at `/codex/device` enters this code, signed in as `account`. */
  approveDevice(account: SimulatedAccount, userCode: string): boolean {
    return this.#devices.approve(account, userCode);
  }

  async handle(request: HttpRequest, response: ServerResponse): Promise<void> {
    const { path, method, connection } = request;
    if (path === '/oauth/token' && method === 'POST') {
      const fault = this.#shared.faults.take('issuer', this.#moment(request));
      if (fault) this.#shared.log.faulted('issuer', fault, connection);
      if (!response.socket) return;
      const outcome = await accept(this.#shared.pacing.timing.acceptDelayMs, response.socket, fault, undefined);
      if (outcome.go === 'nowhere') return;
      if (outcome.go === 'refuse') return sendRefusal(response, outcome.refusal, false, outcome.body);
    }
    const refusal = this.#route(request, response);
    if (!refusal) return;
    this.#shared.log.refused('issuer', connection, refusal);
    sendRefusal(response, refusal);
  }

  #moment(request: HttpRequest) {
    const body = isObject(request.body.value) ? request.body.value : {};
    const { path, connection } = request;
    const accountId = this.#shared.tokens.ownerOfRefresh(stringOf(body.refresh_token));
    return { transport: 'http' as const, accountId, path, connection, body };
  }

  #route(request: HttpRequest, response: ServerResponse): Refusal | undefined {
    const body = isObject(request.body.value) ? request.body.value : {};
    const key = `${request.method} ${request.path}`;
    if (key === 'GET /oauth/authorize') return this.#authorize(request.query, response);
    if (key === 'POST /oauth/token') return this.#token(request, body, response);
    if (key === 'POST /oauth/revoke') return this.#revoke(body, response);
    if (key === 'POST /api/accounts/deviceauth/usercode') return this.#deviceStart(body, response);
    if (key === 'POST /api/accounts/deviceauth/token') return this.#devicePoll(body, response);
    if (request.path === '/codex/device') return this.#devicePage(request.method, body, response);
    if (key === 'GET /.well-known/openid-configuration') return this.#discovery(response);
    return standardRefusal(404);
  }

  #person(): SimulatedAccount {
    const account = this.#nextAccount ?? this.#shared.accounts.all.at(-1) ?? this.#addAccount();
    this.#nextAccount = undefined;
    return account;
  }

  /** The page a person would see says yes at once and sends the browser back (PROTOCOL.md, Sign-in). */
  #authorize(query: URLSearchParams, response: ServerResponse): Refusal | undefined {
    const problem = checkAuthorize(query, this.options.redirectPorts);
    if (problem) return problem;
    const redirectUri = query.get('redirect_uri') ?? '';
    const target = new URL(redirectUri);
    const state = query.get('state') ?? '';
    if (this.#denial !== undefined) {
      target.searchParams.set('error', this.#denial);
      target.searchParams.set('error_description', 'The person said no');
      this.#denial = undefined;
    } else {
      const wanted = query.get('allowed_workspace_id');
      const account = (wanted === null ? undefined : this.#shared.accounts.get(wanted)) ?? this.#person();
      target.searchParams.set('code', this.#newCode(account, redirectUri, query.get('code_challenge') ?? ''));
      target.searchParams.set('scope', query.get('scope') ?? DEFAULT_SCOPE);
    }
    target.searchParams.set('state', state);
    response.writeHead(302, { location: target.href, 'cache-control': 'no-store' });
    response.end();
    return undefined;
  }

  #newCode(account: SimulatedAccount, redirectUri: string, challenge: string): string {
    const code = `ac_${newSecret(32)}`;
    this.#codes.set(code, { account, redirectUri, challenge, expiresAtMs: Date.now() + CODE_LIFETIME_MS });
    return code;
  }

  #token(request: HttpRequest, body: JsonObject, response: ServerResponse): Refusal | undefined {
    if (stringOf(body.client_id) !== CLIENT_ID) return badRequest('Unknown client', 'invalid_client', 'client_id');
    const type = request.headers.get('content-type') ?? '';
    const grant = stringOf(body.grant_type);
    if (grant === 'authorization_code') {
      if (!type.startsWith('application/x-www-form-urlencoded')) return badRequest('Send a form', 'invalid_request');
      return this.#exchange(body, response);
    }
    if (grant === 'refresh_token') {
      if (!type.startsWith('application/json')) return badRequest('Send JSON', 'invalid_request');
      return this.#refresh(body, response);
    }
    // The API-key exchange works only for organisations; its refusal is expected (PROTOCOL.md, Sign-in).
    if (grant.endsWith(':token-exchange')) return unauthorized('The ID token names no organization', 'invalid_subject');
    return badRequest(`Unsupported grant_type: ${grant}`, 'unsupported_grant_type', 'grant_type');
  }

  #exchange(body: JsonObject, response: ServerResponse): Refusal | undefined {
    const text = stringOf(body.code);
    const code = this.#codes.get(text);
    // Spent by any attempt, good or bad.
    this.#codes.delete(text);
    if (!code || code.expiresAtMs < Date.now())
      return badRequest('Unknown, used or expired code', 'invalid_grant', 'code');
    if (!redirectMatches(stringOf(body.redirect_uri), code.redirectUri)) {
      return badRequest('redirect_uri is not the one of the request', 'invalid_grant', 'redirect_uri');
    }
    const verifier = stringOf(body.code_verifier);
    if (!/^[A-Za-z0-9._~-]{43,128}$/.test(verifier) || challengeOf(verifier) !== code.challenge) {
      return badRequest('code_verifier does not fit the challenge', 'invalid_grant', 'code_verifier');
    }
    sendJson(response, 200, grantBody(code.account.issueTokens(this.options.tokenLifetimeMs), this.options));
    return undefined;
  }

  #refresh(body: JsonObject, response: ServerResponse): Refusal | undefined {
    const spent = this.#shared.tokens.spendRefresh(stringOf(body.refresh_token));
    if (typeof spent === 'string') return unauthorized(refreshMessages[spent], `refresh_token_${spent}`);
    const account = this.#shared.accounts.get(spent.accountId);
    if (!account) return unauthorized(refreshMessages.invalidated, 'refresh_token_invalidated');
    const tokens = this.#shared.tokens.issue(account, this.options.tokenLifetimeMs, spent);
    account.adopt(tokens);
    const answer = grantBody(tokens, this.options);
    for (const member of this.options.omitOnRefresh) delete answer[member];
    sendJson(response, 200, answer);
    return undefined;
  }

  /** Best effort in the client, and always 200 here, as RFC 7009 says. */
  #revoke(body: JsonObject, response: ServerResponse): Refusal | undefined {
    if (stringOf(body.client_id) !== CLIENT_ID) return badRequest('Unknown client', 'invalid_client', 'client_id');
    this.#shared.tokens.revokeFamily(stringOf(body.token));
    sendJson(response, 200, {});
    return undefined;
  }

  #deviceStart(body: JsonObject, response: ServerResponse): Refusal | undefined {
    if (stringOf(body.client_id) !== CLIENT_ID) return badRequest('Unknown client', 'invalid_client', 'client_id');
    sendJson(response, 200, this.#devices.start(this.options.deviceIntervalS));
    return undefined;
  }

  #devicePoll(body: JsonObject, response: ServerResponse): Refusal | undefined {
    const answer = this.#devices.poll(stringOf(body.device_auth_id), stringOf(body.user_code));
    if (isRefusal(answer)) return answer;
    sendJson(response, 200, answer);
    return undefined;
  }

  #devicePage(method: string, body: JsonObject, response: ServerResponse): Refusal | undefined {
    const entered = method === 'POST' ? stringOf(body.user_code) : '';
    const done = entered !== '' && this.#devices.approve(this.#person(), entered);
    const text = done ? 'Signed in. You can close this page.' : 'Enter the code your device shows.';
    const form = '<form method="post"><input name="user_code" autofocus><button>Continue</button></form>';
    const page = `<!doctype html><title>Device sign-in (simulated)</title><p>${text}</p>${done ? '' : form}`;
    sendText(response, 200, page, { 'content-type': 'text/html; charset=utf-8' });
    return undefined;
  }

  #discovery(response: ServerResponse): undefined {
    const origin = this.#origin();
    sendJson(response, 200, {
      issuer: origin,
      authorization_endpoint: `${origin}/oauth/authorize`,
      token_endpoint: `${origin}/oauth/token`,
      revocation_endpoint: `${origin}/oauth/revoke`,
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
      id_token_signing_alg_values_supported: ['RS256'],
    });
  }
}

function grantBody(tokens: TokenSet, options: IssuerOptions): JsonObject {
  return {
    access_token: tokens.accessToken,
    id_token: tokens.idToken,
    refresh_token: tokens.refreshToken,
    token_type: 'Bearer',
    expires_in: Math.floor(options.tokenLifetimeMs / 1000),
    scope: DEFAULT_SCOPE,
  };
}

/** S256 of RFC 7636. */
function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}

/** The device flow names the issuer's public host, whatever host it talked to (capture login-device). */
function redirectMatches(sent: string, registered: string): boolean {
  if (sent === registered) return true;
  const devicePath = '/deviceauth/callback';
  return registered.endsWith(devicePath) && sent === `https://auth.openai.com${devicePath}`;
}

function checkAuthorize(query: URLSearchParams, ports: IssuerOptions['redirectPorts']): Refusal | undefined {
  const wrong = (name: string) =>
    badRequest(`Invalid ${name}: ${query.get(name) ?? 'absent'}`, 'invalid_request', name);
  for (const name of query.keys()) if (query.getAll(name).length > 1) return wrong(name);
  if (query.get('response_type') !== 'code') return wrong('response_type');
  if (query.get('client_id') !== CLIENT_ID) return wrong('client_id');
  if (!redirectAllowed(query.get('redirect_uri') ?? '', ports)) return wrong('redirect_uri');
  if (!/^[A-Za-z0-9_-]{43}$/.test(query.get('code_challenge') ?? '')) return wrong('code_challenge');
  if (query.get('code_challenge_method') !== 'S256') return wrong('code_challenge_method');
  if ((query.get('state') ?? '').length < 16) return wrong('state');
  const scopes = (query.get('scope') ?? '').split(' ');
  // Older clients ask for the first four only (PROTOCOL.md, Sign-in).
  if (!['openid', 'profile', 'email', 'offline_access'].every((scope) => scopes.includes(scope))) return wrong('scope');
  if (scopes.some((scope) => !DEFAULT_SCOPE.split(' ').includes(scope))) return wrong('scope');
  if (query.get('id_token_add_organizations') !== 'true') return wrong('id_token_add_organizations');
  if (query.get('codex_cli_simplified_flow') !== 'true') return wrong('codex_cli_simplified_flow');
  return query.get('originator') ? undefined : wrong('originator');
}

function redirectAllowed(text: string, ports: IssuerOptions['redirectPorts']): boolean {
  const url = URL.parse(text);
  if (url?.protocol !== 'http:' || !['127.0.0.1', 'localhost'].includes(url.hostname)) return false;
  if (url.pathname !== '/auth/callback' || url.search !== '' || url.hash !== '') return false;
  return ports === 'any' || ports.includes(Number(url.port));
}
