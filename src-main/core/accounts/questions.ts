import { SlipstreamError } from '../../shared/errors.ts';
import { said } from '../../shared/words/said.ts';
import { type Account, type AccountOrigin, belongsTo } from './account.ts';
import type { Accounts } from './accounts.ts';
import type { Refresher } from './refresh.ts';
import type { AccountStore } from './store.ts';

/** As far as it is looked at here. */
type Answer = { readonly kind: 'answered'; readonly status: number } | { readonly kind: 'unreachable' };

interface QuestionsParts {
  readonly store: Pick<AccountStore, 'get' | 'onChange'>;
  readonly accounts: Pick<Accounts, 'health' | 'verdicts' | 'ways'>;
  readonly refresher: Pick<Refresher, 'ready' | 'refresh'>;
  readonly origin: AccountOrigin;
}

/** Asks upstream beside the turns, on an account's behalf: of its quota, its workspaces. */
export class Questions {
  readonly #parts: QuestionsParts;
  /** By account, a token that upstream refused although it was new: another new one would not help. */
  readonly #refusedAnew = new Map<string, string>();

  constructor(parts: QuestionsParts) {
    this.#parts = parts;
    parts.store.onChange(() => {
      for (const id of this.#refusedAnew.keys()) if (parts.store.get(id) === null) this.#refusedAnew.delete(id);
    });
  }

  /**
   * Sends a question with a token that is good: renewed once where upstream has taken it back before its end, as for a turn.
   * Throws `account_unusable`, and as the renewal does.
   */
  async ask<A extends Answer>(account: Account, send: (signedIn: Account) => Promise<A>): Promise<A> {
    const { accounts, refresher, origin } = this.#parts;
    if (!belongsTo(account, origin))
      throw new SlipstreamError('account_unusable', said('failures.account.otherUpstream'));
    const ready = await refresher.ready(account);
    const answer = await send(ready);
    if (answer.kind === 'answered') accounts.ways.works(ready);
    if (!isRefused(answer) || this.#isHopeless(ready)) return answer;
    const renewed = await refresher.refresh(ready, 'unauthorized_recovery');
    const again = await send(renewed);
    if (isRefused(again)) this.#refusedAnew.set(ready.id, renewed.tokens.accessToken);
    return again;
  }

  /** Whether a renewal would change nothing. */
  #isHopeless({ id, tokens }: Account): boolean {
    const { accounts } = this.#parts;
    const isKnown = accounts.health(id).signedOut !== null || accounts.verdicts.isSignInRefused(id);
    return isKnown || tokens.refreshToken === null || this.#refusedAnew.get(id) === tokens.accessToken;
  }
}

function isRefused(answer: Answer): boolean {
  return answer.kind === 'answered' && answer.status === 401;
}
