import type { UsageWindow } from '../../shared/account-model.ts';
import { windowName } from '../../shared/quota-window.ts';
import type { Account, AccountUsage } from './account.ts';

/** From here on a window is nearly used up. */
const lowPercent = 90;
/** Below this it is a new window: readings that crossed on the way differ by less. */
const newWindowPercent = 80;

type Notify = (title: string, body: string) => void;

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
    this.#notify('Usage limit reached', `${this.#label(account)} rests until ${timeText(untilMs)}.`);
  }

  /** Tells that an account cannot be used until somebody signs it in again. */
  signedOut(account: Account): void {
    this.#notify('Signed out', `${this.#label(account)} has to sign in again. Open the Accounts screen.`);
  }

  /** Tells what upstream says of an account that keeps turns from it. */
  refused(account: Account, text: string): void {
    this.#notify('Refused by upstream', `${this.#label(account)}: ${text}`);
  }

  #window(account: Account, name: 'primary' | 'secondary', window: UsageWindow | null): void {
    const key = `${account.id} ${name}`;
    if (window === null || window.usedPercent < newWindowPercent) this.#toldLow.delete(key);
    if (window === null || window.usedPercent < lowPercent || this.#toldLow.has(key)) return;
    this.#toldLow.add(key);
    const reset = window.resetAt === null ? '' : `; it is reset ${timeText(window.resetAt)}`;
    const used = Math.floor(window.usedPercent);
    this.#notify('Quota is low', `${this.#label(account)} has used ${used} % of its ${limitName(window)}${reset}.`);
  }
}

function limitName({ windowMinutes }: UsageWindow): string {
  return `${windowName(windowMinutes, { unknown: '', week: 'weekly' })} limit`.trimStart();
}

function timeText(epochMs: number): string {
  return new Intl.DateTimeFormat(undefined, { dateStyle: 'short', timeStyle: 'short' }).format(epochMs);
}
