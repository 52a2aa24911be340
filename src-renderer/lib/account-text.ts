import type { AccountCredits, AccountLinkView, AccountView } from '../../src-main/shared/model.ts';
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
        tone: 'warn',
        explanation: 'Its access token has expired. Run "codex login" and import auth.json again.',
      };
    case 'signed-out':
      return {
        label: 'Signed out',
        tone: 'bad',
        explanation: 'Upstream no longer accepts this sign-in. Run "codex login" and import auth.json again.',
      };
    case 'exhausted':
      return {
        label: 'Limit reached',
        tone: 'warn',
        explanation:
          account.cooldownUntil === null
            ? 'Its usage limit is reached.'
            : `Its usage limit is reached; it rests until its reset ${formatRelative(account.cooldownUntil, nowMs)}.`,
      };
    case 'other-upstream':
      return {
        label: 'Other upstream',
        tone: 'quiet',
        explanation: 'It was added for another upstream and is never used with this one.',
      };
  }
}

/** How an account stands to the file it shares, in a few words; what is wrong with it is told as the account's problem. */
export function linkText({ path, state }: AccountLinkView): string {
  switch (state) {
    case 'ok':
      return `shares ${path}`;
    case 'unsaved':
      return `shares ${path}, which could not be written; it is tried again`;
    case 'missing':
      return `${path} is gone`;
    case 'unreadable':
      return `${path} cannot be read`;
    case 'other-account':
      return `${path} holds another account now`;
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
