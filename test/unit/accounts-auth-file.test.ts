import { describe, expect, it } from 'vitest';
import { accountLabel, usesWebsockets } from '../../src-main/core/accounts/account.ts';
import { parseAuthFile } from '../../src-main/core/accounts/auth-file.ts';
import { readExpiry, readHolder, readUnverifiedClaims } from '../../src-main/core/accounts/claims.ts';
import { accountIdFor } from '../../src-main/core/accounts/new-account.ts';
import { SlipstreamError } from '../../src-main/shared/errors.ts';
import { account, authFile, idToken, jwt, origin } from './account-fixtures.ts';

const now = 1_795_449_000_000;

function refusal(text: string): string {
  try {
    parseAuthFile(text, origin, now);
  } catch (error) {
    expect(error).toBeInstanceOf(SlipstreamError);
    expect(error).toMatchObject({ code: 'account_file_invalid', status: 400 });
    return error instanceof Error ? error.message : '';
  }
  throw new Error('the file was taken');
}

describe('importing an official auth.json', () => {
  it('takes tokens, workspace, e-mail, plan and expiry', () => {
    expect(parseAuthFile(authFile(), origin, now)).toEqual({
      id: accountIdFor('ws-1', 'ann@example.test', origin),
      email: 'ann@example.test',
      workspaceId: 'ws-1',
      plan: 'plus',
      source: 'import',
      origin,
      enabled: true,
      websockets: null,
      priority: 0,
      nickname: null,
      proxyUrl: null,
      link: null,
      addedAt: now,
      signedOut: null,
      verdicts: [],
      tokens: { accessToken: jwt({ exp: 2_000_000_000 }), refreshToken: 'rt_refresh-token-1', idToken: idToken() },
      tokenExpiresAt: 2_000_000_000_000,
    });
  });

  it('S1: leaves websockets unset, which means yes', () => {
    const imported = parseAuthFile(authFile(), origin, now);
    expect(imported.websockets).toBeNull();
    expect(usesWebsockets(imported)).toBe(true);
  });

  it.each([
    ['no account id of its own', { accountId: null }, 'ws-1'],
    ['another account id than the token says', { accountId: 'ws-2' }, 'ws-2'],
    ['an empty account id', { accountId: '' }, 'ws-1'],
  ])('knows the workspace of a file with %s', (_what, parts, expected) => {
    expect(parseAuthFile(authFile(parts), origin, now).workspaceId).toBe(expected);
  });

  it('finds the e-mail in the profile claim too', () => {
    const token = jwt({
      'https://api.openai.com/profile': { email: 'bob@example.test' },
      'https://api.openai.com/auth': { chatgpt_account_id: 'ws-1' },
    });
    expect(parseAuthFile(authFile({ idToken: token }), origin, now)).toMatchObject({
      email: 'bob@example.test',
      plan: null,
    });
  });

  it('takes a file without a refresh token, and with members it does not know', () => {
    const file = { ...JSON.parse(authFile({ refreshToken: null })), auth_mode: 'chatgpt', agent_identity: { a: 1 } };
    expect(parseAuthFile(JSON.stringify(file), origin, now).tokens.refreshToken).toBeNull();
  });

  it.each([
    ['nothing', '', /not JSON/],
    ['text', 'hello', /not JSON/],
    ['a cut file', authFile().slice(0, 40), /not JSON/],
    ['null', 'null', /not a Codex sign-in/],
    ['a list', '[]', /not a Codex sign-in/],
    ['tokens of the wrong kind', '{"tokens":"x"}', /missing or damaged/],
    ['no access token', '{"tokens":{"id_token":"x"}}', /missing or damaged/],
    ['an empty access token', '{"tokens":{"id_token":"x","access_token":""}}', /missing or damaged/],
    ['an API key only', '{"OPENAI_API_KEY":"sk-123","tokens":null}', /API key, not a ChatGPT sign-in/],
    ['a login in the keyring', '{"OPENAI_API_KEY":null}', /keyring.*Sign in separately/],
    ['an API key, by its mode', '{"auth_mode":"apikey","OPENAI_API_KEY":null}', /API key/],
    [
      'a personal access token',
      '{"auth_mode":"personalAccessToken","personal_access_token":"x"}',
      /personal access token/,
    ],
    ['an agent identity without a word on it', '{"agent_identity":{"k":1}}', /agent identity/],
    ['an agent identity', '{"auth_mode":"agentIdentity","agent_identity":{"k":1}}', /agent identity/],
    ['a mode nobody knows', '{"auth_mode":"carrier pigeon"}', /"carrier pigeon"/],
    ['nothing but the mode, as beside the keyring', '{"auth_mode":"chatgpt"}', /keyring/],
  ])('refuses a file that holds %s, and says what is wrong with it', (_what, text, expected) => {
    expect(refusal(text)).toMatch(expected);
  });

  it.each([
    ['e-mail', authFile({ idToken: idToken({ email: null }) }), 'ws-1'],
    ['an id token that is a JWT', authFile({ idToken: 'opaque' }), 'ws-1'],
    ['workspace', authFile({ idToken: idToken({ workspaceId: null }), accountId: null }), ''],
    ['either', authFile({ idToken: 'opaque', accountId: null }), ''],
  ])('takes a sign-in without %s, as the official client does, and knows it again', (_what, text, workspaceId) => {
    const read = parseAuthFile(text, origin, now);
    expect(read.workspaceId).toBe(workspaceId);
    expect(read.email).not.toBe('');
    expect(parseAuthFile(text, origin, now + 1).id).toBe(read.id);
  });

  it('takes an empty refresh token for none', () => {
    for (const refreshToken of ['', '  '])
      expect(parseAuthFile(authFile({ refreshToken }), origin, now).tokens.refreshToken).toBeNull();
  });

  it('never says a token in what it refuses', () => {
    const secret = 'sk-very-secret-0123456789';
    expect(refusal(`{"OPENAI_API_KEY":"${secret}"}`)).not.toContain(secret);
    expect(refusal(`{"tokens":{"id_token":"${secret}","access_token":7}}`)).not.toContain(secret);
    expect(refusal(`${secret}{`)).not.toContain(secret);
  });
});

