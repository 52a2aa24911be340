import type { AccountCredits, AccountLinkView, AccountView } from '../../src-main/shared/account-model.ts';
import { untilText } from '../../src-main/shared/until-text.ts';
import { formatRelative } from './format.ts';

export interface StateText {
  readonly label: string;
  readonly tone: 'good' | 'warn' | 'bad' | 'quiet';
  /** What it means and what to do; null where there is nothing to do. */
  readonly explanation: string | null;
}

/** How an account's state is told, with the mend where there is one; main's own word on a problem wins. */
export function accountState(account: AccountView, nowMs: number): StateText {
  const text = plainState(account, nowMs);
  return account.problem === null || !account.enabled ? text : { ...text, explanation: account.problem };
}

function plainState(account: AccountView, nowMs: number): StateText {
  if (!account.enabled) return { label: 'Disabled', tone: 'quiet', explanation: 'Gets no turns until it is enabled.' };
  switch (account.state) {
    case 'ready':
      return { label: 'Ready', tone: 'good', explanation: null };
    case 'expired':
      return {
        label: 'Token expired',
        // A linked token that nobody needed for a while ends like this every few days.
        tone: account.problem === null ? 'quiet' : 'bad',
        explanation: 'Its access token has ended; it is renewed with the next turn.',
      };
    case 'signed-out':
      return {
        label: 'Signed out',
        tone: 'bad',
        explanation: 'Its sign-in has ended. Sign in again; its settings are kept.',
      };
    case 'exhausted':
      return {
        label: `Limit reached${untilText(account.cooldownUntil, nowMs)}`,
        tone: 'warn',
        explanation:
          account.cooldownUntil === null
            ? 'Its usage limit is reached.'
            : `Its usage limit is reached; it gets no turns before the reset ${formatRelative(account.cooldownUntil, nowMs)}.`,
      };
    case 'refused':
      return {
        label: `Refused by upstream${untilText(refusedUntil(account), nowMs)}`,
        tone: 'bad',
        explanation: 'Upstream refuses its turns.',
      };
    case 'locked':
      return {
        label: 'Locked',
        tone: 'bad',
        explanation: 'Its tokens cannot be opened now. Unlock the keyring and try again, or sign in again.',
      };
    case 'other-upstream':
      return {
        label: 'Other upstream',
        tone: 'quiet',
        explanation: 'It was added for another upstream and is never used with this one.',
      };
  }
}

/** When the last of what upstream said of the whole account stands no longer; null where it is not known. */
function refusedUntil({ refusals }: AccountView): number | null {
  const ends = refusals.flatMap(({ scope, untilMs }) => (scope === null ? [untilMs] : []));
  return ends.length === 0 ? null : Math.max(...ends);
}

/** Accounts that take no turns until somebody signs in again. */
export function signedOutCount(accounts: readonly AccountView[]): number {
  return accounts.filter(({ enabled, state }) => enabled && state === 'signed-out').length;
}

/** How an account stands to the file it shares, in a sentence or two; what is wrong with it is told as the account's problem. */
export function linkText({ path, state }: AccountLinkView): string {
  switch (state) {
    case 'ok':
      return `Shares ${path} with the Codex CLI: what one renews, the other takes over. If both renew it in the same moment, both may have to sign in again; a sign-in of its own avoids that.`;
    case 'unsaved':
      return `Shares ${path}, which could not be written; it is tried again.`;
    case 'missing':
      return `${path} is gone.`;
    case 'unreadable':
      return `${path} cannot be read.`;
    case 'other-account':
      return `${path} holds another account now.`;
  }
}

/** Credits beyond the quota windows; null where there are none, or none were told of. */
export function creditsText(credits: AccountCredits | null | undefined): string | null {
  if (credits == null || !credits.hasCredits) return null;
  if (credits.unlimited) return 'Unlimited credits';
  return credits.balance === null ? 'Has credits' : `Credits ${credits.balance}`;
}

/** Where an account came from. */
export const sourceNames: Record<AccountView['source'], string> = {
  import: 'Imported from auth.json',
  browser: 'Signed in by browser',
  device: 'Signed in by device code',
  linked: 'Linked to the Codex CLI',
  demo: 'Demo account',
};
