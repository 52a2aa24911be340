import { deepStrictEqual, match, ok } from 'node:assert/strict';
import fc from 'fast-check';
import { parseSignInFile } from '../../../src-main/core/accounts/sign-in-file.ts';
import { SlipstreamError } from '../../../src-main/shared/errors.ts';
import { authFile, idToken, jwt, origin } from '../../unit/account-fixtures.ts';
import { mutated, texts } from '../inputs.ts';
import { led } from '../led.ts';
import { target } from '../target.ts';

const official = JSON.parse(authFile());
const cliproxy = {
  id_token: idToken(),
  access_token: jwt({ exp: 2_000_000_000 }),
  refresh_token: 'rt_refresh-token-1',
  account_id: 'ws-1',
  email: 'ann@example.test',
  type: 'codex',
  websockets: true,
  expired: '2033-05-18T03:33:20Z',
};
const claims = {
  email: 'a@b.test',
  'https://api.openai.com/auth': { chatgpt_account_id: 'w', chatgpt_plan_type: 'plus' },
};

const files = fc.oneof(
  texts,
  mutated(official).map((file) => JSON.stringify(file)),
  mutated(cliproxy).map((file) => JSON.stringify(file)),
  mutated(claims).map((inside) => authFile({ idToken: jwt(inside), accountId: null })),
  mutated({ exp: 2_000_000_000 }).map((inside) => authFile({ accessToken: jwt(inside) })),
);

/** A file is an account with all that an account has, or it is refused in words. */
function signInRule(text: string): void {
  try {
    const account = parseSignInFile(text, origin, 5);
    match(account.id, /^[0-9a-f]{16}$/);
    ok(typeof account.email === 'string' && account.email !== '');
    // A sign-in without a workspace is an account, too.
    ok(typeof account.workspaceId === 'string');
    ok(account.websockets === null || typeof account.websockets === 'boolean');
    deepStrictEqual(JSON.parse(JSON.stringify(account)), JSON.parse(JSON.stringify({ ...account })));
  } catch (thrown) {
    if (!(thrown instanceof SlipstreamError) || thrown.code !== 'account_file_invalid') throw thrown;
  }
  deepStrictEqual(Object.keys(Object.prototype), []);
}

export const signInFile = target('sign-in-file', files, signInRule);

export const ledSignInFile = led({
  name: 'led-sign-in-file',
  seeds: [JSON.stringify(official), JSON.stringify(cliproxy), authFile({ accountId: null })],
  words: ['tokens', 'id_token', 'access_token', 'refresh_token', 'account_id', 'email', 'expired', '__proto__', 'null'],
  rule: (input) => signInRule(input.toString()),
});