describe('the id of an account', () => {
  const one = accountIdFor('ws-1', 'ann@example.test', origin);

  it('is the same for the same sign-in', () => {
    expect(accountIdFor('ws-1', 'ann@example.test', { ...origin })).toBe(one);
    expect(one).toMatch(/^[0-9a-f]{16}$/);
  });

  it.each([
    ['another workspace under one e-mail', accountIdFor('ws-2', 'ann@example.test', origin)],
    ['another person in one workspace', accountIdFor('ws-1', 'bob@example.test', origin)],
    ['another upstream', accountIdFor('ws-1', 'ann@example.test', { ...origin, upstream: 'http://other.test' })],
    ['another issuer', accountIdFor('ws-1', 'ann@example.test', { ...origin, issuer: 'http://other.test' })],
  ])('differs for %s', (_what, other) => {
    expect(other).not.toBe(one);
  });
});

describe('reading tokens without trusting them', () => {
  it.each(['', 'a', 'a.b', 'a.b.c.d', 'a.!!!.c', `a.${Buffer.from('[1]').toString('base64url')}.c`, 'a..c'])(
    'finds no claims in %j',
    (token) => {
      expect(readUnverifiedClaims(token)).toBeNull();
      expect(readExpiry(token)).toBeNull();
      expect(readHolder(token)).toEqual({ email: null, plan: null, workspaceId: null });
    },
  );

  it.each([
    [{ exp: 1_795_449_000 }, 1_795_449_000_000],
    [{ exp: '1795449000' }, null],
    [{}, null],
  ])('reads the expiry of %j', (claims, expected) => {
    expect(readExpiry(jwt(claims))).toBe(expected);
  });

  it('does not take claims of the wrong kind', () => {
    expect(readHolder(idToken({ email: 7, plan: {}, workspaceId: [] }))).toEqual({
      email: null,
      plan: null,
      workspaceId: null,
    });
  });
});

describe('how other screens name an account', () => {
  it('shows enough to tell two apart and not the address', () => {
    expect(accountLabel(account('x', { email: 'annabelle@example.test', plan: 'pro' }))).toBe('an…@e… (pro)');
    expect(accountLabel(account('x', { email: 'annabelle@example.test', plan: null }))).toBe('an…@e…');
  });

  it.each(['', 'nobody', '@', 'a@b@c'])('does not fail on %j', (email) => {
    expect(accountLabel(account('x', { email }))).toContain('…');
  });
});
