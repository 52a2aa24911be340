import type { AccountCredits, AccountLinkView, AccountView } from '../../src-main/shared/account-model.ts';
import type { Translate, Words } from '../../src-main/shared/words/words.ts';

export interface StateText {
  readonly label: string;
  readonly tone: 'good' | 'warn' | 'bad' | 'quiet';
  /** What it means and what to do; null where there is nothing to do. */
  readonly explanation: string | null;
}

/** How an account's state is told, with the mend where there is one; main's own word on a problem wins. */
export function accountState(words: Words, account: AccountView, nowMs: number): StateText {
  const text = plainState(words, account, nowMs);
  return account.problem === null || !account.enabled ? text : { ...text, explanation: words.told(account.problem) };
}

function plainState({ t, format }: Words, account: AccountView, nowMs: number): StateText {
  const withUntil = (id: 'accounts.state.exhausted' | 'accounts.state.refused', epochMs: number | null): string => {
    const until = format.until(epochMs, nowMs);
    return until === '' ? t(id) : t(`${id}.until`, { until });
  };
  if (!account.enabled)
    return { label: t('accounts.state.disabled'), tone: 'quiet', explanation: t('accounts.state.disabled.means') };
  switch (account.state) {
    case 'ready':
      return { label: t('accounts.state.ready'), tone: 'good', explanation: null };
    case 'expired':
      return {
        label: t('accounts.state.expired'),
        // A linked token that nobody needed for a while ends like this every few days.
        tone: account.problem === null ? 'quiet' : 'bad',
        explanation: t('accounts.state.expired.means'),
      };
    case 'signed-out':
      return {
        label: t('accounts.state.signedOut'),
        tone: 'bad',
        explanation: t('accounts.state.signedOut.means'),
      };
    case 'exhausted':
      return {
        label: withUntil('accounts.state.exhausted', account.cooldownUntil),
        tone: 'warn',
        explanation:
          account.cooldownUntil === null
            ? t('accounts.state.exhausted.means')
            : t('accounts.state.exhausted.means.until', { when: format.relative(account.cooldownUntil, nowMs) }),
      };
    case 'refused':
      return {
        label: withUntil('accounts.state.refused', refusedUntil(account)),
        tone: 'bad',
        explanation: t('accounts.state.refused.means'),
      };
    case 'locked':
      return {
        label: t('accounts.state.locked'),
        tone: 'bad',
        explanation: t('accounts.state.locked.means'),
      };
    case 'other-upstream':
      return {
        label: t('accounts.state.otherUpstream'),
        tone: 'quiet',
        explanation: t('accounts.state.otherUpstream.means'),
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
export function linkText(t: Translate, { path, state }: AccountLinkView): string {
  switch (state) {
    case 'ok':
      return t('accounts.link.ok', { path });
    case 'unsaved':
      return t('accounts.link.unsaved', { path });
    case 'missing':
      return t('accounts.link.missing', { path });
    case 'unreadable':
      return t('accounts.link.unreadable', { path });
    case 'other-account':
      return t('accounts.link.otherAccount', { path });
  }
}

/** Credits beyond the quota windows; null where there are none, or none were told of. */
export function creditsText(t: Translate, credits: AccountCredits | null | undefined): string | null {
  if (credits == null || !credits.hasCredits) return null;
  if (credits.unlimited) return t('accounts.credits.unlimited');
  return credits.balance === null
    ? t('accounts.credits.some')
    : t('accounts.credits.balance', { balance: credits.balance });
}
