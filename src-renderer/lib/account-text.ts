import type { AccountView } from '../../src-main/shared/model.ts';
import { formatRelative } from './format.ts';

export interface StateText {
  readonly label: string;
  readonly tone: 'good' | 'warn' | 'bad' | 'quiet';
  /** What it means and what to do; null where there is nothing to do. */
  readonly explanation: string | null;
}

/** How an account's state is told, with the mend where there is one. */
export function accountState(account: AccountView, nowMs: number): StateText {
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

/** Where an account came from. */
export const sourceNames: Record<AccountView['source'], string> = {
  import: 'Imported from auth.json',
  browser: 'Signed in by browser',
  device: 'Signed in by device code',
  linked: 'Linked to the Codex CLI',
  demo: 'Demo account',
};
