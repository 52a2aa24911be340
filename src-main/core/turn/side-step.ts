import type { RefusalClass } from './refusal-class.ts';
import { triesPerAccount } from './steps.ts';

/** What is known when upstream has answered a request that is no turn, or has not. */
export interface SideReport {
  /** Null: no answer came. */
  readonly status: number | null;
  /** What a refusal means; null for anything else. */
  readonly meaning: RefusalClass | null;
  readonly method: string;
  /** The whole request can be sent again. */
  readonly canReplay: boolean;
  /** Its head went out, so that upstream may have acted on it. */
  readonly wasSent: boolean;
  readonly wasRefreshed: boolean;
  readonly triesOnAccount: number;
  readonly hasOtherAccount: boolean;
  /** Another account leaves this machine another way. */
  readonly hasOtherWay: boolean;
}

export type SideStep =
  | 'pass-on'
  | 'again'
  | 'refresh'
  | 'refresh-for-next'
  | 'other-account'
  | 'redirected'
  | 'unanswered';

const idempotent = new Set(['GET', 'HEAD', 'PUT', 'DELETE']);

/**
 * What to do next. Pure. A request is sent again only where upstream has not accepted it: it was never sent, it was
 * refused at the door, or sending it twice does the same as once.
 */
export function decideSide(report: SideReport): SideStep {
  const { status, meaning, canReplay, wasSent, triesOnAccount } = report;
  const isHarmless = !wasSent || idempotent.has(report.method);
  const mayRepeat = canReplay && isHarmless && triesOnAccount < triesPerAccount;
  if (status === null) {
    if (mayRepeat) return 'again';
    return canReplay && !wasSent && report.hasOtherWay ? 'other-account' : 'unanswered';
  }
  // 304 answers a condition; every other one of these leads away from the base.
  if (status >= 300 && status < 400 && status !== 304) return 'redirected';
  if (meaning === null) return 'pass-on';
  // No attempt of this request shows any more whether a new token helps: those that follow are to have it.
  if (!canReplay) return meaning.kind === 'unauthorized' && !report.wasRefreshed ? 'refresh-for-next' : 'pass-on';
  switch (meaning.kind) {
    case 'unauthorized':
      if (!report.wasRefreshed) return 'refresh';
      return report.hasOtherAccount ? 'other-account' : 'pass-on';
    case 'usage-limit':
    case 'bucket-limit':
    case 'rate-limit':
    case 'forbidden':
      return report.hasOtherAccount ? 'other-account' : 'pass-on';
    case 'overloaded':
      return mayRepeat ? 'again' : 'pass-on';
    default:
      return 'pass-on';
  }
}
