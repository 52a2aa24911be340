/** The simulated issuer: sign-in with PKCE, device codes, rotation with reuse detection, and tokens the upstream takes. */
import { createHash, randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SimulatedAccount } from '../../src-main/simulator/accounts/accounts.ts';
import { type Simulator, startSimulator } from '../../src-main/simulator/simulator.ts';
import { type Answer, bodyOf, post, send } from './simulator-client.ts';

const CLIENT_ID = 'app_EMoamEEZ73f0CkXaXp7hrann';
const REDIRECT = 'http://127.0.0.1:1455/auth/callback';

let sim: Simulator;

beforeEach(async () => {
  sim = await startSimulator();
});

afterEach(async () => {
  await sim.stop();
});

const verifierOf = () => randomBytes(48).toString('base64url');
const challengeOf = (verifier: string) => createHash('sha256').update(verifier).digest('base64url');

/** `/oauth/authorize` as the official client opens it (PROTOCOL.md, Sign-in). */
const authorize = (challenge: string, more: Record<string, string> = {}) => {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: CLIENT_ID,
    redirect_uri: REDIRECT,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    state: 'a-state-of-good-length',
    scope: 'openid profile email offline_access api.connectors.read api.connectors.invoke',
    id_token_add_organizations: 'true',
    codex_cli_simplified_flow: 'true',
    originator: 'codex_cli_rs',
    ...more,
  });
  return send(`${sim.issuerUrl}/oauth/authorize?${query}`, 'GET', {});
};

const form = (fields: Record<string, string>, path = '/oauth/token') =>
  send(
    `${sim.issuerUrl}${path}`,
    'POST',
    { 'content-type': 'application/x-www-form-urlencoded' },
    new URLSearchParams(fields).toString(),
  );

const json = (path: string, body: object) =>
  send(`${sim.issuerUrl}${path}`, 'POST', { 'content-type': 'application/json' }, JSON.stringify(body));

const refresh = (refreshToken: string) =>
  json('/oauth/token', {
    client_id: CLIENT_ID,
    grant_type: 'refresh_token',
    refresh_reason: 'proactive_expiry',
    refresh_token: refreshToken,
  });

const exchange = (code: string, verifier: string, more: Record<string, string> = {}) =>
  form({
    grant_type: 'authorization_code',
    client_id: CLIENT_ID,
    code,
    redirect_uri: REDIRECT,
    code_verifier: verifier,
    ...more,
  });

const codeOf = (answer: Answer) => new URL(String(answer.headers.location)).searchParams.get('code') ?? '';
const errorOf = (answer: Answer) => [answer.status, JSON.parse(answer.text).error.code];
const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

/** A turn with this token instead of the account's newest. */
const turnWith = async (account: SimulatedAccount, token: string) =>
  (await post(sim, account, bodyOf('x'), { authorization: `Bearer ${token}` })).status;

