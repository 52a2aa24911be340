import { describe, expect, it } from 'vitest';
import { usesWebsockets } from '../../src-main/core/accounts/account.ts';
import { parseSignInFile, readSignInFiles } from '../../src-main/core/accounts/sign-in-file.ts';
import { authFile, idToken, jwt, origin } from './account-fixtures.ts';

/** CLIProxyAPI's `codex-*.json` (PROTOCOL.md, Sign-in). */
function file(more: Record<string, unknown> = {}) {
  return {
    id_token: idToken(),
    access_token: jwt({ exp: 2_000_000_000 }),
    refresh_token: 'rt_refresh-token-1',
    account_id: 'ws-1',
    last_refresh: '2026-11-23T10:00:00Z',
    email: 'ann@example.test',
    type: 'codex',
    expired: '2033-05-18T03:33:20Z',
    ...more,
  };
}
const parse = (value: unknown) => parseSignInFile(JSON.stringify(value), origin, 5);

describe('a CLIProxyAPI file', () => {
  it('is the same account as the official file of the same sign-in', () => {
    expect(parse(file())).toEqual(parseSignInFile(authFile(), origin, 5));
  });

  it.each<[string, unknown, boolean | null]>([
    ['not set', undefined, null],
    ['true', true, true],
    ['false', false, false],
    ['the text true', 'true', true],
    ['the text False', 'False', false],
    ['something else', 'maybe', null],
  ])('S1: keeps websockets that are %s', (_what, websockets, expected) => {
    const account = parse(file({ websockets }));
    expect(account.websockets).toBe(expected);
    expect(usesWebsockets(account)).toBe(expected !== false);
  });

  it.each([
    [true, false],
    ['true', false],
    [false, true],
    [undefined, true],
  ])('keeps disabled %s', (disabled, enabled) => {
    expect(parse(file({ disabled })).enabled).toBe(enabled);
  });

  it('keeps its priority within limits', () => {
    expect([3, -2000, '7', ' -2 ', 'high', 1.5].map((priority) => parse(file({ priority })).priority)).toEqual([
      3, -100, 7, -2, 0, 1,
    ]);
  });

  it('is one by its type or its token, and its own workspace counts', () => {
    const { type: _type, ...untyped } = file({ account_id: 'ws-7' });
    expect(parse(untyped)).toMatchObject({ workspaceId: 'ws-7' });
    expect(() => parse({ type: 'codex' })).toThrow('lacks its tokens');
    expect(() => parse({ email: 'x' })).toThrow('This file holds no tokens.');
  });

  it.each([
    ['socks5://127.0.0.1:1', true],
    [`http://${'a'.repeat(2_040)}:1`, false],
    ['direct', false],
    [undefined, false],
  ])('keeps a way out that is one: %s', (proxy_url, isKept) => {
    expect(parse(file({ proxy_url })).proxyUrl).toBe(isKept ? proxy_url : null);
  });

  it('is read with the older names', () => {
    const { id_token, access_token, refresh_token, account_id, ...rest } = file();
    const kebab = {
      'id-token': id_token,
      'access-token': access_token,
      'refresh-token': refresh_token,
      'account-id': account_id,
    };
    expect(parse({ ...rest, ...kebab })).toEqual(parse(file()));
  });

  it.each<[string, Record<string, unknown>, number | null]>([
    ['expired', { expired: '2033-05-18T03:33:20Z' }, 2_000_000_000_000],
    ['expires_at in seconds', { expired: undefined, expires_at: 2_000_000_000 }, 2_000_000_000_000],
    ['expiresAt in milliseconds, as a text', { expired: undefined, expiresAt: '2000000000000' }, 2_000_000_000_000],
    ['expiry under token', { expired: undefined, token: { expiry: '2033-05-18T03:33:20Z' } }, 2_000_000_000_000],
    ['expires that is no time', { expired: undefined, expires: 'soon' }, null],
    ['expired after the last date there is', { expired: 1e300 }, null],
    ['expired in a number without end, as a text', { expired: '9'.repeat(400) }, null],
    ['expired before all time', { expired: -5 }, null],
    ['expires that is nothing', { expired: undefined, expires: {} }, null],
    ['the least number that is milliseconds', { expired: 1e11 }, 1e11],
    ['a number below it', { expired: 1e11 - 1 }, (1e11 - 1) * 1_000],
  ])('where the token does not say when it ends, takes %s', (_what, more, expected) => {
    expect(parse(file({ access_token: 'opaque', ...more })).tokenExpiresAt).toBe(expected);
  });

  it.each([
    ['another service', { type: 'gemini' }, /for "gemini"/],
    ['no access token', { access_token: undefined }, /lacks its tokens/],
    ['no id token', { id_token: '' }, /lacks its tokens/],
    ['no e-mail', { email: undefined, id_token: idToken({ email: null }) }, /no e-mail address/],
    ['no workspace', { account_id: '', id_token: idToken({ workspaceId: null }) }, /no workspace/],
    ['a workspace for no header', { account_id: 'a\nb' }, /^The token or workspace in this file holds characters/],
    ['a token for no header', { access_token: 'a\nb' }, /^The token or workspace in this file holds characters/],
  ])('is refused for %s, with the reason and without a token', (_what, more, message) => {
    expect(() => parse(file(more))).toThrow(message);
    expect(() => parse(file(more))).not.toThrow(/rt_/);
  });
});

describe('a list of them', () => {
  const all = (value: unknown) => readSignInFiles(JSON.stringify(value), origin, 5).accounts.map(({ email }) => email);
  const other = { ...file(), email: 'bob@example.test', id_token: idToken({ email: 'bob@example.test' }) };

  it.each([
    ['as it is exported', [file(), other]],
    ['with other services in it', [{ type: 'gemini' }, file(), other, 7]],
    ['under a name', { accounts: [file(), other] }],
    ['of official files', [JSON.parse(authFile()), other]],
  ])('is read whole: %s', (_what, value) => {
    expect(all(value)).toEqual(['ann@example.test', 'bob@example.test']);
  });

  it.each([
    [[], /a list without one/],
    [[{ type: 'gemini' }], /for "gemini"/],
    [[{ type: 'codex' }], /lacks its tokens/],
  ])('says what is wrong with %j', (value, message) => {
    expect(() => all(value)).toThrow(message);
  });
});
