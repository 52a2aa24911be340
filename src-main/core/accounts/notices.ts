import type { UsageWindow } from '../../shared/model.ts';
import { type Account, type AccountUsage, accountLabel } from './account.ts';

/** From here on a window is nearly used up. */
const lowPercent = 90;

type Notify = (title: string, body: string) => void;

/** What the user is told outside the window about accounts: each thing once, until it has passed. */
export class AccountNotices {
  readonly #notify: Notify;
  /** `account window` of those that are low and were told of. */
  readonly #toldLow = new Set<string>();

  constructor(notify: Notify) {
    this.#notify = notify;
  }

  /** Tells of a window that is nearly used up, once a window: a new one starts below the mark. */
  usage(account: Account, usage: AccountUsage): void {
    this.#window(account, 'primary', usage.primary);
    this.#window(account, 'secondary', usage.secondary);
  }

  rests(account: Account, untilMs: number): void {
    this.#notify('Usage limit reached', `${accountLabel(account)} rests until ${timeText(untilMs)}.`);
  }

  signedOut(account: Account): void {
    this.#notify('Signed out', `${accountLabel(account)} has to sign in again. Open the Accounts screen.`);
  }

  #window(account: Account, name: 'primary' | 'secondary', window: UsageWindow | null): void {
    const key = `${account.id} ${name}`;
    if (window === null || window.usedPercent < lowPercent) {
      this.#toldLow.delete(key);
      return;
    }
    if (this.#toldLow.has(key)) return;
    this.#toldLow.add(key);
    const reset = window.resetAt === null ? '' : `; it is reset ${timeText(window.resetAt)}`;
    const used = Math.floor(window.usedPercent);
    this.#notify('Quota is low', `${accountLabel(account)} has used ${used} % of its ${windowText(window)}${reset}.`);
  }
}

function windowText({ windowMinutes }: UsageWindow): string {
  if (windowMinutes === null) return 'limit';
  if (windowMinutes >= 7 * 24 * 60) return 'weekly limit';
  return windowMinutes >= 60 ? `${Math.round(windowMinutes / 60)} h limit` : `${Math.round(windowMinutes)} min limit`;
}

function timeText(epochMs: number): string {
  return new Intl.DateTimeFormat(undefined, { dateStyle: 'short', timeStyle: 'short' }).format(epochMs);
}
