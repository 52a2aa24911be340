import type { Account, AccountTokens } from './account.ts';
import { type HolderNames, readHolderNames } from './claims.ts';

/**
 * Whether renewed tokens name another user or another workspace than the account's; what they do not name does not count. One
 * name in common makes it the same user, since each of them may change.
 */
export function nameAnotherHolder(account: Account, renewed: Partial<AccountTokens>): boolean {
  const { email, workspaceId, tokens } = account;
  const own = { users: email.includes('@') ? [`email ${email.toLowerCase()}`] : [], workspaces: [workspaceId] };
  const known = [own, ...[tokens.idToken, tokens.accessToken].map(readHolderNames)];
  return [renewed.idToken, renewed.accessToken].some(
    (token) => token !== undefined && isOtherHolder(known, readHolderNames(token)),
  );
}

function isOtherHolder(known: readonly HolderNames[], told: HolderNames): boolean {
  const users = known.flatMap((names) => names.users);
  const workspaces = known.flatMap((names) => names.workspaces).filter((id) => id !== '');
  const kinds = new Set(users.map(kindOf));
  const comparable = told.users.filter((user) => kinds.has(kindOf(user)));
  const isOtherUser = comparable.length > 0 && !comparable.some((user) => users.includes(user));
  return isOtherUser || (workspaces.length > 0 && told.workspaces.some((id) => !workspaces.includes(id)));
}

const kindOf = (user: string) => user.slice(0, user.indexOf(' '));
