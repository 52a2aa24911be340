import type { AccountView } from '../shared/account-model.ts';
import { english } from '../shared/words/english.ts';

/** The account as a terminal tells it: what is told by codes, in English. */
export function englishAccount(account: AccountView): AccountView {
  const { problem, usageTrouble, overHttp } = account;
  return {
    ...account,
    problem: problem === null ? null : english.told(problem),
    usageTrouble: usageTrouble === null ? null : { ...usageTrouble, text: english.told(usageTrouble.text) },
    refusals: account.refusals.map((refusal) => ({ ...refusal, text: english.told(refusal.text) })),
    overHttp: overHttp === null ? null : { ...overHttp, why: english.told(overHttp.why) },
  };
}