describe('sign-in with a browser', () => {
  it('sends the browser back with a code, whose tokens the upstream takes at once', async () => {
    sim.addAccount();
    const account = sim.addAccount({ email: 'ada@example.test', plan: 'pro' });
    const verifier = verifierOf();
    const back = await authorize(challengeOf(verifier));
    expect(back.status).toBe(302);
    const location = new URL(String(back.headers.location));
    expect(location.origin + location.pathname).toBe(REDIRECT);
    expect(location.searchParams.get('state')).toBe('a-state-of-good-length');
    const answer = await exchange(codeOf(back), verifier);
    const tokens = JSON.parse(answer.text);
    expect(answer.status).toBe(200);
    expect(await turnWith(account, tokens.access_token)).toBe(200);
    expect(claimsOf(tokens.id_token)).toMatchObject({
      iss: sim.issuerUrl,
      aud: [CLIENT_ID],
      email: 'ada@example.test',
      'https://api.openai.com/auth': { chatgpt_account_id: account.id, chatgpt_plan_type: 'pro' },
    });
    expect(claimsOf(tokens.access_token).exp).toBeGreaterThan(Date.now() / 1000);
  });

  it('takes a code once, and only with its verifier and redirect', async () => {
    const account = sim.addAccount();
    sim.issuer.signInNext(account);
    const verifier = verifierOf();
    const fresh = async () => codeOf(await authorize(challengeOf(verifier)));
    expect(errorOf(await exchange(await fresh(), verifierOf()))).toEqual([400, 'invalid_grant']);
    const other = { redirect_uri: 'http://127.0.0.1:1457/auth/callback' };
    expect(errorOf(await exchange(await fresh(), verifier, other))).toEqual([400, 'invalid_grant']);
    const code = await fresh();
    expect((await exchange(code, verifier)).status).toBe(200);
    expect(errorOf(await exchange(code, verifier))).toEqual([400, 'invalid_grant']);
    expect(errorOf(await exchange(await fresh(), verifier, { client_id: 'other' }))).toEqual([400, 'invalid_client']);
    expect((await json('/oauth/token', { client_id: CLIENT_ID, grant_type: 'authorization_code' })).status).toBe(400);
  });

  it.each([
    ['response_type', 'token'],
    ['client_id', 'other'],
    ['redirect_uri', 'http://127.0.0.1:9999/auth/callback'],
    ['redirect_uri', 'https://example.test/auth/callback'],
    ['code_challenge', 'short'],
    ['code_challenge_method', 'plain'],
    ['state', 'short'],
    ['scope', 'openid'],
    ['scope', 'openid profile email offline_access everything'],
    ['id_token_add_organizations', 'false'],
    ['codex_cli_simplified_flow', ''],
    ['originator', ''],
  ])('refuses %s=%s', async (name, value) => {
    const answer = await authorize(challengeOf(verifierOf()), { [name]: value });
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text).error.param).toBe(name);
  });

  it('can be refused by the person, be for one workspace, and go to any port if allowed', async () => {
    const wanted = sim.addAccount();
    sim.addAccount();
    sim.issuer.denyNext();
    const denied = await authorize(challengeOf(verifierOf()));
    expect(new URL(String(denied.headers.location)).searchParams.get('error')).toBe('access_denied');
    sim.issuer.options.redirectPorts = 'any';
    const verifier = verifierOf();
    const redirect = { redirect_uri: 'http://127.0.0.1:4242/auth/callback' };
    const back = await authorize(challengeOf(verifier), { ...redirect, allowed_workspace_id: wanted.id });
    const tokens = JSON.parse((await exchange(codeOf(back), verifier, redirect)).text);
    expect(claimsOf(tokens.access_token)['https://api.openai.com/auth'].chatgpt_account_id).toBe(wanted.id);
  });
});

