import type { AccountView } from '../../../src-main/shared/account-model.ts';
import type { StateText } from '../../lib/account-text.ts';

/** As many are all shown: one line for the rest would save nothing. */
const mostWhole = 8;
const mostOfMany = 6;

const order: Readonly<Record<StateText['tone'], number>> = { bad: 0, warn: 1, good: 2, quiet: 3 };

interface Foremost {
  readonly shown: readonly AccountView[];
  readonly rest: readonly AccountView[];
}

/** Which of many accounts are worth the room: those with trouble first, each kind in the order of the accounts. */
export function foremost(
  accounts: readonly AccountView[],
  toneOf: (account: AccountView) => StateText['tone'],
): Foremost {
  if (accounts.length <= mostWhole) return { shown: accounts, rest: [] };
  const sorted = accounts.toSorted((one, other) => order[toneOf(one)] - order[toneOf(other)]);
  return { shown: sorted.slice(0, mostOfMany), rest: sorted.slice(mostOfMany) };
}
