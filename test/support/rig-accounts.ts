import { englishAccount } from '../../src-main/node/english-account.ts';
import type { AccountView } from '../../src-main/shared/account-model.ts';
import type { SimulatedAccount } from '../../src-main/simulator/accounts/accounts.ts';
import type { Rig } from './slipstream.ts';

/** An account on both of its sides: as Slipstream shows it, and as the simulator has it. */
export interface RigAccount {
  readonly id: string;
  readonly upstream: SimulatedAccount;
}

/** The rig's accounts in the order that "fill first" takes them. */
export function accountsOf(rig: Rig): RigAccount[] {
  return rig.app.snapshot().accounts.map(({ id, email }) => {
    const upstream = rig.simulator.accounts.find((account) => account.email === email);
    if (upstream === undefined) throw new Error(`the simulator has no ${email}`);
    return { id, upstream };
  });
}

/** Two or three of them, for destructuring. */
export function pairOf(rig: Rig): readonly [RigAccount, RigAccount] {
  const [first, second] = accountsOf(rig);
  if (first === undefined || second === undefined) throw new Error('the rig needs two accounts');
  return [first, second];
}

/** An account as screens see it. */
export function viewOf(rig: Rig, { id }: RigAccount): AccountView {
  const view = rig.app
    .snapshot()
    .accounts.map(englishAccount)
    .find((account) => account.id === id);
  if (view === undefined) throw new Error(`no account ${id}`);
  return view;
}

/** Upstream accounts of the turns that were started, in order. */
export function startedOn(rig: Rig): string[] {
  return rig.simulator.log.turns.filter(({ phase }) => phase === 'started').map(({ accountId }) => accountId);
}
