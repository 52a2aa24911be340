import { SlipstreamError } from '../../shared/errors.ts';
import { said } from '../../shared/words/said.ts';
import type { Choice } from './selection.ts';

/** An account, and why it serves no turn; null where it was only tried in this turn already. */
interface Unused {
  readonly label: string;
  readonly why: string | null;
}

const maxNamed = 12;

/** Why no account can serve a turn, with what stands against each. */
export function noneUsable(
  { reason, resetsAt }: Extract<Choice, { ok: false }>,
  accounts: readonly Unused[],
  nowMs: number,
): SlipstreamError {
  switch (reason) {
    case 'account_none':
      if (accounts.length === 0) return new SlipstreamError(reason);
      return noneUsable({ ok: false, reason: 'account_unusable', resetsAt: null }, accounts, nowMs);
    case 'account_unusable':
      return new SlipstreamError(reason, said('failures.turn.unusable', { accounts: listed(accounts) }));
    case 'accounts_exhausted': {
      const isMixed = accounts.some(({ why }) => why !== null && !why.startsWith('rests'));
      const words = isMixed ? said('failures.turn.exhausted', { accounts: listed(accounts) }) : {};
      return new SlipstreamError(reason, { ...words, ...exhaustedExtras(resetsAt, nowMs) });
    }
  }
}

function listed(accounts: readonly Unused[]): string {
  const named = accounts.slice(0, maxNamed).map(({ label, why }) => `${label} ${why ?? 'was tried already'}.`);
  const more = accounts.length > maxNamed ? [`And ${accounts.length - maxNamed} more.`] : [];
  return [...named, ...more].join(' ');
}

/** The body official clients read the reset time from (PROTOCOL.md, HTTP). */
function exhaustedExtras(
  resetsAtMs: number | null,
  nowMs: number,
): Pick<SlipstreamError, 'upstreamBody'> & { readonly retryAfterSeconds?: number } {
  if (resetsAtMs === null) return { upstreamBody: undefined };
  const seconds = Math.max(0, Math.ceil((resetsAtMs - nowMs) / 1000));
  return {
    retryAfterSeconds: seconds,
    upstreamBody: {
      error: {
        type: 'usage_limit_reached',
        message: 'The usage limit has been reached',
        resets_at: Math.ceil(resetsAtMs / 1000),
        resets_in_seconds: seconds,
      },
    },
  };
}
