import type { AccountCredits, AccountView, UsageWindow } from '../../shared/account-model.ts';
import type { Verdict } from './verdicts.ts';

/** Tokens of one sign-in. They leave this folder only inside an Authorization header. */
export interface AccountTokens {
  readonly accessToken: string;
  readonly refreshToken: string | null;
  readonly idToken: string;
}

/** Upstream and issuer an account belongs to; it is never used with another pair. */
export interface AccountOrigin {
  readonly upstream: string;
  readonly issuer: string;
}

export interface AccountUsage {
  readonly primary: UsageWindow | null;
  readonly secondary: UsageWindow | null;
  /** Absent where the reading says nothing of them. */
  readonly credits?: AccountCredits;
  /** When upstream was asked or told it, epoch ms; the newest reading wins. */
  readonly readAt: number;
}

/** The official auth.json that an account shares with the Codex command. */
export interface AccountLink {
  /** Absolute path as it was given; it may be a symbolic link. */
  readonly path: string;
  /**
   * Set while the file has yet to take renewed tokens that are stored here: the hash of the refresh token they replaced.
   * The store is so the journal of a refresh: it is on disk before the file is touched.
   */
  readonly spentHash: string | null;
}

/** Why an account has to sign in again: its refresh token is dead, or its linked file is lost (and may come back). */
export type SignedOut = 'token' | 'file';

/** One ChatGPT workspace sign-in, as the store keeps it. */
export interface Account {
  readonly id: string;
  readonly email: string;
  /** ChatGPT workspace id, sent as `chatgpt-account-id`; empty where the sign-in names none. */
  readonly workspaceId: string;
  readonly plan: string | null;
  readonly source: AccountView['source'];
  readonly origin: AccountOrigin;
  readonly enabled: boolean;
  /** Null: never set, which means yes (S1). */
  readonly websockets: boolean | null;
  /** Higher goes first. */
  readonly priority: number;
  /** What the user calls it. */
  readonly nickname: string | null;
  /** Its own way out, credentials and all; null goes the way of all. */
  readonly proxyUrl: string | null;
  /** Null: a sign-in of its own. */
  readonly link: AccountLink | null;
  readonly addedAt: number;
  /** Null: it can be used. New tokens end it. */
  readonly signedOut: SignedOut | null;
  /** What upstream said of it that is known after a restart too. A sign-in ends it. */
  readonly verdicts: readonly Verdict[];
  readonly tokens: AccountTokens;
  readonly tokenExpiresAt: number | null;
}

/** An account whose tokens cannot be opened now: nothing runs on it, and its file is left as it is. */
export type LockedAccount = Omit<Account, 'tokens' | 'proxyUrl'>;

/** How an account does. Usage and rests are forgotten at exit. */
export interface AccountHealth {
  readonly usage: AccountUsage | null;
  /** Exhausted until then, epoch ms: the account is not used at all. */
  readonly cooldownUntil: number | null;
  /** Asked to slow down until then, epoch ms: others are used first. */
  readonly avoidUntil: number | null;
  /** Its way out led nowhere, and rests until then, epoch ms: others are used first, too. */
  readonly wayRestsUntil: number | null;
  /** As in its file, which may be behind for a moment. */
  readonly signedOut: SignedOut | null;
  /** What upstream said of it, whether it still stands or not. */
  readonly verdicts: readonly Verdict[];
}

/** Nothing is known of it, and nothing stands against it. */
export const healthy: AccountHealth = {
  usage: null,
  cooldownUntil: null,
  avoidUntil: null,
  wayRestsUntil: null,
  signedOut: null,
  verdicts: [],
};

/** Whether others are used first now, whatever it is for. */
export function isAvoided({ avoidUntil, wayRestsUntil }: AccountHealth, nowMs: number): boolean {
  return (avoidUntil ?? nowMs) > nowMs || (wayRestsUntil ?? nowMs) > nowMs;
}

/** S1: a stored account uses websockets unless its own value says no. */
export function usesWebsockets(account: Account): boolean {
  return account.websockets !== false;
}

/** Whether an account was signed in for this upstream and issuer. No other may be told its tokens. */
export function belongsTo({ origin }: Pick<Account, 'origin'>, { upstream, issuer }: AccountOrigin): boolean {
  return origin.upstream === upstream && origin.issuer === issuer;
}

/** How screens other than Accounts name an account: enough to tell two apart, not enough to be an address. */
export function accountLabel(account: Pick<Account, 'email' | 'plan'>): string {
  const [name = '', domain = ''] = account.email.split('@');
  // What an imported file calls its e-mail need not be one.
  const masked = `${name.slice(0, 2)}…${domain === '' ? '' : `@${domain.slice(0, 1)}…`}`;
  return account.plan === null ? masked : `${masked} (${account.plan})`;
}
