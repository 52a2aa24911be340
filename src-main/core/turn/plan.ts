import type { Account } from '../accounts/account.ts';
import type { NextStep } from './steps.ts';

/** A step that leads to another attempt. */
export type MoreStep = Exclude<NextStep, { kind: 'done' | 'fail' }>;

/** How the next attempt is made, by what those before it have taught. A value: the functions here derive the next one from it. */
export interface Plan {
  /** Tried last; null before the first attempt. */
  readonly accountId: string | null;
  readonly attempts: number;
  /** Since the account was chosen, or since it is tried over HTTP. */
  readonly triesOnAccount: number;
  /** Accounts whose token was renewed for this turn. */
  readonly refreshedIds: readonly string[];
  /** The whole request is sent, on a socket of its own. */
  readonly sendsAll: boolean;
  readonly overHttp: boolean;
  /** A websocket could not be had; whether HTTP can is about to be seen. */
  readonly isHttpOnTrial: boolean;
  readonly withoutReasoning: boolean;
}

/** What came of one attempt. */
export interface Tried {
  readonly plan: Plan;
  readonly account: Account;
  readonly step: NextStep;
}

export const firstPlan: Plan = {
  accountId: null,
  attempts: 0,
  triesOnAccount: 0,
  refreshedIds: [],
  sendsAll: false,
  overHttp: false,
  isHttpOnTrial: false,
  withoutReasoning: false,
};

/** The plan with its account chosen. */
export function planOn(plan: Plan, accountId: string): Plan {
  return accountId === plan.accountId ? plan : { ...plan, accountId, triesOnAccount: 0 };
}

/** The plan with one more attempt made. */
export function planTried(plan: Plan): Plan {
  return { ...plan, attempts: plan.attempts + 1, triesOnAccount: plan.triesOnAccount + 1 };
}

/** The plan after a step was taken. Pure. */
export function nextPlan(plan: Plan, step: MoreStep): Plan {
  switch (step.kind) {
    case 'again':
    case 'wait':
      return { ...plan, sendsAll: true };
    case 'refresh': {
      const renewed = plan.accountId === null ? [] : [plan.accountId];
      return { ...plan, sendsAll: true, refreshedIds: [...plan.refreshedIds, ...renewed] };
    }
    case 'without-reasoning':
      return { ...plan, withoutReasoning: true };
    case 'plain-body':
      return plan;
    case 'over-http':
      return { ...plan, overHttp: true, triesOnAccount: 0, isHttpOnTrial: step.remember === 'unreachable' };
    case 'other-account':
      return { ...plan, sendsAll: true, overHttp: false, isHttpOnTrial: false };
  }
}
