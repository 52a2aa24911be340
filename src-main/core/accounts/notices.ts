import type { UsageWindow } from '../../shared/account-model.ts';
import type { NoticeKind } from '../../shared/notice-kinds.ts';
import { tell, toldFormat } from '../../shared/words/told.ts';
import type { Told } from '../../shared/words/told-text.ts';
import type { Account, AccountUsage } from './account.ts';

/** From here on a window is nearly used up. */
const lowPercent = 90;
/** Below this it is a new window: readings that crossed on the way differ by less. */
const newWindowPercent = 80;
const weekMinutes = 10_080;

type Notify = (title: Told, body: Told, kind: NoticeKind) => void;

/** What the user is told outside the window about accounts: each thing once, until it has passed. */
export class AccountNotices {
  readonly #notify: Notify;
  readonly #label: (account: Account) => string;
  /** `account window` of those that are low and were told of. */
  readonly #toldLow = new Set<string>();

  constructor(notify: Notify, label: (account: Account) => string) {
    this.#notify = notify;
    this.#label = label;
  }

  /** Tells of a window that is nearly used up, once a window: a new one starts below the mark. */
  usage(account: Account, usage: AccountUsage): void {
    this.#window(account, 'primary', usage.primary);
    this.#window(account, 'secondary', usage.secondary);
  }

  /** Tells that an account reached its limit and gets no turns until `untilMs` (epoch). */
  rests(account: Account, untilMs: number): void {
    this.#notify(
      tell('notices.limit'),
      tell('notices.limit.body', { account: this.#label(account), when: toldFormat('shortInstant', untilMs) }),
      'quota',
    );
  }

  /** Tells that an account cannot be used until somebody signs it in again. */
  signedOut(account: Account): void {
    this.#notify(
      tell('notices.signedOut'),
      tell('notices.signedOut.body', { account: this.#label(account) }),
      'account',
    );
  }

  /** Tells what upstream says of an account that keeps turns from it. */
  refused(account: Account, text: Told): void {
    this.#notify(
      tell('notices.refused'),
      tell('notices.refused.body', { account: this.#label(account), text }),
      'account',
    );
  }

  #window(account: Account, name: 'primary' | 'secondary', window: UsageWindow | null): void {
    const key = `${account.id} ${name}`;
    if (window === null || window.usedPercent < newWindowPercent) this.#toldLow.delete(key);
    if (window === null || window.usedPercent < lowPercent || this.#toldLow.has(key)) return;
    this.#toldLow.add(key);
    const values = {
      account: this.#label(account),
      percent: toldFormat('percent', Math.floor(window.usedPercent)),
      window: limitName(window),
    };
    const body =
      window.resetAt === null
        ? tell('notices.low.body', values)
        : tell('notices.low.body.reset', { ...values, when: toldFormat('shortInstant', window.resetAt) });
    this.#notify(tell('notices.low'), body, 'quota');
  }
}

function limitName({ windowMinutes }: UsageWindow): string {
  if (windowMinutes === null) return tell('notices.unnamed');
  return windowMinutes === weekMinutes ? tell('notices.weekly') : toldFormat('window', windowMinutes);
}
