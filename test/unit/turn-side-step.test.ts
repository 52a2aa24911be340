import { describe, expect, it } from 'vitest';
import type { RefusalClass } from '../../src-main/core/turn/refusal-class.ts';
import { decideSide, type SideReport, type SideStep } from '../../src-main/core/turn/side-step.ts';

const report: SideReport = {
  status: 200,
  meaning: null,
  method: 'POST',
  canReplay: true,
  wasSent: true,
  wasRefreshed: false,
  triesOnAccount: 1,
  hasOtherAccount: true,
  hasOtherWay: false,
};
const refused = (status: number, meaning: Exclude<RefusalClass['kind'], 'bucket-limit'>): Partial<SideReport> => ({
  status,
  meaning:
    meaning === 'usage-limit'
      ? { kind: meaning, resetsAtMs: null }
      : meaning === 'rate-limit'
        ? { kind: meaning, retryAfterMs: null }
        : meaning === 'forbidden'
          ? { kind: meaning, verdict: 'refused' }
          : { kind: meaning },
});

describe('after a request that is no turn', () => {
  it.each<[string, Partial<SideReport>, SideStep]>([
    ['an answer is passed on', {}, 'pass-on'],
    ['a condition that holds is passed on', { status: 304 }, 'pass-on'],
    ['a redirect is not', { status: 307 }, 'redirected'],
    ['a refused token is renewed once', refused(401, 'unauthorized'), 'refresh'],
    ['then another account is asked', { ...refused(401, 'unauthorized'), wasRefreshed: true }, 'other-account'],
    ['where there is one', { ...refused(401, 'unauthorized'), wasRefreshed: true, hasOtherAccount: false }, 'pass-on'],
    ['quota that is used up is another account’s turn', refused(429, 'usage-limit'), 'other-account'],
    ['so is haste', refused(429, 'rate-limit'), 'other-account'],
    ['so is what this one may not', refused(403, 'forbidden'), 'other-account'],
    ['the request’s own fault is passed on', refused(400, 'request'), 'pass-on'],
    ['a body that is gone is never sent again', { ...refused(429, 'usage-limit'), canReplay: false }, 'pass-on'],
    [
      'nor for a new token, which those after it get',
      { ...refused(401, 'unauthorized'), canReplay: false },
      'refresh-for-next',
    ],
    ['once', { ...refused(401, 'unauthorized'), canReplay: false, wasRefreshed: true }, 'pass-on'],
    ['an upstream in trouble may have acted on a POST', refused(500, 'overloaded'), 'pass-on'],
    ['but not on a GET', { ...refused(500, 'overloaded'), method: 'GET' }, 'again'],
    ['which is tried twice', { ...refused(500, 'overloaded'), method: 'GET', triesOnAccount: 2 }, 'pass-on'],
    ['silence after a POST is told', { status: null }, 'unanswered'],
    ['silence after a GET is tried again', { status: null, method: 'GET' }, 'again'],
    ['what never went out is tried again', { status: null, wasSent: false }, 'again'],
    ['twice', { status: null, wasSent: false, triesOnAccount: 2 }, 'unanswered'],
    ['by another way then', { status: null, wasSent: false, triesOnAccount: 2, hasOtherWay: true }, 'other-account'],
    ['not where upstream may have it', { status: null, triesOnAccount: 2, hasOtherWay: true }, 'unanswered'],
    ['not with a body that is gone', { status: null, wasSent: false, canReplay: false }, 'unanswered'],
  ])('%s', (_name, over, expected) => {
    expect(decideSide({ ...report, ...over })).toBe(expected);
  });
});
