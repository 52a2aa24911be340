import { SlipstreamError } from '../../shared/errors.ts';
import { said } from '../../shared/words/said.ts';
import { tell, tellAll } from '../../shared/words/told.ts';
import type { Told } from '../../shared/words/told-text.ts';
import type { WhyNot } from './account-view.ts';
import type { Choice } from './selection.ts';

/** An account, and why it serves no turn; null where it was only tried in this turn already. */
interface Unused {
  readonly label: string;
  readonly why: WhyNot | null;
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
      const isMixed = accounts.some(({ why }) => why?.isResting === false);
      const words = isMixed ? said('failures.turn.exhausted', { accounts: listed(accounts) }) : {};
      return new SlipstreamError(reason, { ...words, ...exhaustedExtras(resetsAt, nowMs) });
    }
  }
}

function listed(accounts: readonly Unused[]): Told {
  const named = accounts
    .slice(0, maxNamed)
    .map(({ label, why }) => why?.text ?? tell('failures.unused.tried', { account: label }));
  const more = String(accounts.length - maxNamed);
  return tellAll(accounts.length > maxNamed ? [...named, tell('failures.unused.more', { more })] : named);
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