describe('refreshing', () => {
  it('rotates the tokens, and the old access token works until it expires', async () => {
    const account = sim.addAccount();
    const old = { access: account.accessToken, refresh: account.refreshToken };
    const answer = await refresh(old.refresh);
    const tokens = JSON.parse(answer.text);
    expect(tokens.refresh_token).not.toBe(old.refresh);
    expect(account.refreshToken).toBe(tokens.refresh_token);
    expect(await turnWith(account, old.access)).toBe(200);
    expect(await turnWith(account, tokens.access_token)).toBe(200);
    expect((await refresh(tokens.refresh_token)).status).toBe(200);
  });

  it('refuses a token used twice, and with it the whole family', async () => {
    const account = sim.addAccount();
    const first = account.refreshToken;
    const second = JSON.parse((await refresh(first)).text).refresh_token;
    expect(errorOf(await refresh(first))).toEqual([401, 'refresh_token_reused']);
    expect(errorOf(await refresh(second))).toEqual([401, 'refresh_token_invalidated']);
    expect(await turnWith(account, account.accessToken)).toBe(200);
    account.issueTokens();
    expect((await refresh(account.refreshToken)).status).toBe(200);
  });

  it('says that a token has expired, was invalidated or revoked, or is unknown', async () => {
    const account = sim.addAccount();
    account.spoilRefresh('expired');
    expect(errorOf(await refresh(account.refreshToken))).toEqual([401, 'refresh_token_expired']);
    account.issueTokens();
    account.spoilRefresh('invalidated');
    expect(errorOf(await refresh(account.refreshToken))).toEqual([401, 'refresh_token_invalidated']);
    account.issueTokens();
    const revoked = { client_id: CLIENT_ID, token: account.refreshToken, token_type_hint: 'refresh_token' };
    expect((await json('/oauth/revoke', revoked)).status).toBe(200);
    expect(errorOf(await refresh(account.refreshToken))).toEqual([401, 'refresh_token_invalidated']);
    expect(errorOf(await refresh('rt_unknown'))).toEqual([401, 'refresh_token_invalidated']);
    expect((await form({ client_id: CLIENT_ID, grant_type: 'refresh_token', refresh_token: 'x' })).status).toBe(400);
  });

  it('fails by script for one account, without spending the token', async () => {
    const [account, other] = [sim.addAccount(), sim.addAccount()];
    sim.faults.next('issuer', { kind: 'status', status: 500 }, { accountId: account.id });
    expect((await refresh(other.refreshToken)).status).toBe(200);
    expect((await refresh(account.refreshToken)).status).toBe(500);
    expect((await refresh(account.refreshToken)).status).toBe(200);
    sim.faults.next('issuer', { kind: 'status', status: 401, code: 'refresh_token_reused' });
    expect(errorOf(await refresh(account.refreshToken))).toEqual([401, 'refresh_token_reused']);
    sim.faults.next('issuer', { kind: 'reset' });
    await expect(refresh(account.refreshToken)).rejects.toThrow(/ECONNRESET|hang up/);
  });

  it('gives tokens as long a life as it is told, and may leave members away', async () => {
    const account = sim.addAccount();
    sim.issuer.options.tokenLifetimeMs = -1000;
    sim.issuer.options.omitOnRefresh = ['id_token', 'refresh_token'];
    const tokens = JSON.parse((await refresh(account.refreshToken)).text);
    expect(Object.keys(tokens)).not.toContain('refresh_token');
    expect(await turnWith(account, tokens.access_token)).toBe(401);
  });
});

describe('sign-in with a device code', () => {
  const start = async () =>
    JSON.parse((await json('/api/accounts/deviceauth/usercode', { client_id: CLIENT_ID })).text);
  const poll = (started: { device_auth_id: string; user_code: string }) =>
    json('/api/accounts/deviceauth/token', { device_auth_id: started.device_auth_id, user_code: started.user_code });

  it('is pending until someone approves, and then gives a code with its verifier once', async () => {
    const account = sim.addAccount();
    const started = await start();
    expect(started).toMatchObject({ interval: '5' });
    expect((await poll(started)).status).toBe(403);
    expect(account.approveDevice('WRONG')).toBe(false);
    expect(account.approveDevice(started.user_code)).toBe(true);
    const granted = JSON.parse((await poll(started)).text);
    expect(challengeOf(granted.code_verifier)).toBe(granted.code_challenge);
    expect((await poll(started)).status).toBe(404);
    const redirect = { redirect_uri: 'https://auth.openai.com/deviceauth/callback' };
    const answer = await exchange(granted.authorization_code, granted.code_verifier, redirect);
    expect(await turnWith(account, JSON.parse(answer.text).access_token)).toBe(200);
  });

  it('can be approved on its page', async () => {
    sim.addAccount();
    const started = await start();
    expect((await send(`${sim.issuerUrl}/codex/device`, 'GET', {})).text).toContain('<form');
    expect((await form({ user_code: started.user_code }, '/codex/device')).text).toContain('Signed in');
    expect((await poll(started)).status).toBe(200);
  });
});

describe('auth.json', () => {
  it('holds the tokens the way the official client writes them', () => {
    const account = sim.addAccount();
    const auth = JSON.parse(account.authJson());
    expect(auth).toMatchObject({
      auth_mode: 'chatgpt',
      OPENAI_API_KEY: null,
      tokens: {
        access_token: account.accessToken,
        refresh_token: account.refreshToken,
        account_id: account.id,
        oauth_provenance: { issuer: sim.issuerUrl, client_id: CLIENT_ID },
      },
    });
    expect(auth.last_refresh).toMatch(/^\d{4}-.*\.\d{9}Z$/);
  });
});
