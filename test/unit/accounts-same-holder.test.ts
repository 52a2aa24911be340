import { describe, expect, it } from 'vitest';
import type { Account } from '../../src-main/core/accounts/account.ts';
import { nameAnotherHolder } from '../../src-main/core/accounts/same-holder.ts';
import { account, jwt } from './account-fixtures.ts';

const ann = { email: 'ann@example.test', user: 'user-ann', sub: 'auth0|ann', workspace: 'ws-1' };

/** A token that says of its holder what is given. */
function token(said: Partial<Record<keyof typeof ann, string>>): string {
  const auth = { chatgpt_user_id: said.user, chatgpt_account_id: said.workspace };
  return jwt({ email: said.email, sub: said.sub, 'https://api.openai.com/auth': auth });
}

const holding = (accessToken: string, more: Partial<Account> = {}) =>
  account('one', {
    email: ann.email,
    workspaceId: 'ws-1',
    tokens: { accessToken, idToken: token(ann), refreshToken: 'rt_1' },
    ...more,
  });
const nameless = (more: Partial<Account> = {}) =>
  holding('opaque', {
    email: 'sign-in 12345678',
    workspaceId: '',
    tokens: { accessToken: 'opaque', idToken: '', refreshToken: 'rt_1' },
    ...more,
  });

describe('renewed tokens are of the same holder', () => {
  it.each([
    ['they say the same', holding(token(ann)), token(ann)],
    ['the e-mail is another, and the user is not', holding(token(ann)), token({ ...ann, email: 'ann@new.test' })],
    ['the e-mail is written otherwise', holding(token(ann)), token({ email: 'Ann@Example.test', workspace: 'ws-1' })],
    ['the ids are others, and the e-mail is not', holding(token(ann)), token({ ...ann, user: 'u-2', sub: 'oidc|2' })],
    ['they say nothing', holding(token(ann)), token({})],
    ['they are no JWT', holding(token(ann)), 'opaque'],
    ['they say what those before did not', nameless(), token(ann)],
    [
      'the workspace is the one the tokens named before, not the one of the file',
      holding('opaque', { workspaceId: 'ws-of-the-file' }),
      token(ann),
    ],
  ])('where %s', (_when, before, renewed) => {
    expect([
      nameAnotherHolder(before, { idToken: renewed }),
      nameAnotherHolder(before, { accessToken: renewed }),
    ]).toEqual([false, false]);
  });

  it('where nothing came', () => {
    expect(nameAnotherHolder(holding(token(ann)), {})).toBe(false);
  });
});

describe("renewed tokens are another's", () => {
  const bob = { email: 'bob@example.test', user: 'user-bob', sub: 'auth0|bob', workspace: 'ws-1' };
  it.each([
    ['user and e-mail are others', holding(token(ann)), token(bob)],
    ['the e-mail is all they say', holding(token(ann)), token({ email: bob.email })],
    ['the user is all they say', holding(token(ann)), token({ user: bob.user })],
    ['the workspace is another', holding(token(ann)), token({ ...ann, workspace: 'ws-2' })],
    ['only the file said whose they were', nameless({ email: ann.email }), token({ email: bob.email })],
  ])('where %s', (_when, before, renewed) => {
    expect([
      nameAnotherHolder(before, { idToken: renewed }),
      nameAnotherHolder(before, { accessToken: renewed }),
    ]).toEqual([true, true]);
  });

  it('where one of the two is, whatever the other says', () => {
    expect(nameAnotherHolder(holding(token(ann)), { idToken: token(ann), accessToken: token(bob) })).toBe(true);
  });
});
