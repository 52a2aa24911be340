import { type JsonObject, numberMember, objectMember, parseJsonObject, textMember } from '../json.ts';
import { momentMs } from '../told-numbers.ts';

const authClaim = 'https://api.openai.com/auth';
const profileClaim = 'https://api.openai.com/profile';

/** The payload of a JWT, not verified: upstream is the judge of tokens, we only read what they say. Null for what is no JWT. */
export function readUnverifiedClaims(token: string): JsonObject | null {
  const parts = token.split('.');
  if (parts.length !== 3 || parts[1] === undefined) return null;
  return parseJsonObject(Buffer.from(parts[1], 'base64url').toString('utf8'));
}

/** What an id token says of its holder (PROTOCOL.md, Sign-in). */
export interface Holder {
  readonly email: string | null;
  readonly plan: string | null;
  readonly workspaceId: string | null;
}

/** The user that an id token is for, where it says so by an id. */
export function readUserId(idToken: string): string | null {
  const claims = readUnverifiedClaims(idToken);
  const auth = objectMember(claims, authClaim);
  return textMember(auth, 'chatgpt_user_id') || textMember(auth, 'user_id') || textMember(claims, 'sub') || null;
}

/** What a token calls its holder: the user by each of its names, as `kind value`, and the workspace; empty where it is silent. */
export interface HolderNames {
  readonly users: readonly string[];
  readonly workspaces: readonly string[];
}

/** Reads every name of the holder from an id token or an access token. */
export function readHolderNames(token: string): HolderNames {
  const claims = readUnverifiedClaims(token);
  const auth = objectMember(claims, authClaim);
  const { email, workspaceId } = readHolder(token);
  const names = [
    ['email', email?.toLowerCase()],
    ['chatgpt_user_id', textMember(auth, 'chatgpt_user_id')],
    ['user_id', textMember(auth, 'user_id')],
    ['sub', textMember(claims, 'sub')],
  ] as const;
  return {
    users: names.flatMap(([kind, value]) => (value ? [`${kind} ${value}`] : [])),
    workspaces: workspaceId ? [workspaceId] : [],
  };
}

/** Reads e-mail, plan and workspace from an id token's claims. */
export function readHolder(idToken: string): Holder {
  const claims = readUnverifiedClaims(idToken);
  const auth = objectMember(claims, authClaim);
  return {
    email: textMember(claims, 'email') ?? textMember(objectMember(claims, profileClaim), 'email'),
    plan: textMember(auth, 'chatgpt_plan_type'),
    workspaceId: textMember(auth, 'chatgpt_account_id'),
  };
}

/** When an access token ends, epoch ms; null where it does not say. */
export function readExpiry(accessToken: string): number | null {
  const exp = numberMember(readUnverifiedClaims(accessToken), 'exp');
  return momentMs(exp);
}
