import { describe, expect, it } from 'vitest';
import { firstPlan, type MoreStep, nextPlan, type Plan, planOn, planTried } from '../../src-main/core/turn/plan.ts';
import { SlipstreamError } from '../../src-main/shared/errors.ts';

const error = new SlipstreamError('upstream_refused');
const tried = planTried(planTried(planOn(firstPlan, 'a')));

describe('the plan of the next attempt', () => {
  it.each<[string, Plan, MoreStep, Partial<Plan>]>([
    ['the same again', tried, { kind: 'again' }, { sendsAll: true }],
    ['a wait', tried, { kind: 'wait', ms: 1, name: 'back-off', error }, { sendsAll: true }],
    ['a renewed token', tried, { kind: 'refresh', error }, { sendsAll: true, refreshedIds: ['a'] }],
    ['bodies taken plain alone', tried, { kind: 'plain-body' }, {}],
    ['sealed reasoning', tried, { kind: 'without-reasoning' }, { withoutReasoning: true }],
    ['websockets refused', tried, { kind: 'over-http', remember: 'refused' }, { overHttp: true, triesOnAccount: 0 }],
    [
      'websockets out of reach',
      tried,
      { kind: 'over-http', remember: 'unreachable' },
      { overHttp: true, triesOnAccount: 0, isHttpOnTrial: true },
    ],
    [
      'an account left',
      { ...tried, overHttp: true, isHttpOnTrial: true },
      { kind: 'other-account', error, rest: null, backOffMs: 0 },
      { sendsAll: true, overHttp: false, isHttpOnTrial: false },
    ],
  ])('after %s changes only what that taught', (_what, plan, step, change) => {
    expect(nextPlan(plan, step)).toEqual({ ...plan, ...change });
  });

  it('counts the tries on an account from its choice on, and all attempts from the first', () => {
    expect(tried).toMatchObject({ accountId: 'a', attempts: 2, triesOnAccount: 2 });
    expect(planTried(planOn(tried, 'a'))).toMatchObject({ attempts: 3, triesOnAccount: 3 });
    expect(planTried(planOn(tried, 'b'))).toMatchObject({ accountId: 'b', attempts: 3, triesOnAccount: 1 });
  });
});
